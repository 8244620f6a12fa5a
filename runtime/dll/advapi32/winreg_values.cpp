// winreg.h: values. Data goes as bytes; the A functions convert texts, which the registry keeps in
// UTF-16. Doc: "RegQueryValueExW function (winreg.h)", "RegGetValueW function (winreg.h)".
#include <algorithm>
#include <cstring>

#include "core/process/environment.h"
#include "dll/advapi32/registry_support.h"

using namespace lsw;
using namespace lsw::winreg;

std::string winreg::narrow_data(uint32_t type, const std::string& data) {
    if (!is_text(type)) return data;
    std::u16string text(reinterpret_cast<const char16_t*>(data.data()), data.size() / 2);
    return utf8_from_utf16(text);
}

std::string winreg::wide_data(uint32_t type, const void* data, size_t size) {
    std::string bytes(static_cast<const char*>(data), size);
    if (!is_text(type)) return bytes;
    std::u16string text = utf16_from_utf8(bytes);
    return {reinterpret_cast<const char*>(text.data()), text.size() * 2};
}

LSTATUS winreg::give_data(const std::string& data, LPBYTE out, LPDWORD size) {
    if (!size) return ERROR_SUCCESS;
    DWORD room = *size;
    *size = static_cast<DWORD>(data.size());
    if (!out) return ERROR_SUCCESS;
    if (room < data.size()) return ERROR_MORE_DATA;
    memcpy(out, data.data(), data.size());
    return ERROR_SUCCESS;
}

