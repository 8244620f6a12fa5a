// Reading and writing the bytes of key blobs, and the blobs of Diffie-Hellman and DSA, which only key_blobs.cpp asks for.
#pragma once

#include <cstring>

#include "dll/bcrypt/key_blobs.h"

namespace key_blobs {

class Reader {
public:
    explicit Reader(ByteSpan blob) : rest_(blob) {}
    uint32_t number() {
        uint32_t value = 0;
        ByteVector bytes = take(sizeof value);
        if (good_) memcpy(&value, bytes.data(), sizeof value);
        return value;
    }
    uint32_t number_big_endian() { return __builtin_bswap32(number()); }
    ByteVector take(size_t size) {
        good_ = good_ && size <= rest_.size();
        if (!good_) return {};
        ByteVector out(rest_.begin(), rest_.begin() + static_cast<ptrdiff_t>(size));
        rest_ = rest_.subspan(size);
        return out;
    }
    ByteVector take_reversed(size_t size) {
        ByteVector out = take(size);
        return ByteVector(out.rbegin(), out.rend());
    }
    bool good() const { return good_; }

private:
    ByteSpan rest_;
    bool good_ = true;
};

class Writer {
public:
    void number(uint32_t value) {
        const auto* at = reinterpret_cast<const uint8_t*>(&value);
        put({at, sizeof value});
    }
    void put(ByteSpan bytes) { out_.insert(out_.end(), bytes.begin(), bytes.end()); }
    // Big-endian numbers: with zeros before them.
    void put_padded(ByteSpan bytes, size_t size) {
        if (bytes.size() < size) out_.insert(out_.end(), size - bytes.size(), 0);
        put(bytes.last(std::min(bytes.size(), size)));
    }
    void put_reversed(ByteSpan bytes, size_t size) {
        size_t begin = out_.size();
        put_padded(bytes, size);
        std::reverse(out_.begin() + static_cast<ptrdiff_t>(begin), out_.end());
    }
    ByteVector take() { return std::move(out_); }

private:
    ByteVector out_;
};

bool is_dh_magic(uint32_t magic);
Result<PublicKey::Ref> import_dh(ByteSpan blob);
ByteVector export_dh(const PublicKey& key, bool secret);
Result<PublicKey::Ref> import_dsa(ByteSpan blob);
ByteVector export_dsa(const PublicKey& key, bool secret);

}  // namespace key_blobs
