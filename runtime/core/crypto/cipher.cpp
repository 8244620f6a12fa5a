#include "core/crypto/cipher.h"

#include <algorithm>
#include <string>

#include "core/crypto/libcrypto.h"
#include "core/thread/host_stack.h"

namespace lsw::crypto {
namespace {

constexpr int kSetIvSize = 0x9, kGetTag = 0x10, kSetTag = 0x11;  // EVP_CTRL_AEAD_*

std::string host_name(const CipherRequest& request) {
    static constexpr const char* kModes[] = {"cbc", "ecb", "cfb8", "gcm"};
    const char* mode = kModes[static_cast<int>(request.chaining)];
    std::string name = "des-ede3-";
    if (request.family == CipherFamily::kAes) name.assign("aes-").append(std::to_string(request.key.size() * 8)).append("-");
    return name.append(mode);
}

unsigned char* bytes(std::byte* at) { return reinterpret_cast<unsigned char*>(at); }
const unsigned char* bytes(const std::byte* at) { return reinterpret_cast<const unsigned char*>(at); }

// The chaining value that a following call continues from: the last block of ciphertext.
void keep_chaining_value(const CipherRequest& request, std::span<const std::byte> output) {
    std::span<const std::byte> cipher_text = request.encrypt ? output : request.input;
    bool chained = request.chaining == Chaining::kCbc || request.chaining == Chaining::kCfb8;
    size_t size = request.iv.size();
    if (chained && size && cipher_text.size() >= size)
        std::copy(cipher_text.end() - static_cast<ptrdiff_t>(size), cipher_text.end(), request.iv.begin());
}

Result<std::vector<std::byte>> run(const LibCrypto& library, void* context, const CipherRequest& request) {
    const void* cipher = library.EVP_get_cipherbyname(host_name(request).c_str());
    if (!cipher) return Status(STATUS_NOT_SUPPORTED);
    bool gcm = request.chaining == Chaining::kGcm;
    const unsigned char* iv = request.iv.empty() ? nullptr : bytes(request.iv.data());
    int direction = request.encrypt ? 1 : 0;
    if (library.EVP_CipherInit_ex(context, cipher, nullptr, nullptr, nullptr, direction) != 1)
        return Status(STATUS_NOT_SUPPORTED);
    if (gcm) library.EVP_CIPHER_CTX_ctrl(context, kSetIvSize, static_cast<int>(request.iv.size()), nullptr);
    if (library.EVP_CipherInit_ex(context, nullptr, nullptr, bytes(request.key.data()), iv, direction) != 1)
        return Status(STATUS_INVALID_PARAMETER);
    library.EVP_CIPHER_CTX_set_padding(context, request.pad ? 1 : 0);
    std::vector<std::byte> output(request.input.size() + 32);
    int size = 0, tail = 0;
    if (gcm && !request.authenticated.empty())
        library.EVP_CipherUpdate(context, nullptr, &size, bytes(request.authenticated.data()),
                                 static_cast<int>(request.authenticated.size()));
    size = 0;
    if (!request.input.empty())
        library.EVP_CipherUpdate(context, bytes(output.data()), &size, bytes(request.input.data()),
                                 static_cast<int>(request.input.size()));
    int tag_size = static_cast<int>(request.tag.size());
    if (gcm && !request.encrypt) library.EVP_CIPHER_CTX_ctrl(context, kSetTag, tag_size, request.tag.data());
    if (library.EVP_CipherFinal_ex(context, bytes(output.data()) + size, &tail) != 1)
        return Status(gcm ? STATUS_AUTH_TAG_MISMATCH
                          : request.encrypt ? STATUS_INVALID_BUFFER_SIZE : STATUS_DATA_ERROR);
    if (gcm && request.encrypt) library.EVP_CIPHER_CTX_ctrl(context, kGetTag, tag_size, request.tag.data());
    output.resize(static_cast<size_t>(size + tail));
    keep_chaining_value(request, output);
    return output;
}

}  // namespace

Result<std::vector<std::byte>> run_cipher(const CipherRequest& request) {
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

}  // namespace lsw::crypto
