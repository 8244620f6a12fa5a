#include "cli/json.h"

#include <cstdio>

#include "base/text.h"

namespace lsw::cli {

void Json::new_line() {
    out_ += '\n';
    out_.append(static_cast<size_t>(depth_) * 2, ' ');
}

// What stands between the last token and the next value or key.
void Json::separate() {
    if (after_key_) {
        after_key_ = false;
        return;
    }
    if (!first_) out_ += ',';
    if (depth_ > 0) new_line();
    first_ = false;
}

Json& Json::open(char bracket) {
    separate();
    out_ += bracket;
    ++depth_;
    first_ = true;
    return *this;
}

Json& Json::close(char bracket) {
    --depth_;
    if (!first_) new_line();
    out_ += bracket;
    first_ = false;
    if (depth_ == 0) out_ += '\n';
    return *this;
}

void Json::quote(std::string_view value) {
    out_ += '"';
    // Names come from files: what is not UTF-8 becomes U+FFFD, so that the output always parses.
    for (char c : utf8_from_utf16(utf16_from_utf8(value))) {
        auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out_ += '\\';
            out_ += c;
        } else if (byte < 0x20) {
            char escape[8];
            snprintf(escape, sizeof escape, "\\u%04x", byte);
            out_ += escape;
        } else {
            out_ += c;
        }
    }
    out_ += '"';
}

Json& Json::key(std::string_view name) {
    separate();
    quote(name);
    out_ += ": ";
    after_key_ = true;
    return *this;
}

Json& Json::text(std::string_view value) {
    separate();
    quote(value);
    return *this;
}

Json& Json::number(uint64_t value) {
    separate();
    out_ += std::to_string(value);
    return *this;
}

Json& Json::boolean(bool value) {
    separate();
    out_ += value ? "true" : "false";
    return *this;
}

}  // namespace lsw::cli
