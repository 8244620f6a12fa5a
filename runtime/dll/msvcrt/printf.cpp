// stdio.h of msvcrt.dll: printf into streams and buffers.
// Doc: "printf, _printf_l, wprintf, _wprintf_l" and the pages of the family's other members.
//
// Every function exists four times: with arguments or an argument list, with a locale or without. A
// locale changes nothing, since the decimal point is always a point and narrow text always UTF-8.
#include "dll/msvcrt/io.h"
#include "dll/msvcrt/msvcrt.h"

using namespace lsw::crt;

namespace {

PrintOptions plain() { return PrintOptions::msvcrt(); }
PrintOptions secure() {
    PrintOptions options = PrintOptions::msvcrt();
    options.lenient = options.count_output = false;
    return options;
}
PrintOptions positional() {
    PrintOptions options = PrintOptions::msvcrt();
    options.positional = true;
    return options;
}

template <class C>
int print(CrtIob* stream, const C* format, MsVaList args, const PrintOptions& options) {
    return print_to_stream(msvcrt::io(), stream, format, args, options);
}

// sprintf has no size: it trusts the caller.
template <class C>
int print_unbounded(C* buffer, const C* format, MsVaList args) {
    constexpr size_t kNoLimit = SIZE_MAX / 4;
    size_t size = buffer != nullptr ? kNoLimit : 1;  // without a buffer: an invalid parameter
    return msvcrt::io().finish(
        print_to_buffer(buffer, size, format, args, plain(), TruncationRule::legacy));
}
template <class C>
int print_legacy(C* buffer, size_t size, const C* format, MsVaList args) {
    return msvcrt::io().finish(
        print_to_buffer(buffer, size, format, args, plain(), TruncationRule::legacy));
}
template <class C>
int print_terminated(C* buffer, size_t size, const C* format, MsVaList args) {
    return msvcrt::io().finish(
        print_to_buffer(buffer, size, format, args, plain(), TruncationRule::terminate));
}
template <class C>
int print_secure(C* buffer, size_t size, const C* format, MsVaList args) {
    return msvcrt::io().finish(print_to_buffer_s(buffer, size, format, args, secure()));
}
template <class C>
int print_positional(C* buffer, size_t size, const C* format, MsVaList args) {
    return msvcrt::io().finish(
        print_to_buffer(buffer, size, format, args, positional(), TruncationRule::terminate));
}
template <class C>
int print_secure_n(C* buffer, size_t size, size_t max_count, const C* format, MsVaList args) {
    return msvcrt::io().finish(print_to_buffer_ns(buffer, size, max_count, format, args, secure()));
}
template <class C>
int measure(const C* format, MsVaList args) {
    C* none = nullptr;
    return msvcrt::io().finish(
        print_to_buffer(none, 0, format, args, plain(), TruncationRule::standard));
}
template <class C>
int measure_positional(const C* format, MsVaList args) {
    C* none = nullptr;
    return msvcrt::io().finish(
        print_to_buffer(none, 0, format, args, positional(), TruncationRule::standard));
}

}  // namespace

// printf, vprintf, _printf_l, _vprintf_l and the same to a stream.
#define STREAM_FAMILY(C, prefix, stem, suffix, options)                                        \
    int msvcrt::prefix##stem##suffix(const C* format, ...) {                                   \
        WITH_ARGUMENTS(format, print(&_iob_ptr[1], format, args, options))                     \
    }                                                                                          \
    int msvcrt::prefix##v##stem##suffix(const C* format, MsVaList args) {                      \
        return print(&_iob_ptr[1], format, args, options);                                     \
    }                                                                                          \
    int msvcrt::_##stem##suffix##_l(const C* format, void* locale, ...) {                      \
        WITH_ARGUMENTS(locale, print(&_iob_ptr[1], format, args, options))                     \
    }                                                                                          \
    int msvcrt::_v##stem##suffix##_l(const C* format, void*, MsVaList args) {                  \
        return print(&_iob_ptr[1], format, args, options);                                     \
    }                                                                                          \
    int msvcrt::prefix##f##stem##suffix(CrtIob* stream, const C* format, ...) {                \
        WITH_ARGUMENTS(format, print(stream, format, args, options))                           \
    }                                                                                          \
    int msvcrt::prefix##vf##stem##suffix(CrtIob* stream, const C* format, MsVaList args) {     \
        return print(stream, format, args, options);                                           \
    }                                                                                          \
    int msvcrt::_f##stem##suffix##_l(CrtIob* stream, const C* format, void* locale, ...) {     \
        WITH_ARGUMENTS(locale, print(stream, format, args, options))                           \
    }                                                                                          \
    int msvcrt::_vf##stem##suffix##_l(CrtIob* stream, const C* format, void*, MsVaList args) { \
        return print(stream, format, args, options);                                           \
    }

// The four forms of one function into a buffer, by what stands before the format.
#define UNBOUNDED_FAMILY(C, name, vname, name_l, vname_l)                   \
    int msvcrt::name(C* buffer, const C* format, ...) {                     \
        WITH_ARGUMENTS(format, print_unbounded(buffer, format, args))       \
    }                                                                       \
    int msvcrt::vname(C* buffer, const C* format, MsVaList args) {          \
        return print_unbounded(buffer, format, args);                       \
    }                                                                       \
    int msvcrt::name_l(C* buffer, const C* format, void* locale, ...) {     \
        WITH_ARGUMENTS(locale, print_unbounded(buffer, format, args))       \
    }                                                                       \
    int msvcrt::vname_l(C* buffer, const C* format, void*, MsVaList args) { \
        return print_unbounded(buffer, format, args);                       \
    }
