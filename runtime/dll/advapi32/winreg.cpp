// winreg.h: keys. Values are in winreg_values.cpp; what the registry holds and how is in core/registry.
// Doc: "Registry Functions".
#include <algorithm>
#include <cstring>

#include "base/text_as.h"
#include "core/registry/notify.h"
#include "core/runtime.h"
#include "core/teb.h"
#include "core/wait/sync_objects.h"
#include "dll/advapi32/registry_support.h"

using namespace lsw;
using namespace lsw::winreg;

LSTATUS winreg::error_of(NTSTATUS status) {
    switch (status) {
        case STATUS_SUCCESS: return ERROR_SUCCESS;
        case STATUS_OBJECT_NAME_NOT_FOUND: return ERROR_FILE_NOT_FOUND;
        case STATUS_CANNOT_DELETE: return ERROR_ACCESS_DENIED;
        case STATUS_KEY_DELETED: return ERROR_KEY_DELETED;
        default: return static_cast<LSTATUS>(win32_from_status(status));
    }
}

namespace {

LSTATUS open(HKEY parent, std::u16string_view name, REGSAM access, PHKEY result) {
    if (!result) return ERROR_INVALID_PARAMETER;
    if (name.starts_with(u'\\') && name.size() > 1) return ERROR_BAD_PATHNAME;
    auto place = registry::key_of(parent, 0);
    if (!place.ok()) return error_of(place.status());
    auto handle = registry::open_key(*place, name, access, false);
    if (!handle.ok()) return error_of(handle.status());
    *result = *handle;
    return ERROR_SUCCESS;
}

LSTATUS create(HKEY parent, std::u16string_view name, REGSAM access, bool inherit, PHKEY result, LPDWORD disposition) {
    constexpr DWORD kCreated = 1, kOpened = 2;
    if (!result) return ERROR_INVALID_PARAMETER;
    if (name.starts_with(u'\\')) return ERROR_BAD_PATHNAME;
    // The right to make keys is asked of the key that is made, not of the handle.
    auto place = registry::key_of(parent, 0);
    if (!place.ok()) return error_of(place.status());
    bool created = false;
    auto handle = registry::create_key(*place, name, access, inherit, created);
    if (!handle.ok()) return error_of(handle.status());
    *result = *handle;
    if (disposition) *disposition = created ? kCreated : kOpened;
    return ERROR_SUCCESS;
}

// The path of a subkey that stands in a call beside its key's handle.
Result<std::u16string> subkey(HKEY key, std::u16string_view name, uint32_t view = 0) {
    registry::KeyPlace place = LSW_TRY(registry::key_of(key, 0));
    return registry::child_path(place.path, name, place.view | view);
}

LSTATUS delete_key(HKEY key, std::u16string_view name, uint32_t view) {
    auto path = subkey(key, name, view);
    return error_of(path.ok() ? registry::remove(*path).status() : path.status());
}

LSTATUS delete_tree(HKEY key, LPCWSTR name) {
    auto path = subkey(key, wide(name));
    if (!path.ok()) return error_of(path.status());
    return error_of(registry::remove_tree(*path, !name || !*name).status());
}

Result<void> copy_tree(const std::u16string& from, const std::u16string& to) {
    auto values = registry::values(from);
    if (!values.ok()) return Status(values.status());
    for (const registry::Value& value : *values) LSW_CHECK(registry::set_value(to, value));
    auto names = registry::children(from);
    if (!names.ok()) return Status(names.status());
    for (const std::u16string& name : *names) {
        bool created;
        LSW_CHECK(registry::create(to + u"\\" + name, created));
        LSW_CHECK(copy_tree(from + u"\\" + name, to + u"\\" + name));
    }
    return {};
}

void give_time(const std::u16string& path, PFILETIME out) {
    if (!out) return;
    int64_t time = registry::last_write(path);
    *out = {static_cast<DWORD>(time), static_cast<DWORD>(time >> 32)};
}

// A name into a buffer of `*room` characters; the count goes back without the zero.
template <class Char>
LSTATUS give_name(const std::basic_string<Char>& name, Char* out, LPDWORD room) {
    if (*room <= name.size()) return ERROR_MORE_DATA;
    memcpy(out, name.c_str(), (name.size() + 1) * sizeof(Char));
    *room = static_cast<DWORD>(name.size());
    return ERROR_SUCCESS;
}

template <class Char>
LSTATUS enumerate(HKEY key, DWORD index, Char* name, LPDWORD room, Char* class_name, LPDWORD class_room, PFILETIME time) {
    if (!name || !room) return ERROR_INVALID_PARAMETER;
    auto place = registry::key_of(key, registry::kEnumerate);
    if (!place.ok()) return error_of(place.status());
    auto names = registry::children(place->path);
    if (!names.ok()) return error_of(names.status());
    if (index >= names->size()) return ERROR_NO_MORE_ITEMS;
    const std::u16string& found = (*names)[index];
    LSTATUS given = give_name(text_as<Char>(found), name, room);
    if (given != ERROR_SUCCESS) return given;
    if (class_name && class_room && *class_room) *class_name = 0;
    if (class_room) *class_room = 0;
    give_time(place->path + u"\\" + found, time);
    return ERROR_SUCCESS;
}

// Where RegQueryInfoKey puts its numbers; each may be null.
struct KeyCounts {
    LPDWORD keys, longest_key, longest_class, values, longest_name, longest_data, security;
};

template <class Char>
LSTATUS query_info(HKEY key, Char* class_name, LPDWORD class_room, const KeyCounts& out, PFILETIME time) {
    auto place = registry::key_of(key, registry::kQueryValue);
    if (!place.ok()) return error_of(place.status());
    auto names = registry::children(place->path);
    auto values = registry::values(place->path);
    if (!names.ok()) return error_of(names.status());
    if (!values.ok()) return error_of(values.status());
    size_t longest_key = 0, longest_name = 0, longest_data = 0;
    for (const std::u16string& name : *names) longest_key = std::max(longest_key, text_as<Char>(name).size());
    for (const registry::Value& value : *values) {
        longest_name = std::max(longest_name, text_as<Char>(value.name).size());
        longest_data = std::max(longest_data, value.data.size());
    }
    auto give = [](LPDWORD to, size_t value) {
        if (to) *to = static_cast<DWORD>(value);
    };
    give(out.keys, names->size());
    give(out.longest_key, longest_key);
    give(out.longest_class, 0);
    give(out.values, values->size());
    give(out.longest_name, longest_name);
    give(out.longest_data, longest_data);
    give(out.security, 0);
    if (class_name && class_room && *class_room) *class_name = 0;
    if (class_room) *class_room = 0;
    give_time(place->path, time);
    return ERROR_SUCCESS;
}

bool inherits(LPSECURITY_ATTRIBUTES attributes) { return attributes && attributes->bInheritHandle; }

}  // namespace

