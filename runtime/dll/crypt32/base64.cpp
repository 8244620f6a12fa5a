#include "dll/crypt32/base64.h"

namespace base64 {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::optional<std::vector<uint8_t>> decode(std::string_view text) {
    std::vector<uint8_t> bytes;
    uint32_t group = 0;
    size_t digits = 0, pads = 0;
    for (char c : text) {
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n') continue;
        if (c == '=') {
            ++pads;
            continue;
        }
        size_t value = kAlphabet.find(c);
        if (value == kAlphabet.npos || pads) return std::nullopt;
        group = group << 6 | static_cast<uint32_t>(value);
        if (++digits % 4 == 0)
            bytes.insert(bytes.end(), {static_cast<uint8_t>(group >> 16), static_cast<uint8_t>(group >> 8),
                                       static_cast<uint8_t>(group)});
    }
    size_t tail = digits % 4;
    if (tail == 1 || (pads && (digits + pads) % 4)) return std::nullopt;
    if (tail == 2) bytes.push_back(static_cast<uint8_t>(group >> 4));
    if (tail == 3) bytes.insert(bytes.end(), {static_cast<uint8_t>(group >> 10), static_cast<uint8_t>(group >> 2)});
    return bytes;
}

std::string encode(std::span<const uint8_t> bytes) {
    std::string text;
    for (size_t i = 0; i < bytes.size(); i += 3) {
        size_t left = bytes.size() - i;
        uint32_t group = static_cast<uint32_t>(bytes[i]) << 16;
        if (left > 1) group |= static_cast<uint32_t>(bytes[i + 1]) << 8;
        if (left > 2) group |= bytes[i + 2];
        text += kAlphabet[group >> 18];
        text += kAlphabet[group >> 12 & 63];
        text += left > 1 ? kAlphabet[group >> 6 & 63] : '=';
        text += left > 2 ? kAlphabet[group & 63] : '=';
    }
    return text;
}

}  // namespace base64
