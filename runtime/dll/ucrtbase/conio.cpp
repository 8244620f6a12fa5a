// conio.h of ucrtbase.dll.
#include "dll/ucrtbase/io.h"
#include "dll/ucrtbase/ucrtbase.h"

#define CRT ucrtbase
#include "dll/crt/entry/conio.inc"

namespace {

PrintOptions positional(uint64_t bits) {
    PrintOptions options = PrintOptions::ucrt(bits);
    options.positional = true;
    return options;
}

}  // namespace

#define CONSOLE_FAMILY(C, w)                                                               \
    int ucrtbase::__conio_common_vc##w##printf(uint64_t options, const C* format, void*,   \
                                               MsVaList args) {                            \
        return print_to_console(format, args, PrintOptions::ucrt(options));                \
    }                                                                                      \
    int ucrtbase::__conio_common_vc##w##printf_s(uint64_t options, const C* format, void*, \
                                                 MsVaList args) {                          \
        return print_to_console(format, args, PrintOptions::ucrt(options));                \
    }                                                                                      \
    int ucrtbase::__conio_common_vc##w##printf_p(uint64_t options, const C* format, void*, \
                                                 MsVaList args) {                          \
        return print_to_console(format, args, positional(options));                        \
    }                                                                                      \
    int ucrtbase::__conio_common_vc##w##scanf(uint64_t options, const C* format, void*,    \
                                              MsVaList args) {                             \
        return scan_console(format, args, ScanOptions::ucrt(options));                     \
    }

CONSOLE_FAMILY(char, )
CONSOLE_FAMILY(WCHAR, w)
