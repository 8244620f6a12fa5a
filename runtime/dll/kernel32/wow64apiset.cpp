// wow64apiset.h: there are no 32-bit processes here.
#include "core/teb.h"
#include "dll/kernel32/kernel32.h"

using namespace lsw;

BOOL kernel32::IsWow64Process(HANDLE, PBOOL Wow64Process) { return *Wow64Process = FALSE, TRUE; }

BOOL kernel32::IsWow64Process2(HANDLE, USHORT* pProcessMachine, USHORT* pNativeMachine) {
    if (pProcessMachine) *pProcessMachine = 0;     // IMAGE_FILE_MACHINE_UNKNOWN: not under WOW64
    if (pNativeMachine) *pNativeMachine = 0x8664;  // IMAGE_FILE_MACHINE_AMD64
    return TRUE;
}

BOOL kernel32::Wow64DisableWow64FsRedirection(PVOID*) {
    return set_last_error(ERROR_INVALID_FUNCTION), FALSE;
}
BOOL kernel32::Wow64RevertWow64FsRedirection(PVOID) {
    return set_last_error(ERROR_INVALID_FUNCTION), FALSE;
}
BOOLEAN kernel32::Wow64EnableWow64FsRedirection(BOOLEAN) {
    return set_last_error(ERROR_INVALID_FUNCTION), FALSE;
}
