// Access to the current thread's TEB (GS) and the last error.
// set_last_error_from is the one place where a status becomes a Win32 error.
#pragma once

#include "abi/peb.h"
#include "base/status.h"

namespace lsw {

inline TEB* current_teb() {
    TEB* teb;
    asm("movq %%gs:0x30, %0" : "=r"(teb));
    return teb;
}

inline PEB* current_peb() { return current_teb()->ProcessEnvironmentBlock; }

inline DWORD last_error() { return current_teb()->LastErrorValue; }
inline void set_last_error(DWORD error) { current_teb()->LastErrorValue = error; }

// Sets the last error to the Win32 code of `status`; returns FALSE so that entry points can `return` it.
inline BOOL set_last_error_from(NTSTATUS status) {
    current_teb()->LastStatusValue = status;
    set_last_error(win32_from_status(status));
    return FALSE;
}

// TRUE for success, else sets the last error and gives FALSE.
inline BOOL win32_result(NTSTATUS status) {
    return NT_SUCCESS(status) ? TRUE : set_last_error_from(status);
}

}  // namespace lsw
