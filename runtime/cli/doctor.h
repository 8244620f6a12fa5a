// `lsw doctor`: what this kernel offers, which ways of a raw system call are open, what each costs here, and what to do about
// what is missing. Everything is tried, nothing is concluded from a version.
#pragma once

namespace lsw::cli {

int doctor(int count, char** words);

}  // namespace lsw::cli
