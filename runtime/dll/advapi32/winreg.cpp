// winreg.h: the built-in, read-only layer of the registry: what programs look up to learn which Windows this is.
// Doc: "RegQueryValueExW function (winreg.h)". Sizes are in bytes and count the terminating zero.
#include <cstring>
#include <string>
#include <vector>

#include "base/text.h"
#include "core/runtime.h"
#include "core/teb.h"
#include "dll/advapi32/advapi32.h"

using namespace lsw;

namespace {

constexpr DWORD kString = 1, kDword = 4;

struct BuiltinValue {
    const char16_t* key;  // below HKEY_LOCAL_MACHINE
    const char16_t* name;
    const char16_t* text;  // nullptr: a DWORD
    DWORD number;
};

constexpr const char16_t* kCurrentVersion = u"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion";

constexpr BuiltinValue kValues[] = {
    {kCurrentVersion, u"ProductName", u"Windows 10 Pro", 0},
    {kCurrentVersion, u"CurrentVersion", u"6.3", 0},
    {kCurrentVersion, u"CurrentBuild", u"19045", 0},
    {kCurrentVersion, u"CurrentBuildNumber", u"19045", 0},
    {kCurrentVersion, u"DisplayVersion", u"22H2", 0},
    {kCurrentVersion, u"EditionID", u"Professional", 0},
    {kCurrentVersion, u"InstallationType", u"Client", 0},
    {kCurrentVersion, u"SystemRoot", u"C:\\Windows", 0},
    {kCurrentVersion, u"CurrentMajorVersionNumber", nullptr, 10},
    {kCurrentVersion, u"CurrentMinorVersionNumber", nullptr, 0},
    {kCurrentVersion, u"UBR", nullptr, 2006},
};

const HKEY kLocalMachine = reinterpret_cast<HKEY>(static_cast<intptr_t>(static_cast<int32_t>(0x80000002)));

class Key : public Object {
public:
    static constexpr ObjectType kType = ObjectType::Key;
    Key(HKEY root, std::u16string path) : Object(kType), root(root), path(std::move(path)) {}
    const HKEY root;
    const std::u16string path;  // without a leading or trailing backslash
};

// Predefined keys are 0x80000000 to 0x80000060, with or without sign extension.
bool predefined(HKEY key) {
    auto value = static_cast<uint32_t>(reinterpret_cast<uintptr_t>(key));
    return value >= 0x80000000 && value <= 0x80000060;
}

HKEY canonical_root(HKEY key) {
    return reinterpret_cast<HKEY>(static_cast<intptr_t>(static_cast<int32_t>(reinterpret_cast<uintptr_t>(key))));
}

bool resolve(HKEY key, HKEY& root, std::u16string& path) {
    if (predefined(key)) {
        root = canonical_root(key);
        path.clear();
        return true;
    }
    auto found = runtime().handles.get<Key>(key);
    if (!found.ok()) return false;
    root = (*found)->root;
    path = (*found)->path;
    return true;
}

// A key exists when a value lies at it or below it.
bool exists(HKEY root, std::u16string_view path) {
    if (path.empty()) return true;
    if (root != kLocalMachine) return false;
    for (const BuiltinValue& value : kValues) {
        std::u16string_view key(value.key);
        if (key.size() < path.size() || !equal_ignore_case(key.substr(0, path.size()), path)) continue;
        if (key.size() == path.size() || key[path.size()] == u'\\') return true;
    }
    return false;
}

LSTATUS open_key(HKEY parent, std::u16string_view name, PHKEY result) {
    if (!result) return ERROR_INVALID_PARAMETER;
    HKEY root;
    std::u16string path;
    if (!resolve(parent, root, path)) return ERROR_INVALID_HANDLE;
    if (!name.empty() && name.front() == u'\\') return ERROR_BAD_PATHNAME;
    while (!name.empty() && name.back() == u'\\') name.remove_suffix(1);
    if (!name.empty()) path += (path.empty() ? u"" : u"\\") + std::u16string(name);
    if (!exists(root, path)) return ERROR_FILE_NOT_FOUND;
    auto handle = runtime().handles.insert(make_object<Key>(root, std::move(path)), 0x20019);
    if (!handle.ok()) return static_cast<LSTATUS>(win32_from_status(handle.status()));
    *result = *handle;
    return ERROR_SUCCESS;
}

const BuiltinValue* find_value(HKEY root, std::u16string_view path, std::u16string_view name) {
    if (root != kLocalMachine) return nullptr;
    for (const BuiltinValue& value : kValues)
        if (equal_ignore_case(path, value.key) && equal_ignore_case(name, value.name)) return &value;
    return nullptr;
}

LSTATUS query(HKEY key, std::u16string_view name, bool wide, LPDWORD type, LPBYTE data, LPDWORD size) {
    if (data && !size) return ERROR_INVALID_PARAMETER;
    HKEY root;
    std::u16string path;
    if (!resolve(key, root, path)) return ERROR_INVALID_HANDLE;
    const BuiltinValue* value = find_value(root, path, name);
    if (!value) return ERROR_FILE_NOT_FOUND;
    std::string bytes;
    if (!value->text)
        bytes.assign(reinterpret_cast<const char*>(&value->number), 4);
    else if (wide)
        bytes.assign(reinterpret_cast<const char*>(value->text), (length16(value->text) + 1) * 2);
    else
        bytes = utf8_from_utf16(value->text) + '\0';
    if (type) *type = value->text ? kString : kDword;
    if (!size) return ERROR_SUCCESS;
    DWORD room = *size;
    *size = static_cast<DWORD>(bytes.size());
    if (!data) return ERROR_SUCCESS;
    if (room < bytes.size()) return ERROR_MORE_DATA;
    memcpy(data, bytes.data(), bytes.size());
    return ERROR_SUCCESS;
}

}  // namespace

