// dbghelp.h: stacks and images of the own process. Doc: "StackWalk64 function (dbghelp.h)".
#include <cstring>
#include <string>
#include <vector>

#include "base/text.h"
#include "core/process/process_object.h"
#include "core/teb.h"
#include "dll/dbghelp/dbghelp.h"
#include "dll/dbghelp/images.h"
#include "dll/kernel32/kernel32.h"
#include "dll/ntdll/ntdll.h"

using namespace lsw;

namespace {

constexpr DWORD kAmd64 = 0x8664;
constexpr DWORD64 kUnderWay = 0x5357'4B57'414C'4B21;  // in STACKFRAME64.Reserved: the walk has begun

// One step up: a function without unwind data is a leaf, whose return address is on top.
bool step(CONTEXT& context) {
    DWORD64 base = 0;
    if (!context.Rip) return false;
    if (auto* entry = ntdll::RtlLookupFunctionEntry(context.Rip, &base, nullptr)) {
        PVOID data = nullptr;
        DWORD64 frame = 0, before = context.Rsp;
        ntdll::RtlVirtualUnwind(0, base, context.Rip, entry, &context, &data, &frame, nullptr);
        return context.Rip && context.Rsp > before;
    }
    TEB* teb = current_teb();
    auto top = reinterpret_cast<DWORD64>(teb->NtTib.StackBase), low = reinterpret_cast<DWORD64>(teb->NtTib.StackLimit);
    bool own = context.Rsp >= low && context.Rsp < top;
    if (own && context.Rsp + 8 > top) return false;
    DWORD64 value = 0;
    SIZE_T got = 0;
    auto* process = reinterpret_cast<HANDLE>(intptr_t{-1});
    if (!kernel32::ReadProcessMemory(process, reinterpret_cast<LPCVOID>(context.Rsp), &value, 8, &got)) return false;
    context.Rip = value;
    context.Rsp += 8;
    return value != 0;
}

BOOL walk(DWORD machine, STACKFRAME64* frame, CONTEXT* context) {
    if (machine != kAmd64 || !frame || !context) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    if (frame->Reserved[0] == kUnderWay) {
        if (!step(*context)) return FALSE;
    } else if (frame->AddrPC.Offset && frame->AddrPC.Offset != context->Rip) {
        context->Rip = frame->AddrPC.Offset;
        context->Rsp = frame->AddrStack.Offset;
        context->Rbp = frame->AddrFrame.Offset;
    }
    if (!context->Rip) return FALSE;
    frame->Reserved[0] = kUnderWay;
    CONTEXT caller = *context;
    bool has_caller = step(caller);
    constexpr int kFlat = 3;
    frame->AddrPC = {context->Rip, 0, kFlat};
    frame->AddrStack = {context->Rsp, 0, kFlat};
    frame->AddrFrame = {has_caller ? caller.Rsp - 16 : context->Rbp, 0, kFlat};
    frame->AddrReturn = {has_caller ? caller.Rip : 0, 0, kFlat};
    frame->FuncTableEntry = dbghelp::SymFunctionTableAccess64(nullptr, context->Rip);
    frame->Virtual = TRUE;
    return TRUE;
}

template <class Each>
BOOL for_each_module(HANDLE wanted, Each each) {
    HANDLE process = is_other_process(wanted) ? wanted : reinterpret_cast<HANDLE>(intptr_t{-1});
    std::vector<HMODULE> modules(512);
    DWORD needed = 0;
    if (!kernel32::K32EnumProcessModules(process, modules.data(), static_cast<DWORD>(modules.size() * 8), &needed))
        return FALSE;
    modules.resize(std::min<size_t>(modules.size(), needed / 8));
    HMODULE* all = static_cast<HMODULE*>(calloc(modules.size() + 1, sizeof(HMODULE)));
    if (!all) return FALSE;
    memcpy(all, modules.data(), modules.size() * sizeof(HMODULE));
    modules = {};  // nothing with a destructor while the program's function runs
    BOOL going = TRUE;
    for (HMODULE* at = all; *at && going; ++at) going = each(process, *at);
    free(all);
    return TRUE;
}

ULONG size_of(HANDLE process, HMODULE module) {
    MODULEINFO info{};
    return kernel32::K32GetModuleInformation(process, module, &info, sizeof info) ? info.SizeOfImage : 0;
}

}  // namespace