#define SIZED_FAMILY(C, body, name, vname, name_l, vname_l)                              \
    int msvcrt::name(C* buffer, size_t size, const C* format, ...) {                     \
        WITH_ARGUMENTS(format, body(buffer, size, format, args))                         \
    }                                                                                    \
    int msvcrt::vname(C* buffer, size_t size, const C* format, MsVaList args) {          \
        return body(buffer, size, format, args);                                         \
    }                                                                                    \
    int msvcrt::name_l(C* buffer, size_t size, const C* format, void* locale, ...) {     \
        WITH_ARGUMENTS(locale, body(buffer, size, format, args))                         \
    }                                                                                    \
    int msvcrt::vname_l(C* buffer, size_t size, const C* format, void*, MsVaList args) { \
        return body(buffer, size, format, args);                                         \
    }
#define COUNTED_FAMILY(C, name, vname, name_l, vname_l)                                           \
    int msvcrt::name(C* buffer, size_t size, size_t max_count, const C* format, ...) {            \
        WITH_ARGUMENTS(format, print_secure_n(buffer, size, max_count, format, args))             \
    }                                                                                             \
    int msvcrt::vname(C* buffer, size_t size, size_t max_count, const C* format, MsVaList args) { \
        return print_secure_n(buffer, size, max_count, format, args);                             \
    }                                                                                             \
    int msvcrt::name_l(C* buffer, size_t size, size_t max_count, const C* format, void* locale,   \
                       ...) {                                                                     \
        WITH_ARGUMENTS(locale, print_secure_n(buffer, size, max_count, format, args))             \
    }                                                                                             \
    int msvcrt::vname_l(C* buffer, size_t size, size_t max_count, const C* format, void*,         \
                        MsVaList args) {                                                          \
        return print_secure_n(buffer, size, max_count, format, args);                             \
    }
#define MEASURE_FAMILY(C, body, name, vname, name_l, vname_l)                             \
    int msvcrt::name(const C* format, ...) { WITH_ARGUMENTS(format, body(format, args)) } \
    int msvcrt::vname(const C* format, MsVaList args) { return body(format, args); }      \
    int msvcrt::name_l(const C* format, void* locale, ...) {                              \
        WITH_ARGUMENTS(locale, body(format, args))                                        \
    }                                                                                     \
    int msvcrt::vname_l(const C* format, void*, MsVaList args) { return body(format, args); }

STREAM_FAMILY(char, , printf, , plain())
STREAM_FAMILY(char, , printf, _s, secure())
STREAM_FAMILY(char, _, printf, _p, positional())
UNBOUNDED_FAMILY(char, sprintf, vsprintf, _sprintf_l, _vsprintf_l)
SIZED_FAMILY(char, print_legacy, _snprintf, _vsnprintf, _snprintf_l, _vsnprintf_l)
SIZED_FAMILY(char, print_terminated, _snprintf_c, _vsnprintf_c, _snprintf_c_l, _vsnprintf_c_l)
SIZED_FAMILY(char, print_secure, sprintf_s, vsprintf_s, _sprintf_s_l, _vsprintf_s_l)
SIZED_FAMILY(char, print_positional, _sprintf_p, _vsprintf_p, _sprintf_p_l, _vsprintf_p_l)
COUNTED_FAMILY(char, _snprintf_s, _vsnprintf_s, _snprintf_s_l, _vsnprintf_s_l)
MEASURE_FAMILY(char, measure, _scprintf, _vscprintf, _scprintf_l, _vscprintf_l)
MEASURE_FAMILY(char, measure_positional, _scprintf_p, _vscprintf_p, _scprintf_p_l, _vscprintf_p_l)

STREAM_FAMILY(WCHAR, , wprintf, , plain())
STREAM_FAMILY(WCHAR, , wprintf, _s, secure())
STREAM_FAMILY(WCHAR, _, wprintf, _p, positional())
UNBOUNDED_FAMILY(WCHAR, swprintf, vswprintf, _swprintf_l, _vswprintf_l)
SIZED_FAMILY(WCHAR, print_legacy, _snwprintf, _vsnwprintf, _snwprintf_l, _vsnwprintf_l)
SIZED_FAMILY(WCHAR, print_terminated, _swprintf_c, _vswprintf_c, _swprintf_c_l, _vswprintf_c_l)
SIZED_FAMILY(WCHAR, print_secure, swprintf_s, vswprintf_s, _swprintf_s_l, _vswprintf_s_l)
SIZED_FAMILY(WCHAR, print_positional, _swprintf_p, _vswprintf_p, _swprintf_p_l, _vswprintf_p_l)
COUNTED_FAMILY(WCHAR, _snwprintf_s, _vsnwprintf_s, _snwprintf_s_l, _vsnwprintf_s_l)
MEASURE_FAMILY(WCHAR, measure, _scwprintf, _vscwprintf, _scwprintf_l, _vscwprintf_l)
MEASURE_FAMILY(WCHAR, measure_positional, _scwprintf_p, _vscwprintf_p, _scwprintf_p_l,
               _vscwprintf_p_l)

int msvcrt::_swprintf(WCHAR* buffer, const WCHAR* format, ...) {
    WITH_ARGUMENTS(format, print_unbounded(buffer, format, args))
}
int msvcrt::_vswprintf(WCHAR* buffer, const WCHAR* format, MsVaList args) {
    return print_unbounded(buffer, format, args);
}
