#include "core/crypto/cipher.h"

#include "core/crypto/openssl.h"

#include <openssl/aes.h>

#include <algorithm>
#include <string>

#include "core/crypto/cipher_rc2.h"
#include "core/crypto/libcrypto.h"
#include "core/thread/host_stack.h"

namespace lsw::crypto {
namespace {

constexpr int kSetIvSize = 0x9, kGetTag = 0x10, kSetTag = 0x11;  // EVP_CTRL_AEAD_*

std::string host_name(const CipherRequest& request) {
    bool aes = request.family == CipherFamily::kAes;
    static constexpr const char* kModes[] = {"cbc", "ecb", "cfb8", "gcm", "ccm", "cfb"};
    const char* mode = kModes[static_cast<int>(request.chaining)];
    std::string name = "des-ede3-";
    if (aes) name.assign("aes-").append(std::to_string(request.key.size() * 8)).append("-");
    if (request.family == CipherFamily::kChaCha20) return "chacha20-poly1305";
    if (!aes && request.chaining == Chaining::kEcb) return "des-ede3";
    return name.append(mode);
}

unsigned char* bytes(std::byte* at) { return reinterpret_cast<unsigned char*>(at); }
const unsigned char* bytes(const std::byte* at) { return reinterpret_cast<const unsigned char*>(at); }

// DES is triple DES with one key three times; two keys are used as first, second, first.
std::vector<std::byte> whole_key(const CipherRequest& request) {
    std::vector<std::byte> key(request.key.begin(), request.key.end());
    if (request.family == CipherFamily::kAes || request.family == CipherFamily::kChaCha20) return key;
    size_t given = key.size();
    for (size_t i = 0; key.size() < 24; ++i) key.push_back(key[i % given]);
    return key;
}

// The chaining value that a following call continues from: the last block of ciphertext.
void keep_chaining_value(const CipherRequest& request, std::span<const std::byte> output) {
    std::span<const std::byte> cipher_text = request.encrypt ? output : request.input;
    bool chained = request.chaining != Chaining::kEcb && !is_authenticated(request.chaining);
    size_t size = request.iv.size();
    if (chained && size && cipher_text.size() >= size)
        std::copy(cipher_text.end() - static_cast<ptrdiff_t>(size), cipher_text.end(), request.iv.begin());
}

Result<std::vector<std::byte>> run(const LibCrypto& library, void* context, const CipherRequest& request) {
    const void* cipher = library.EVP_get_cipherbyname(host_name(request).c_str());
    if (!cipher) return Status(STATUS_NOT_SUPPORTED);
    bool ccm = request.chaining == Chaining::kCcm, authenticated = is_authenticated(request.chaining);
    const unsigned char* iv = request.iv.empty() ? nullptr : bytes(request.iv.data());
    int direction = request.encrypt ? 1 : 0, tag_size = static_cast<int>(request.tag.size());
    if (library.EVP_CipherInit_ex(context, cipher, nullptr, nullptr, nullptr, direction) != 1)
        return Status(STATUS_NOT_SUPPORTED);
    if (authenticated) library.EVP_CIPHER_CTX_ctrl(context, kSetIvSize, static_cast<int>(request.iv.size()), nullptr);
    if (ccm || (authenticated && !request.encrypt))
        library.EVP_CIPHER_CTX_ctrl(context, kSetTag, tag_size, request.encrypt ? nullptr : request.tag.data());
    std::vector<std::byte> key = whole_key(request);
    if (library.EVP_CipherInit_ex(context, nullptr, nullptr, bytes(key.data()), iv, direction) != 1)
        return Status(STATUS_INVALID_PARAMETER);
    library.EVP_CIPHER_CTX_set_padding(context, request.pad ? 1 : 0);
    std::vector<std::byte> output(request.input.size() + 32);
    int size = 0, tail = 0, input_size = static_cast<int>(request.input.size());
    if (ccm) library.EVP_CipherUpdate(context, nullptr, &size, nullptr, input_size);
    if (authenticated && !request.authenticated.empty())
        library.EVP_CipherUpdate(context, nullptr, &size, bytes(request.authenticated.data()),
                                 static_cast<int>(request.authenticated.size()));
    size = 0;
    const std::byte nothing{};
    if (input_size || ccm) {
        int done = library.EVP_CipherUpdate(context, bytes(output.data()), &size,
                                            bytes(input_size ? request.input.data() : &nothing), input_size);
        if (done != 1) return Status(authenticated ? STATUS_AUTH_TAG_MISMATCH : STATUS_INVALID_BUFFER_SIZE);
    }
    if (!ccm && library.EVP_CipherFinal_ex(context, bytes(output.data()) + size, &tail) != 1)
        return Status(authenticated ? STATUS_AUTH_TAG_MISMATCH
                                    : request.encrypt ? STATUS_INVALID_BUFFER_SIZE : STATUS_DATA_ERROR);
    if (authenticated && request.encrypt) library.EVP_CIPHER_CTX_ctrl(context, kGetTag, tag_size, request.tag.data());
    output.resize(static_cast<size_t>(size + tail));
    keep_chaining_value(request, output);
    return output;
}

}  // namespace

bool key_size_fits(CipherFamily family, size_t bytes) {
    switch (family) {
        case CipherFamily::kAes: return bytes == 16 || bytes == 24 || bytes == 32;
        case CipherFamily::kTripleDes: return bytes == 16 || bytes == 24;
        case CipherFamily::kDes: return bytes == 8;
        case CipherFamily::kRc2: return bytes >= 2 && bytes <= 16;
        case CipherFamily::kRc4: return bytes >= 1 && bytes <= 64;
        case CipherFamily::kChaCha20: return bytes == 32;
    }
    return false;
}

Result<std::vector<std::byte>> run_cipher(const CipherRequest& request) {
    if (request.family == CipherFamily::kRc2) return run_rc2(request);
    bool has_modes = request.family == CipherFamily::kAes || request.family == CipherFamily::kChaCha20;
    if (is_authenticated(request.chaining) && !has_modes) return Status(STATUS_NOT_SUPPORTED);
    Result<std::vector<std::byte>> result = Status(STATUS_NOT_SUPPORTED);
    on_host_stack([&] {
        const LibCrypto* library = libcrypto();
        if (!library) return;
        void* context = library->EVP_CIPHER_CTX_new();
        result = run(*library, context, request);
        library->EVP_CIPHER_CTX_free(context);
    });
    return result;
}

Result<std::unique_ptr<GcmStream>> GcmStream::create(std::span<const std::byte> key, std::span<const std::byte> nonce,
                                                     bool encrypt) {
    std::unique_ptr<GcmStream> made;
    on_host_stack([&] {
        const LibCrypto* library = libcrypto();
        if (!library) return;
        const void* cipher = library->EVP_get_cipherbyname(("aes-" + std::to_string(key.size() * 8) + "-gcm").c_str());
        if (!cipher) return;
        made.reset(new GcmStream(library->EVP_CIPHER_CTX_new(), encrypt));
        library->EVP_CipherInit_ex(made->context_, cipher, nullptr, nullptr, nullptr, encrypt);
        library->EVP_CIPHER_CTX_ctrl(made->context_, kSetIvSize, static_cast<int>(nonce.size()), nullptr);
        library->EVP_CipherInit_ex(made->context_, nullptr, nullptr, bytes(key.data()), bytes(nonce.data()), encrypt);
    });
    if (!made) return Status(STATUS_NOT_SUPPORTED);
    return made;
}

GcmStream::~GcmStream() {
    on_host_stack([this] { libcrypto()->EVP_CIPHER_CTX_free(context_); });
}

void GcmStream::authenticate(std::span<const std::byte> data) {
    int size = 0;
    on_host_stack([&] {
        libcrypto()->EVP_CipherUpdate(context_, nullptr, &size, bytes(data.data()), static_cast<int>(data.size()));
    });
}

std::vector<std::byte> GcmStream::update(std::span<const std::byte> input) {
    std::vector<std::byte> output(input.size() + 16);
    int size = 0;
    on_host_stack([&] {
        libcrypto()->EVP_CipherUpdate(context_, bytes(output.data()), &size, bytes(input.data()),
                                      static_cast<int>(input.size()));
    });
    output.resize(static_cast<size_t>(size));
    return output;
}

Result<void> GcmStream::finish(std::span<std::byte> tag) {
    int done = 0, size = static_cast<int>(tag.size()), tail = 0;
    unsigned char rest[16];
    on_host_stack([&] {
        const LibCrypto* library = libcrypto();
        if (!encrypt_) library->EVP_CIPHER_CTX_ctrl(context_, kSetTag, size, tag.data());
        done = library->EVP_CipherFinal_ex(context_, rest, &tail);
        if (encrypt_) library->EVP_CIPHER_CTX_ctrl(context_, kGetTag, size, tag.data());
    });
    return done == 1 ? Status() : Status(STATUS_AUTH_TAG_MISMATCH);
}

Rc4::Rc4(std::span<const std::byte> key) {
    for (size_t i = 0; i < state_.size(); ++i) state_[i] = static_cast<uint8_t>(i);
    uint8_t j = 0;
    for (size_t i = 0; i < state_.size(); ++i) {
        j = static_cast<uint8_t>(j + state_[i] + static_cast<uint8_t>(key[i % key.size()]));
        std::swap(state_[i], state_[j]);
    }
}

void Rc4::apply(std::span<const std::byte> input, std::byte* output) {
    for (std::byte unit : input) {
        j_ = static_cast<uint8_t>(j_ + state_[++i_]);
        std::swap(state_[i_], state_[j_]);
        *output++ = unit ^ std::byte{state_[static_cast<uint8_t>(state_[i_] + state_[j_])]};
    }
}

Result<std::vector<std::byte>> wrap_key(std::span<const std::byte> key, std::span<const std::byte> secret) {
    std::vector<std::byte> out(secret.size() + 8);
    int done = 0;
    on_host_stack([&] {
        AES_KEY schedule;
        if (!have_openssl() || OSSL(AES_set_encrypt_key)(bytes(key.data()), static_cast<int>(key.size() * 8), &schedule)) return;
        done = OSSL(AES_wrap_key)(&schedule, nullptr, bytes(out.data()), bytes(secret.data()),
                                  static_cast<unsigned>(secret.size()));
    });
    if (done != static_cast<int>(out.size())) return Status(STATUS_INVALID_PARAMETER);
    return out;
}

Result<std::vector<std::byte>> unwrap_key(std::span<const std::byte> key, std::span<const std::byte> wrapped) {
    if (wrapped.size() < 24) return Status(STATUS_INVALID_PARAMETER);
    std::vector<std::byte> out(wrapped.size());
    int done = 0;
    on_host_stack([&] {
        AES_KEY schedule;
        if (!have_openssl() || OSSL(AES_set_decrypt_key)(bytes(key.data()), static_cast<int>(key.size() * 8), &schedule)) return;
        done = OSSL(AES_unwrap_key)(&schedule, nullptr, bytes(out.data()), bytes(wrapped.data()),
                                    static_cast<unsigned>(wrapped.size()));
    });
    if (done <= 0) return Status(STATUS_INVALID_PARAMETER);
    out.resize(static_cast<size_t>(done));
    return out;
}

}  // namespace lsw::crypto
