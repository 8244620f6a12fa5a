// combaseapi.h: the security of calls to other processes, of which there are none. Doc: "CoInitializeSecurity function
// (combaseapi.h)", "CoSetProxyBlanket function (combaseapi.h)".
#include <atomic>

#include "dll/combase/combase.h"

namespace {

constexpr HRESULT kOk = 0, kInvalidArgument = static_cast<HRESULT>(0x80070057),
                  kNoInterface = static_cast<HRESULT>(0x80004002), kTooLate = static_cast<HRESULT>(0x80010119);

std::atomic<bool>& initialised() {
    static std::atomic<bool> value;
    return value;
}

}  // namespace

HRESULT combase::CoInitializeSecurity(PVOID, LONG, PVOID, PVOID pReserved1, DWORD, DWORD, PVOID, DWORD, PVOID pReserved3) {
    if (pReserved1 || pReserved3) return kInvalidArgument;
    return initialised().exchange(true) ? kTooLate : kOk;  // RPC_E_TOO_LATE for a second call
}

HRESULT combase::CoSetProxyBlanket(PVOID pProxy, DWORD, DWORD, LPWSTR, DWORD, DWORD, PVOID, DWORD) {
    return pProxy ? kNoInterface : kInvalidArgument;
}
