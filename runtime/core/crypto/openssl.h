// Functions of OpenSSL 3 by name, with the prototypes of its own headers: `OSSL(RSA_new)()`. Nothing is linked; each name is
// looked up once, in the library that lsw carries. Every call belongs inside on_host_stack(), which such libraries expect.
//
// libcrypto.h and libssl.h are the older way, with tables that OpenSSL 1.1 could fill too.
#pragma once

#ifndef OPENSSL_SUPPRESS_DEPRECATED
#define OPENSSL_SUPPRESS_DEPRECATED
#endif

#include <openssl/bn.h>
#include <openssl/evp.h>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace lsw::crypto {

using ByteVector = std::vector<uint8_t>;
using ByteSpan = std::span<const uint8_t>;

// Whether there is an OpenSSL 3: to be asked before the first OSSL().
bool have_openssl();
void* openssl_symbol(const char* name);

#define OSSL(name)                                                                                          \
    ([] {                                                                                                   \
        static const auto function = reinterpret_cast<decltype(&::name)>(lsw::crypto::openssl_symbol(#name)); \
        return function;                                                                                    \
    }())

struct OpensslDelete {
    void operator()(BIGNUM* at) const { OSSL(BN_clear_free)(at); }
    void operator()(BN_CTX* at) const { OSSL(BN_CTX_free)(at); }
    void operator()(EVP_PKEY* at) const { OSSL(EVP_PKEY_free)(at); }
    void operator()(EVP_PKEY_CTX* at) const { OSSL(EVP_PKEY_CTX_free)(at); }
};
using BigNumber = std::unique_ptr<BIGNUM, OpensslDelete>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, OpensslDelete>;

BigNumber number_from(ByteSpan big_endian);
ByteVector bytes_from(const BIGNUM* number);
// Padded with leading zeros to a size.
ByteVector bytes_from(const BIGNUM* number, size_t size);

}  // namespace lsw::crypto
