// Throws exceptions of the standard library at the program, whose runtime's own functions do so.
#pragma once

namespace lsw::crt {

[[noreturn]] void throw_bad_cast(const char* what);
[[noreturn]] void throw_bad_typeid(const char* what);
[[noreturn]] void throw_bad_alloc();
[[noreturn]] void throw_bad_function_call();
// std::logic_error's and std::runtime_error's children; the text is not copied.
[[noreturn]] void throw_length_error(const char* what);
[[noreturn]] void throw_out_of_range(const char* what);
[[noreturn]] void throw_invalid_argument(const char* what);
[[noreturn]] void throw_runtime_error(const char* what);

}  // namespace lsw::crt
