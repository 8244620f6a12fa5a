// libloaderapi.h and winbase.h: resources of loaded images. Finding them is loader/pe/resources.h.
// An HRSRC is the address of the resource's IMAGE_RESOURCE_DATA_ENTRY, and an HGLOBAL that of its data,
// as on Windows: programs compute with them.
#include <string>

#include "base/text.h"
#include "core/runtime.h"
#include "core/teb.h"
#include "dll/kernel32/kernel32.h"
#include "loader/pe/resources.h"

using namespace lsw;
using pe::ResourceId;

namespace {

// IS_INTRESOURCE
bool is_number(const void* name) { return reinterpret_cast<uintptr_t>(name) < 0x10000; }

// A number in the pointer, "#123", or a name.
ResourceId id_of(LPCWSTR name) {
    if (is_number(name)) return ResourceId::of(static_cast<uint16_t>(reinterpret_cast<uintptr_t>(name)));
    if (name[0] != u'#') return ResourceId::of(std::u16string_view(name));
    unsigned value = 0;
    for (const char16_t* c = name + 1; *c >= u'0' && *c <= u'9' && value < 0x10000; ++c) {
        value = value * 10 + (*c - u'0');
    }
    return ResourceId::of(static_cast<uint16_t>(value));
}

// The W form of an A name: numbers stay numbers. `storage` holds the text.
LPCWSTR wide_name(LPCSTR name, std::u16string& storage) {
    if (is_number(name)) return reinterpret_cast<LPCWSTR>(name);
    storage = utf16_from_utf8(name);
    return storage.c_str();
}

DWORD win32_error(pe::ResourceError error) {
    switch (error) {
        case pe::ResourceError::None: return ERROR_SUCCESS;
        case pe::ResourceError::NoResources: return ERROR_RESOURCE_DATA_NOT_FOUND;
        case pe::ResourceError::NoType: return ERROR_RESOURCE_TYPE_NOT_FOUND;
        case pe::ResourceError::NoName: return ERROR_RESOURCE_NAME_NOT_FOUND;
        case pe::ResourceError::NoLanguage: return ERROR_RESOURCE_LANG_NOT_FOUND;
    }
    return ERROR_RESOURCE_DATA_NOT_FOUND;
}

Module* module_of(HMODULE handle) {
    Module* module = runtime().modules.from_handle(handle);
    if (!module) set_last_error(ERROR_MOD_NOT_FOUND);
    return module;
}

// The data entry behind an HRSRC of the module, checked; nullptr when the handle is none.
const IMAGE_RESOURCE_DATA_ENTRY* entry_of(Module* module, HRSRC resource) {
    auto* entry = static_cast<const std::byte*>(resource);
    bool inside = entry >= module->base() && entry + sizeof(IMAGE_RESOURCE_DATA_ENTRY) <=
                                                 module->base() + module->image.size_bytes;
    if (!inside) return set_last_error(ERROR_INVALID_HANDLE), nullptr;
    return static_cast<const IMAGE_RESOURCE_DATA_ENTRY*>(resource);
}

// A resource name as a callback wants it: a number in the pointer, or zero-terminated text in `storage`.
LPWSTR callback_name(const ResourceId& id, std::u16string& storage) {
    if (!id.is_name()) return reinterpret_cast<LPWSTR>(uintptr_t{id.id});
    storage = id.name;
    return storage.data();
}
LPSTR callback_name(const ResourceId& id, std::string& storage) {
    if (!id.is_name()) return reinterpret_cast<LPSTR>(uintptr_t{id.id});
    storage = utf8_from_utf16(id.name);
    return storage.data();
}

// Calls `call` with each entry of a directory until it says FALSE. Errors: `missing` when there is none.
template <class Text, class Call>
BOOL for_each(pe::ResourceDirectory directory, DWORD missing, Call call) {
    if (directory.is_empty()) return set_last_error(missing), FALSE;
    Text storage;
    for (ResourceId id; directory.next(id);) {
        if (!call(callback_name(id, storage))) return FALSE;
    }
    return TRUE;
}

template <class Text, class Callback>
BOOL enum_types(HMODULE handle, Callback callback, LONG_PTR parameter) {
    Module* module = module_of(handle);
    if (!module) return FALSE;
    return for_each<Text>(pe::ResourceDirectory::types(module->image.view), ERROR_RESOURCE_DATA_NOT_FOUND,
                          [&](auto type) { return callback(handle, type, parameter); });
}

template <class Text, class Name, class Callback>
BOOL enum_names(HMODULE handle, LPCWSTR type, Name given_type, Callback callback, LONG_PTR parameter) {
    Module* module = module_of(handle);
    if (!module) return FALSE;
    return for_each<Text>(pe::ResourceDirectory::names(module->image.view, id_of(type)),
                          ERROR_RESOURCE_TYPE_NOT_FOUND,
                          [&](auto name) { return callback(handle, given_type, name, parameter); });
}

template <class Name, class Callback>
BOOL enum_languages(HMODULE handle, LPCWSTR type, LPCWSTR name, Name given_type, Name given_name,
                    Callback callback, LONG_PTR parameter) {
    Module* module = module_of(handle);
    if (!module) return FALSE;
    auto directory = pe::ResourceDirectory::languages(module->image.view, id_of(type), id_of(name));
    if (directory.is_empty()) return set_last_error(ERROR_RESOURCE_NAME_NOT_FOUND), FALSE;
    for (ResourceId id; directory.next(id);) {
        if (!callback(handle, given_type, given_name, id.id, parameter)) return FALSE;
    }
    return TRUE;
}

}  // namespace

