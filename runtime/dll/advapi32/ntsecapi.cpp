// ntsecapi.h: RtlGenRandom, exported as SystemFunction036.
#include "base/random.h"
#include "dll/advapi32/advapi32.h"

BOOLEAN advapi32::SystemFunction036(PVOID RandomBuffer, ULONG RandomBufferLength) {
    lsw::fill_random(RandomBuffer, RandomBufferLength);
    return TRUE;
}
