#include "core/crypto/digest.h"

#include <algorithm>

#include "core/crypto/libcrypto.h"
#include "core/thread/host_stack.h"

namespace lsw::crypto {
namespace {

// "CNG Algorithm Identifiers", "ALG_ID", "CNG Algorithm Pseudo-handles".
constexpr DigestKind kKinds[] = {
    {u"MD4", "MD4", 16, 64, 0x8002, 0x11, 0x131},       {u"MD5", "MD5", 16, 64, 0x8003, 0x21, 0x91},
    {u"SHA1", "SHA1", 20, 64, 0x8004, 0x31, 0xA1},      {u"SHA256", "SHA256", 32, 64, 0x800C, 0x41, 0xB1},
    {u"SHA384", "SHA384", 48, 128, 0x800D, 0x51, 0xC1}, {u"SHA512", "SHA512", 64, 128, 0x800E, 0x61, 0xD1},
};

}  // namespace

const DigestKind* digest_by_name(std::u16string_view name) {
    for (const DigestKind& kind : kKinds)
        if (kind.name == name) return &kind;
    return nullptr;
}

const DigestKind* digest_by_calg(unsigned calg) {
    for (const DigestKind& kind : kKinds)
        if (kind.calg == calg) return &kind;
    return nullptr;
}

const DigestKind* digest_by_pseudo_handle(uintptr_t handle, bool* hmac) {
    for (const DigestKind& kind : kKinds)
        if (kind.pseudo == handle || kind.hmac_pseudo == handle) {
            *hmac = kind.hmac_pseudo == handle;
            return &kind;
        }
    return nullptr;
}

Result<std::unique_ptr<Digest>> Digest::create(const DigestKind& kind) {
    std::unique_ptr<Digest> made;
    on_host_stack([&] {
        const LibCrypto* library = libcrypto();
        if (library && library->EVP_get_digestbyname(kind.host_name))
            made.reset(new Digest(kind, library->EVP_MD_CTX_new()));
    });
    if (!made) return Status(STATUS_NOT_SUPPORTED);
    LSW_CHECK(made->reset());
    return made;
}

Result<std::unique_ptr<Digest>> Digest::create_hmac(const DigestKind& kind, std::span<const std::byte> key) {
    auto made = LSW_TRY(create(kind));
    std::vector<std::byte> pad(key.begin(), key.end());
    if (pad.size() > kind.block_bytes) {
        LSW_CHECK(made->update(key));
        pad = LSW_TRY(made->finish());
    }
    pad.resize(kind.block_bytes);
    made->pad_key_ = std::move(pad);
    made->hmac_ = true;
    LSW_CHECK(made->reset());
    return made;
}

Digest::~Digest() {
    on_host_stack([this] { libcrypto()->EVP_MD_CTX_free(context_); });
}

Result<void> Digest::begin() {
    int done = 0;
    on_host_stack([&] {
        const LibCrypto* library = libcrypto();
        done = library->EVP_DigestInit_ex(context_, library->EVP_get_digestbyname(kind_.host_name), nullptr);
    });
    return done == 1 ? Status() : Status(STATUS_NOT_SUPPORTED);
}

Result<void> Digest::reset() {
    LSW_CHECK(begin());
    if (!hmac_) return {};
    std::vector<std::byte> inner = pad_key_;
    for (std::byte& unit : inner) unit ^= std::byte{0x36};
    return update(inner);
}

Result<void> Digest::update(std::span<const std::byte> data) {
    // On the caller's stack: shallow, and the data may be guest memory that faults.
    int done = libcrypto()->EVP_DigestUpdate(context_, data.data(), data.size());
    return done == 1 ? Status() : Status(STATUS_UNSUCCESSFUL);
}

Result<std::vector<std::byte>> Digest::finish() {
    std::vector<std::byte> value(64);
    unsigned size = 0;
    auto end = [&] {
        on_host_stack([&] {
            libcrypto()->EVP_DigestFinal_ex(context_, reinterpret_cast<unsigned char*>(value.data()), &size);
        });
        value.resize(size);
    };
    end();
    if (!hmac_) return value;
    std::vector<std::byte> outer = pad_key_, inner = value;
    for (std::byte& unit : outer) unit ^= std::byte{0x5C};
    LSW_CHECK(begin());
    LSW_CHECK(update(outer));
    LSW_CHECK(update(inner));
    value.resize(64);
    end();
    return value;
}

Result<std::unique_ptr<Digest>> Digest::duplicate() const {
    std::unique_ptr<Digest> copy;
    int done = 0;
    on_host_stack([&] {
        const LibCrypto* library = libcrypto();
        copy.reset(new Digest(kind_, library->EVP_MD_CTX_new()));
        done = library->EVP_MD_CTX_copy_ex(copy->context_, context_);
    });
    if (done != 1) return Status(STATUS_UNSUCCESSFUL);
    copy->hmac_ = hmac_;
    copy->pad_key_ = pad_key_;
    return copy;
}

Result<std::vector<std::byte>> pbkdf2(const DigestKind& kind, std::span<const std::byte> password,
                                      std::span<const std::byte> salt, unsigned iterations, size_t size_bytes) {
    std::vector<std::byte> key(size_bytes);
    int done = 0;
    on_host_stack([&] {
        const LibCrypto* library = libcrypto();
        const void* digest = library ? library->EVP_get_digestbyname(kind.host_name) : nullptr;
        if (digest)
            done = library->PKCS5_PBKDF2_HMAC(reinterpret_cast<const char*>(password.data()),
                                              static_cast<int>(password.size()),
                                              reinterpret_cast<const unsigned char*>(salt.data()),
                                              static_cast<int>(salt.size()), static_cast<int>(iterations), digest,
                                              static_cast<int>(size_bytes), reinterpret_cast<unsigned char*>(key.data()));
    });
    if (done != 1) return Status(STATUS_NOT_SUPPORTED);
    return key;
}

}  // namespace lsw::crypto
