// stdio.h of msvcrt.dll: scanf from streams and texts. See printf.cpp about the four forms.
// Doc: "scanf, _scanf_l, wscanf, _wscanf_l", "sscanf_s, …", "_snscanf, …".
#include "dll/msvcrt/io.h"
#include "dll/msvcrt/msvcrt.h"

using namespace lsw::crt;

namespace {

template <class C>
int scan(CrtIob* stream, const C* format, MsVaList args, bool secure) {
    return scan_stream(msvcrt::io(), stream, format, args, ScanOptions::msvcrt(secure));
}
template <class C>
int scan_from(const C* text, size_t size, const C* format, MsVaList args, bool secure) {
    return scan_text(msvcrt::io(), text, size, format, args, ScanOptions::msvcrt(secure));
}

}  // namespace

#define SCAN_FAMILY(C, stem, suffix, secure)                                                     \
    int msvcrt::stem##suffix(const C* format, ...) {                                             \
        WITH_ARGUMENTS(format, scan(&_iob_ptr[0], format, args, secure))                         \
    }                                                                                            \
    int msvcrt::_##stem##suffix##_l(const C* format, void* locale, ...) {                        \
        WITH_ARGUMENTS(locale, scan(&_iob_ptr[0], format, args, secure))                         \
    }                                                                                            \
    int msvcrt::f##stem##suffix(CrtIob* stream, const C* format, ...) {                          \
        WITH_ARGUMENTS(format, scan(stream, format, args, secure))                               \
    }                                                                                            \
    int msvcrt::_f##stem##suffix##_l(CrtIob* stream, const C* format, void* locale, ...) {       \
        WITH_ARGUMENTS(locale, scan(stream, format, args, secure))                               \
    }                                                                                            \
    int msvcrt::s##stem##suffix(const C* text, const C* format, ...) {                           \
        WITH_ARGUMENTS(format, scan_from(text, SIZE_MAX, format, args, secure))                  \
    }                                                                                            \
    int msvcrt::_s##stem##suffix##_l(const C* text, const C* format, void* locale, ...) {        \
        WITH_ARGUMENTS(locale, scan_from(text, SIZE_MAX, format, args, secure))                  \
    }                                                                                            \
    int msvcrt::_sn##stem##suffix(const C* text, size_t size, const C* format, ...) {            \
        WITH_ARGUMENTS(format, scan_from(text, size, format, args, secure))                      \
    }                                                                                            \
    int msvcrt::_sn##stem##suffix##_l(const C* text, size_t size, const C* format, void* locale, \
                                      ...) {                                                     \
        WITH_ARGUMENTS(locale, scan_from(text, size, format, args, secure))                      \
    }

SCAN_FAMILY(char, scanf, , false)
SCAN_FAMILY(char, scanf, _s, true)
SCAN_FAMILY(WCHAR, wscanf, , false)
SCAN_FAMILY(WCHAR, wscanf, _s, true)
