// processthreadsapi.h and fibersapi.h: thread-local and fiber-local values.
#include "core/thread/thread_data.h"

#include "core/teb.h"
#include "dll/kernel32/kernel32.h"

using namespace lsw;

namespace {

DWORD allocated(DWORD index) {
    if (index == TLS_OUT_OF_INDEXES) set_last_error(ERROR_NO_MORE_ITEMS);
    return index;
}

BOOL bad_index() {
    set_last_error(ERROR_INVALID_PARAMETER);
    return FALSE;
}

}  // namespace

DWORD kernel32::TlsAlloc() { return allocated(tls_alloc()); }

BOOL kernel32::TlsFree(DWORD dwTlsIndex) { return tls_free(dwTlsIndex) ? TRUE : bad_index(); }

LPVOID kernel32::TlsGetValue(DWORD dwTlsIndex) {
    // Success sets the last error too: a stored zero is told from a failure by it.
    LPVOID value = TlsGetValue2(dwTlsIndex);
    set_last_error(dwTlsIndex < TLS_MINIMUM_AVAILABLE + kTlsExpansionSlots ? ERROR_SUCCESS : ERROR_INVALID_PARAMETER);
    return value;
}

LPVOID kernel32::TlsGetValue2(DWORD dwTlsIndex) {
    void** slot = tls_slot(dwTlsIndex, false);
    return slot ? *slot : nullptr;
}

BOOL kernel32::TlsSetValue(DWORD dwTlsIndex, LPVOID lpTlsValue) {
    void** slot = tls_slot(dwTlsIndex, true);
    if (!slot) return bad_index();
    *slot = lpTlsValue;
    return TRUE;
}

DWORD kernel32::FlsAlloc(PFLS_CALLBACK_FUNCTION lpCallback) { return allocated(fls_alloc(lpCallback)); }

BOOL kernel32::FlsFree(DWORD dwFlsIndex) { return fls_free(dwFlsIndex) ? TRUE : bad_index(); }

PVOID kernel32::FlsGetValue(DWORD dwFlsIndex) {
    set_last_error(dwFlsIndex < kFlsSlots ? ERROR_SUCCESS : ERROR_INVALID_PARAMETER);
    return FlsGetValue2(dwFlsIndex);
}

PVOID kernel32::FlsGetValue2(DWORD dwFlsIndex) {
    void** slot = fls_slot(dwFlsIndex, false);
    return slot ? *slot : nullptr;
}

BOOL kernel32::FlsSetValue(DWORD dwFlsIndex, PVOID lpFlsData) {
    void** slot = fls_is_allocated(dwFlsIndex) ? fls_slot(dwFlsIndex, true) : nullptr;
    if (!slot) return bad_index();
    *slot = lpFlsData;
    return TRUE;
}
