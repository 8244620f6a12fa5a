// secext.h: the forms of an account's name. A machine of no domain has two: machine\\user, and the name on screen.
// Doc: "GetUserNameExW function (secext.h)", "TranslateNameW function (secext.h)".
#include <unistd.h>

#include <cstring>

#include "base/text_as.h"
#include "core/security/accounts.h"
#include "core/teb.h"
#include "dll/secur32/secur32.h"

using namespace lsw;

namespace {

constexpr int kSamCompatible = 2, kDisplay = 3;
constexpr DWORD kNotInDomain = 1355;  // ERROR_NO_SUCH_DOMAIN

template <class Char>
BOOLEAN give(const std::u16string& wide, Char* buffer, PULONG size) {
    auto name = text_as<Char>(wide);
    ULONG room = *size;
    bool fit = buffer && room > name.size();
    *size = static_cast<ULONG>(name.size() + (fit ? 0 : 1));
    if (!fit) return set_last_error(ERROR_MORE_DATA), FALSE;
    memcpy(buffer, name.c_str(), (name.size() + 1) * sizeof(Char));
    return TRUE;
}

template <class Char>
BOOLEAN user_name_ex(int format, Char* buffer, PULONG size) {
    if (!size) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    std::string user = linux_user_name(getuid());
    if (format == kSamCompatible) return give(machine_name() + u'\\' + utf16_from_utf8(user), buffer, size);
    if (format == kDisplay)
        if (std::u16string name = full_name(user); !name.empty()) return give(name, buffer, size);
    return set_last_error(ERROR_NONE_MAPPED), FALSE;
}

template <class Char>
BOOLEAN translate(std::u16string_view name, int from, int to, Char* buffer, PULONG size) {
    if (!size) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    if (from != kSamCompatible || (to != kSamCompatible && to != kDisplay))
        return set_last_error(kNotInDomain), FALSE;
    auto account = account_by_name(name);
    if (!account) return set_last_error(ERROR_NONE_MAPPED), FALSE;
    if (to == kSamCompatible) return give(account->domain + u'\\' + account->name, buffer, size);
    std::u16string display = full_name(utf8_from_utf16(account->name));
    if (display.empty()) return set_last_error(ERROR_NONE_MAPPED), FALSE;
    return give(display, buffer, size);
}

}  // namespace

BOOLEAN secur32::GetUserNameExW(int NameFormat, LPWSTR lpNameBuffer, PULONG nSize) {
    return user_name_ex(NameFormat, lpNameBuffer, nSize);
}

BOOLEAN secur32::GetUserNameExA(int NameFormat, LPSTR lpNameBuffer, PULONG nSize) {
    return user_name_ex(NameFormat, lpNameBuffer, nSize);
}

BOOLEAN secur32::TranslateNameW(LPCWSTR lpAccountName, int AccountNameFormat, int DesiredNameFormat,
                                LPWSTR lpTranslatedName, PULONG nSize) {
    return translate(lpAccountName ? lpAccountName : u"", AccountNameFormat, DesiredNameFormat, lpTranslatedName, nSize);
}

BOOLEAN secur32::TranslateNameA(LPCSTR lpAccountName, int AccountNameFormat, int DesiredNameFormat, LPSTR lpTranslatedName,
                                PULONG nSize) {
    std::u16string name = utf16_from_utf8(lpAccountName ? lpAccountName : "");
    return translate(name, AccountNameFormat, DesiredNameFormat, lpTranslatedName, nSize);
}
