// What the winreg functions share: texts of both character sets, errors, how answers are copied out.
#pragma once

#include <string>

#include "base/text.h"
#include "core/registry/key_object.h"
#include "core/registry/registry.h"
#include "dll/advapi32/advapi32.h"

namespace lsw::winreg {

LSTATUS error_of(NTSTATUS status);

inline std::u16string wide(LPCSTR text) { return utf16_from_utf8(text ? text : ""); }
inline std::u16string wide(LPCWSTR text) { return text ? std::u16string(text) : std::u16string(); }

// Values of these types are converted for the A functions.
inline bool is_text(uint32_t type) {
    return type == registry::kString || type == registry::kExpandString || type == registry::kMultiString;
}
std::string narrow_data(uint32_t type, const std::string& data);
std::string wide_data(uint32_t type, const void* data, size_t size);

// "lpData and lpcbData": ERROR_MORE_DATA with the size that is needed.
LSTATUS give_data(const std::string& data, LPBYTE out, LPDWORD size);

}  // namespace lsw::winreg
