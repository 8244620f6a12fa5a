// lmjoin.h, lmshare.h: this machine is in the workgroup WORKGROUP and shares nothing. Doc: "NetGetJoinInformation function".
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

namespace {
constexpr DWORD kServerNotStarted = 2114;  // NERR_ServerNotStarted
}

DWORD netapi32::NetShareAdd(LPWSTR, DWORD, LPBYTE, LPDWORD) { return kServerNotStarted; }
DWORD netapi32::NetShareDel(LPWSTR, LPWSTR, DWORD) { return kServerNotStarted; }
DWORD netapi32::NetShareEnum(LPWSTR, DWORD, LPBYTE*, DWORD, LPDWORD, LPDWORD, LPDWORD) { return kServerNotStarted; }

DWORD netapi32::NetUseEnum(LPWSTR, DWORD, LPBYTE* BufPtr, DWORD, LPDWORD EntriesRead, LPDWORD TotalEntries, LPDWORD) {
    if (!BufPtr || !EntriesRead || !TotalEntries) return ERROR_INVALID_PARAMETER;
    *BufPtr = nullptr;
    *EntriesRead = *TotalEntries = 0;
    return NO_ERROR;
}

// The machine is in no domain, so nobody controls it: NERR_DCNotFound.
DWORD netapi32::NetGetDCName(LPCWSTR, LPCWSTR, BYTE** bufptr) {
    if (bufptr) *bufptr = nullptr;
    return 2453;
}
