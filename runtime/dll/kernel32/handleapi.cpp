// handleapi.h: closing, duplicating and flagging handles.
#include "core/process/object_lookup.h"
#include "core/runtime.h"
#include "core/teb.h"
#include "dll/kernel32/kernel32.h"

using namespace lsw;

namespace {

constexpr DWORD kInherit = 1, kProtectFromClose = 2;  // HANDLE_FLAG_…

}  // namespace

BOOL kernel32::CloseHandle(HANDLE hObject) {
    // Closing a pseudo handle has no effect.
    if (is_current_process_handle(hObject) || is_current_thread_handle(hObject)) return TRUE;
    return win32_result(runtime().handles.close(hObject).status());
}

BOOL kernel32::DuplicateHandle(HANDLE hSourceProcessHandle, HANDLE hSourceHandle, HANDLE hTargetProcessHandle,
                               LPHANDLE lpTargetHandle, DWORD dwDesiredAccess, BOOL bInheritHandle, DWORD dwOptions) {
    return win32_result(ntdll::NtDuplicateObject(hSourceProcessHandle, hSourceHandle, hTargetProcessHandle, lpTargetHandle,
                                                 dwDesiredAccess, bInheritHandle ? OBJ_INHERIT : 0, dwOptions));
}

BOOL kernel32::GetHandleInformation(HANDLE hObject, LPDWORD lpdwFlags) {
    auto found = object_from_handle(hObject);
    if (!found.ok()) return set_last_error_from(found.status());
    *lpdwFlags = (found->info.inherit ? kInherit : 0) | (found->info.protect_from_close ? kProtectFromClose : 0);
    return TRUE;
}

BOOL kernel32::SetHandleInformation(HANDLE hObject, DWORD dwMask, DWORD dwFlags) {
    auto found = runtime().handles.lookup(hObject);
    if (!found.ok()) return set_last_error_from(found.status());
    HandleInfo info = found->info;
    if (dwMask & kInherit) info.inherit = dwFlags & kInherit;
    if (dwMask & kProtectFromClose) info.protect_from_close = dwFlags & kProtectFromClose;
    return win32_result(runtime().handles.set_info(hObject, info).status());
}

BOOL kernel32::CompareObjectHandles(HANDLE hFirstObjectHandle, HANDLE hSecondObjectHandle) {
    auto first = object_from_handle(hFirstObjectHandle), second = object_from_handle(hSecondObjectHandle);
    if (!first.ok() || !second.ok()) return set_last_error_from(STATUS_INVALID_HANDLE);
    if (first->object.get() == second->object.get()) return TRUE;
    set_last_error(ERROR_NOT_SAME_OBJECT);
    return FALSE;
}
