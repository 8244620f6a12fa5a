// delayloadhandler.h: the system's own delay-load helper, which images linked for Windows 8 and later call
// instead of bringing one. Doc: "ResolveDelayLoadedAPI function", "DelayLoadFailureHook".
#include <cstring>
#include <string>

#include "api/missing.h"
#include "core/runtime.h"
#include "core/teb.h"
#include "dll/kernel32/kernel32.h"

using namespace lsw;

namespace {

// Which import of the descriptor a slot is.
size_t index_of_slot(std::byte* base, PCIMAGE_DELAYLOAD_DESCRIPTOR descriptor, void* slot) {
    auto* table = base + descriptor->ImportAddressTableRVA;
    return static_cast<size_t>(static_cast<std::byte*>(slot) - table) / sizeof(ULONGLONG);
}

HMODULE load_once(std::byte* base, PCIMAGE_DELAYLOAD_DESCRIPTOR descriptor) {
    auto* handle = reinterpret_cast<HMODULE*>(base + descriptor->ModuleHandleRVA);
    if (HMODULE loaded = __atomic_load_n(handle, __ATOMIC_ACQUIRE)) return loaded;
    HMODULE loaded = kernel32::LoadLibraryA(reinterpret_cast<LPCSTR>(base + descriptor->DllNameRVA));
    if (!loaded) return nullptr;
    // Of two threads that come here at once the second gives its reference back.
    if (__atomic_exchange_n(handle, loaded, __ATOMIC_ACQ_REL) != nullptr) kernel32::FreeLibrary(loaded);
    return loaded;
}

}  // namespace

PVOID kernel32::ResolveDelayLoadedAPI(PVOID ParentModuleBase, PCIMAGE_DELAYLOAD_DESCRIPTOR DelayloadDescriptor,
                                      PDELAYLOAD_FAILURE_DLL_CALLBACK FailureDllHook,
                                      PDELAYLOAD_FAILURE_SYSTEM_ROUTINE FailureSystemHook, PVOID ThunkAddress,
                                      ULONG) {
    auto* base = static_cast<std::byte*>(ParentModuleBase);
    size_t index = index_of_slot(base, DelayloadDescriptor, ThunkAddress);
    ULONGLONG thunk = 0;
    memcpy(&thunk, base + DelayloadDescriptor->ImportNameTableRVA + index * sizeof thunk, sizeof thunk);
    bool by_ordinal = (thunk & IMAGE_ORDINAL_FLAG64) != 0;
    LPCSTR name = by_ordinal ? reinterpret_cast<LPCSTR>(thunk & 0xFFFF)
                             : reinterpret_cast<LPCSTR>(base + static_cast<DWORD>(thunk) + sizeof(WORD));
    HMODULE module = load_once(base, DelayloadDescriptor);
    PVOID target = module ? reinterpret_cast<PVOID>(GetProcAddress(module, name)) : nullptr;
    if (target) {
        memcpy(ThunkAddress, &target, sizeof target);
        return target;
    }
    DELAYLOAD_INFO info{};
    info.Size = sizeof info;
    info.DelayloadDescriptor = DelayloadDescriptor;
    info.ThunkAddress = ThunkAddress;
    info.TargetDllName = reinterpret_cast<LPCSTR>(base + DelayloadDescriptor->DllNameRVA);
    info.TargetApiDescriptor.ImportDescribedByName = by_ordinal ? 0 : 1;
    info.TargetApiDescriptor.Description.Name = name;
    info.TargetModuleBase = module;
    info.LastError = last_error();
    if (FailureDllHook) target = FailureDllHook(DELAYLOAD_GPA_FAILURE, &info);
    if (!target && FailureSystemHook) target = FailureSystemHook(info.TargetDllName, name);
    return target;
}

FARPROC kernel32::DelayLoadFailureHook(LPCSTR pszDllName, LPCSTR pszProcName) {
    // Windows gives a routine that raises an exception; the stub for missing imports tells more.
    bool by_ordinal = reinterpret_cast<uintptr_t>(pszProcName) < 0x10000;
    std::string name = by_ordinal ? "#" + std::to_string(reinterpret_cast<uintptr_t>(pszProcName)) : pszProcName;
    auto stub = api::missing_import(pszDllName, name);
    return stub.ok() ? reinterpret_cast<FARPROC>(*stub) : nullptr;
}
