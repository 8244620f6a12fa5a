#include "core/crypto/cipher_rc2.h"

#include "core/crypto/openssl.h"

#include <openssl/rc2.h>

#include <algorithm>

#include "core/thread/host_stack.h"

namespace lsw::crypto {
namespace {

constexpr size_t kBlock = 8;

void pad(std::vector<std::byte>& data) {
    size_t count = kBlock - data.size() % kBlock;
    data.insert(data.end(), count, static_cast<std::byte>(count));
}

bool unpad(std::vector<std::byte>& data) {
    if (data.empty()) return false;
    auto count = static_cast<size_t>(data.back());
    if (!count || count > kBlock || count > data.size()) return false;
    auto tail = data.end() - static_cast<ptrdiff_t>(count);
    if (!std::all_of(tail, data.end(), [&](std::byte b) { return b == data.back(); })) return false;
    data.erase(tail, data.end());
    return true;
}

}  // namespace

Result<std::vector<std::byte>> run_rc2(const CipherRequest& request) {
    bool cbc = request.chaining == Chaining::kCbc;
    if (!cbc && request.chaining != Chaining::kEcb) return Status(STATUS_NOT_SUPPORTED);
    std::vector<std::byte> data(request.input.begin(), request.input.end());
    if (request.encrypt && request.pad) pad(data);
    if (data.size() % kBlock) return Status(STATUS_INVALID_BUFFER_SIZE);
    bool known = false;
    on_host_stack([&] {
        known = have_openssl();
        if (!known) return;
        RC2_KEY key;
        auto* at = reinterpret_cast<unsigned char*>(data.data());
        unsigned bits = request.effective_bits ? request.effective_bits : static_cast<unsigned>(request.key.size() * 8);
        OSSL(RC2_set_key)(&key, static_cast<int>(request.key.size()),
                          reinterpret_cast<const unsigned char*>(request.key.data()), static_cast<int>(bits));
        int direction = request.encrypt ? RC2_ENCRYPT : RC2_DECRYPT;
        if (cbc)
            OSSL(RC2_cbc_encrypt)(at, at, static_cast<long>(data.size()), &key,
                                  reinterpret_cast<unsigned char*>(request.iv.data()), direction);
        for (size_t i = 0; !cbc && i < data.size(); i += kBlock) OSSL(RC2_ecb_encrypt)(at + i, at + i, &key, direction);
    });
    if (!known) return Status(STATUS_NOT_SUPPORTED);
    if (!request.encrypt && request.pad && !unpad(data)) return Status(STATUS_DATA_ERROR);
    return data;
}

}  // namespace lsw::crypto
