// winbase.h: what has no better place.
#include <sched.h>

#include "core/system/system_info.h"
#include "core/teb.h"
#include "dll/kernel32/kernel32.h"

using namespace lsw;

UINT kernel32::SetHandleCount(UINT uNumber) { return uNumber; }

HRESULT kernel32::WerGetFlags(HANDLE, PDWORD pdwFlags) { return *pdwFlags = 0, 0; }
HRESULT kernel32::WerSetFlags(DWORD) {
    return 0;
}  // there is no error reporting whose behaviour they could change

HRESULT kernel32::RegisterApplicationRestart(PCWSTR, DWORD) { return 0; }

DWORD kernel32::GetCurrentProcessorNumber() {
    int cpu = sched_getcpu();
    return cpu < 0 ? 0 : static_cast<DWORD>(cpu) % 64;
}

void kernel32::GetCurrentProcessorNumberEx(PPROCESSOR_NUMBER ProcNumber) {
    *ProcNumber = {0, static_cast<BYTE>(GetCurrentProcessorNumber()), 0};
}
