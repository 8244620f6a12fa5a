// Key pairs: made new, from their numbers, from DER, and taken apart again. Their use is public_key_use.cpp.
#include "core/crypto/public_key.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/dh.h>
#include <openssl/dsa.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <algorithm>

#include "core/thread/host_stack.h"

namespace lsw::crypto {
namespace {

// "CNG Named Elliptic Curves".
constexpr Curve kCurves[] = {
    {u"nistP256", "prime256v1", 256},
    {u"nistP384", "secp384r1", 384},
    {u"nistP521", "secp521r1", 521},
    {u"curve25519", nullptr, 255},
    {u"nistP192", "prime192v1", 192},
    {u"nistP224", "secp224r1", 224},
    {u"secP256k1", "secp256k1", 256},
    {u"secP256r1", "prime256v1", 256},
    {u"secP384r1", "secp384r1", 384},
    {u"secP521r1", "secp521r1", 521},
    {u"secP160k1", "secp160k1", 160},
    {u"secP160r1", "secp160r1", 160},
    {u"secP160r2", "secp160r2", 160},
    {u"secP192k1", "secp192k1", 192},
    {u"secP192r1", "prime192v1", 192},
    {u"secP224k1", "secp224k1", 224},
    {u"secP224r1", "secp224r1", 224},
    {u"brainpoolP160r1", "brainpoolP160r1", 160},
    {u"brainpoolP160t1", "brainpoolP160t1", 160},
    {u"brainpoolP192r1", "brainpoolP192r1", 192},
    {u"brainpoolP192t1", "brainpoolP192t1", 192},
    {u"brainpoolP224r1", "brainpoolP224r1", 224},
    {u"brainpoolP224t1", "brainpoolP224t1", 224},
    {u"brainpoolP256r1", "brainpoolP256r1", 256},
    {u"brainpoolP256t1", "brainpoolP256t1", 256},
    {u"brainpoolP320r1", "brainpoolP320r1", 320},
    {u"brainpoolP320t1", "brainpoolP320t1", 320},
    {u"brainpoolP384r1", "brainpoolP384r1", 384},
    {u"brainpoolP384t1", "brainpoolP384t1", 384},
    {u"brainpoolP512r1", "brainpoolP512r1", 512},
    {u"brainpoolP512t1", "brainpoolP512t1", 512},
    {u"x962P192v1", "prime192v1", 192},
    {u"x962P192v2", "prime192v2", 192},
    {u"x962P192v3", "prime192v3", 192},
    {u"x962P239v1", "prime239v1", 239},
    {u"x962P239v2", "prime239v2", 239},
    {u"x962P239v3", "prime239v3", 239},
    {u"x962P256v1", "prime256v1", 256},
};

char16_t lower(char16_t unit) { return unit >= u'A' && unit <= u'Z' ? static_cast<char16_t>(unit + 32) : unit; }

bool same_name(std::u16string_view a, std::u16string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char16_t x, char16_t y) { return lower(x) == lower(y); });
}

// Numbers and names on their way into a key; the numbers live as long as this.
class Parameters {
public:
    Parameters() : builder_(OSSL(OSSL_PARAM_BLD_new)()) {}
    ~Parameters() {
        OSSL(OSSL_PARAM_BLD_free)(builder_);
        if (made_) OSSL(OSSL_PARAM_free)(made_);
    }
    void number(const char* name, ByteSpan value) {
        if (value.empty()) return;
        numbers_.push_back(number_from(value));
        OSSL(OSSL_PARAM_BLD_push_BN)(builder_, name, numbers_.back().get());
    }
    void text(const char* name, const char* value) { OSSL(OSSL_PARAM_BLD_push_utf8_string)(builder_, name, value, 0); }
    void octets(const char* name, ByteSpan value) {
        OSSL(OSSL_PARAM_BLD_push_octet_string)(builder_, name, value.data(), value.size());
    }
    EVP_PKEY* build(const char* kind, int selection) {
        made_ = OSSL(OSSL_PARAM_BLD_to_param)(builder_);
        KeyContext context(OSSL(EVP_PKEY_CTX_new_from_name)(nullptr, kind, nullptr));
        EVP_PKEY* key = nullptr;
        if (!made_ || !context || OSSL(EVP_PKEY_fromdata_init)(context.get()) != 1 ||
            OSSL(EVP_PKEY_fromdata)(context.get(), &key, selection, made_) != 1)
            return nullptr;
        return key;
    }

private:
    OSSL_PARAM_BLD* builder_;
    OSSL_PARAM* made_ = nullptr;
    std::vector<BigNumber> numbers_;
};

