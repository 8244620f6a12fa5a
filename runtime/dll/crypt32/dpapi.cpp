// dpapi.h: data under a secret of the user's, and memory under one of the process's. Doc: "CryptProtectData function (dpapi.h)",
// "CryptProtectMemory function (dpapi.h)".
//
// A blob begins as Windows's do (version and provider), since programs tell protected data by that; what follows is LSW's own:
// flags, the description, a nonce, the tag and the data under AES-256-GCM.
#include <cstring>

#include "base/random.h"
#include "core/crypto/cipher.h"
#include "core/crypto/key_derivation.h"
#include "core/crypto/key_store.h"
#include "core/teb.h"
#include "dll/crypt32/crypt32.h"
#include "dll/crypt32/protected_memory.h"
#include "dll/kernel32/kernel32.h"

using namespace lsw;
using namespace lsw::crypto;

namespace {

constexpr uint8_t kMark[20] = {1,    0,    0,    0,    0xD0, 0x8C, 0x9D, 0xDF, 0x01, 0x15,
                               0xD1, 0x11, 0x8C, 0x7A, 0x00, 0xC0, 0x4F, 0xC2, 0x97, 0xEB};
constexpr size_t kNonce = 12, kTag = 16, kHeader = sizeof kMark + 2 * sizeof(DWORD);
constexpr char kPurpose[] = "protected data";

BOOL fail(DWORD error) { return set_last_error(error), FALSE; }

ByteVector copy_of(const CRYPT_DATA_BLOB* blob) {
    return blob && blob->pbData ? ByteVector(blob->pbData, blob->pbData + blob->cbData) : ByteVector();
}

Result<ByteVector> key_for(const CRYPT_DATA_BLOB* entropy) {
    const auto* purpose = reinterpret_cast<const uint8_t*>(kPurpose);
    return hmac_of(*digest_by_name(u"SHA256"), LSW_TRY(user_secret()), {{purpose, sizeof kPurpose}, copy_of(entropy)});
}

BYTE* local_copy(const void* data, size_t size) {
    auto* out = static_cast<BYTE*>(kernel32::LocalAlloc(0, size));
    if (out) memcpy(out, data, size);
    return out;
}

Result<std::vector<std::byte>> run(bool encrypt, ByteSpan key, ByteSpan header, std::span<const std::byte> input,
                                   std::span<std::byte> nonce, std::span<std::byte> tag) {
    return run_cipher({CipherFamily::kAes, Chaining::kGcm, encrypt, false, std::as_bytes(key), input, nonce,
                       std::as_bytes(header), tag});
}

std::vector<std::byte> part(const ByteVector& blob, size_t begin, size_t size) {
    const auto* at = reinterpret_cast<const std::byte*>(blob.data()) + begin;
    return {at, at + size};
}

}  // namespace

BOOL crypt32::CryptProtectData(CRYPT_DATA_BLOB* pDataIn, LPCWSTR szDataDescr, CRYPT_DATA_BLOB* pOptionalEntropy, PVOID,
                               void*, DWORD dwFlags, CRYPT_DATA_BLOB* pDataOut) {
    if (!pDataIn || !pDataOut || (!pDataIn->pbData && pDataIn->cbData)) return fail(ERROR_INVALID_PARAMETER);
    auto key = key_for(pOptionalEntropy);
    if (!key.ok()) return fail(ERROR_ACCESS_DENIED);
    std::u16string description = szDataDescr ? szDataDescr : u"";
    const DWORD numbers[2] = {dwFlags, static_cast<DWORD>((description.size() + 1) * 2)};
    ByteVector blob(kMark, kMark + sizeof kMark);
    auto append = [&blob](const void* data, size_t size) {
        const auto* at = static_cast<const uint8_t*>(data);
        blob.insert(blob.end(), at, at + size);
    };
    append(numbers, sizeof numbers);
    append(description.c_str(), numbers[1]);
    ByteVector plain = copy_of(pDataIn);
    std::vector<std::byte> nonce(kNonce), tag(kTag);
    fill_random(nonce.data(), nonce.size());
    auto sealed = run(true, *key, blob, std::as_bytes(std::span(plain)), nonce, tag);
    if (!sealed.ok()) return fail(ERROR_NOT_SUPPORTED);
    append(nonce.data(), nonce.size()), append(tag.data(), tag.size()), append(sealed->data(), sealed->size());
    BYTE* out = local_copy(blob.data(), blob.size());
    if (!out) return fail(ERROR_NOT_ENOUGH_MEMORY);
    *pDataOut = {static_cast<DWORD>(blob.size()), out};
    return TRUE;
}

