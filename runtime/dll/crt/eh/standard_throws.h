// Throws std::bad_cast, std::bad_typeid and std::bad_alloc at the program, whose runtime's own functions do so.
#pragma once

namespace lsw::crt {

[[noreturn]] void throw_bad_cast(const char* what);
[[noreturn]] void throw_bad_typeid(const char* what);
[[noreturn]] void throw_bad_alloc();

}  // namespace lsw::crt