BigNumber part(const EVP_PKEY* key, const char* name) {
    BIGNUM* number = nullptr;
    OSSL(EVP_PKEY_get_bn_param)(key, name, &number);
    return BigNumber(number);
}

ByteVector part_bytes(const EVP_PKEY* key, const char* name) {
    BigNumber number = part(key, name);
    return number ? bytes_from(number.get()) : ByteVector();
}

// A private key's numbers from its primes, where only those are given.
bool complete_rsa(KeyParts& parts) {
    if (parts.p.empty() || parts.q.empty()) return false;
    std::unique_ptr<BN_CTX, OpensslDelete> scratch(OSSL(BN_CTX_new)());
    BigNumber p = number_from(parts.p), q = number_from(parts.q), e = number_from(parts.e), p1 = number_from({}),
              q1 = number_from({}), product = number_from({}), d = number_from({}), rest = number_from({});
    OSSL(BN_sub)(p1.get(), p.get(), OSSL(BN_value_one)());
    OSSL(BN_sub)(q1.get(), q.get(), OSSL(BN_value_one)());
    OSSL(BN_mul)(product.get(), p1.get(), q1.get(), scratch.get());
    if (parts.d.empty()) {
        if (!OSSL(BN_mod_inverse)(d.get(), e.get(), product.get(), scratch.get())) return false;
        parts.d = bytes_from(d.get());
    }
    d = number_from(parts.d);
    OSSL(BN_div)(nullptr, rest.get(), d.get(), p1.get(), scratch.get());
    parts.dp = bytes_from(rest.get());
    OSSL(BN_div)(nullptr, rest.get(), d.get(), q1.get(), scratch.get());
    parts.dq = bytes_from(rest.get());
    if (!OSSL(BN_mod_inverse)(rest.get(), q.get(), p.get(), scratch.get())) return false;
    parts.qinv = bytes_from(rest.get());
    OSSL(BN_mul)(product.get(), p.get(), q.get(), scratch.get());
    return bytes_from(product.get()) == bytes_from(number_from(parts.n).get());
}

EVP_PKEY* build_rsa(KeyParts parts) {
    bool secret = !parts.p.empty();
    if (secret && !complete_rsa(parts)) return nullptr;
    Parameters in;
    in.number(OSSL_PKEY_PARAM_RSA_N, parts.n);
    in.number(OSSL_PKEY_PARAM_RSA_E, parts.e);
    if (secret) {
        in.number(OSSL_PKEY_PARAM_RSA_D, parts.d);
        in.number(OSSL_PKEY_PARAM_RSA_FACTOR1, parts.p);
        in.number(OSSL_PKEY_PARAM_RSA_FACTOR2, parts.q);
        in.number(OSSL_PKEY_PARAM_RSA_EXPONENT1, parts.dp);
        in.number(OSSL_PKEY_PARAM_RSA_EXPONENT2, parts.dq);
        in.number(OSSL_PKEY_PARAM_RSA_COEFFICIENT1, parts.qinv);
    }
    return in.build("RSA", secret ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY);
}

EVP_PKEY* build_discrete(const char* kind, const KeyParts& parts) {
    Parameters in;
    in.number(OSSL_PKEY_PARAM_FFC_P, parts.p);
    in.number(OSSL_PKEY_PARAM_FFC_Q, parts.q);
    in.number(OSSL_PKEY_PARAM_FFC_G, parts.g);
    in.number(OSSL_PKEY_PARAM_PUB_KEY, parts.y);
    in.number(OSSL_PKEY_PARAM_PRIV_KEY, parts.x);
    return in.build(kind, !parts.x.empty() ? EVP_PKEY_KEYPAIR
                                           : !parts.y.empty() ? EVP_PKEY_PUBLIC_KEY : EVP_PKEY_KEY_PARAMETERS);
}

// The point that belongs to a secret, uncompressed.
ByteVector point_of(const Curve& curve, ByteSpan secret) {
    EC_GROUP* group = OSSL(EC_GROUP_new_by_curve_name)(OSSL(OBJ_txt2nid)(curve.host_name));
    if (!group) return {};
    EC_POINT* point = OSSL(EC_POINT_new)(group);
    BigNumber factor = number_from(secret);
    ByteVector out(2 * ((curve.bits + 7) / 8) + 1);
    bool good = OSSL(EC_POINT_mul)(group, point, factor.get(), nullptr, nullptr, nullptr) == 1 &&
                OSSL(EC_POINT_point2oct)(group, point, POINT_CONVERSION_UNCOMPRESSED, out.data(), out.size(), nullptr) ==
                    out.size();
    OSSL(EC_POINT_free)(point);
    OSSL(EC_GROUP_free)(group);
    return good ? out : ByteVector();
}