LSTATUS advapi32::RegOpenKeyExW(HKEY hKey, LPCWSTR lpSubKey, DWORD, REGSAM samDesired, PHKEY phkResult) {
    return open(hKey, wide(lpSubKey), samDesired, phkResult);
}

LSTATUS advapi32::RegOpenKeyExA(HKEY hKey, LPCSTR lpSubKey, DWORD, REGSAM samDesired, PHKEY phkResult) {
    return open(hKey, wide(lpSubKey), samDesired, phkResult);
}

LSTATUS advapi32::RegOpenKeyW(HKEY hKey, LPCWSTR lpSubKey, PHKEY phkResult) {
    if (phkResult && (!lpSubKey || !*lpSubKey)) return *phkResult = hKey, ERROR_SUCCESS;
    return open(hKey, wide(lpSubKey), 0x02000000, phkResult);
}

LSTATUS advapi32::RegOpenKeyA(HKEY hKey, LPCSTR lpSubKey, PHKEY phkResult) {
    return RegOpenKeyW(hKey, wide(lpSubKey).c_str(), phkResult);
}

LSTATUS advapi32::RegOpenCurrentUser(REGSAM samDesired, PHKEY phkResult) {
    return open(reinterpret_cast<HKEY>(uint64_t{0x80000001}), u"", samDesired, phkResult);
}

LSTATUS advapi32::RegOpenUserClassesRoot(HANDLE, DWORD, REGSAM samDesired, PHKEY phkResult) {
    return open(reinterpret_cast<HKEY>(uint64_t{0x80000000}), u"", samDesired, phkResult);
}

LSTATUS advapi32::RegConnectRegistryW(LPCWSTR lpMachineName, HKEY hKey, PHKEY phkResult) {
    if (lpMachineName && *lpMachineName) return ERROR_BAD_NETPATH;
    return open(hKey, u"", 0x02000000, phkResult);
}

LSTATUS advapi32::RegConnectRegistryA(LPCSTR lpMachineName, HKEY hKey, PHKEY phkResult) {
    return RegConnectRegistryW(wide(lpMachineName).c_str(), hKey, phkResult);
}

