// Base64 as PEM files and CryptoAPI use it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace base64 {

// Blanks and line ends are skipped; nullopt for anything else that does not belong.
std::optional<std::vector<uint8_t>> decode(std::string_view text);
std::string encode(std::span<const uint8_t> bytes);

}  // namespace base64
