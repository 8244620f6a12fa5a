// `lsw api [dll] --format=table|json`: what LSW has, row by row.
#pragma once

namespace lsw::cli {

int api(int count, char** words);

}  // namespace lsw::cli