namespace {

constexpr ACCESS_MASK kQuery = registry::kQueryValue, kSet = registry::kSetValue;

LSTATUS query(HKEY key, std::u16string_view name, bool narrow, LPDWORD type, LPBYTE data,
              LPDWORD size) {
    if (data && !size) return ERROR_INVALID_PARAMETER;
    auto place = registry::key_of(key, kQuery);
    if (!place.ok()) return error_of(place.status());
    auto value = registry::value(place->path, name);
    if (!value.ok()) {
        if (type && value.status() == STATUS_OBJECT_NAME_NOT_FOUND) *type = registry::kNone;
        return error_of(value.status());
    }
    if (type) *type = value->type;
    return give_data(narrow ? narrow_data(value->type, value->data) : value->data, data, size);
}

LSTATUS store(HKEY key, std::u16string_view subkey, std::u16string_view name, DWORD type,
              std::string data) {
    if (name.size() > 16383) return ERROR_INVALID_PARAMETER;
    auto place = registry::key_of(key, subkey.empty() ? kSet : 0);
    if (!place.ok()) return error_of(place.status());
    std::u16string path = registry::child_path(place->path, subkey, place->view);
    bool created;
    if (!subkey.empty())
        if (auto made = registry::create(path, created); !made.ok()) return error_of(made.status());
    return error_of(
        registry::set_value(path, {std::u16string(name), type, std::move(data)}).status());
}

// Texts get the zero that a caller did not count, when it stands there.
std::string bytes_of(DWORD type, const void* data, DWORD size) {
    if (!data) return {};
    std::string out(static_cast<const char*>(data), size);
    if (!is_text(type) || size < 2 || size % 2) return out;
    const auto* text = static_cast<const WCHAR*>(data);
    if (text[size / 2 - 1] != 0 && text[size / 2] == 0 && type != registry::kMultiString)
        out.append(2, '\0');
    return out;
}

template <class Char>
LSTATUS enumerate(HKEY key, DWORD index, Char* name, LPDWORD room, LPDWORD type, LPBYTE data,
                  LPDWORD size) {
    if (!name || !room || (data && !size)) return ERROR_INVALID_PARAMETER;
    auto place = registry::key_of(key, kQuery);
    if (!place.ok()) return error_of(place.status());
    auto values = registry::values(place->path);
    if (!values.ok()) return error_of(values.status());
    if (index >= values->size()) return ERROR_NO_MORE_ITEMS;
    const registry::Value& value = (*values)[index];
    std::basic_string<Char> text;
    if constexpr (sizeof(Char) == 1)
        text = utf8_from_utf16(value.name);
    else
        text = value.name;
    if (type) *type = value.type;
    LSTATUS given =
        give_data(sizeof(Char) == 1 ? narrow_data(value.type, value.data) : value.data, data, size);
    if (*room <= text.size()) return ERROR_MORE_DATA;
    memcpy(name, text.c_str(), (text.size() + 1) * sizeof(Char));
    *room = static_cast<DWORD>(text.size());
    return given;
}

LSTATUS delete_value(HKEY key, std::u16string_view subkey, std::u16string_view name) {
    auto place = registry::key_of(key, subkey.empty() ? kSet : 0);
    if (!place.ok()) return error_of(place.status());
    return error_of(
        registry::remove_value(registry::child_path(place->path, subkey, place->view), name)
            .status());
}

// --- RegGetValue ---------------------------------------------------------------------------------

constexpr DWORD kNoExpand = 0x10000000, kZeroOnFailure = 0x20000000, kAny = 0xFFFF,
                kView64 = 0x10000, kView32 = 0x20000;

bool type_allowed(DWORD type, DWORD flags, size_t size) {
    if ((flags & kAny) == kAny) return true;
    switch (type) {
        case registry::kNone:
            return flags & 0x1;
        case registry::kString:
            return flags & 0x2;
        case registry::kExpandString:
            return flags & (flags & kNoExpand ? 0x4 : 0x6);
        case registry::kBinary: {
            // RRF_RT_DWORD and RRF_RT_QWORD take binary data of their size.
            bool small = (flags & kAny) == 0x18 && size == 4,
                 large = (flags & kAny) == 0x48 && size == 8;
            bool plain = (flags & 0x8) && !(flags & 0x50);
            return small || large || plain;
        }
        case registry::kDword:
            return flags & 0x10;
        case registry::kMultiString:
            return flags & 0x20;
        case registry::kQword:
            return flags & 0x40;
        default:
            return false;
    }
}

void terminate(DWORD type, std::string& data) {
    auto ends = [&](size_t zeros) {
        return data.size() >= zeros && data.find_last_not_of('\0') + 1 + zeros <= data.size();
    };
    if (data.size() % 2) data.push_back('\0');
    size_t wanted = type == registry::kMultiString ? 4 : 2;
    while (!ends(wanted) || data.size() < wanted) data.append(2, '\0');
}

LSTATUS get_value(HKEY key, std::u16string_view subkey, std::u16string_view name, DWORD flags,
                  bool narrow, LPDWORD type, PVOID out, LPDWORD size) {
    if (out && !size) return ERROR_INVALID_PARAMETER;
    if ((flags & kAny) == 0) return ERROR_INVALID_PARAMETER;
    if ((flags & 0x4) && !(flags & kNoExpand) && (flags & kAny) != kAny)
        return ERROR_INVALID_PARAMETER;
    if ((flags & kView64) && (flags & kView32)) return ERROR_INVALID_PARAMETER;
    DWORD room = size ? *size : 0;
    auto failed = [&](LSTATUS status) {
        if (flags & kZeroOnFailure && out) memset(out, 0, room);
        return status;
    };
    auto place = registry::key_of(key, subkey.empty() ? kQuery : 0);
    if (!place.ok()) return failed(error_of(place.status()));
    uint32_t view = flags & kView32 ? registry::kView32 : flags & kView64 ? 0 : place->view;
    std::u16string path = registry::child_path(place->path, subkey, view);
    if (!subkey.empty() && !registry::exists(path)) return failed(ERROR_FILE_NOT_FOUND);
    auto value = registry::value(path, name);
    if (!value.ok()) return failed(error_of(value.status()));
    std::string data = value->data;
    DWORD kind = value->type;
    if (is_text(kind)) terminate(kind, data);
    if (kind == registry::kExpandString && !(flags & kNoExpand)) {
        std::u16string text(reinterpret_cast<const char16_t*>(data.data()), data.size() / 2 - 1);
        text = expand_environment(text) + u'\0';
        data.assign(reinterpret_cast<const char*>(text.data()), text.size() * 2);
        kind = registry::kString;
    }
    if (type) *type = kind;
    if (!type_allowed(value->type, flags, data.size())) return failed(ERROR_UNSUPPORTED_TYPE);
    if (narrow) data = narrow_data(kind, data);
    LSTATUS given = give_data(data, static_cast<LPBYTE>(out), size);
    return given == ERROR_SUCCESS ? given : failed(given);
}

}  // namespace

