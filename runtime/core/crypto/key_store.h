// What a user's programs keep secret between runs: named keys, and the secret behind CryptProtectData. Files of the user's
// own (mode 0600) in the environment's directory, made with the first key.
#pragma once

#include <string>

#include "core/crypto/openssl.h"
#include "base/result.h"

namespace lsw::crypto {

struct StoredKey {
    std::u16string name, algorithm;
    uint32_t export_policy = 0, usage = 0, spec = 0;
    ByteVector pkcs8;
};

// `group` keeps the names of different owners apart: "ncrypt", "capi". Names differ by more than case.
// Errors: STATUS_OBJECT_NAME_NOT_FOUND; STATUS_OBJECT_NAME_COLLISION unless `replace`; STATUS_ACCESS_DENIED where nothing
// can be written.
Result<StoredKey> load_key(const std::string& group, std::u16string_view name);
Result<void> save_key(const std::string& group, const StoredKey& key, bool replace);
Result<void> delete_key(const std::string& group, std::u16string_view name);
std::vector<StoredKey> list_keys(const std::string& group);

// 32 bytes, the same in every run of this user; made when first asked for.
Result<ByteVector> user_secret();

}  // namespace lsw::crypto
