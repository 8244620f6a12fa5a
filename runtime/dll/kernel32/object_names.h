// What the Create… and Open… functions of named objects share.
#pragma once

#include <string>

#include "base/text.h"
#include "core/runtime.h"
#include "core/teb.h"
#include "core/wait/named.h"
#include "dll/kernel32/kernel32.h"

namespace lsw {

inline bool inherits(const SECURITY_ATTRIBUTES* attributes) { return attributes && attributes->bInheritHandle; }

// Generic rights as an object of this kind understands them; MAXIMUM_ALLOWED and GENERIC_ALL are everything.
inline ACCESS_MASK specific_access(ACCESS_MASK asked, ACCESS_MASK all, ACCESS_MASK query, ACCESS_MASK modify) {
    ACCESS_MASK access = asked & 0x001FFFFF;
    if (asked & (MAXIMUM_ALLOWED | GENERIC_ALL)) access |= all;
    if (asked & GENERIC_READ) access |= READ_CONTROL | query;
    if (asked & GENERIC_WRITE) access |= READ_CONTROL | modify;
    if (asked & GENERIC_EXECUTE) access |= READ_CONTROL | SYNCHRONIZE;
    return access;
}

// Handle for a new reference, or nullptr with the last error set.
inline HANDLE new_handle(Ref<Object> object, ACCESS_MASK access, bool inherit) {
    auto handle = runtime().handles.insert(std::move(object), access, inherit);
    if (handle.ok()) return *handle;
    set_last_error_from(handle.status());
    return nullptr;
}

// Creates or opens by name; the last error becomes ERROR_ALREADY_EXISTS or ERROR_SUCCESS, as programs test.
HANDLE create_named(LPSECURITY_ATTRIBUTES attributes, LPCWSTR name, const SyncInitial& initial, ACCESS_MASK access);
HANDLE open_named(LPCWSTR name, ObjectType type, ACCESS_MASK access, bool inherit);

// A name in the ANSI code page, for the …A functions; keeps the difference between no name and an empty one.
class WideName {
public:
    explicit WideName(LPCSTR name) : text_(name ? utf16_from_utf8(name) : std::u16string()), given_(name) {}
    LPCWSTR get() const { return given_ ? text_.c_str() : nullptr; }

private:
    std::u16string text_;
    bool given_;
};

}  // namespace lsw
