// `lsw check app.exe`: the imports of a program and its private DLLs that LSW lacks.
#pragma once

namespace lsw::cli {

int check(int count, char** words);

}  // namespace lsw::cli
