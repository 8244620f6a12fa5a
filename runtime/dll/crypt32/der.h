// Reading DER: tag, length, contents. Untrusted bytes; a malformed element reads as nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace der {

using Bytes = std::span<const uint8_t>;

struct Element {
    uint8_t tag = 0;
    Bytes content;
    Bytes whole;  // with tag and length
};

enum Tag : uint8_t {
    kBoolean = 1, kInteger = 2, kBitString = 3, kOctetString = 4, kObjectIdentifier = 6, kUtf8String = 12,
    kPrintableString = 19, kTeletexString = 20, kIa5String = 22, kUtcTime = 23, kGeneralizedTime = 24,
    kUniversalString = 28, kBmpString = 30, kSequence = 0x30, kSet = 0x31,
};

// Takes the next element off the front of `rest`.
inline std::optional<Element> next(Bytes& rest) {
    if (rest.size() < 2 || (rest[0] & 0x1F) == 0x1F) return std::nullopt;
    size_t header = 2, length = rest[1];
    if (length >= 0x80) {
        size_t count = length & 0x7F;
        if (count == 0 || count > 4 || rest.size() < 2 + count) return std::nullopt;
        length = 0;
        for (size_t i = 0; i < count; ++i) length = length << 8 | rest[2 + i];
        header += count;
    }
    if (length > rest.size() - header) return std::nullopt;
    Element element{rest[0], rest.subspan(header, length), rest.first(header + length)};
    rest = rest.subspan(header + length);
    return element;
}

inline std::optional<Element> next(Bytes& rest, uint8_t tag) {
    Bytes ahead = rest;
    auto element = next(ahead);
    if (!element || element->tag != tag) return std::nullopt;
    rest = ahead;
    return element;
}

// "1.2.840.113549" of an object identifier's contents.
std::string text_of_oid(Bytes content);
// 100 ns since 1601 of a UTCTime or GeneralizedTime.
std::optional<uint64_t> time_of(const Element& element);
// UTF-16 of any of the string types.
std::u16string text_of(const Element& element);

}  // namespace der
