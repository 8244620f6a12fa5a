// combaseapi.h: task memory, initialisation, GUIDs.
#include <cstdio>
#include <cstring>

#include "base/random.h"
#include "core/memory/heap.h"
#include "core/teb.h"
#include "dll/combase/combase.h"
#include "dll/kernel32/kernel32.h"
#include "dll/ole32/ole32.h"

using namespace lsw;

namespace {

constexpr HRESULT kOk = 0, kFalse = 1;
constexpr HRESULT kInvalidArgument = static_cast<HRESULT>(0x80070057);
constexpr HRESULT kNoInterface = static_cast<HRESULT>(0x80004002);
constexpr HRESULT kNotImplemented = static_cast<HRESULT>(0x80004001);
constexpr HRESULT kPointer = static_cast<HRESULT>(0x80004003);
constexpr HRESULT kNotInitialised = static_cast<HRESULT>(0x800401F0);
constexpr HRESULT kChangedMode = static_cast<HRESULT>(0x80010106);
constexpr HRESULT kClassNotRegistered = static_cast<HRESULT>(0x80040154);

// Per thread: how often it was initialised, and as which kind of apartment.
thread_local int t_initialised = 0;
thread_local DWORD t_kind = 0;

// The context that a thread is in, an object (IObjContext) with no state: every multithreaded one is the same.
struct Context {
    void* const* methods;
};

// IUnknown and IObjContext: {00000000-…} and {000001C6-0000-0000-C000-000000000046}.
HRESULT WINAPI query_context(Context* self, const GUID* riid, LPVOID* ppv) {
    constexpr GUID kUnknown{0, 0, 0, {0xC0, 0, 0, 0, 0, 0, 0, 0x46}};
    GUID asked = *riid;
    if (asked.Data1 == 0x1C6) asked.Data1 = 0;
    bool known = memcmp(&asked, &kUnknown, sizeof asked) == 0;
    *ppv = known ? self : nullptr;
    return known ? kOk : kNoInterface;
}
ULONG WINAPI count_context(Context*) { return 1; }
HRESULT WINAPI not_implemented(Context*) { return kNotImplemented; }

Context* object_context() {
    static void* const kMethods[] = {
        reinterpret_cast<void*>(query_context),   reinterpret_cast<void*>(count_context),
        reinterpret_cast<void*>(count_context),   reinterpret_cast<void*>(not_implemented),
        reinterpret_cast<void*>(not_implemented), reinterpret_cast<void*>(not_implemented),
        reinterpret_cast<void*>(not_implemented), reinterpret_cast<void*>(not_implemented),
        reinterpret_cast<void*>(not_implemented), reinterpret_cast<void*>(not_implemented),
        reinterpret_cast<void*>(not_implemented), reinterpret_cast<void*>(not_implemented),
        reinterpret_cast<void*>(not_implemented), reinterpret_cast<void*>(not_implemented),
    };
    static Context shared{kMethods};
    static thread_local Context own{kMethods};
    return t_kind ? &own : &shared;
}

}  // namespace

LPVOID combase::CoTaskMemAlloc(SIZE_T cb) { return process_heap().allocate(cb, false); }

LPVOID combase::CoTaskMemRealloc(LPVOID pv, SIZE_T cb) {
    if (!pv) return CoTaskMemAlloc(cb);
    if (cb == 0) return CoTaskMemFree(pv), nullptr;
    return process_heap().reallocate(pv, cb, false, false);
}

void combase::CoTaskMemFree(LPVOID pv) {
    if (pv) process_heap().release(pv);
}

HRESULT combase::CoInitializeEx(LPVOID, DWORD dwCoInit) {
    constexpr DWORD kApartmentThreaded = 2;
    DWORD kind = dwCoInit & kApartmentThreaded;
    if (t_initialised && kind != t_kind) return kChangedMode;
    t_kind = kind;
    return t_initialised++ ? kFalse : kOk;
}

