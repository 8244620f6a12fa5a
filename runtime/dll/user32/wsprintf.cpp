// winuser.h: wsprintf, which writes at most 1,024 characters. Doc: "wsprintfW function (winuser.h)".
#include "dll/crt/format/print_buffer.h"
#include "dll/user32/user32.h"

using namespace lsw::crt;

namespace {

constexpr size_t kMost = 1024;

template <class C>
int print(C* out, const C* format, MsVaList arguments) {
    PrintOptions options = PrintOptions::msvcrt();
    options.count_output = false;
    C text[kMost];  // the caller's buffer may be shorter than the limit
    BufferSink<C> sink(text, kMost - 1);
    format_print(static_cast<Sink<C>&>(sink), format, arguments, options);
    size_t length = sink.total() < kMost - 1 ? sink.total() : kMost - 1;
    memcpy(out, text, length * sizeof(C));
    out[length] = 0;
    return static_cast<int>(length);
}

}  // namespace

int user32::wvsprintfA(LPSTR out, LPCSTR format, __builtin_ms_va_list arglist) { return print(out, format, arglist); }
int user32::wvsprintfW(LPWSTR out, LPCWSTR format, __builtin_ms_va_list arglist) { return print(out, format, arglist); }

int user32::wsprintfA(LPSTR out, LPCSTR format, ...) {
    __builtin_ms_va_list arguments;
    __builtin_ms_va_start(arguments, format);
    int length = print(out, format, arguments);
    __builtin_ms_va_end(arguments);
    return length;
}

int user32::wsprintfW(LPWSTR out, LPCWSTR format, ...) {
    __builtin_ms_va_list arguments;
    __builtin_ms_va_start(arguments, format);
    int length = print(out, format, arguments);
    __builtin_ms_va_end(arguments);
    return length;
}
