// winbase.h: contexts in buffers of a program's own, processor groups, and what the machine's memory allows. Managed runtimes
// ask for all of this at their start. Doc: "InitializeContext function (winbase.h)", "Working with XState Context".
#include "dll/kernel32/contexts.h"

#include <cstring>

#include "abi/context.h"
#include "core/teb.h"

using namespace lsw;

namespace {

constexpr ULONGLONG kLegacy = 3;  // XSTATE_MASK_LEGACY: x87 and SSE
constexpr DWORD kAmd64 = 0x00100000, kControl = 1, kInteger = 2, kSegments = 4, kFloating = 8, kDebug = 0x10, kParts = 0x1F;

BOOL fail(DWORD error) { return set_last_error(error), FALSE; }

template <class... Fields>
void copy(CONTEXT& to, const CONTEXT& from, Fields... fields) {
    ((to.*fields = from.*fields), ...);
}

}  // namespace

BOOL kernel32::InitializeContext(PVOID Buffer, DWORD ContextFlags, CONTEXT** Context, PDWORD ContextLength) {
    return InitializeContext2(Buffer, ContextFlags, Context, ContextLength, kLegacy);
}

BOOL kernel32::InitializeContext2(PVOID Buffer, DWORD ContextFlags, CONTEXT** Context, PDWORD ContextLength, ULONGLONG) {
    constexpr DWORD kNeeded = sizeof(CONTEXT) + alignof(CONTEXT) - 1;
    if (!ContextLength || !(ContextFlags & kAmd64)) return fail(ERROR_INVALID_PARAMETER);
    DWORD room = *ContextLength;
    *ContextLength = kNeeded;
    if (!Buffer || room < kNeeded) return fail(ERROR_INSUFFICIENT_BUFFER);
    auto at = (reinterpret_cast<uintptr_t>(Buffer) + alignof(CONTEXT) - 1) & ~(alignof(CONTEXT) - 1);
    auto* context = reinterpret_cast<CONTEXT*>(at);
    memset(context, 0, sizeof *context);
    context->ContextFlags = ContextFlags & (kAmd64 | kParts);
    *Context = context;
    return TRUE;
}

BOOL kernel32::CopyContext(CONTEXT* Destination, DWORD ContextFlags, CONTEXT* Source) {
    if (!(ContextFlags & kAmd64)) return fail(ERROR_INVALID_PARAMETER);
    CONTEXT& to = *Destination;
    const CONTEXT& from = *Source;
    DWORD parts = ContextFlags & kParts;
    using C = CONTEXT;
    if (parts & kControl) copy(to, from, &C::SegCs, &C::SegSs, &C::EFlags, &C::Rip, &C::Rsp);
    if (parts & kSegments) copy(to, from, &C::SegDs, &C::SegEs, &C::SegFs, &C::SegGs);
    if (parts & kInteger) {
        copy(to, from, &C::Rax, &C::Rcx, &C::Rdx, &C::Rbx, &C::Rbp, &C::Rsi, &C::Rdi, &C::R8);
        copy(to, from, &C::R9, &C::R10, &C::R11, &C::R12, &C::R13, &C::R14, &C::R15);
    }
    if (parts & kFloating) {
        to.MxCsr = from.MxCsr;
        memcpy(&to.FltSave, &from.FltSave, sizeof to.FltSave);
    }
    if (parts & kDebug) copy(to, from, &C::Dr0, &C::Dr1, &C::Dr2, &C::Dr3, &C::Dr6, &C::Dr7);
    to.ContextFlags |= kAmd64 | parts;
    return TRUE;
}

PVOID kernel32::LocateXStateFeature(CONTEXT* Context, DWORD FeatureId, PDWORD Length) {
    constexpr DWORD kX87 = 0, kSse = 1, kXmmOffset = 0xA0;
    if (!Context || FeatureId > kSse) return nullptr;
    auto* area = reinterpret_cast<std::byte*>(&Context->FltSave);
    if (Length) *Length = FeatureId == kX87 ? kXmmOffset : 16 * 16;
    return FeatureId == kX87 ? area : area + kXmmOffset;
}

