#include "dll/ncrypt/objects.h"

#include <cstring>
#include <mutex>
#include <unordered_map>

using namespace lsw;

namespace ncrypt_objects {
namespace {

struct Table {
    std::mutex lock;
    std::unordered_map<NCRYPT_HANDLE, std::shared_ptr<Object>> objects;
    NCRYPT_HANDLE next = 0x20000;
};

Table& table() {
    static Table instance;
    return instance;
}

}  // namespace

NCRYPT_HANDLE add(std::shared_ptr<Object> object) {
    std::lock_guard held(table().lock);
    NCRYPT_HANDLE handle = table().next += 16;
    table().objects.emplace(handle, std::move(object));
    return handle;
}

std::shared_ptr<Object> find_any(NCRYPT_HANDLE handle) {
    std::lock_guard held(table().lock);
    auto at = table().objects.find(handle);
    return at == table().objects.end() ? nullptr : at->second;
}

std::shared_ptr<Object> find(NCRYPT_HANDLE handle, Object::Kind kind) {
    std::shared_ptr<Object> object = find_any(handle);
    return object && object->kind == kind ? object : nullptr;
}

bool remove(NCRYPT_HANDLE handle) {
    std::shared_ptr<Object> last = find_any(handle);  // destroyed without the lock
    std::lock_guard held(table().lock);
    return table().objects.erase(handle) == 1;
}

const char* group_of(DWORD flags) {
    constexpr DWORD kMachineKey = 0x20;
    return flags & kMachineKey ? "machine" : "ncrypt";
}

SECURITY_STATUS from_status(NTSTATUS status) {
    if (status == crypto::kInvalidSignature) return kBadSignature;
    switch (status) {
        case STATUS_SUCCESS: return 0;
        case STATUS_NOT_SUPPORTED: return kNotSupported;
        case STATUS_BUFFER_TOO_SMALL: return kBufferTooSmall;
        case STATUS_INVALID_HANDLE: return kInvalidHandle;
        case STATUS_OBJECT_NAME_NOT_FOUND: return kBadKeyset;
        case STATUS_OBJECT_NAME_COLLISION: return kExists;
        case STATUS_ACCESS_DENIED: return kPermission;
        default: return kInvalidParameter;
    }
}

SECURITY_STATUS give(const void* value, size_t size, PBYTE out, DWORD room, DWORD* result) {
    *result = static_cast<DWORD>(size);
    if (!out) return 0;
    if (room < size) return kBufferTooSmall;
    if (size) memcpy(out, value, size);
    return 0;
}

}  // namespace ncrypt_objects
