#include "core/crypto/key_derivation.h"

#include <algorithm>

namespace lsw::crypto {
namespace {

Result<ByteVector> finish(Digest& digest, std::initializer_list<ByteSpan> pieces) {
    for (ByteSpan piece : pieces) LSW_CHECK(digest.update(std::as_bytes(piece)));
    auto value = LSW_TRY(digest.finish());
    const auto* at = reinterpret_cast<const uint8_t*>(value.data());
    return ByteVector(at, at + value.size());
}

ByteVector big_endian(size_t value) {
    return {static_cast<uint8_t>(value >> 24), static_cast<uint8_t>(value >> 16), static_cast<uint8_t>(value >> 8),
            static_cast<uint8_t>(value)};
}

void append(ByteVector& out, ByteSpan more) { out.insert(out.end(), more.begin(), more.end()); }

// RFC 2246, 5: P_hash.
Result<ByteVector> p_hash(const DigestKind& kind, ByteSpan secret, ByteSpan label, ByteSpan seed, size_t size) {
    ByteVector a = LSW_TRY(hmac_of(kind, secret, {label, seed})), out;
    while (out.size() < size) {
        append(out, LSW_TRY(hmac_of(kind, secret, {a, label, seed})));
        a = LSW_TRY(hmac_of(kind, secret, {a}));
    }
    out.resize(size);
    return out;
}

}  // namespace

Result<ByteVector> digest_of(const DigestKind& kind, std::initializer_list<ByteSpan> pieces) {
    auto digest = LSW_TRY(Digest::create(kind));
    return finish(*digest, pieces);
}

Result<ByteVector> hmac_of(const DigestKind& kind, ByteSpan key, std::initializer_list<ByteSpan> pieces) {
    auto digest = LSW_TRY(Digest::create_hmac(kind, std::as_bytes(key)));
    return finish(*digest, pieces);
}

Result<ByteVector> concat_kdf(const DigestKind& kind, ByteSpan secret, ByteSpan other, size_t size) {
    ByteVector out;
    for (size_t counter = 1; out.size() < size; ++counter)
        append(out, LSW_TRY(digest_of(kind, {big_endian(counter), secret, other})));
    out.resize(size);
    return out;
}

Result<ByteVector> counter_kdf(const DigestKind& kind, ByteSpan key, ByteSpan label, ByteSpan context, size_t size) {
    const ByteVector zero{0}, length = big_endian(size * 8);
    ByteVector out;
    for (size_t counter = 1; out.size() < size; ++counter)
        append(out, LSW_TRY(hmac_of(kind, key, {big_endian(counter), label, zero, context, length})));
    out.resize(size);
    return out;
}

Result<ByteVector> tls_prf(const DigestKind* kind, ByteSpan secret, ByteSpan label, ByteSpan seed, size_t size) {
    if (kind) return p_hash(*kind, secret, label, seed, size);
    size_t half = (secret.size() + 1) / 2;
    ByteVector out = LSW_TRY(p_hash(*digest_by_name(u"MD5"), secret.first(half), label, seed, size));
    ByteVector other = LSW_TRY(p_hash(*digest_by_name(u"SHA1"), secret.last(half), label, seed, size));
    for (size_t i = 0; i < size; ++i) out[i] ^= other[i];
    return out;
}

Result<ByteVector> hkdf_expand(const DigestKind& kind, ByteSpan pseudo_random_key, ByteSpan info, size_t size) {
    constexpr size_t kMostBlocks = 255;
    if (size > kMostBlocks * kind.size_bytes) return Status(STATUS_INVALID_PARAMETER);
    ByteVector out, block;
    for (uint8_t counter = 1; out.size() < size; ++counter) {
        block = LSW_TRY(hmac_of(kind, pseudo_random_key, {block, info, ByteSpan(&counter, 1)}));
        append(out, block);
    }
    out.resize(size);
    return out;
}

Result<ByteVector> capi_kdf(const DigestKind& kind, ByteSpan digest, size_t size, bool stretch_always) {
    ByteVector out(digest.begin(), digest.end());
    if (size > 2 * digest.size()) return Status(STATUS_INVALID_PARAMETER);
    if (size > digest.size() || stretch_always) {
        constexpr size_t kPad = 64;
        ByteVector inner(kPad, 0x36), outer(kPad, 0x5C);
        for (size_t i = 0; i < std::min(kPad, digest.size()); ++i) inner[i] ^= digest[i], outer[i] ^= digest[i];
        out = LSW_TRY(digest_of(kind, {inner}));
        append(out, LSW_TRY(digest_of(kind, {outer})));
    }
    out.resize(size);
    return out;
}

}  // namespace lsw::crypto