bool all_zero(ByteSpan bytes) { return std::all_of(bytes.begin(), bytes.end(), [](uint8_t b) { return b == 0; }); }

EVP_PKEY* generate(EVP_PKEY_CTX* context, int ready) {
    EVP_PKEY* key = nullptr;
    if (!context || ready != 1 || OSSL(EVP_PKEY_generate)(context, &key) != 1) return nullptr;
    return key;
}

EVP_PKEY* generate_domain(KeyFamily family, unsigned bits) {
    bool dsa = family == KeyFamily::kDsa;
    KeyContext context(OSSL(EVP_PKEY_CTX_new_from_name)(nullptr, dsa ? "DSA" : "DH", nullptr));
    if (!context || OSSL(EVP_PKEY_paramgen_init)(context.get()) != 1) return nullptr;
    int done = 1;
    if (dsa) {
        done = OSSL(EVP_PKEY_CTX_set_dsa_paramgen_bits)(context.get(), static_cast<int>(bits));
        done &= OSSL(EVP_PKEY_CTX_set_dsa_paramgen_q_bits)(context.get(), bits <= 1024 ? 160 : 256);
    } else {
        done = OSSL(EVP_PKEY_CTX_set_dh_paramgen_prime_len)(context.get(), static_cast<int>(bits));
    }
    EVP_PKEY* key = nullptr;
    return done == 1 && OSSL(EVP_PKEY_paramgen)(context.get(), &key) == 1 ? key : nullptr;
}

// A group that everybody knows, where there is one of that size: a safe prime takes minutes to find.
EVP_PKEY* known_group(unsigned bits) {
    const char* name = bits == 1536 ? "modp_1536" : bits == 2048 ? "ffdhe2048" : bits == 3072 ? "ffdhe3072"
                     : bits == 4096 ? "ffdhe4096" : nullptr;
    if (!name) return nullptr;
    Parameters in;
    in.text(OSSL_PKEY_PARAM_GROUP_NAME, name);
    return in.build("DH", EVP_PKEY_KEY_PARAMETERS);
}

template <class Work>
Result<PublicKey::Ref> on_stack(Work work) {
    Result<PublicKey::Ref> result = Status(STATUS_NOT_SUPPORTED);
    on_host_stack([&] {
        if (have_openssl()) result = work(), OSSL(ERR_clear_error)();
    });
    return result;
}

}  // namespace

std::span<const Curve> curves() { return kCurves; }

const Curve* curve_by_name(std::u16string_view name) {
    for (const Curve& curve : kCurves)
        if (same_name(name, curve.name)) return &curve;
    return nullptr;
}

const Curve* curve_by_host_name(std::string_view name) {
    for (const Curve& curve : kCurves)
        if (curve.host_name && name == curve.host_name) return &curve;
    return nullptr;
}

Result<PublicKey::Ref> PublicKey::wrap(EVP_PKEY* key) {
    if (!key) return Status(STATUS_INVALID_PARAMETER);
    std::shared_ptr<PublicKey> made(new PublicKey());
    made->key_ = key;
    made->bits_ = static_cast<unsigned>(OSSL(EVP_PKEY_get_bits)(key));
    const char* secret = OSSL_PKEY_PARAM_PRIV_KEY;
    if (OSSL(EVP_PKEY_is_a)(key, "RSA") || OSSL(EVP_PKEY_is_a)(key, "RSA-PSS")) {
        made->family_ = KeyFamily::kRsa, secret = OSSL_PKEY_PARAM_RSA_D;
    } else if (OSSL(EVP_PKEY_is_a)(key, "EC")) {
        made->family_ = KeyFamily::kEc;
        char name[64] = "";
        OSSL(EVP_PKEY_get_utf8_string_param)(key, OSSL_PKEY_PARAM_GROUP_NAME, name, sizeof name, nullptr);
        made->curve_ = curve_by_host_name(name);
        if (!made->curve_) return Status(STATUS_NOT_SUPPORTED);
        made->bits_ = made->curve_->bits;
    } else if (OSSL(EVP_PKEY_is_a)(key, "X25519")) {
        made->family_ = KeyFamily::kX25519, made->curve_ = curve_by_name(u"curve25519"), made->bits_ = 255;
        size_t size = 0;
        made->private_ = OSSL(EVP_PKEY_get_raw_private_key)(key, nullptr, &size) == 1;
        return Ref(made);
    } else if (OSSL(EVP_PKEY_is_a)(key, "DSA")) {
        made->family_ = KeyFamily::kDsa;
        made->subgroup_bytes_ = static_cast<unsigned>(part_bytes(key, OSSL_PKEY_PARAM_FFC_Q).size());
    } else if (OSSL(EVP_PKEY_is_a)(key, "DH")) {
        made->family_ = KeyFamily::kDh;
    } else {
        return Status(STATUS_NOT_SUPPORTED);
    }
    made->private_ = part(key, secret) != nullptr;
    return Ref(made);
}

