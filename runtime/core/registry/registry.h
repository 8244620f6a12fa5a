// The registry: keys by their full path ("MACHINE\SOFTWARE\x", "USER\S-1-5-21-…\x"), ignoring case,
// in two layers. What programs wrote lies in a database of the environment (database.h), which
// exists from the first write on; under it are defaults that are part of lsw (defaults.h). A key or
// value that was deleted hides its default; a key made anew over a deleted one starts empty. Every
// operation stands for itself, so several processes may work on one registry. Rules: no guest
// memory, no guest code; callers copy in and out. Errors: STATUS_OBJECT_NAME_NOT_FOUND for what is
// not there, STATUS_KEY_DELETED for what was there when the key was opened.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lsw::registry {

inline constexpr uint32_t kNone = 0, kString = 1, kExpandString = 2, kBinary = 3, kDword = 4,
                          kDwordBigEndian = 5, kLink = 6, kMultiString = 7, kQword = 11;

struct Value {
    std::u16string name;  // empty: the default value
    uint32_t type = kNone;
    std::string data;  // as programs see it, UTF-16 texts with their zero
};

// The path of a predefined key's handle value (0x80000000…), empty for one that is none.
std::u16string predefined_path(uint64_t handle);
// "MACHINE\…" of an NT name (\Registry\Machine\…); empty for another name.
std::u16string path_from_nt_name(std::u16string_view name);
std::u16string nt_name_of_path(std::u16string_view path);

// What `name` below `parent` means: links (CurrentControlSet) followed, 32-bit views by
// KEY_WOW64_32KEY in `access`.
std::u16string child_path(std::u16string_view parent, std::u16string_view name, uint32_t access);

bool exists(const std::u16string& path);
// Makes the key and those above it. `created` tells whether it is new. A volatile key goes with the
// last process.
Result<void> create(const std::u16string& path, bool& created);
// The key alone. Errors: STATUS_CANNOT_DELETE when it has subkeys.
Result<void> remove(const std::u16string& path);
// All below it, and the key itself unless `keep_key` (its values go then).
Result<void> remove_tree(const std::u16string& path, bool keep_key);
Result<void> rename(const std::u16string& path, const std::u16string& new_name);

// Sorted by name, ignoring case.
Result<std::vector<std::u16string>> children(const std::u16string& path);
// In the order of their making.
Result<std::vector<Value>> values(const std::u16string& path);
Result<Value> value(const std::u16string& path, std::u16string_view name);
Result<void> set_value(const std::u16string& path, const Value& value);
Result<void> remove_value(const std::u16string& path, std::u16string_view name);

// FILETIME of the last change.
int64_t last_write(const std::u16string& path);

std::u16string_view last_name(std::u16string_view path);

}  // namespace lsw::registry
