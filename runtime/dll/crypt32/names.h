// Names and digests of certificates.
#pragma once

#include <string>
#include <vector>

#include "dll/crypt32/certificate.h"

namespace certificates {

// "CN=…, O=…" of an encoded name; empty for what is none. `keys`: with "CN=" before each value.
std::u16string name_text(const CRYPT_DATA_BLOB& name, bool keys = true, bool reversed = false);
// The value of one attribute; nullopt when the name has none.
std::optional<std::u16string> name_attribute(const CRYPT_DATA_BLOB& name, std::string_view oid);

std::vector<uint8_t> digest_of(std::span<const uint8_t> bytes, std::u16string_view algorithm);

}  // namespace certificates
