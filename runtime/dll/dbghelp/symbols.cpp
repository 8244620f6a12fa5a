// dbghelp.h: names of addresses, from the export tables of the loaded images. Doc: "SymFromAddr function (dbghelp.h)".
#include <algorithm>
#include <cstring>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "abi/pe.h"
#include "base/text.h"
#include "core/teb.h"
#include "dll/dbghelp/dbghelp.h"
#include "dll/dbghelp/images.h"
#include "dll/ntdll/ntdll.h"

using namespace lsw;

namespace {

struct State {
    std::mutex lock;
    DWORD options = 2;  // SYMOPT_UNDNAME
    std::u16string search_path = u".";
    std::set<HANDLE> sessions;
};

State& state() {
    static State instance;
    return instance;
}

BOOL fail(DWORD error) { return set_last_error(error), FALSE; }

struct Found {
    DWORD64 base = 0, address = 0;
    std::string name;
};

// The export nearest below `address`.
std::optional<Found> find(DWORD64 address) {
    DWORD64 base = dbghelp::SymGetModuleBase64(nullptr, address);
    DWORD size = 0;
    auto* table = static_cast<const ExportTable*>(base ? image_directory(reinterpret_cast<void*>(base), 0, &size) : nullptr);
    if (!table || !table->NumberOfNames) return std::nullopt;
    auto at = [&](DWORD rva) { return reinterpret_cast<const std::byte*>(base) + rva; };
    auto* functions = reinterpret_cast<const DWORD*>(at(table->AddressOfFunctions));
    auto* names = reinterpret_cast<const DWORD*>(at(table->AddressOfNames));
    auto* ordinals = reinterpret_cast<const WORD*>(at(table->AddressOfNameOrdinals));
    DWORD wanted = static_cast<DWORD>(address - base), best = 0;
    const char* name = nullptr;
    for (DWORD i = 0; i < table->NumberOfNames; ++i) {
        if (ordinals[i] >= table->NumberOfFunctions) continue;
        DWORD rva = functions[ordinals[i]];
        if (rva <= wanted && rva > best) best = rva, name = reinterpret_cast<const char*>(at(names[i]));
    }
    if (!name) return std::nullopt;
    return Found{base, base + best, name};
}

template <class Info, class Text>
BOOL give(DWORD64 address, DWORD64* displacement, Info* symbol, Text (*convert)(const std::string&)) {
    auto found = find(address);
    if (!found) return fail(ERROR_MOD_NOT_FOUND);
    constexpr ULONG kExport = 0x200, kPublic = 10;  // SYMFLAG_EXPORT, SymTagPublicSymbol
    symbol->ModBase = found->base;
    symbol->Address = found->address;
    symbol->Flags = kExport;
    symbol->Tag = kPublic;
    symbol->Size = 0;
    if (displacement) *displacement = address - found->address;
    Text name = convert(found->name);
    symbol->NameLen = static_cast<ULONG>(name.size());
    if (symbol->MaxNameLen) {
        size_t length = std::min<size_t>(name.size(), symbol->MaxNameLen - 1);
        memcpy(symbol->Name, name.data(), length * sizeof name[0]);
        symbol->Name[length] = 0;
    }
    return TRUE;
}

}  // namespace

BOOL dbghelp::SymInitializeW(HANDLE hProcess, PCWSTR UserSearchPath, BOOL) {
    std::u16string path(UserSearchPath ? UserSearchPath : u"");
    std::lock_guard held(state().lock);
    if (!state().sessions.insert(hProcess).second) return fail(ERROR_INVALID_PARAMETER);
    if (UserSearchPath) state().search_path = std::move(path);
    return TRUE;
}

BOOL dbghelp::SymInitialize(HANDLE hProcess, PCSTR UserSearchPath, BOOL fInvadeProcess) {
    std::u16string path = utf16_from_utf8(UserSearchPath ? UserSearchPath : "");
    return SymInitializeW(hProcess, UserSearchPath ? path.c_str() : nullptr, fInvadeProcess);
}

BOOL dbghelp::SymCleanup(HANDLE hProcess) {
    std::lock_guard held(state().lock);
    return state().sessions.erase(hProcess) ? TRUE : fail(ERROR_INVALID_HANDLE);
}

DWORD dbghelp::SymSetOptions(DWORD SymOptions) {
    std::lock_guard held(state().lock);
    return state().options = SymOptions;
}

DWORD dbghelp::SymGetOptions() {
    std::lock_guard held(state().lock);
    return state().options;
}

BOOL dbghelp::SymSetSearchPathW(HANDLE, PCWSTR SearchPathA) {
    std::u16string path = SearchPathA ? SearchPathA : u".";
    std::lock_guard held(state().lock);
    return state().search_path.swap(path), TRUE;
}

BOOL dbghelp::SymSetSearchPath(HANDLE hProcess, PCSTR SearchPathA) {
    return SymSetSearchPathW(hProcess, utf16_from_utf8(SearchPathA ? SearchPathA : ".").c_str());
}

