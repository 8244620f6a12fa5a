// Blobs of Diffie-Hellman and DSA keys, and of the CryptoAPI's RSA keys. Doc: "BCRYPT_DH_KEY_BLOB structure",
// "BCRYPT_DSA_KEY_BLOB_V2 structure", "RSA/Schannel Key BLOBs".
#include <algorithm>

#include "dll/bcrypt/blob_bytes.h"

using namespace lsw;
using namespace lsw::crypto;

namespace key_blobs {
namespace {

constexpr uint32_t kDhPublic = 0x42504844, kDhPrivate = 0x56504844, kDhParameters = 0x4D504844;
constexpr uint32_t kDsaPublic = 0x42505344, kDsaPrivate = 0x56505344, kDsaParameters = 0x4D505344;
constexpr uint32_t kDsaPublic2 = 0x32425044, kDsaPrivate2 = 0x32565044, kDsaParameters2 = 0x324D5044;
constexpr size_t kSmallGroup = 20;  // bytes of q in the first version's blobs

// What stands after the magic number and the key's size in the second version's header: q behind the seed.
size_t skip_header2(Reader& in) {
    in.number(), in.number();
    size_t seed = in.number(), group = in.number();
    in.number(), in.take(seed);
    return group;
}

}  // namespace

bool is_dh_magic(uint32_t magic) { return magic == kDhPublic || magic == kDhPrivate; }

Result<PublicKey::Ref> import_dh(ByteSpan blob) {
    Reader in(blob);
    uint32_t magic = in.number();
    size_t size = in.number();
    if (!is_dh_magic(magic)) return Status(STATUS_INVALID_PARAMETER);
    KeyParts parts;
    parts.p = in.take(size), parts.g = in.take(size), parts.y = in.take(size);
    if (magic == kDhPrivate) parts.x = in.take(size);
    if (!in.good()) return Status(STATUS_INVALID_PARAMETER);
    return PublicKey::from_parts(KeyFamily::kDh, nullptr, parts);
}

ByteVector export_dh(const PublicKey& key, bool secret) {
    KeyParts parts = key.parts();
    size_t size = parts.p.size();
    Writer out;
    out.number(secret ? kDhPrivate : kDhPublic), out.number(static_cast<uint32_t>(size));
    out.put(parts.p), out.put_padded(parts.g, size), out.put_padded(parts.y, size);
    if (secret) out.put_padded(parts.x, size);
    return out.take();
}

Result<ByteVector> export_dh_domain(const PublicKey& key) {
    KeyParts parts = key.parts();
    Writer out;
    out.number(static_cast<uint32_t>(12 + 2 * parts.p.size())), out.number(kDhParameters);
    out.number(static_cast<uint32_t>(parts.p.size()));
    out.put(parts.p), out.put_padded(parts.g, parts.p.size());
    return out.take();
}

Result<PublicKey::Ref> import_dsa(ByteSpan blob) {
    Reader in(blob);
    uint32_t magic = in.number();
    size_t size = in.number(), group = kSmallGroup;
    bool second = magic == kDsaPublic2 || magic == kDsaPrivate2;
    if (!second && magic != kDsaPublic && magic != kDsaPrivate) return Status(STATUS_INVALID_PARAMETER);
    if (second) group = skip_header2(in);
    else in.number(), in.take(20);
    KeyParts parts;
    parts.q = in.take(group), parts.p = in.take(size), parts.g = in.take(size), parts.y = in.take(size);
    if (magic == kDsaPrivate || magic == kDsaPrivate2) parts.x = in.take(group);
    if (!in.good()) return Status(STATUS_INVALID_PARAMETER);
    return PublicKey::from_parts(KeyFamily::kDsa, nullptr, parts);
}

ByteVector export_dsa(const PublicKey& key, bool secret) {
    KeyParts parts = key.parts();
    size_t size = parts.p.size(), group = parts.q.size();
    const ByteVector unknown(group, 0xFF);  // the seed that p and q were made from
    Writer out;
    if (group == kSmallGroup) {
        out.number(secret ? kDsaPrivate : kDsaPublic), out.number(static_cast<uint32_t>(size)), out.number(0xFFFFFFFF);
    } else {
        out.number(secret ? kDsaPrivate2 : kDsaPublic2), out.number(static_cast<uint32_t>(size));
        out.number(1), out.number(1);  // SHA-256, FIPS 186-3
        out.number(static_cast<uint32_t>(group)), out.number(static_cast<uint32_t>(group)), out.number(0xFFFFFFFF);
    }
    out.put(unknown), out.put(parts.q), out.put(parts.p);
    out.put_padded(parts.g, size), out.put_padded(parts.y, size);
    if (secret) out.put_padded(parts.x, group);
    return out.take();
}

Result<KeyParts> import_domain(KeyFamily family, ByteSpan blob) {
    Reader in(blob);
    in.number();  // its length
    uint32_t magic = in.number();
    size_t size = in.number();
    KeyParts parts;
    if (family == KeyFamily::kDh && magic == kDhParameters) {
        parts.p = in.take(size), parts.g = in.take(size);
    } else if (family == KeyFamily::kDsa && (magic == kDsaParameters || magic == kDsaParameters2)) {
        size_t group = kSmallGroup;
        if (magic == kDsaParameters2) group = skip_header2(in);
        else in.number(), in.take(20);
        parts.q = in.take(group), parts.p = in.take(size), parts.g = in.take(size);
    } else {
        return Status(STATUS_INVALID_PARAMETER);
    }
    if (!in.good()) return Status(STATUS_INVALID_PARAMETER);
    return parts;
}

// The CryptoAPI's: little-endian numbers after two headers, 8 and 12 bytes.
namespace {
constexpr uint32_t kCapiPublic = 0x31415352, kCapiPrivate = 0x32415352;
constexpr uint32_t kPublicKeyBlob = 0x0206, kPrivateKeyBlob = 0x0207;  // type and version
}  // namespace

Result<ByteVector> export_capi(const PublicKey& key, bool with_private, unsigned algorithm) {
    if (key.family() != KeyFamily::kRsa) return Status(STATUS_NOT_SUPPORTED);
    if (with_private && !key.has_private()) return Status(STATUS_INVALID_PARAMETER);
    KeyParts parts = key.parts();
    uint32_t exponent = 0;
    for (uint8_t byte : parts.e) exponent = exponent << 8 | byte;
    size_t size = parts.n.size(), half = (size + 1) / 2;
    Writer out;
    out.number(with_private ? kPrivateKeyBlob : kPublicKeyBlob), out.number(algorithm);
    out.number(with_private ? kCapiPrivate : kCapiPublic), out.number(key.bits()), out.number(exponent);
    out.put_reversed(parts.n, size);
    if (with_private) {
        for (const ByteVector* part : {&parts.p, &parts.q, &parts.dp, &parts.dq, &parts.qinv}) out.put_reversed(*part, half);
        out.put_reversed(parts.d, size);
    }
    return out.take();
}

Result<PublicKey::Ref> import_capi(ByteSpan blob, unsigned* algorithm) {
    Reader in(blob);
    uint32_t type = in.number() & 0xFF, calg = in.number(), magic = in.number(), bits = in.number();
    if ((type != 6 && type != 7) || magic != (type == 7 ? kCapiPrivate : kCapiPublic)) return Status(STATUS_INVALID_PARAMETER);
    size_t size = (bits + 7) / 8, half = (bits + 15) / 16;
    KeyParts parts;
    parts.e = in.take_reversed(4), parts.n = in.take_reversed(size);
    if (type == 7) {
        parts.p = in.take_reversed(half), parts.q = in.take_reversed(half);
        in.take(3 * half), parts.d = in.take_reversed(size);
    }
    if (!in.good()) return Status(STATUS_INVALID_PARAMETER);
    if (algorithm) *algorithm = calg;
    return PublicKey::from_parts(KeyFamily::kRsa, nullptr, parts);
}

}  // namespace key_blobs