PublicKey::~PublicKey() {
    on_host_stack([this] { OSSL(EVP_PKEY_free)(key_); });
}

Result<PublicKey::Ref> PublicKey::generate_rsa(unsigned bits) {
    return on_stack([&]() -> Result<Ref> {
        KeyContext context(OSSL(EVP_PKEY_CTX_new_from_name)(nullptr, "RSA", nullptr));
        OSSL(EVP_PKEY_keygen_init)(context.get());
        return wrap(generate(context.get(), OSSL(EVP_PKEY_CTX_set_rsa_keygen_bits)(context.get(), static_cast<int>(bits))));
    });
}

Result<PublicKey::Ref> PublicKey::generate_on_curve(const Curve& curve) {
    return on_stack([&]() -> Result<Ref> {
        KeyContext context(OSSL(EVP_PKEY_CTX_new_from_name)(nullptr, curve.host_name ? "EC" : "X25519", nullptr));
        int ready = OSSL(EVP_PKEY_keygen_init)(context.get());
        if (curve.host_name) ready = OSSL(EVP_PKEY_CTX_set_group_name)(context.get(), curve.host_name);
        return wrap(generate(context.get(), ready));
    });
}

Result<PublicKey::Ref> PublicKey::generate_discrete(KeyFamily family, unsigned bits, const KeyParts& domain) {
    return on_stack([&]() -> Result<Ref> {
        EVP_PKEY* base = nullptr;
        if (!domain.p.empty()) base = build_discrete(family == KeyFamily::kDsa ? "DSA" : "DH", domain);
        if (!base && domain.p.empty() && family == KeyFamily::kDh) base = known_group(bits);
        if (!base && domain.p.empty()) base = generate_domain(family, bits);
        if (!base) return Status(STATUS_INVALID_PARAMETER);
        KeyContext context(OSSL(EVP_PKEY_CTX_new_from_pkey)(nullptr, base, nullptr));
        EVP_PKEY* key = generate(context.get(), OSSL(EVP_PKEY_keygen_init)(context.get()));
        OSSL(EVP_PKEY_free)(base);
        return wrap(key);
    });
}

Result<EVP_PKEY*> PublicKey::build_ec(const Curve& curve, const KeyParts& parts) {
    ByteVector point{4};
    point.insert(point.end(), parts.point_x.begin(), parts.point_x.end());
    point.insert(point.end(), parts.point_y.begin(), parts.point_y.end());
    if (!parts.secret.empty() && all_zero(ByteSpan(point).subspan(1))) point = point_of(curve, parts.secret);
    if (!parts.secret.empty() && point_of(curve, parts.secret) != point) return Status(STATUS_INVALID_PARAMETER);
    Parameters in;
    in.text(OSSL_PKEY_PARAM_GROUP_NAME, curve.host_name);
    in.octets(OSSL_PKEY_PARAM_PUB_KEY, point);
    in.number(OSSL_PKEY_PARAM_PRIV_KEY, parts.secret);
    EVP_PKEY* key = in.build("EC", parts.secret.empty() ? EVP_PKEY_PUBLIC_KEY : EVP_PKEY_KEYPAIR);
    if (!key) return Status(STATUS_INVALID_PARAMETER);
    return key;
}

Result<PublicKey::Ref> PublicKey::from_parts(KeyFamily family, const Curve* curve, const KeyParts& parts) {
    return on_stack([&]() -> Result<Ref> {
        switch (family) {
            case KeyFamily::kRsa: return wrap(build_rsa(parts));
            case KeyFamily::kEc: return wrap(LSW_TRY(build_ec(*curve, parts)));
            case KeyFamily::kX25519:
                if (parts.secret.empty())
                    return wrap(OSSL(EVP_PKEY_new_raw_public_key)(EVP_PKEY_X25519, nullptr, parts.point_x.data(),
                                                                  parts.point_x.size()));
                return wrap(OSSL(EVP_PKEY_new_raw_private_key)(EVP_PKEY_X25519, nullptr, parts.secret.data(),
                                                               parts.secret.size()));
            case KeyFamily::kDh: return wrap(build_discrete("DH", parts));
            case KeyFamily::kDsa: return wrap(build_discrete("DSA", parts));
        }
        return Status(STATUS_NOT_SUPPORTED);
    });
}