LSTATUS advapi32::RegCreateKeyExW(HKEY hKey, LPCWSTR lpSubKey, DWORD, LPWSTR, DWORD, REGSAM samDesired,
                                  LPSECURITY_ATTRIBUTES lpSecurityAttributes, PHKEY phkResult, LPDWORD lpdwDisposition) {
    if (!lpSubKey) return ERROR_BAD_PATHNAME;
    return create(hKey, lpSubKey, samDesired, inherits(lpSecurityAttributes), phkResult, lpdwDisposition);
}

LSTATUS advapi32::RegCreateKeyExA(HKEY hKey, LPCSTR lpSubKey, DWORD, LPSTR, DWORD, REGSAM samDesired,
                                  LPSECURITY_ATTRIBUTES lpSecurityAttributes, PHKEY phkResult, LPDWORD lpdwDisposition) {
    if (!lpSubKey) return ERROR_BAD_PATHNAME;
    return create(hKey, wide(lpSubKey), samDesired, inherits(lpSecurityAttributes), phkResult, lpdwDisposition);
}

LSTATUS advapi32::RegCreateKeyW(HKEY hKey, LPCWSTR lpSubKey, PHKEY phkResult) {
    if (phkResult && (!lpSubKey || !*lpSubKey)) return *phkResult = hKey, ERROR_SUCCESS;
    return create(hKey, wide(lpSubKey), 0x02000000, false, phkResult, nullptr);
}

LSTATUS advapi32::RegCreateKeyA(HKEY hKey, LPCSTR lpSubKey, PHKEY phkResult) {
    return RegCreateKeyW(hKey, wide(lpSubKey).c_str(), phkResult);
}

LSTATUS advapi32::RegCloseKey(HKEY hKey) {
    auto value = reinterpret_cast<uint64_t>(hKey) & 0xFFFFFFFF;
    if (value >= 0x80000000 && value <= 0x80000060) return ERROR_SUCCESS;
    auto key = runtime().handles.get<registry::Key>(hKey);
    return key.ok() ? error_of(runtime().handles.close(hKey).status()) : ERROR_INVALID_HANDLE;
}

LSTATUS advapi32::RegFlushKey(HKEY hKey) { return error_of(registry::key_of(hKey, 0).status()); }
LSTATUS advapi32::RegDisablePredefinedCache() { return ERROR_SUCCESS; }
LSTATUS advapi32::RegDisablePredefinedCacheEx() { return ERROR_SUCCESS; }

LSTATUS advapi32::RegDeleteKeyExW(HKEY hKey, LPCWSTR lpSubKey, REGSAM samDesired, DWORD) {
    if (!lpSubKey) return ERROR_INVALID_PARAMETER;
    return delete_key(hKey, lpSubKey, samDesired & registry::kView32);
}

LSTATUS advapi32::RegDeleteKeyExA(HKEY hKey, LPCSTR lpSubKey, REGSAM samDesired, DWORD) {
    if (!lpSubKey) return ERROR_INVALID_PARAMETER;
    return delete_key(hKey, wide(lpSubKey), samDesired & registry::kView32);
}

LSTATUS advapi32::RegDeleteKeyW(HKEY hKey, LPCWSTR lpSubKey) { return RegDeleteKeyExW(hKey, lpSubKey, 0, 0); }
LSTATUS advapi32::RegDeleteKeyA(HKEY hKey, LPCSTR lpSubKey) { return RegDeleteKeyExA(hKey, lpSubKey, 0, 0); }
LSTATUS advapi32::RegDeleteTreeW(HKEY hKey, LPCWSTR lpSubKey) { return delete_tree(hKey, lpSubKey); }
LSTATUS advapi32::RegDeleteTreeA(HKEY hKey, LPCSTR lpSubKey) { return delete_tree(hKey, wide(lpSubKey).c_str()); }

LSTATUS advapi32::RegCopyTreeW(HKEY hKeySrc, LPCWSTR lpSubKey, HKEY hKeyDest) {
    auto from = subkey(hKeySrc, wide(lpSubKey)), to = subkey(hKeyDest, u"");
    if (!from.ok() || !to.ok()) return error_of(from.ok() ? to.status() : from.status());
    if (!registry::exists(*from)) return ERROR_FILE_NOT_FOUND;
    return error_of(copy_tree(*from, *to).status());
}

