// lmjoin.h: this machine is in the workgroup WORKGROUP. Doc: "NetGetJoinInformation function (lmjoin.h)".
#include <cstring>

#include "core/memory/heap.h"
#include "core/teb.h"
#include "dll/netapi32/netapi32.h"

DWORD netapi32::NetApiBufferFree(LPVOID Buffer) {
    if (Buffer) lsw::process_heap().release(Buffer);
    return NO_ERROR;
}

DWORD netapi32::NetGetJoinInformation(LPCWSTR, LPWSTR* lpNameBuffer, int* BufferType) {
    static constexpr char16_t kName[] = u"WORKGROUP";
    constexpr int kWorkgroup = 2;  // NetSetupWorkgroupName
    if (!lpNameBuffer || !BufferType) return ERROR_INVALID_PARAMETER;
    *lpNameBuffer = static_cast<LPWSTR>(lsw::process_heap().allocate(sizeof kName, false));
    if (!*lpNameBuffer) return ERROR_NOT_ENOUGH_MEMORY;
    memcpy(*lpNameBuffer, kName, sizeof kName);
    *BufferType = kWorkgroup;
    return NO_ERROR;
}