Result<PublicKey::Ref> PublicKey::from_pkcs8(ByteSpan der) {
    return on_stack([&]() -> Result<Ref> {
        const unsigned char* at = der.data();
        return wrap(OSSL(d2i_AutoPrivateKey)(nullptr, &at, static_cast<long>(der.size())));
    });
}

Result<PublicKey::Ref> PublicKey::from_public_info(ByteSpan der) {
    return on_stack([&]() -> Result<Ref> {
        const unsigned char* at = der.data();
        return wrap(OSSL(d2i_PUBKEY)(nullptr, &at, static_cast<long>(der.size())));
    });
}

ByteVector PublicKey::to_pkcs8() const {
    ByteVector out;
    on_host_stack([&] {
        PKCS8_PRIV_KEY_INFO* info = OSSL(EVP_PKEY2PKCS8)(key_);
        unsigned char* der = nullptr;
        int size = info ? OSSL(i2d_PKCS8_PRIV_KEY_INFO)(info, &der) : 0;
        if (size > 0) out.assign(der, der + size);
        OSSL(CRYPTO_free)(der, "", 0);
        OSSL(PKCS8_PRIV_KEY_INFO_free)(info);
    });
    return out;
}

ByteVector PublicKey::to_public_info() const {
    ByteVector out;
    on_host_stack([&] {
        unsigned char* der = nullptr;
        int size = OSSL(i2d_PUBKEY)(key_, &der);
        if (size > 0) out.assign(der, der + size);
        OSSL(CRYPTO_free)(der, "", 0);
    });
    return out;
}

KeyParts PublicKey::parts() const {
    KeyParts out;
    auto take = [this](const char* name) { return part_bytes(key_, name); };
    auto take_sized = [this](const char* name, size_t size) {
        BigNumber number = part(key_, name);
        return number ? bytes_from(number.get(), size) : ByteVector();
    };
    on_host_stack([&] {
        size_t size = block_bytes();
        if (family_ == KeyFamily::kRsa) {
            out.n = take(OSSL_PKEY_PARAM_RSA_N), out.e = take(OSSL_PKEY_PARAM_RSA_E);
            out.d = take(OSSL_PKEY_PARAM_RSA_D), out.p = take(OSSL_PKEY_PARAM_RSA_FACTOR1);
            out.q = take(OSSL_PKEY_PARAM_RSA_FACTOR2), out.dp = take(OSSL_PKEY_PARAM_RSA_EXPONENT1);
            out.dq = take(OSSL_PKEY_PARAM_RSA_EXPONENT2), out.qinv = take(OSSL_PKEY_PARAM_RSA_COEFFICIENT1);
        } else if (family_ == KeyFamily::kEc) {
            out.point_x = take_sized(OSSL_PKEY_PARAM_EC_PUB_X, size);
            out.point_y = take_sized(OSSL_PKEY_PARAM_EC_PUB_Y, size);
            out.secret = take_sized(OSSL_PKEY_PARAM_PRIV_KEY, size);
        } else if (family_ == KeyFamily::kX25519) {
            out.point_x.resize(size), out.point_y.resize(size);
            OSSL(EVP_PKEY_get_raw_public_key)(key_, out.point_x.data(), &size);
            if (private_) out.secret.resize(size), OSSL(EVP_PKEY_get_raw_private_key)(key_, out.secret.data(), &size);
        } else {
            out.p = take(OSSL_PKEY_PARAM_FFC_P), out.q = take(OSSL_PKEY_PARAM_FFC_Q);
            out.g = take(OSSL_PKEY_PARAM_FFC_G), out.y = take(OSSL_PKEY_PARAM_PUB_KEY);
            out.x = take(OSSL_PKEY_PARAM_PRIV_KEY);
        }
        OSSL(ERR_clear_error)();
    });
    return out;
}

size_t PublicKey::signature_bytes() const {
    if (family_ == KeyFamily::kDsa) return 2 * subgroup_bytes_;
    return family_ == KeyFamily::kEc ? 2 * block_bytes() : block_bytes();
}

}  // namespace lsw::crypto
