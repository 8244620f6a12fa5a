#include "dll/bcrypt/key_blobs.h"

#include <algorithm>
#include <cstring>

#include "dll/bcrypt/blob_bytes.h"

using namespace lsw;
using namespace lsw::crypto;

namespace key_blobs {
namespace {

constexpr uint32_t kRsaPublic = 0x31415352, kRsaPrivate = 0x32415352, kRsaFullPrivate = 0x33415352;

struct CurveMagic {
    const char16_t* curve;  // null: any
    uint32_t agree, sign;   // of a public key; a private one has the first byte one higher, or 'V' for 'P'
};
constexpr CurveMagic kCurveMagics[] = {
    {u"nistP256", 0x314B4345, 0x31534345},
    {u"nistP384", 0x334B4345, 0x33534345},
    {u"nistP521", 0x354B4345, 0x35534345},
    {nullptr, 0x504B4345, 0x50444345},
};

uint32_t private_magic(uint32_t magic) { return magic + ((magic >> 24) == 0x50 ? 0x06000000 : 0x01000000); }

// ECC blobs ---------------------------------------------------------------------------------------------------------------

struct CurveBlob {
    const char16_t* curve;
    bool agrees, secret;
};

std::optional<CurveBlob> curve_blob(uint32_t magic) {
    for (const CurveMagic& row : kCurveMagics)
        for (bool agrees : {true, false}) {
            uint32_t open = agrees ? row.agree : row.sign;
            if (magic == open) return CurveBlob{row.curve, agrees, false};
            if (magic == private_magic(open)) return CurveBlob{row.curve, agrees, true};
        }
    return std::nullopt;
}

Result<PublicKey::Ref> import_curve(const Curve* curve, ByteSpan blob) {
    Reader in(blob);
    auto kind = curve_blob(in.number());
    size_t size = in.number();
    if (!kind) return Status(STATUS_INVALID_PARAMETER);
    if (kind->curve) {
        const Curve* own = curve_by_name(kind->curve);
        if (curve && std::string_view(curve->host_name ? curve->host_name : "") != own->host_name)
            return Status(STATUS_INVALID_PARAMETER);
        curve = own;
    }
    if (!curve || size != (curve->bits + 7) / 8) return Status(STATUS_INVALID_PARAMETER);
    KeyParts parts;
    parts.point_x = in.take(size), parts.point_y = in.take(size);
    if (kind->secret) parts.secret = in.take(size);
    if (!in.good()) return Status(STATUS_INVALID_PARAMETER);
    return PublicKey::from_parts(curve->host_name ? KeyFamily::kEc : KeyFamily::kX25519, curve, parts);
}

ByteVector export_curve(const PublicKey& key, bool agrees, bool secret) {
    const CurveMagic* magic = &kCurveMagics[std::size(kCurveMagics) - 1];
    for (const CurveMagic& row : kCurveMagics)
        if (row.curve && std::u16string_view(row.curve) == key.curve()->name) magic = &row;
    uint32_t open = agrees ? magic->agree : magic->sign;
    KeyParts parts = key.parts();
    Writer out;
    out.number(secret ? private_magic(open) : open);
    out.number(static_cast<uint32_t>(key.block_bytes()));
    out.put(parts.point_x), out.put(parts.point_y);
    if (secret) out.put(parts.secret);
    return out.take();
}

// RSA blobs ---------------------------------------------------------------------------------------------------------------

Result<PublicKey::Ref> import_rsa(ByteSpan blob) {
    Reader in(blob);
    uint32_t magic = in.number();
    in.number();  // the length in bits, which the modulus tells
    size_t exponent = in.number(), modulus = in.number(), p = in.number(), q = in.number();
    bool secret = magic == kRsaPrivate || magic == kRsaFullPrivate;
    if (magic != kRsaPublic && !secret) return Status(STATUS_INVALID_PARAMETER);
    KeyParts parts;
    parts.e = in.take(exponent), parts.n = in.take(modulus);
    if (secret) parts.p = in.take(p), parts.q = in.take(q);
    if (magic == kRsaFullPrivate) in.take(p), in.take(q), in.take(p), parts.d = in.take(modulus);
    if (!in.good() || parts.e.empty() || parts.n.empty() || (secret && (parts.p.empty() || parts.q.empty())))
        return Status(STATUS_INVALID_PARAMETER);
    return PublicKey::from_parts(KeyFamily::kRsa, nullptr, parts);
}

ByteVector export_rsa(const PublicKey& key, uint32_t magic) {
    KeyParts parts = key.parts();
    bool secret = magic != kRsaPublic;
    Writer out;
    out.number(magic), out.number(key.bits());
    for (const ByteVector* part : {&parts.e, &parts.n}) out.number(static_cast<uint32_t>(part->size()));
    for (const ByteVector* part : {&parts.p, &parts.q}) out.number(secret ? static_cast<uint32_t>(part->size()) : 0);
    out.put(parts.e), out.put(parts.n);
    if (secret) out.put(parts.p), out.put(parts.q);
    if (magic == kRsaFullPrivate) {
        out.put_padded(parts.dp, parts.p.size()), out.put_padded(parts.dq, parts.q.size());
        out.put_padded(parts.qinv, parts.p.size()), out.put_padded(parts.d, parts.n.size());
    }
    return out.take();
}

bool is_one_of(std::u16string_view type, std::initializer_list<std::u16string_view> names) {
    return std::find(names.begin(), names.end(), type) != names.end();
}

}  // namespace

std::optional<PairAlgorithm> pair_algorithm(std::u16string_view name) {
    if (name == u"RSA") return PairAlgorithm{KeyFamily::kRsa, nullptr, false, true, true};
    if (name == u"RSA_SIGN") return PairAlgorithm{KeyFamily::kRsa, nullptr, false, true, false};
    if (name == u"DH") return PairAlgorithm{KeyFamily::kDh, nullptr, true, false, false};
    if (name == u"DSA") return PairAlgorithm{KeyFamily::kDsa, nullptr, false, true, false};
    bool agrees = name.starts_with(u"ECDH"), signs = name.starts_with(u"ECDSA");
    if (!agrees && !signs) return std::nullopt;
    std::u16string_view rest = name.substr(agrees ? 4 : 5);
    if (rest.empty()) return PairAlgorithm{KeyFamily::kEc, nullptr, agrees, signs, false};
    if (!is_one_of(rest, {u"_P256", u"_P384", u"_P521"})) return std::nullopt;
    return PairAlgorithm{KeyFamily::kEc, curve_by_name(u"nist" + std::u16string(rest.substr(1))), agrees, signs, false};
}

std::u16string algorithm_name(const PublicKey& key, bool agrees) {
    switch (key.family()) {
        case KeyFamily::kRsa: return u"RSA";
        case KeyFamily::kDh: return u"DH";
        case KeyFamily::kDsa: return u"DSA";
        default: break;
    }
    std::u16string name = agrees ? u"ECDH" : u"ECDSA";
    std::u16string_view curve = key.curve()->name;
    if (is_one_of(curve, {u"nistP256", u"nistP384", u"nistP521"})) name.append(u"_").append(curve.substr(4));
    return name;
}

Result<ByteVector> export_blob(const PublicKey& key, bool agrees, std::u16string_view type) {
    bool open = is_one_of(type, {u"PUBLICBLOB", u"RSAPUBLICBLOB", u"ECCPUBLICBLOB", u"DHPUBLICBLOB", u"DSAPUBLICBLOB"});
    bool secret = is_one_of(type, {u"PRIVATEBLOB", u"RSAPRIVATEBLOB", u"RSAFULLPRIVATEBLOB", u"ECCPRIVATEBLOB",
                                   u"DHPRIVATEBLOB", u"DSAPRIVATEBLOB"});
    if (type == u"CAPIPUBLICBLOB" || type == u"CAPIPRIVATEBLOB")
        return export_capi(key, type == u"CAPIPRIVATEBLOB", 0xA400);
    std::u16string_view family = type.substr(0, 3);
    bool any = type.starts_with(u"P");
    if (!open && !secret) return Status(STATUS_NOT_SUPPORTED);
    if (secret && !key.has_private()) return Status(STATUS_INVALID_PARAMETER);
    switch (key.family()) {
        case KeyFamily::kRsa:
            if (!any && family != u"RSA") break;
            return export_rsa(key, open ? kRsaPublic : type == u"RSAFULLPRIVATEBLOB" ? kRsaFullPrivate : kRsaPrivate);
        case KeyFamily::kEc:
        case KeyFamily::kX25519:
            if (!any && family != u"ECC") break;
            return export_curve(key, agrees, secret);
        case KeyFamily::kDh:
            if (!any && !type.starts_with(u"DH")) break;
            return export_dh(key, secret);
        case KeyFamily::kDsa:
            if (!any && family != u"DSA") break;
            return export_dsa(key, secret);
    }
    return Status(STATUS_NOT_SUPPORTED);
}

Result<PublicKey::Ref> import_blob(KeyFamily family, const Curve* curve, std::u16string_view type, ByteSpan blob) {
    bool any = type == u"PUBLICBLOB" || type == u"PRIVATEBLOB";
    if (type == u"CAPIPUBLICBLOB" || type == u"CAPIPRIVATEBLOB") return import_capi(blob, nullptr);
    switch (family) {
        case KeyFamily::kRsa:
            if (any || is_one_of(type, {u"RSAPUBLICBLOB", u"RSAPRIVATEBLOB", u"RSAFULLPRIVATEBLOB"})) return import_rsa(blob);
            break;
        case KeyFamily::kEc:
        case KeyFamily::kX25519:
            if (any || is_one_of(type, {u"ECCPUBLICBLOB", u"ECCPRIVATEBLOB"})) return import_curve(curve, blob);
            break;
        case KeyFamily::kDh:
            if (any || type.starts_with(u"DH")) return import_dh(blob);
            break;
        case KeyFamily::kDsa:
            if (any || type.starts_with(u"DSA")) return import_dsa(blob);
            break;
    }
    return Status(STATUS_NOT_SUPPORTED);
}

Result<PublicKey::Ref> import_any(ByteSpan blob, bool* agrees) {
    uint32_t magic = Reader(blob).number();
    *agrees = false;
    if (magic == kRsaPublic || magic == kRsaPrivate || magic == kRsaFullPrivate) return import_rsa(blob);
    if (auto curve = curve_blob(magic)) {
        *agrees = curve->agrees;
        return import_curve(nullptr, blob);
    }
    if (is_dh_magic(magic)) {
        *agrees = true;
        return import_dh(blob);
    }
    return import_dsa(blob);
}

}  // namespace key_blobs