BOOL crypt32::CryptUnprotectData(CRYPT_DATA_BLOB* pDataIn, LPWSTR* ppszDataDescr, CRYPT_DATA_BLOB* pOptionalEntropy, PVOID,
                                 void*, DWORD, CRYPT_DATA_BLOB* pDataOut) {
    if (!pDataIn || !pDataOut || !pDataIn->pbData) return fail(ERROR_INVALID_PARAMETER);
    ByteVector blob = copy_of(pDataIn);
    DWORD numbers[2] = {};
    if (blob.size() < kHeader || memcmp(blob.data(), kMark, sizeof kMark) != 0) return fail(ERROR_INVALID_DATA);
    memcpy(numbers, blob.data() + sizeof kMark, sizeof numbers);
    if (numbers[1] > blob.size() - kHeader || blob.size() - kHeader - numbers[1] < kNonce + kTag)
        return fail(ERROR_INVALID_DATA);
    auto key = key_for(pOptionalEntropy);
    if (!key.ok()) return fail(ERROR_ACCESS_DENIED);
    size_t described = kHeader + numbers[1], data = described + kNonce + kTag;
    auto nonce = part(blob, described, kNonce), tag = part(blob, described + kNonce, kTag),
         sealed = part(blob, data, blob.size() - data);
    auto plain = run(false, *key, ByteSpan(blob).first(described), sealed, nonce, tag);
    if (!plain.ok()) return fail(ERROR_INVALID_DATA);
    BYTE* out = local_copy(plain->data(), plain->size());
    if (!out) return fail(ERROR_NOT_ENOUGH_MEMORY);
    if (ppszDataDescr) *ppszDataDescr = reinterpret_cast<LPWSTR>(local_copy(blob.data() + kHeader, numbers[1]));
    *pDataOut = {static_cast<DWORD>(plain->size()), out};
    return TRUE;
}

namespace protected_memory {

DWORD transform(void* data, DWORD size, DWORD flags, bool encrypt) {
    constexpr DWORD kBlock = 16, kCrossProcess = 1, kSameLogon = 2;
    if (!data || size % kBlock || flags > kSameLogon) return ERROR_INVALID_PARAMETER;
    static const ByteVector own = [] {
        ByteVector fresh(32);
        fill_random(fresh.data(), fresh.size());
        return fresh;
    }();
    ByteVector key = own;
    if (flags == kCrossProcess || flags == kSameLogon) {
        auto shared = user_secret();
        if (!shared.ok()) return ERROR_ACCESS_DENIED;
        key = *shared;
    }
    std::vector<std::byte> iv(kBlock), input(size);
    memcpy(input.data(), data, size);
    auto secret = std::as_bytes(std::span(key));
    auto output = run_cipher({CipherFamily::kAes, Chaining::kCbc, encrypt, false, secret, input, iv, {}, {}});
    if (!output.ok()) return ERROR_NOT_SUPPORTED;
    memcpy(data, output->data(), size);
    return NO_ERROR;
}

}  // namespace protected_memory

BOOL crypt32::CryptProtectMemory(LPVOID pDataIn, DWORD cbDataIn, DWORD dwFlags) {
    DWORD error = protected_memory::transform(pDataIn, cbDataIn, dwFlags, true);
    return error ? fail(error) : TRUE;
}

BOOL crypt32::CryptUnprotectMemory(LPVOID pDataIn, DWORD cbDataIn, DWORD dwFlags) {
    DWORD error = protected_memory::transform(pDataIn, cbDataIn, dwFlags, false);
    return error ? fail(error) : TRUE;
}
