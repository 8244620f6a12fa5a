#include "core/registry/key_object.h"

#include "core/registry/registry.h"
#include "core/runtime.h"

namespace lsw::registry {
namespace {

// 255 characters for each name on the way.
bool names_fit(std::u16string_view path) {
    while (!path.empty()) {
        size_t end = std::min(path.find(u'\\'), path.size());
        if (end > 255) return false;
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return true;
}

Result<HANDLE> insert(std::u16string path, uint32_t view, ACCESS_MASK access, bool inherit) {
    return runtime().handles.insert(make_object<Key>(std::move(path), view), map_key_access(access),
                                    inherit);
}

}  // namespace

Result<KeyPlace> key_of(HANDLE handle, ACCESS_MASK access) {
    auto value = reinterpret_cast<uint64_t>(handle);
    // Predefined handles come with and without sign extension.
    bool predefined =
        (value >> 32 == 0 || value >> 32 == 0xFFFFFFFF) && (value & 0xFFFFFF00) == 0x80000000;
    if (predefined) {
        std::u16string path = predefined_path(value);
        if (path.empty()) return Status(STATUS_INVALID_HANDLE);
        return KeyPlace{std::move(path), 0};
    }
    auto key = runtime().handles.get<Key>(handle, access);
    if (!key.ok())
        return Status(key.status() == STATUS_OBJECT_TYPE_MISMATCH ? STATUS_INVALID_HANDLE
                                                                  : key.status());
    return KeyPlace{(*key)->path, (*key)->view};
}

ACCESS_MASK map_key_access(ACCESS_MASK access) {
    constexpr ACCESS_MASK kRead = 0x20019, kWrite = 0x20006, kMaximum = 0x02000000;
    ACCESS_MASK out = access & 0xF003F;
    if (access & 0x80000000) out |= kRead;
    if (access & 0x40000000) out |= kWrite;
    if (access & 0x20000000) out |= kRead;
    if (access & (0x10000000 | kMaximum)) out |= kKeyAllAccess;
    return out;
}

Result<HANDLE> open_key(const KeyPlace& parent, std::u16string_view name, ACCESS_MASK access,
                        bool inherit) {
    if (!names_fit(name)) return Status(STATUS_INVALID_PARAMETER);
    uint32_t view = (parent.view | access) & kView32;
    if (access & kView64) view = 0;
    std::u16string path = child_path(parent.path, name, view);
    if (!exists(path))
        return Status(name.empty() ? STATUS_KEY_DELETED : STATUS_OBJECT_NAME_NOT_FOUND);
    return insert(std::move(path), view, access, inherit);
}

Result<HANDLE> create_key(const KeyPlace& parent, std::u16string_view name, ACCESS_MASK access,
                          bool inherit, bool& created) {
    if (!names_fit(name)) return Status(STATUS_INVALID_PARAMETER);
    uint32_t view = (parent.view | access) & kView32;
    if (access & kView64) view = 0;
    if (!exists(parent.path)) return Status(STATUS_KEY_DELETED);
    std::u16string path = child_path(parent.path, name, view);
    LSW_CHECK(create(path, created));
    return insert(std::move(path), view, access, inherit);
}

}  // namespace lsw::registry
