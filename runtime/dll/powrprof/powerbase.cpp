// powerbase.h: Go registers for resume notifications at start and never looks back.
#include "abi/winerror.h"
#include "dll/powrprof/powrprof.h"

DWORD powrprof::PowerRegisterSuspendResumeNotification(DWORD, HANDLE Recipient, PVOID* RegistrationHandle) {
    if (!Recipient || !RegistrationHandle) return ERROR_INVALID_PARAMETER;
    *RegistrationHandle = Recipient;
    return ERROR_SUCCESS;
}

DWORD powrprof::PowerUnregisterSuspendResumeNotification(PVOID RegistrationHandle) {
    return RegistrationHandle ? ERROR_SUCCESS : ERROR_INVALID_PARAMETER;
}
