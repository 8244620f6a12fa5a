// corecrt_stdio_config.h of ucrtbase.dll: the functions that printf and scanf of the headers
// become. Doc: the pages of the families; the options are the _CRT_INTERNAL_* bits of the public
// header.
#include "dll/ucrtbase/io.h"
#include "dll/ucrtbase/ucrtbase.h"

using namespace lsw::crt;

namespace {

bool count_output_enabled = false;

PrintOptions options_of(uint64_t bits) {
    PrintOptions options = PrintOptions::ucrt(bits);
    options.count_output = count_output_enabled;
    return options;
}
PrintOptions positional(uint64_t bits) {
    PrintOptions options = options_of(bits);
    options.positional = true;
    return options;
}

template <class C>
int print(CrtIob* stream, const C* format, MsVaList args, const PrintOptions& options) {
    return print_to_stream(ucrtbase::io(), stream, format, args, options);
}
int finish(const BufferResult& result) { return ucrtbase::io().finish(result); }

}  // namespace

int ucrtbase::_set_printf_count_output(int enable) {
    bool before = count_output_enabled;
    count_output_enabled = enable != 0;
    return before;
}
int ucrtbase::_get_printf_count_output() { return count_output_enabled; }

#define COMMON_FAMILY(C, w)                                                                       \
    int ucrtbase::__stdio_common_vf##w##printf(uint64_t options, CrtIob* stream, const C* format, \
                                               void*, MsVaList args) {                            \
        return print(stream, format, args, options_of(options));                                  \
    }                                                                                             \
    int ucrtbase::__stdio_common_vf##w##printf_s(uint64_t options, CrtIob* stream,                \
                                                 const C* format, void*, MsVaList args) {         \
        return print(stream, format, args, options_of(options));                                  \
    }                                                                                             \
    int ucrtbase::__stdio_common_vf##w##printf_p(uint64_t options, CrtIob* stream,                \
                                                 const C* format, void*, MsVaList args) {         \
        return print(stream, format, args, positional(options));                                  \
    }                                                                                             \
    int ucrtbase::__stdio_common_vs##w##printf(uint64_t options, C* buffer, size_t size,          \
                                               const C* format, void*, MsVaList args) {           \
        return finish(print_to_buffer(buffer, size, format, args, options_of(options),            \
                                      truncation_rule(options)));                                 \
    }                                                                                             \
    int ucrtbase::__stdio_common_vs##w##printf_s(uint64_t options, C* buffer, size_t size,        \
                                                 const C* format, void*, MsVaList args) {         \
        return finish(print_to_buffer_s(buffer, size, format, args, options_of(options)));        \
    }                                                                                             \
    int ucrtbase::__stdio_common_vs##w##printf_p(uint64_t options, C* buffer, size_t size,        \
                                                 const C* format, void*, MsVaList args) {         \
        return finish(print_to_buffer(buffer, size, format, args, positional(options),            \
                                      TruncationRule::terminate));                                \
    }                                                                                             \
    int ucrtbase::__stdio_common_vsn##w##printf_s(uint64_t options, C* buffer, size_t size,       \
                                                  size_t max_count, const C* format, void*,       \
                                                  MsVaList args) {                                \
        return finish(                                                                            \
            print_to_buffer_ns(buffer, size, max_count, format, args, options_of(options)));      \
    }                                                                                             \
    int ucrtbase::__stdio_common_vf##w##scanf(uint64_t options, CrtIob* stream, const C* format,  \
                                              void*, MsVaList args) {                             \
        return scan_stream(io(), stream, format, args, ScanOptions::ucrt(options));               \
    }                                                                                             \
    int ucrtbase::__stdio_common_vs##w##scanf(uint64_t options, const C* text, size_t size,       \
                                              const C* format, void*, MsVaList args) {            \
        return scan_text(io(), text, size, format, args, ScanOptions::ucrt(options));             \
    }

COMMON_FAMILY(char, )
COMMON_FAMILY(WCHAR, w)
