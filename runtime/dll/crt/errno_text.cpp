// errno, its texts, and the functions that give both out. Doc: "strerror, _strerror, _wcserror, __wcserror",
// "errno constants".
#include <algorithm>
#include <cstring>
#include <string>

#include "abi/exception.h"
#include "base/text.h"
#include "dll/crt/process.h"
#include "dll/msvcrt/msvcrt.h"

using namespace lsw;
using namespace lsw::crt;

namespace {

// _sys_errlist: what strerror gives for 0 to 42, and after them "Unknown error".
constexpr const char* kTexts[] = {
    "No error",
    "Operation not permitted",
    "No such file or directory",
    "No such process",
    "Interrupted function call",
    "Input/output error",
    "No such device or address",
    "Arg list too long",
    "Exec format error",
    "Bad file descriptor",
    "No child processes",
    "Resource temporarily unavailable",
    "Not enough space",
    "Permission denied",
    "Bad address",
    "Unknown error",
    "Resource device",
    "File exists",
    "Improper link",
    "No such device",
    "Not a directory",
    "Is a directory",
    "Invalid argument",
    "Too many open files in system",
    "Too many open files",
    "Inappropriate I/O control operation",
    "Unknown error",
    "File too large",
    "No space left on device",
    "Invalid seek",
    "Read-only file system",
    "Too many links",
    "Broken pipe",
    "Domain error",
    "Result too large",
    "Unknown error",
    "Resource deadlock avoided",
    "Unknown error",
    "Filename too long",
    "No locks available",
    "Function not implemented",
    "Directory not empty",
    "Illegal byte sequence",
    "Unknown error",
};
constexpr int kUnknown = std::size(kTexts) - 1;

// ucrt knows the POSIX numbers from 100 on as well (errno.h).
constexpr const char* kPosixTexts[] = {
    "address in use", "address not available", "address family not supported", "connection already in progress",
    "bad message", "operation canceled", "connection aborted", "connection refused", "connection reset",
    "destination address required", "host unreachable", "identifier removed", "operation in progress",
    "already connected", "too many symbolic link levels", "message size", "network down", "network reset",
    "network unreachable", "no buffer space", "no message available", "no link", "no message", "no protocol option",
    "no stream resources", "not a stream", "not connected", "state not recoverable", "not a socket", "not supported",
    "operation not supported", "unknown error", "value too large", "owner dead", "protocol error",
    "protocol not supported", "wrong protocol type", "stream timeout", "timed out", "text file busy",
    "operation would block"};
constexpr int kFirstPosix = 100;

const char* text_of(int error) {
    if (error >= 0 && error < kUnknown) return kTexts[error];
    if (modes().flavour == Flavour::ucrt && error >= kFirstPosix &&
        error < kFirstPosix + static_cast<int>(std::size(kPosixTexts)))
        return kPosixTexts[error - kFirstPosix];
    return kTexts[kUnknown];
}

// What strerror and its kin return a pointer to: each thread's own.
struct Buffers {
    std::string narrow;
    std::u16string wide;
};
thread_local Buffers t_buffers;

std::string with_message(const char* message) {
    std::string text = message && *message ? std::string(message) + ": " : "";
    return text + text_of(guest_errno()) + "\n";
}

// Cuts the text to what fits, as the documentation says of strerror_s.
template <class Char>
errno_t copy_cut(Char* buffer, size_t size, std::basic_string_view<Char> text) {
    if (!buffer || size == 0) return invalid();
    size_t count = std::min(text.size(), size - 1);
    text.copy(buffer, count);
    buffer[count] = 0;
    return 0;
}

}  // namespace

int* clib::_errno() { return &guest_errno(); }

ULONG* clib::__doserrno() { return &guest_doserrno(); }

errno_t clib::_set_errno(int value) {
    guest_errno() = value;
    return 0;
}

errno_t clib::_get_errno(int* value) {
    if (!value) return invalid();
    *value = guest_errno();
    return 0;
}

errno_t clib::_set_doserrno(ULONG value) {
    guest_doserrno() = value;
    return 0;
}

errno_t clib::_get_doserrno(ULONG* value) {
    if (!value) return invalid();
    *value = guest_doserrno();
    return 0;
}

void clib::_dosmaperr(ULONG error) { fail_with_win32(error); }

char* clib::strerror(int error) {
    t_buffers.narrow = text_of(error);
    return t_buffers.narrow.data();
}

char* clib::_strerror(const char* message) {
    t_buffers.narrow = with_message(message);
    return t_buffers.narrow.data();
}

WCHAR* clib::_wcserror(int error) {
    t_buffers.wide = utf16_from_utf8(text_of(error));
    return t_buffers.wide.data();
}

WCHAR* clib::__wcserror(const WCHAR* message) {
    std::string narrow = message ? utf8_from_utf16(message) : "";
    t_buffers.wide = utf16_from_utf8(with_message(narrow.c_str()));
    return t_buffers.wide.data();
}

errno_t clib::strerror_s(char* buffer, size_t size, int error) {
    return copy_cut(buffer, size, std::string_view(text_of(error)));
}

errno_t clib::_strerror_s(char* buffer, size_t size, const char* message) {
    std::string text = with_message(message);
    return copy_cut(buffer, size, std::string_view(text));
}

errno_t clib::_wcserror_s(WCHAR* buffer, size_t size, int error) {
    std::u16string text = utf16_from_utf8(text_of(error));
    return copy_cut(buffer, size, std::u16string_view(text));
}

errno_t clib::__wcserror_s(WCHAR* buffer, size_t size, const WCHAR* message) {
    std::string narrow = message ? utf8_from_utf16(message) : "";
    std::u16string text = utf16_from_utf8(with_message(narrow.c_str()));
    return copy_cut(buffer, size, std::u16string_view(text));
}

int* clib::__sys_nerr() {
    static int count = kUnknown;
    return &count;
}

char** clib::__sys_errlist() {
    static char* list[std::size(kTexts)];
    for (size_t i = 0; i < std::size(kTexts); ++i) list[i] = const_cast<char*>(kTexts[i]);
    return list;
}
