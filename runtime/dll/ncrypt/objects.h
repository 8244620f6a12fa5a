// What ncrypt.dll's handles stand for: the provider, keys, agreed secrets.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "dll/bcrypt/key_blobs.h"
#include "dll/ncrypt/ncrypt.h"

namespace ncrypt_objects {

inline constexpr SECURITY_STATUS kBadSignature = static_cast<LONG>(0x80090006), kBadFlags = static_cast<LONG>(0x80090009),
                                 kBadKeyState = static_cast<LONG>(0x8009000B), kExists = static_cast<LONG>(0x8009000F),
                                 kPermission = static_cast<LONG>(0x80090010), kNotFound = static_cast<LONG>(0x80090011),
                                 kBadKeyset = static_cast<LONG>(0x80090016), kInvalidHandle = static_cast<LONG>(0x80090026),
                                 kInvalidParameter = static_cast<LONG>(0x80090027),
                                 kBufferTooSmall = static_cast<LONG>(0x80090028),
                                 kNotSupported = static_cast<LONG>(0x80090029), kNoMoreItems = static_cast<LONG>(0x8009002A),
                                 kNoMemory = static_cast<LONG>(0x8009000E), kBadData = static_cast<LONG>(0x80090005);

inline constexpr char16_t kProviderName[] = u"Microsoft Software Key Storage Provider";

struct Object {
    enum class Kind { kProvider, kKey, kSecret } kind;
    // A key; without `key` until it is finalized.
    std::u16string name, algorithm;
    key_blobs::PairAlgorithm pair{};
    key_blobs::PublicKey::Ref key;
    DWORD bits = 0, export_policy = 0, usage = 0xFFFFFF, spec = 0, flags = 0;
    bool persisted = false;
    std::map<std::u16string, key_blobs::ByteVector, std::less<>> properties;  // those that programs make up
    key_blobs::ByteVector secret;
};

NCRYPT_HANDLE add(std::shared_ptr<Object> object);
std::shared_ptr<Object> find(NCRYPT_HANDLE handle, Object::Kind kind);
std::shared_ptr<Object> find_any(NCRYPT_HANDLE handle);
bool remove(NCRYPT_HANDLE handle);

// "ncrypt", or that of the machine's keys.
const char* group_of(DWORD flags);
SECURITY_STATUS from_status(NTSTATUS status);
SECURITY_STATUS give(const void* value, size_t size, PBYTE out, DWORD room, DWORD* result);

}  // namespace ncrypt_objects