BOOL kernel32::SetXStateFeaturesMask(CONTEXT*, ULONGLONG FeatureMask) {
    return FeatureMask & ~kLegacy ? fail(ERROR_INVALID_PARAMETER) : TRUE;
}

BOOL kernel32::GetXStateFeaturesMask(CONTEXT* Context, ULONGLONG* FeatureMask) {
    if (!Context || !FeatureMask) return fail(ERROR_INVALID_PARAMETER);
    *FeatureMask = (Context->ContextFlags & (kAmd64 | kFloating)) == (kAmd64 | kFloating) ? kLegacy : 0;
    return TRUE;
}

ULONGLONG kernel32::GetEnabledXStateFeatures() { return kLegacy; }

BOOL kernel32::GetProcessGroupAffinity(HANDLE hProcess, PUSHORT GroupCount, PUSHORT GroupArray) {
    DWORD_PTR process = 0, system = 0;
    if (!GetProcessAffinityMask(hProcess, &process, &system)) return FALSE;  // tells whether the handle is good
    if (!GroupCount) return fail(ERROR_INVALID_PARAMETER);
    USHORT room = *GroupCount;
    *GroupCount = 1;
    if (!room || !GroupArray) return fail(ERROR_INSUFFICIENT_BUFFER);
    GroupArray[0] = 0;
    return TRUE;
}

HANDLE kernel32::CreateMemoryResourceNotification(DWORD NotificationType) {
    constexpr DWORD kLow = 0, kHigh = 1, kPlentyPercent = 80, kShortPercent = 95;
    MEMORYSTATUSEX memory{};
    memory.dwLength = sizeof memory;
    if (NotificationType > kHigh) return set_last_error(ERROR_INVALID_PARAMETER), nullptr;
    if (!GlobalMemoryStatusEx(&memory)) return nullptr;
    DWORD load = memory.dwMemoryLoad;
    bool holds = NotificationType == kLow ? load >= kShortPercent : load <= kPlentyPercent;
    return CreateEventW(nullptr, TRUE, holds, nullptr);
}

BOOL kernel32::QueryMemoryResourceNotification(HANDLE ResourceNotificationHandle, PBOOL ResourceState) {
    if (!ResourceState) return fail(ERROR_INVALID_PARAMETER);
    DWORD waited = WaitForSingleObject(ResourceNotificationHandle, 0);
    if (waited == WAIT_FAILED) return FALSE;
    *ResourceState = waited == NO_ERROR;
    return TRUE;
}

// They need a privilege (SeLockMemoryPrivilege) that nobody has unless an administrator gave it.
BOOL kernel32::AllocateUserPhysicalPages(HANDLE, ULONG_PTR*, ULONG_PTR*) { return fail(ERROR_PRIVILEGE_NOT_HELD); }
BOOL kernel32::FreeUserPhysicalPages(HANDLE, ULONG_PTR*, ULONG_PTR*) { return fail(ERROR_INVALID_PARAMETER); }
BOOL kernel32::MapUserPhysicalPages(PVOID, ULONG_PTR, ULONG_PTR*) { return fail(ERROR_INVALID_PARAMETER); }

HRESULT kernel32::WerRegisterRuntimeExceptionModule(LPCWSTR pwszOutOfProcessCallbackDll, PVOID) {
    return pwszOutOfProcessCallbackDll ? 0 : static_cast<HRESULT>(0x80070057);
}
HRESULT kernel32::WerUnregisterRuntimeExceptionModule(LPCWSTR pwszOutOfProcessCallbackDll, PVOID) {
    return pwszOutOfProcessCallbackDll ? 0 : static_cast<HRESULT>(0x80070057);
}

BOOL kernel32::DeleteVolumeMountPointW(LPCWSTR lpszVolumeMountPoint) {
    if (!lpszVolumeMountPoint) return fail(ERROR_INVALID_PARAMETER);
    constexpr DWORD kNoAttributes = 0xFFFFFFFF, kDirectory = 0x10;
    DWORD attributes = GetFileAttributesW(lpszVolumeMountPoint);
    if (attributes == kNoAttributes) return FALSE;
    return fail(attributes & kDirectory ? ERROR_NOT_A_REPARSE_POINT : ERROR_DIRECTORY);
}
