#include "core/crypto/openssl.h"

#include "base/host_library.h"

namespace lsw::crypto {
namespace {

void* library() {
    static void* const opened = open_host_library({"libcrypto.so.3"});
    return opened;
}

}  // namespace

bool have_openssl() { return library() != nullptr; }

void* openssl_symbol(const char* name) { return host_symbol(library(), name); }

BigNumber number_from(ByteSpan big_endian) {
    return BigNumber(OSSL(BN_bin2bn)(big_endian.data(), static_cast<int>(big_endian.size()), nullptr));
}

ByteVector bytes_from(const BIGNUM* number) {
    return bytes_from(number, static_cast<size_t>((OSSL(BN_num_bits)(number) + 7) / 8));
}

ByteVector bytes_from(const BIGNUM* number, size_t size) {
    ByteVector out(size);
    if (OSSL(BN_bn2binpad)(number, out.data(), static_cast<int>(size)) < 0) out.clear();
    return out;
}

}  // namespace lsw::crypto
