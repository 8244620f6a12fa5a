// processenv.h: environment variables. The block itself is in core/process/environment.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string>

#include "base/text.h"
#include "core/memory/heap.h"
#include "core/process/environment.h"
#include "core/teb.h"
#include "dll/kernel32/kernel32.h"

using namespace lsw;

namespace {

BOOL fail(DWORD error) { return set_last_error(error), FALSE; }

// The copy that FreeEnvironmentStrings gets back.
template <class Text>
auto* copy_block(const Text& block) {
    using Char = typename Text::value_type;
    size_t bytes = block.size() * sizeof(Char);
    auto* copy = static_cast<Char*>(process_heap().allocate(bytes, false));
    if (copy)
        memcpy(copy, block.data(), bytes);
    else
        set_last_error(ERROR_NOT_ENOUGH_MEMORY);
    return copy;
}

// The length without terminator, or, where the room does not suffice, the size with it.
template <class Char>
DWORD give(const std::basic_string<Char>& text, Char* out, DWORD room) {
    auto length = static_cast<DWORD>(text.size());
    if (room <= length || !out) return length + 1;
    memcpy(out, text.c_str(), (text.size() + 1) * sizeof(Char));
    set_last_error(ERROR_SUCCESS);  // an empty value also gives 0: this tells the two apart
    return length;
}

}  // namespace

LPWCH kernel32::GetEnvironmentStringsW() { return copy_block(environment_block()); }

// GetEnvironmentStrings, which GetEnvironmentStringsA is the other name of.
LPCH kernel32::GetEnvironmentStrings() { return copy_block(utf8_from_utf16(environment_block())); }

BOOL kernel32::FreeEnvironmentStringsW(LPWCH penv) { return process_heap().release(penv); }
BOOL kernel32::FreeEnvironmentStringsA(LPCH penv) { return process_heap().release(penv); }

DWORD kernel32::GetEnvironmentVariableW(LPCWSTR lpName, LPWSTR lpBuffer, DWORD nSize) {
    auto value = environment_variable(lpName ? lpName : u"");
    if (!value) return set_last_error(ERROR_ENVVAR_NOT_FOUND), 0;
    return give(*value, lpBuffer, nSize);
}

DWORD kernel32::GetEnvironmentVariableA(LPCSTR lpName, LPSTR lpBuffer, DWORD nSize) {
    auto value = environment_variable(utf16_from_utf8(lpName ? lpName : ""));
    if (!value) return set_last_error(ERROR_ENVVAR_NOT_FOUND), 0;
    return give(utf8_from_utf16(*value), lpBuffer, nSize);
}

BOOL kernel32::SetEnvironmentVariableW(LPCWSTR lpName, LPCWSTR lpValue) {
    std::optional<std::u16string_view> value;
    if (lpValue) value = lpValue;
    if (!lpName) return fail(ERROR_INVALID_PARAMETER);
    // To delete what is not there is no error.
    if (!value && *lpName && !environment_variable(lpName)) return TRUE;
    return set_environment_variable(lpName, value) ? TRUE : fail(ERROR_INVALID_PARAMETER);
}

BOOL kernel32::SetEnvironmentVariableA(LPCSTR lpName, LPCSTR lpValue) {
    if (!lpName) return fail(ERROR_INVALID_PARAMETER);
    std::u16string value = utf16_from_utf8(lpValue ? lpValue : "");
    return SetEnvironmentVariableW(utf16_from_utf8(lpName).c_str(),
                                   lpValue ? value.c_str() : nullptr);
}

BOOL kernel32::SetEnvironmentStringsW(LPWCH NewEnvironment) {
    if (!NewEnvironment) return fail(ERROR_INVALID_PARAMETER);
    std::u16string now = environment_block();
    for (const char16_t* at = now.c_str(); *at; at += length16(at) + 1) {
        std::u16string_view entry(at);
        set_environment_variable(entry.substr(0, entry.find(u'=', 1)), std::nullopt);
    }
    for (const char16_t* at = NewEnvironment; *at; at += length16(at) + 1) {
        std::u16string_view entry(at);
        size_t equals = entry.find(u'=', 1);
        if (equals != std::u16string_view::npos)
            set_environment_variable(entry.substr(0, equals), entry.substr(equals + 1));
    }
    return TRUE;
}

// Both count the terminator, unlike GetEnvironmentVariable.
DWORD kernel32::ExpandEnvironmentStringsW(LPCWSTR lpSrc, LPWSTR lpDst, DWORD nSize) {
    std::u16string text = expand_environment(lpSrc);
    auto needed = static_cast<DWORD>(text.size() + 1);
    if (lpDst && nSize >= needed) memcpy(lpDst, text.c_str(), needed * sizeof(WCHAR));
    return needed;
}

DWORD kernel32::ExpandEnvironmentStringsA(LPCSTR lpSrc, LPSTR lpDst, DWORD nSize) {
    std::string text = utf8_from_utf16(expand_environment(utf16_from_utf8(lpSrc)));
    auto needed = static_cast<DWORD>(text.size() + 1);
    if (lpDst && nSize >= needed) memcpy(lpDst, text.c_str(), needed);
    return needed;
}
