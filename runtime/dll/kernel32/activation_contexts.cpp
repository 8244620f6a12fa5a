// winbase.h: activation contexts as handles that can be made, activated and released. What a manifest would redirect is
// found by the usual search. Doc: "CreateActCtxW function (winbase.h)", "ActivateActCtx function (winbase.h)".
#include <atomic>
#include <cstring>

#include "base/text.h"
#include "core/memory/heap.h"
#include "core/teb.h"
#include "dll/kernel32/packages.h"

using namespace lsw;

namespace {

template <class Char>
struct ActCtx {
    ULONG cbSize;
    DWORD dwFlags;
    const Char* lpSource;
    USHORT wProcessorArchitecture, wLangId;
    const Char *lpAssemblyDirectory, *lpResourceName, *lpApplicationName;
    HMODULE hModule;
};
static_assert(sizeof(ActCtx<WCHAR>) == 56);

constexpr DWORD kSectionNotFound = 14000, kBadSize = ERROR_INVALID_PARAMETER;
constexpr DWORD kModuleValid = 0x80;
constexpr ULONG_PTR kCookie = 0x4C53570000000000;

struct Context {
    std::atomic<int> references{1};
};

// Per thread, as cookies of one thread mean nothing to another.
thread_local HANDLE active = nullptr;

HANDLE fail_handle(DWORD error) { return set_last_error(error), INVALID_HANDLE_VALUE; }

Context* context_of(HANDLE handle) {
    return handle && handle != INVALID_HANDLE_VALUE ? static_cast<Context*>(handle) : nullptr;
}

HANDLE create(ULONG size, DWORD flags, LPCWSTR source, HMODULE module) {
    constexpr DWORD kNoAttributes = 0xFFFFFFFF;
    if (size < 32) return fail_handle(kBadSize);
    bool from_module = flags & kModuleValid && module;
    if (!source && !from_module) return fail_handle(ERROR_INVALID_PARAMETER);
    if (source && kernel32::GetFileAttributesW(source) == kNoAttributes) return INVALID_HANDLE_VALUE;
    void* memory = process_heap().allocate(sizeof(Context), true);
    return memory ? new (memory) Context : fail_handle(ERROR_NOT_ENOUGH_MEMORY);
}

}  // namespace

HANDLE kernel32::CreateActCtxW(const void* pActCtx) {
    if (!pActCtx) return fail_handle(ERROR_INVALID_PARAMETER);
    auto& wanted = *static_cast<const ActCtx<WCHAR>*>(pActCtx);
    return create(wanted.cbSize, wanted.dwFlags, wanted.lpSource, wanted.dwFlags & kModuleValid ? wanted.hModule : nullptr);
}

HANDLE kernel32::CreateActCtxA(const void* pActCtx) {
    if (!pActCtx) return fail_handle(ERROR_INVALID_PARAMETER);
    auto& wanted = *static_cast<const ActCtx<CHAR>*>(pActCtx);
    std::u16string source = utf16_from_utf8(wanted.lpSource ? wanted.lpSource : "");
    return create(wanted.cbSize, wanted.dwFlags, wanted.lpSource ? source.c_str() : nullptr,
                  wanted.dwFlags & kModuleValid ? wanted.hModule : nullptr);
}

void kernel32::AddRefActCtx(HANDLE hActCtx) {
    if (Context* context = context_of(hActCtx)) ++context->references;
}

void kernel32::ReleaseActCtx(HANDLE hActCtx) {
    Context* context = context_of(hActCtx);
    if (context && --context->references == 0) process_heap().release(context);
}

BOOL kernel32::ZombifyActCtx(HANDLE hActCtx) {
    if (!context_of(hActCtx)) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    return TRUE;
}

// The cookie says what was active before.
BOOL kernel32::ActivateActCtx(HANDLE hActCtx, ULONG_PTR* lpCookie) {
    if (!lpCookie || hActCtx == INVALID_HANDLE_VALUE) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    *lpCookie = kCookie ^ reinterpret_cast<ULONG_PTR>(active);
    active = hActCtx;
    return TRUE;
}

BOOL kernel32::DeactivateActCtx(DWORD, ULONG_PTR ulCookie) {
    active = reinterpret_cast<HANDLE>(ulCookie ^ kCookie);
    return TRUE;
}

BOOL kernel32::GetCurrentActCtx(HANDLE* lphActCtx) {
    if (!lphActCtx) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    AddRefActCtx(*lphActCtx = active);
    return TRUE;
}

BOOL kernel32::QueryActCtxW(DWORD, HANDLE hActCtx, PVOID, ULONG ulInfoClass, PVOID pvBuffer, SIZE_T cbBuffer,
                            SIZE_T* pcbWrittenOrRequired) {
    constexpr ULONG kBasic = 1;
    struct Basic {
        HANDLE hActCtx;
        DWORD dwFlags;
    };
    if (pcbWrittenOrRequired) *pcbWrittenOrRequired = sizeof(Basic);
    if (ulInfoClass != kBasic) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    if (!pvBuffer || cbBuffer < sizeof(Basic)) return set_last_error(ERROR_INSUFFICIENT_BUFFER), FALSE;
    Basic basic{hActCtx ? hActCtx : active, 0};
    memcpy(pvBuffer, &basic, sizeof basic);
    return TRUE;
}

BOOL kernel32::FindActCtxSectionStringW(DWORD, const GUID*, ULONG, LPCWSTR lpStringToFind, PVOID ReturnedData) {
    return set_last_error(lpStringToFind && ReturnedData ? kSectionNotFound : ERROR_INVALID_PARAMETER), FALSE;
}
