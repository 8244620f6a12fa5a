// Throws std::bad_cast and std::bad_typeid at the program, whose runtime's own functions do so.
#pragma once

namespace lsw::crt {

[[noreturn]] void throw_bad_cast(const char* what);
[[noreturn]] void throw_bad_typeid(const char* what);

}  // namespace lsw::crt