BOOL dbghelp::SymGetSearchPathW(HANDLE, PWSTR SearchPathA, DWORD SearchPathLength) {
    if (!SearchPathA || !SearchPathLength) return fail(ERROR_INVALID_PARAMETER);
    std::u16string path;
    {
        std::lock_guard held(state().lock);
        path = state().search_path;
    }
    size_t length = std::min<size_t>(path.size(), SearchPathLength - 1);
    memcpy(SearchPathA, path.data(), length * 2);
    SearchPathA[length] = 0;
    return TRUE;
}

BOOL dbghelp::SymGetSearchPath(HANDLE, PSTR SearchPathA, DWORD SearchPathLength) {
    if (!SearchPathA || !SearchPathLength) return fail(ERROR_INVALID_PARAMETER);
    std::string path;
    {
        std::lock_guard held(state().lock);
        path = utf8_from_utf16(state().search_path);
    }
    size_t length = std::min<size_t>(path.size(), SearchPathLength - 1);
    memcpy(SearchPathA, path.data(), length);
    SearchPathA[length] = 0;
    return TRUE;
}

BOOL dbghelp::SymRefreshModuleList(HANDLE) { return TRUE; }

DWORD64 dbghelp::SymGetModuleBase64(HANDLE hProcess, DWORD64 qwAddr) {
    if (is_other_process(hProcess)) return set_last_error(ERROR_MOD_NOT_FOUND), 0;
    PVOID base = nullptr;
    ntdll::RtlPcToFileHeader(reinterpret_cast<PVOID>(qwAddr), &base);
    return reinterpret_cast<DWORD64>(base);
}

PVOID dbghelp::SymFunctionTableAccess64(HANDLE hProcess, DWORD64 AddrBase) {
    if (is_other_process(hProcess)) return set_last_error(ERROR_MOD_NOT_FOUND), nullptr;
    DWORD64 base = 0;
    return ntdll::RtlLookupFunctionEntry(AddrBase, &base, nullptr);
}

BOOL dbghelp::SymFromAddr(HANDLE hProcess, DWORD64 Address, DWORD64* Displacement, SYMBOL_INFO* Symbol) {
    if (is_other_process(hProcess)) return fail(ERROR_MOD_NOT_FOUND);
    return give<SYMBOL_INFO, std::string>(Address, Displacement, Symbol, [](const std::string& name) { return name; });
}

BOOL dbghelp::SymFromAddrW(HANDLE hProcess, DWORD64 Address, DWORD64* Displacement, SYMBOL_INFOW* Symbol) {
    if (is_other_process(hProcess)) return fail(ERROR_MOD_NOT_FOUND);
    return give<SYMBOL_INFOW, std::u16string>(Address, Displacement, Symbol,
                                              [](const std::string& name) { return utf16_from_utf8(name); });
}

BOOL dbghelp::SymFromInlineContextW(HANDLE hProcess, DWORD64 Address, ULONG, DWORD64* Displacement, SYMBOL_INFOW* Symbol) {
    return SymFromAddrW(hProcess, Address, Displacement, Symbol);
}

BOOL dbghelp::SymGetSymFromAddr64(HANDLE hProcess, DWORD64 qwAddr, DWORD64* pdwDisplacement, IMAGEHLP_SYMBOL64* Symbol) {
    if (is_other_process(hProcess)) return fail(ERROR_MOD_NOT_FOUND);
    auto found = find(qwAddr);
    if (!found) return fail(ERROR_MOD_NOT_FOUND);
    Symbol->Address = found->address;
    if (pdwDisplacement) *pdwDisplacement = qwAddr - found->address;
    if (Symbol->MaxNameLength) {
        size_t length = std::min<size_t>(found->name.size(), Symbol->MaxNameLength - 1);
        memcpy(Symbol->Name, found->name.data(), length);
        Symbol->Name[length] = 0;
    }
    return TRUE;
}

DWORD dbghelp::SymAddrIncludeInlineTrace(HANDLE, DWORD64) { return 0; }

DWORD64 dbghelp::SymLoadModule64(HANDLE, HANDLE, PCSTR, PCSTR, DWORD64 BaseOfDll, DWORD) { return BaseOfDll; }
DWORD64 dbghelp::SymLoadModuleExW(HANDLE, HANDLE, PCWSTR, PCWSTR, DWORD64 BaseOfDll, DWORD, void*, DWORD) {
    return BaseOfDll;
}
BOOL dbghelp::SymUnloadModule64(HANDLE, DWORD64) { return TRUE; }

DWORD dbghelp::UnDecorateSymbolName(PCSTR DecoratedName, PSTR UnDecoratedName, DWORD UndecoratedLength, DWORD) {
    if (!UndecoratedLength) return 0;
    size_t length = std::min<size_t>(strlen(DecoratedName), UndecoratedLength - 1);
    memmove(UnDecoratedName, DecoratedName, length);
    UnDecoratedName[length] = 0;
    return static_cast<DWORD>(length);
}
