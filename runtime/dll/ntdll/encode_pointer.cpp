// Pointer encoding: a rotation under a cookie of the process.
#include <sys/random.h>

#include "dll/ntdll/ntdll.h"

namespace {

uintptr_t cookie() {
    static const uintptr_t value = [] {
        uintptr_t random = 0;
        if (getrandom(&random, sizeof random, GRND_NONBLOCK) != sizeof random)
            random = reinterpret_cast<uintptr_t>(&random);
        return random;
    }();
    return value;
}

PVOID rotate(uintptr_t value, unsigned by) {
    by &= 63;
    return reinterpret_cast<PVOID>(by ? value >> by | value << (64 - by) : value);
}

}  // namespace

PVOID ntdll::RtlEncodePointer(PVOID Ptr) {
    return rotate(reinterpret_cast<uintptr_t>(Ptr) ^ cookie(),
                  static_cast<unsigned>(cookie() & 63));
}

PVOID ntdll::RtlDecodePointer(PVOID Ptr) {
    PVOID back =
        rotate(reinterpret_cast<uintptr_t>(Ptr), 64 - static_cast<unsigned>(cookie() & 63));
    return reinterpret_cast<PVOID>(reinterpret_cast<uintptr_t>(back) ^ cookie());
}

PVOID ntdll::RtlEncodeSystemPointer(PVOID Ptr) { return RtlEncodePointer(Ptr); }
PVOID ntdll::RtlDecodeSystemPointer(PVOID Ptr) { return RtlDecodePointer(Ptr); }
