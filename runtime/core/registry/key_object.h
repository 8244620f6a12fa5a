// What a registry handle refers to: a key by its path and the view it was opened in.
#pragma once

#include <string>

#include "base/result.h"
#include "object/object.h"

namespace lsw::registry {

inline constexpr ACCESS_MASK kQueryValue = 0x1, kSetValue = 0x2, kCreateSubKey = 0x4,
                             kEnumerate = 0x8, kNotify = 0x10, kView64 = 0x100, kView32 = 0x200,
                             kKeyAllAccess = 0xF003F;

class Key final : public Object {
public:
    static constexpr ObjectType kType = ObjectType::Key;
    Key(std::u16string path, uint32_t view) : Object(kType), path(std::move(path)), view(view) {}
    const std::u16string path;
    const uint32_t view;  // kView32 or 0
};

// The key behind a handle with the access an operation needs; predefined handles have all of it.
// Errors: STATUS_INVALID_HANDLE, STATUS_ACCESS_DENIED.
struct KeyPlace {
    std::u16string path;
    uint32_t view = 0;
};
Result<KeyPlace> key_of(HANDLE handle, ACCESS_MASK access);

// GENERIC_* and MAXIMUM_ALLOWED as rights on keys.
ACCESS_MASK map_key_access(ACCESS_MASK access);

// A handle to `name` below `parent`. Errors: STATUS_OBJECT_NAME_NOT_FOUND,
// STATUS_OBJECT_NAME_INVALID for names too long.
Result<HANDLE> open_key(const KeyPlace& parent, std::u16string_view name, ACCESS_MASK access,
                        bool inherit);
// The same, made where it is not there.
Result<HANDLE> create_key(const KeyPlace& parent, std::u16string_view name, ACCESS_MASK access,
                          bool inherit, bool& created);

}  // namespace lsw::registry