void combase::CoUninitialize() {
    if (t_initialised) --t_initialised;
}

HRESULT combase::CoGetApartmentType(DWORD* pAptType, DWORD* pAptQualifier) {
    constexpr DWORD kNone = 0xFFFFFFFF, kSta = 0, kMta = 1;  // APTTYPE_CURRENT, _STA, _MTA
    if (!pAptType || !pAptQualifier) return kInvalidArgument;
    *pAptQualifier = 0;
    *pAptType = !t_initialised ? kNone : t_kind ? kSta : kMta;
    return t_initialised ? kOk : kNotInitialised;
}

HRESULT combase::CoGetContextToken(ULONG_PTR* pToken) {
    if (!t_initialised) return kNotInitialised;
    if (!pToken) return kPointer;
    *pToken = reinterpret_cast<ULONG_PTR>(object_context());
    return kOk;
}

HRESULT combase::CoGetObjectContext(const GUID* riid, LPVOID* ppv) {
    if (!ppv) return kPointer;
    *ppv = nullptr;
    if (!t_initialised) return kNotInitialised;
    return query_context(object_context(), riid, ppv);
}

HRESULT combase::CoWaitForMultipleHandles(DWORD dwFlags, DWORD dwTimeout, ULONG cHandles, HANDLE* pHandles,
                                          LPDWORD lpdwindex) {
    constexpr DWORD kWaitAll = 1, kAlertable = 2;
    constexpr HRESULT kCallPending = static_cast<HRESULT>(0x80010115);  // RPC_S_CALLPENDING
    if (!pHandles || !cHandles || !lpdwindex) return kInvalidArgument;
    DWORD waited = kernel32::WaitForMultipleObjectsEx(cHandles, pHandles, (dwFlags & kWaitAll) != 0, dwTimeout,
                                                      (dwFlags & kAlertable) != 0);
    if (waited == WAIT_TIMEOUT) return kCallPending;
    if (waited == WAIT_FAILED) return static_cast<HRESULT>(0x80070000 | last_error());
    *lpdwindex = waited;
    return kOk;
}

HRESULT combase::CLSIDFromProgID(LPCWSTR lpszProgID, GUID* lpclsid) {
    if (!lpszProgID || !lpclsid) return kInvalidArgument;
    *lpclsid = {};
    return static_cast<HRESULT>(0x800401F3);  // CO_E_CLASSSTRING
}

HRESULT combase::CoCreateGuid(GUID* pguid) {
    if (!pguid) return kInvalidArgument;
    fill_random(pguid, sizeof *pguid);
    pguid->Data3 = (pguid->Data3 & 0x0FFF) | 0x4000;  // version 4: random
    pguid->Data4[0] = (pguid->Data4[0] & 0x3F) | 0x80;
    return kOk;
}

HRESULT combase::CoCreateInstance(const GUID*, void*, DWORD, const GUID*, LPVOID* ppv) {
    if (ppv) *ppv = nullptr;
    return kClassNotRegistered;
}

int combase::StringFromGUID2(const GUID* rguid, LPWSTR lpsz, int cchMax) {
    char text[40];
    int length = snprintf(text, sizeof text, "{%08X-%04X-%04X-%02X%02X-%02X%02X%02X%02X%02X%02X}", rguid->Data1,
                          rguid->Data2, rguid->Data3, rguid->Data4[0], rguid->Data4[1], rguid->Data4[2],
                          rguid->Data4[3], rguid->Data4[4], rguid->Data4[5], rguid->Data4[6], rguid->Data4[7]);
    if (cchMax <= length) return 0;
    for (int i = 0; i <= length; ++i) lpsz[i] = static_cast<WCHAR>(text[i]);
    return length + 1;
}

HRESULT ole32::CoInitialize(LPVOID pvReserved) { return combase::CoInitializeEx(pvReserved, 2); }