LSTATUS advapi32::RegQueryValueExW(HKEY hKey, LPCWSTR lpValueName, LPDWORD, LPDWORD lpType,
                                   LPBYTE lpData, LPDWORD lpcbData) {
    return query(hKey, wide(lpValueName), false, lpType, lpData, lpcbData);
}

LSTATUS advapi32::RegQueryValueExA(HKEY hKey, LPCSTR lpValueName, LPDWORD, LPDWORD lpType,
                                   LPBYTE lpData, LPDWORD lpcbData) {
    return query(hKey, wide(lpValueName), true, lpType, lpData, lpcbData);
}

namespace {

// RegQueryValue: the default value of a subkey; an empty text where it has none.
LSTATUS query_default(HKEY key, std::u16string_view subkey, bool narrow, LPBYTE data, PLONG size) {
    auto place = registry::key_of(key, 0);
    if (!place.ok()) return error_of(place.status());
    std::u16string path = registry::child_path(place->path, subkey, place->view);
    if (!registry::exists(path)) return ERROR_FILE_NOT_FOUND;
    auto value = registry::value(path, u"");
    std::string bytes = value.ok() ? value->data : std::string(2, '\0');
    if (narrow) bytes = narrow_data(registry::kString, bytes);
    return give_data(bytes, data, reinterpret_cast<LPDWORD>(size));
}

}  // namespace

LSTATUS advapi32::RegQueryValueW(HKEY hKey, LPCWSTR lpSubKey, LPWSTR lpData, PLONG lpcbData) {
    return query_default(hKey, wide(lpSubKey), false, reinterpret_cast<LPBYTE>(lpData), lpcbData);
}

LSTATUS advapi32::RegQueryValueA(HKEY hKey, LPCSTR lpSubKey, LPSTR lpData, PLONG lpcbData) {
    return query_default(hKey, wide(lpSubKey), true, reinterpret_cast<LPBYTE>(lpData), lpcbData);
}

LSTATUS advapi32::RegGetValueW(HKEY hkey, LPCWSTR lpSubKey, LPCWSTR lpValue, DWORD dwFlags,
                               LPDWORD pdwType, PVOID pvData, LPDWORD pcbData) {
    return get_value(hkey, wide(lpSubKey), wide(lpValue), dwFlags, false, pdwType, pvData, pcbData);
}

LSTATUS advapi32::RegGetValueA(HKEY hkey, LPCSTR lpSubKey, LPCSTR lpValue, DWORD dwFlags,
                               LPDWORD pdwType, PVOID pvData, LPDWORD pcbData) {
    return get_value(hkey, wide(lpSubKey), wide(lpValue), dwFlags, true, pdwType, pvData, pcbData);
}

LSTATUS advapi32::RegSetValueExW(HKEY hKey, LPCWSTR lpValueName, DWORD, DWORD dwType,
                                 const BYTE* lpData, DWORD cbData) {
    if (!lpData && cbData) return ERROR_NOACCESS;
    return store(hKey, u"", wide(lpValueName), dwType, bytes_of(dwType, lpData, cbData));
}

LSTATUS advapi32::RegSetValueExA(HKEY hKey, LPCSTR lpValueName, DWORD, DWORD dwType,
                                 const BYTE* lpData, DWORD cbData) {
    if (!lpData && cbData) return ERROR_NOACCESS;
    bool uncounted_zero = is_text(dwType) && dwType != registry::kMultiString && cbData &&
                          lpData[cbData - 1] && !lpData[cbData];
    return store(hKey, u"", wide(lpValueName), dwType,
                 wide_data(dwType, lpData, cbData + (uncounted_zero ? 1 : 0)));
}

