// conio.h of msvcrt.dll.
#include "dll/msvcrt/io.h"
#include "dll/msvcrt/msvcrt.h"

#define CRT msvcrt
#include "dll/crt/entry/conio.inc"

namespace {

PrintOptions plain() { return PrintOptions::msvcrt(); }
PrintOptions positional() {
    PrintOptions options = PrintOptions::msvcrt();
    options.positional = true;
    return options;
}

}  // namespace

#define CONSOLE_PRINT(C, name, vname, name_l, vname_l, options)         \
    int msvcrt::name(const C* format, ...) {                            \
        WITH_ARGUMENTS(format, print_to_console(format, args, options)) \
    }                                                                   \
    int msvcrt::vname(const C* format, MsVaList args) {                 \
        return print_to_console(format, args, options);                 \
    }                                                                   \
    int msvcrt::name_l(const C* format, void* locale, ...) {            \
        WITH_ARGUMENTS(locale, print_to_console(format, args, options)) \
    }                                                                   \
    int msvcrt::vname_l(const C* format, void*, MsVaList args) {        \
        return print_to_console(format, args, options);                 \
    }
#define CONSOLE_SCAN(C, name, name_l, secure)                                           \
    int msvcrt::name(const C* format, ...) {                                            \
        WITH_ARGUMENTS(format, scan_console(format, args, ScanOptions::msvcrt(secure))) \
    }                                                                                   \
    int msvcrt::name_l(const C* format, void* locale, ...) {                            \
        WITH_ARGUMENTS(locale, scan_console(format, args, ScanOptions::msvcrt(secure))) \
    }

CONSOLE_PRINT(char, _cprintf, _vcprintf, _cprintf_l, _vcprintf_l, plain())
CONSOLE_PRINT(char, _cprintf_s, _vcprintf_s, _cprintf_s_l, _vcprintf_s_l, plain())
CONSOLE_PRINT(char, _cprintf_p, _vcprintf_p, _cprintf_p_l, _vcprintf_p_l, positional())
CONSOLE_PRINT(WCHAR, _cwprintf, _vcwprintf, _cwprintf_l, _vcwprintf_l, plain())
CONSOLE_PRINT(WCHAR, _cwprintf_s, _vcwprintf_s, _cwprintf_s_l, _vcwprintf_s_l, plain())
CONSOLE_PRINT(WCHAR, _cwprintf_p, _vcwprintf_p, _cwprintf_p_l, _vcwprintf_p_l, positional())
CONSOLE_SCAN(char, _cscanf, _cscanf_l, false)
CONSOLE_SCAN(char, _cscanf_s, _cscanf_s_l, true)
CONSOLE_SCAN(WCHAR, _cwscanf, _cwscanf_l, false)
CONSOLE_SCAN(WCHAR, _cwscanf_s, _cwscanf_s_l, true)