HRSRC kernel32::FindResourceExW(HMODULE hModule, LPCWSTR lpType, LPCWSTR lpName, WORD wLanguage) {
    Module* module = module_of(hModule);
    if (!module) return nullptr;
    std::optional<uint16_t> language;
    if (wLanguage != 0) language = wLanguage;  // MAKELANGID(LANG_NEUTRAL, SUBLANG_NEUTRAL): any
    auto found = pe::find_resource(module->image.view, id_of(lpType), id_of(lpName), language);
    if (!found.ok()) return set_last_error(win32_error(found.error)), nullptr;
    return module->base() + found.data.data_entry_rva;
}

HRSRC kernel32::FindResourceW(HMODULE hModule, LPCWSTR lpName, LPCWSTR lpType) {
    return FindResourceExW(hModule, lpType, lpName, 0);
}

HRSRC kernel32::FindResourceExA(HMODULE hModule, LPCSTR lpType, LPCSTR lpName, WORD wLanguage) {
    std::u16string type, name;
    return FindResourceExW(hModule, wide_name(lpType, type), wide_name(lpName, name), wLanguage);
}

HRSRC kernel32::FindResourceA(HMODULE hModule, LPCSTR lpName, LPCSTR lpType) {
    return FindResourceExA(hModule, lpType, lpName, 0);
}

HGLOBAL kernel32::LoadResource(HMODULE hModule, HRSRC hResInfo) {
    if (!hResInfo) return set_last_error(ERROR_INVALID_PARAMETER), nullptr;
    Module* module = module_of(hModule);
    const auto* entry = module ? entry_of(module, hResInfo) : nullptr;
    if (!entry) return nullptr;
    if (module->image.view.bytes_at(entry->OffsetToData, entry->Size).size() != entry->Size) {
        return set_last_error(ERROR_RESOURCE_DATA_NOT_FOUND), nullptr;
    }
    return module->base() + entry->OffsetToData;
}

LPVOID kernel32::LockResource(HGLOBAL hResData) { return hResData; }

DWORD kernel32::SizeofResource(HMODULE hModule, HRSRC hResInfo) {
    Module* module = module_of(hModule);
    const auto* entry = module ? entry_of(module, hResInfo) : nullptr;
    return entry ? entry->Size : 0;
}

BOOL kernel32::FreeResource(HGLOBAL) { return FALSE; }  // "always returns zero" for 32-bit programs and later

BOOL kernel32::EnumResourceTypesW(HMODULE hModule, ENUMRESTYPEPROCW lpEnumFunc, LONG_PTR lParam) {
    return enum_types<std::u16string>(hModule, lpEnumFunc, lParam);
}

BOOL kernel32::EnumResourceTypesA(HMODULE hModule, ENUMRESTYPEPROCA lpEnumFunc, LONG_PTR lParam) {
    return enum_types<std::string>(hModule, lpEnumFunc, lParam);
}

BOOL kernel32::EnumResourceNamesW(HMODULE hModule, LPCWSTR lpType, ENUMRESNAMEPROCW lpEnumFunc,
                                  LONG_PTR lParam) {
    return enum_names<std::u16string>(hModule, lpType, lpType, lpEnumFunc, lParam);
}

BOOL kernel32::EnumResourceNamesA(HMODULE hModule, LPCSTR lpType, ENUMRESNAMEPROCA lpEnumFunc,
                                  LONG_PTR lParam) {
    std::u16string type;
    return enum_names<std::string>(hModule, wide_name(lpType, type), lpType, lpEnumFunc, lParam);
}

BOOL kernel32::EnumResourceLanguagesW(HMODULE hModule, LPCWSTR lpType, LPCWSTR lpName,
                                      ENUMRESLANGPROCW lpEnumFunc, LONG_PTR lParam) {
    return enum_languages(hModule, lpType, lpName, lpType, lpName, lpEnumFunc, lParam);
}

BOOL kernel32::EnumResourceLanguagesA(HMODULE hModule, LPCSTR lpType, LPCSTR lpName,
                                      ENUMRESLANGPROCA lpEnumFunc, LONG_PTR lParam) {
    std::u16string type, name;
    return enum_languages(hModule, wide_name(lpType, type), wide_name(lpName, name), lpType, lpName,
                          lpEnumFunc, lParam);
}