LSTATUS advapi32::RegSetKeyValueW(HKEY hKey, LPCWSTR lpSubKey, LPCWSTR lpValueName, DWORD dwType,
                                  LPCVOID lpData, DWORD cbData) {
    return store(hKey, wide(lpSubKey), wide(lpValueName), dwType, bytes_of(dwType, lpData, cbData));
}

LSTATUS advapi32::RegSetKeyValueA(HKEY hKey, LPCSTR lpSubKey, LPCSTR lpValueName, DWORD dwType,
                                  LPCVOID lpData, DWORD cbData) {
    return store(hKey, wide(lpSubKey), wide(lpValueName), dwType,
                 lpData ? wide_data(dwType, lpData, cbData) : std::string());
}

LSTATUS advapi32::RegSetValueW(HKEY hKey, LPCWSTR lpSubKey, DWORD dwType, LPCWSTR lpData, DWORD) {
    if (dwType != registry::kString || !lpData) return ERROR_INVALID_PARAMETER;
    return store(hKey, wide(lpSubKey), u"", dwType,
                 bytes_of(dwType, lpData, static_cast<DWORD>((length16(lpData) + 1) * 2)));
}

LSTATUS advapi32::RegSetValueA(HKEY hKey, LPCSTR lpSubKey, DWORD dwType, LPCSTR lpData, DWORD) {
    return RegSetValueW(hKey, wide(lpSubKey).c_str(), dwType,
                        lpData ? wide(lpData).c_str() : nullptr, 0);
}

LSTATUS advapi32::RegDeleteValueW(HKEY hKey, LPCWSTR lpValueName) {
    return delete_value(hKey, u"", wide(lpValueName));
}
LSTATUS advapi32::RegDeleteValueA(HKEY hKey, LPCSTR lpValueName) {
    return delete_value(hKey, u"", wide(lpValueName));
}

LSTATUS advapi32::RegDeleteKeyValueW(HKEY hKey, LPCWSTR lpSubKey, LPCWSTR lpValueName) {
    return delete_value(hKey, wide(lpSubKey), wide(lpValueName));
}

LSTATUS advapi32::RegDeleteKeyValueA(HKEY hKey, LPCSTR lpSubKey, LPCSTR lpValueName) {
    return delete_value(hKey, wide(lpSubKey), wide(lpValueName));
}

LSTATUS advapi32::RegEnumValueW(HKEY hKey, DWORD dwIndex, LPWSTR lpValueName,
                                LPDWORD lpcchValueName, LPDWORD, LPDWORD lpType, LPBYTE lpData,
                                LPDWORD lpcbData) {
    return enumerate(hKey, dwIndex, lpValueName, lpcchValueName, lpType, lpData, lpcbData);
}

LSTATUS advapi32::RegEnumValueA(HKEY hKey, DWORD dwIndex, LPSTR lpValueName, LPDWORD lpcchValueName,
                                LPDWORD, LPDWORD lpType, LPBYTE lpData, LPDWORD lpcbData) {
    return enumerate(hKey, dwIndex, lpValueName, lpcchValueName, lpType, lpData, lpcbData);
}

LSTATUS advapi32::RegLoadMUIStringW(HKEY hKey, LPCWSTR pszValue, LPWSTR pszOutBuf, DWORD cbOutBuf,
                                    LPDWORD pcbData, DWORD, LPCWSTR) {
    constexpr LSTATUS kNoMuiFile = 15100;
    auto place = registry::key_of(hKey, kQuery);
    if (!place.ok()) return error_of(place.status());
    auto value = registry::value(place->path, wide(pszValue));
    if (!value.ok()) return error_of(value.status());
    if (!is_text(value->type)) return ERROR_FILE_NOT_FOUND;
    std::string data = value->data;
    terminate(value->type, data);
    if (reinterpret_cast<const char16_t*>(data.data())[0] == u'@') return kNoMuiFile;
    DWORD size = cbOutBuf;
    LSTATUS status = give_data(data, reinterpret_cast<LPBYTE>(pszOutBuf), &size);
    if (pcbData) *pcbData = size;
    return status;
}