LSTATUS advapi32::RegCopyTreeA(HKEY hKeySrc, LPCSTR lpSubKey, HKEY hKeyDest) {
    return RegCopyTreeW(hKeySrc, wide(lpSubKey).c_str(), hKeyDest);
}

LSTATUS advapi32::RegRenameKey(HKEY hKey, LPCWSTR lpSubKeyName, LPCWSTR lpNewKeyName) {
    if (!lpNewKeyName || !*lpNewKeyName) return ERROR_INVALID_PARAMETER;
    auto path = subkey(hKey, wide(lpSubKeyName));
    return error_of(path.ok() ? registry::rename(*path, lpNewKeyName).status() : path.status());
}

LSTATUS advapi32::RegEnumKeyExW(HKEY hKey, DWORD dwIndex, LPWSTR lpName, LPDWORD lpcchName, LPDWORD, LPWSTR lpClass,
                                LPDWORD lpcchClass, PFILETIME lpftLastWriteTime) {
    return enumerate(hKey, dwIndex, lpName, lpcchName, lpClass, lpcchClass, lpftLastWriteTime);
}

LSTATUS advapi32::RegEnumKeyExA(HKEY hKey, DWORD dwIndex, LPSTR lpName, LPDWORD lpcchName, LPDWORD, LPSTR lpClass,
                                LPDWORD lpcchClass, PFILETIME lpftLastWriteTime) {
    return enumerate(hKey, dwIndex, lpName, lpcchName, lpClass, lpcchClass, lpftLastWriteTime);
}

LSTATUS advapi32::RegEnumKeyW(HKEY hKey, DWORD dwIndex, LPWSTR lpName, DWORD cchName) {
    return enumerate<WCHAR>(hKey, dwIndex, lpName, &cchName, nullptr, nullptr, nullptr);
}

LSTATUS advapi32::RegEnumKeyA(HKEY hKey, DWORD dwIndex, LPSTR lpName, DWORD cchName) {
    return enumerate<char>(hKey, dwIndex, lpName, &cchName, nullptr, nullptr, nullptr);
}

LSTATUS advapi32::RegQueryInfoKeyW(HKEY hKey, LPWSTR lpClass, LPDWORD lpcchClass, LPDWORD, LPDWORD lpcSubKeys,
                                   LPDWORD lpcbMaxSubKeyLen, LPDWORD lpcbMaxClassLen, LPDWORD lpcValues,
                                   LPDWORD lpcbMaxValueNameLen, LPDWORD lpcbMaxValueLen, LPDWORD lpcbSecurityDescriptor,
                                   PFILETIME lpftLastWriteTime) {
    return query_info(hKey, lpClass, lpcchClass,
                      {lpcSubKeys, lpcbMaxSubKeyLen, lpcbMaxClassLen, lpcValues, lpcbMaxValueNameLen, lpcbMaxValueLen,
                       lpcbSecurityDescriptor},
                      lpftLastWriteTime);
}

LSTATUS advapi32::RegQueryInfoKeyA(HKEY hKey, LPSTR lpClass, LPDWORD lpcchClass, LPDWORD, LPDWORD lpcSubKeys,
                                   LPDWORD lpcbMaxSubKeyLen, LPDWORD lpcbMaxClassLen, LPDWORD lpcValues,
                                   LPDWORD lpcbMaxValueNameLen, LPDWORD lpcbMaxValueLen, LPDWORD lpcbSecurityDescriptor,
                                   PFILETIME lpftLastWriteTime) {
    return query_info(hKey, lpClass, lpcchClass,
                      {lpcSubKeys, lpcbMaxSubKeyLen, lpcbMaxClassLen, lpcValues, lpcbMaxValueNameLen, lpcbMaxValueLen,
                       lpcbSecurityDescriptor},
                      lpftLastWriteTime);
}

LSTATUS advapi32::RegNotifyChangeKeyValue(HKEY hKey, BOOL bWatchSubtree, DWORD, HANDLE hEvent, BOOL fAsynchronous) {
    auto place = registry::key_of(hKey, registry::kNotify);
    if (!place.ok()) return error_of(place.status());
    if (fAsynchronous) {
        if (!hEvent) return ERROR_INVALID_PARAMETER;
        auto event = runtime().handles.get<Event>(hEvent);
        if (!event.ok()) return error_of(event.status());
        reset_event(*(*event)->record());
        registry::watch(place->path, bWatchSubtree, std::move(*event));
        return ERROR_SUCCESS;
    }
    return error_of(registry::wait_for_change(place->path, bWatchSubtree).status());
}
