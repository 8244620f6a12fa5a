// evntprov.h: providers of event tracing. There are no trace sessions, so a provider is never enabled, its callback never
// runs, and writing succeeds without a reader, as on a Windows machine where nobody traces.
#include <atomic>
#include <cstring>
#include <mutex>
#include <unordered_set>

#include "base/random.h"
#include "core/teb.h"
#include "dll/advapi32/advapi32.h"

using namespace lsw;

namespace {

struct Providers {
    std::mutex lock;
    ULONGLONG last = 0;
    std::unordered_set<ULONGLONG> registered;

    bool has(ULONGLONG handle) {
        std::lock_guard guard(lock);
        return registered.contains(handle);
    }
};

Providers& providers() {
    static auto& instance = *new Providers;
    return instance;
}

ULONG written(ULONGLONG handle) { return providers().has(handle) ? ERROR_SUCCESS : ERROR_INVALID_HANDLE; }

// Unique on this machine as long as it is up; the layout of the bytes is nobody's business.
GUID new_activity_id() {
    GUID id;
    fill_random(&id, sizeof id);
    return id;
}

}  // namespace

ULONG advapi32::EventRegister(const GUID* ProviderId, PVOID, PVOID, ULONGLONG* RegHandle) {
    if (!ProviderId || !RegHandle) return ERROR_INVALID_PARAMETER;
    Providers& all = providers();
    ULONGLONG made;
    {
        std::lock_guard guard(all.lock);
        all.registered.insert(made = ++all.last);
    }
    *RegHandle = made;
    return ERROR_SUCCESS;
}

ULONG advapi32::EventUnregister(ULONGLONG RegHandle) {
    Providers& all = providers();
    std::lock_guard guard(all.lock);
    return all.registered.erase(RegHandle) ? ERROR_SUCCESS : ERROR_INVALID_HANDLE;
}

ULONG advapi32::EventSetInformation(ULONGLONG RegHandle, ULONG, PVOID, ULONG) { return written(RegHandle); }

BOOLEAN advapi32::EventEnabled(ULONGLONG, const void*) { return FALSE; }

BOOLEAN advapi32::EventProviderEnabled(ULONGLONG, UCHAR, ULONGLONG) { return FALSE; }

ULONG advapi32::EventWrite(ULONGLONG RegHandle, const void*, ULONG, PVOID) { return written(RegHandle); }

ULONG advapi32::EventWriteEx(ULONGLONG RegHandle, const void*, ULONG64, ULONG, const GUID*, const GUID*, ULONG, PVOID) {
    return written(RegHandle);
}

ULONG advapi32::EventWriteTransfer(ULONGLONG RegHandle, const void*, const GUID*, const GUID*, ULONG, PVOID) {
    return written(RegHandle);
}

ULONG advapi32::EventWriteString(ULONGLONG RegHandle, UCHAR, ULONGLONG, PCWSTR) { return written(RegHandle); }

// The thread's activity id lives in its TEB ("EventActivityIdControl function").
ULONG advapi32::EventActivityIdControl(ULONG ControlCode, GUID* ActivityId) {
    enum Control : ULONG { kGet = 1, kSet, kCreate, kGetSet, kCreateSet };
    if (!ActivityId) return ERROR_INVALID_PARAMETER;
    GUID& own = current_teb()->ActivityId;
    GUID before = own;
    switch (ControlCode) {
        case kGet: *ActivityId = before; break;
        case kSet: own = *ActivityId; break;
        case kCreate: *ActivityId = new_activity_id(); break;
        case kGetSet: own = *ActivityId, *ActivityId = before; break;
        case kCreateSet: own = new_activity_id(), *ActivityId = before; break;
        default: return ERROR_INVALID_PARAMETER;
    }
    return ERROR_SUCCESS;
}