bool is_other_process(HANDLE process) {
    auto found = process_from_handle(process);
    return found.ok() && !(*found)->is_current();
}

void* image_directory(void* base, USHORT entry, DWORD* size) {
    auto* headers = static_cast<const std::byte*>(dbghelp::ImageNtHeader(base));
    DWORD count = 0, place[2] = {};
    if (headers) memcpy(&count, headers + 132, sizeof count);  // OptionalHeader.NumberOfRvaAndSizes
    if (entry >= count) return nullptr;
    memcpy(place, headers + 136 + entry * 8, sizeof place);
    if (size) *size = place[1];
    return place[0] ? static_cast<std::byte*>(base) + place[0] : nullptr;
}

BOOL dbghelp::StackWalk64(DWORD MachineType, HANDLE hProcess, HANDLE, STACKFRAME64* StackFrame, PVOID ContextRecord, void*,
                          void*, void*, void*) {
    if (is_other_process(hProcess)) return set_last_error(ERROR_NOT_SUPPORTED), FALSE;
    return walk(MachineType, StackFrame, static_cast<CONTEXT*>(ContextRecord));
}

BOOL dbghelp::StackWalkEx(DWORD MachineType, HANDLE hProcess, HANDLE, STACKFRAME_EX* StackFrame, PVOID ContextRecord, void*,
                          void*, void*, void*, DWORD) {
    if (is_other_process(hProcess)) return set_last_error(ERROR_NOT_SUPPORTED), FALSE;
    return StackFrame && walk(MachineType, &StackFrame->frame, static_cast<CONTEXT*>(ContextRecord));
}

BOOL dbghelp::EnumerateLoadedModulesExW(HANDLE hProcess, PENUMLOADED_MODULES_CALLBACKW64 EnumLoadedModulesCallback,
                                        PVOID UserContext) {
    return for_each_module(hProcess, [&](HANDLE process, HMODULE module) {
        WCHAR name[MAX_PATH];
        kernel32::K32GetModuleFileNameExW(process, module, name, MAX_PATH);
        return EnumLoadedModulesCallback(name, reinterpret_cast<DWORD64>(module), size_of(process, module), UserContext);
    });
}

BOOL dbghelp::EnumerateLoadedModulesEx(HANDLE hProcess, PENUMLOADED_MODULES_CALLBACK64 EnumLoadedModulesCallback,
                                       PVOID UserContext) {
    return for_each_module(hProcess, [&](HANDLE process, HMODULE module) {
        char name[MAX_PATH];
        kernel32::K32GetModuleFileNameExA(process, module, name, MAX_PATH);
        return EnumLoadedModulesCallback(name, reinterpret_cast<DWORD64>(module), size_of(process, module), UserContext);
    });
}

BOOL dbghelp::EnumerateLoadedModules64(HANDLE hProcess, PENUMLOADED_MODULES_CALLBACK64 callback, PVOID UserContext) {
    return EnumerateLoadedModulesEx(hProcess, callback, UserContext);
}

BOOL dbghelp::EnumerateLoadedModulesW64(HANDLE hProcess, PENUMLOADED_MODULES_CALLBACKW64 callback, PVOID UserContext) {
    return EnumerateLoadedModulesExW(hProcess, callback, UserContext);
}

PVOID dbghelp::ImageNtHeader(PVOID Base) {
    auto* bytes = static_cast<std::byte*>(Base);
    WORD magic = 0;
    LONG offset = 0;
    DWORD signature = 0;
    if (!bytes) return nullptr;
    memcpy(&magic, bytes, sizeof magic);
    if (magic != 0x5A4D) return nullptr;
    memcpy(&offset, bytes + 60, sizeof offset);
    if (offset < 0 || offset > 0x1000'0000) return nullptr;
    memcpy(&signature, bytes + offset, sizeof signature);
    return signature == 0x4550 ? bytes + offset : nullptr;
}

PVOID dbghelp::ImageDirectoryEntryToData(PVOID Base, BOOLEAN MappedAsImage, USHORT DirectoryEntry, PULONG Size) {
    if (Size) *Size = 0;
    if (!MappedAsImage) return set_last_error(ERROR_NOT_SUPPORTED), nullptr;
    return image_directory(Base, DirectoryEntry, Size);
}
