// Unicode's normalisation forms. Doc: Unicode Standard Annex #15.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lsw::nls {

struct Form {
    bool composed, compatible;  // NFC: composed alone; NFKD: compatible alone
};

// nullopt for text with a surrogate that has no other half; `bad` receives its index.
std::optional<std::u16string> normalize(std::u16string_view text, Form form, size_t* bad = nullptr);

}  // namespace lsw::nls