LSTATUS advapi32::RegOpenKeyExW(HKEY hKey, LPCWSTR lpSubKey, DWORD, REGSAM, PHKEY phkResult) {
    return open_key(hKey, lpSubKey ? lpSubKey : u"", phkResult);
}

LSTATUS advapi32::RegOpenKeyExA(HKEY hKey, LPCSTR lpSubKey, DWORD, REGSAM, PHKEY phkResult) {
    return open_key(hKey, utf16_from_utf8(lpSubKey ? lpSubKey : ""), phkResult);
}

LSTATUS advapi32::RegQueryValueExW(HKEY hKey, LPCWSTR lpValueName, LPDWORD, LPDWORD lpType, LPBYTE lpData,
                                   LPDWORD lpcbData) {
    return query(hKey, lpValueName ? lpValueName : u"", true, lpType, lpData, lpcbData);
}

LSTATUS advapi32::RegQueryValueExA(HKEY hKey, LPCSTR lpValueName, LPDWORD, LPDWORD lpType, LPBYTE lpData,
                                   LPDWORD lpcbData) {
    return query(hKey, utf16_from_utf8(lpValueName ? lpValueName : ""), false, lpType, lpData, lpcbData);
}

LSTATUS advapi32::RegCreateKeyExW(HKEY hKey, LPCWSTR lpSubKey, DWORD, LPWSTR, DWORD, REGSAM, LPSECURITY_ATTRIBUTES,
                                  PHKEY phkResult, LPDWORD lpdwDisposition) {
    constexpr DWORD kOpenedExisting = 2;
    LSTATUS opened = open_key(hKey, lpSubKey ? lpSubKey : u"", phkResult);
    if (opened == ERROR_FILE_NOT_FOUND) return ERROR_ACCESS_DENIED;
    if (opened == ERROR_SUCCESS && lpdwDisposition) *lpdwDisposition = kOpenedExisting;
    return opened;
}

LSTATUS advapi32::RegSetValueExW(HKEY hKey, LPCWSTR, DWORD, DWORD, const BYTE*, DWORD) {
    HKEY root;
    std::u16string path;
    return resolve(hKey, root, path) ? ERROR_ACCESS_DENIED : ERROR_INVALID_HANDLE;
}

LSTATUS advapi32::RegEnumKeyExW(HKEY hKey, DWORD dwIndex, LPWSTR lpName, LPDWORD lpcchName, LPDWORD, LPWSTR, LPDWORD,
                                PFILETIME lpftLastWriteTime) {
    HKEY root;
    std::u16string path;
    if (!resolve(hKey, root, path)) return ERROR_INVALID_HANDLE;
    std::vector<std::u16string> children;
    for (const BuiltinValue& value : kValues) {
        std::u16string_view key(value.key);
        size_t skip = path.empty() ? 0 : path.size() + 1;
        bool below = key.size() > skip && (path.empty() || (equal_ignore_case(key.substr(0, path.size()), path) &&
                                                            key[path.size()] == u'\\'));
        if (root != kLocalMachine || !below) continue;
        std::u16string child(key.substr(skip, key.find(u'\\', skip) - skip));
        if (children.empty() || children.back() != child) children.push_back(child);
    }
    if (dwIndex >= children.size()) return ERROR_NO_MORE_ITEMS;
    const std::u16string& name = children[dwIndex];
    if (*lpcchName <= name.size()) return ERROR_MORE_DATA;
    memcpy(lpName, name.c_str(), (name.size() + 1) * 2);
    *lpcchName = static_cast<DWORD>(name.size());
    if (lpftLastWriteTime) *lpftLastWriteTime = {};
    return ERROR_SUCCESS;
}

LSTATUS advapi32::RegCloseKey(HKEY hKey) {
    if (predefined(hKey)) return ERROR_SUCCESS;
    return static_cast<LSTATUS>(win32_from_status(runtime().handles.close(hKey).status()));
}
