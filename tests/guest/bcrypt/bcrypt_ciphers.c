// Ciphers, key wrapping, derivation and multi-hashes. Values: NIST SP 800-38C example 1 (CCM), SP 800-38A F.3 (CFB), RFC 3394
// 4.1, RFC 6229 (RC4), RFC 2268 (RC2), RFC 5869 A.1 (HKDF), RFC 7914 11 (PBKDF2), FIPS 81 (DES); GCM specification's case 3.
// flags: -lbcrypt
#include <windows.h>
#include <bcrypt.h>
#include "vectors.h"

static BCRYPT_KEY_HANDLE cipher_key(const wchar_t* name, const wchar_t* mode, const char* secret) {
    BCRYPT_ALG_HANDLE algorithm;
    BCRYPT_KEY_HANDLE key = NULL;
    UCHAR bytes[64];
    ULONG size = unhex(secret, bytes);
    CHECK_EQ(BCryptOpenAlgorithmProvider(&algorithm, name, NULL, 0), 0);
    if (mode) CHECK_EQ(BCryptSetProperty(algorithm, BCRYPT_CHAINING_MODE, (PUCHAR)mode, 2 * wcslen(mode) + 2, 0), 0);
    CHECK_EQ(BCryptGenerateSymmetricKey(algorithm, &key, NULL, 0, bytes, size, 0), 0);
    CHECK_EQ(BCryptCloseAlgorithmProvider(algorithm, 0), 0);
    return key;
}

static void ccm(void) {
    BCRYPT_KEY_HANDLE key = cipher_key(L"AES", BCRYPT_CHAIN_MODE_CCM, "404142434445464748494a4b4c4d4e4f");
    UCHAR nonce[] = {0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16}, more[] = {0, 1, 2, 3, 4, 5, 6, 7}, tag[4];
    UCHAR plain[] = {0x20, 0x21, 0x22, 0x23}, out[4];
    ULONG size;
    BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO info;
    BCRYPT_INIT_AUTH_MODE_INFO(info);
    info.pbNonce = nonce, info.cbNonce = 7, info.pbAuthData = more, info.cbAuthData = 8, info.pbTag = tag, info.cbTag = 4;
    CHECK_EQ(BCryptEncrypt(key, plain, 4, &info, NULL, 0, out, 4, &size, 0), 0);
    CHECK_STR(hex(out, 4), "7162015b");
    CHECK_STR(hex(tag, 4), "4dac255d");
    CHECK_EQ(BCryptDecrypt(key, out, 4, &info, NULL, 0, plain, 4, &size, 0), 0);
    CHECK_STR(hex(plain, 4), "20212223");
    tag[0] ^= 1;
    CHECK_EQ(BCryptDecrypt(key, out, 4, &info, NULL, 0, plain, 4, &size, 0), (NTSTATUS)0xC000A002);
    info.cbTag = 5;
    CHECK_EQ(BCryptEncrypt(key, plain, 4, &info, NULL, 0, out, 4, &size, 0), (NTSTATUS)0xC000000D);
    BCryptDestroyKey(key);
}

static void chained_gcm(void) {
    BCRYPT_KEY_HANDLE key = cipher_key(L"AES", BCRYPT_CHAIN_MODE_GCM, "feffe9928665731c6d6a8f9467308308");
    UCHAR nonce[12], plain[64], out[64], tag[16], mac[16] = {0}, iv[16] = {0};
    ULONG size;
    unhex("cafebabefacedbaddecaf888", nonce);
    unhex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255",
          plain);
    BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO info;
    BCRYPT_INIT_AUTH_MODE_INFO(info);
    info.pbNonce = nonce, info.cbNonce = 12, info.pbTag = tag, info.cbTag = 16, info.pbMacContext = mac, info.cbMacContext = 16;
    info.dwFlags = BCRYPT_AUTH_MODE_CHAIN_CALLS_FLAG | BCRYPT_AUTH_MODE_IN_PROGRESS_FLAG;
    CHECK_EQ(BCryptEncrypt(key, plain, 32, &info, iv, 16, out, 32, &size, 0), 0);
    CHECK_EQ(size, 32);
    info.dwFlags = BCRYPT_AUTH_MODE_CHAIN_CALLS_FLAG;
    CHECK_EQ(BCryptEncrypt(key, plain + 32, 32, &info, iv, 16, out + 32, 32, &size, 0), 0);
    CHECK_STR(hex(out, 64), "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
                            "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091473f5985");
    CHECK_STR(hex(tag, 16), "4d5c2af327cd64a62cf35abd2ba6fab4");
    BCryptDestroyKey(key);
}

static void old_ciphers(void) {
    UCHAR data[32], iv[16];
    ULONG size;
    BCRYPT_KEY_HANDLE key = cipher_key(L"RC4", NULL, "0102030405");
    memset(data, 0, 32);
    CHECK_EQ(BCryptEncrypt(key, data, 16, NULL, NULL, 0, data, 16, &size, 0), 0);
    CHECK_STR(hex(data, 16), "b2396305f03dc027ccc3524a0a1118a8");
    memset(data, 0, 16);
    CHECK_EQ(BCryptEncrypt(key, data, 16, NULL, NULL, 0, data, 16, &size, 0), 0);  // the stream goes on
    CHECK_STR(hex(data, 16), "6982944f18fc82d589c403a47a0d0919");
    BCryptDestroyKey(key);
    key = cipher_key(L"DES", BCRYPT_CHAIN_MODE_ECB, "0123456789abcdef");
    CHECK_EQ(BCryptEncrypt(key, (PUCHAR) "Now is the time ", 16, NULL, NULL, 0, data, 16, &size, 0), 0);
    CHECK_STR(hex(data, 16), "3fa40e8a984d48156a271787ab8883f9");
    BCryptDestroyKey(key);
    key = cipher_key(L"RC2", BCRYPT_CHAIN_MODE_ECB, "88bca90e90875a7f0f79c384627bafb2");
    memset(data, 0, 8);
    CHECK_EQ(BCryptEncrypt(key, data, 8, NULL, NULL, 0, data, 8, &size, 0), 0);
    CHECK_STR(hex(data, 8), "2269552ab0f85ca6");
    BCryptDestroyKey(key);
    key = cipher_key(L"AES", BCRYPT_CHAIN_MODE_CFB, "2b7e151628aed2a6abf7158809cf4f3c");
    unhex("000102030405060708090a0b0c0d0e0f", iv);
    unhex("6bc1bee22e409f96e93d7e117393172a", data);
    CHECK_EQ(BCryptEncrypt(key, data, 2, NULL, iv, 16, data, 2, &size, 0), 0);  // of 8 bits
    CHECK_STR(hex(data, 2), "3b79");
    ULONG block = 16;
    CHECK_EQ(BCryptSetProperty(key, BCRYPT_MESSAGE_BLOCK_LENGTH, (PUCHAR)&block, 4, 0), 0);
    unhex("000102030405060708090a0b0c0d0e0f", iv);
    unhex("6bc1bee22e409f96e93d7e117393172a", data);
    CHECK_EQ(BCryptEncrypt(key, data, 16, NULL, iv, 16, data, 16, &size, 0), 0);
    CHECK_STR(hex(data, 16), "3b3fd92eb72dad20333449f8e83cfb4a");
    BCryptDestroyKey(key);
    key = cipher_key(L"AES", BCRYPT_CHAIN_MODE_CBC, "2b7e151628aed2a6abf7158809cf4f3c");
    CHECK_EQ(BCryptEncrypt(key, data, 15, NULL, iv, 16, data, 32, &size, 0), (NTSTATUS)0xC0000206);
    CHECK_EQ(BCryptEncrypt(key, data, 16, NULL, iv, 16, NULL, 0, &size, BCRYPT_BLOCK_PADDING), 0);
    CHECK_EQ(size, 32);
    CHECK_EQ(BCryptEncrypt(key, data, 16, NULL, iv, 16, data, 16, &size, BCRYPT_BLOCK_PADDING), (NTSTATUS)0xC0000023);
    BCryptDestroyKey(key);
}

static void wrapping(void) {
    BCRYPT_KEY_HANDLE wrapper = cipher_key(L"AES", NULL, "000102030405060708090A0B0C0D0E0F"), back;
    BCRYPT_KEY_HANDLE key = cipher_key(L"AES", NULL, "00112233445566778899AABBCCDDEEFF");
    UCHAR blob[64];
    ULONG size;
    CHECK_EQ(BCryptExportKey(key, wrapper, BCRYPT_AES_WRAP_KEY_BLOB, blob, sizeof blob, &size, 0), 0);
    CHECK_STR(hex(blob, size), "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5");
    BCRYPT_ALG_HANDLE aes = (BCRYPT_ALG_HANDLE)0x1A1;
    CHECK_EQ(BCryptImportKey(aes, wrapper, BCRYPT_AES_WRAP_KEY_BLOB, &back, NULL, 0, blob, size, 0), 0);
    CHECK_EQ(BCryptExportKey(back, NULL, BCRYPT_KEY_DATA_BLOB, blob, sizeof blob, &size, 0), 0);
    CHECK_STR(hex(blob, size), "4b44424d010000001000000000112233445566778899aabbccddeeff");
    CHECK_EQ(BCryptImportKey(aes, NULL, BCRYPT_KEY_DATA_BLOB, &back, NULL, 0, blob, size, 0), 0);
    CHECK_EQ(BCryptImportKey(aes, NULL, L"NoBlob", &back, NULL, 0, blob, size, 0), (NTSTATUS)0xC00000BB);
}

static BCRYPT_KEY_HANDLE derivation_key(ULONG_PTR algorithm, const char* secret) {
    UCHAR bytes[64];
    BCRYPT_KEY_HANDLE key = NULL;
    ULONG size = unhex(secret, bytes);
    CHECK_EQ(BCryptGenerateSymmetricKey((BCRYPT_ALG_HANDLE)algorithm, &key, NULL, 0, bytes, size, 0), 0);
    return key;
}

static void derivations(void) {
    UCHAR out[64], salt[16], info[16];
    ULONG size;
    BCRYPT_KEY_HANDLE key = derivation_key(0x391, "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b");
    CHECK_EQ(BCryptSetProperty(key, L"HkdfHashAlgorithm", (PUCHAR)L"SHA256", 14, 0), 0);
    CHECK_EQ(BCryptSetProperty(key, L"HkdfSaltAndFinalize", salt, unhex("000102030405060708090a0b0c", salt), 0), 0);
    BCryptBuffer buffers[4] = {{unhex("f0f1f2f3f4f5f6f7f8f9", info), 0x14 /* KDF_HKDF_INFO */, info}};
    BCryptBufferDesc list = {BCRYPTBUFFER_VERSION, 1, buffers};
    CHECK_EQ(BCryptKeyDerivation(key, &list, out, 42, &size, 0), 0);
    CHECK_STR(hex(out, size), "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
    BCryptDestroyKey(key);

    ULONGLONG iterations = 1;
    key = derivation_key(0x331, "706173737764");  // "passwd"
    buffers[0] = (BCryptBuffer){14, KDF_HASH_ALGORITHM, (void*)L"SHA256"};
    buffers[1] = (BCryptBuffer){4, KDF_SALT, "salt"};
    buffers[2] = (BCryptBuffer){8, KDF_ITERATION_COUNT, &iterations};
    list.cBuffers = 3;
    CHECK_EQ(BCryptKeyDerivation(key, &list, out, 64, &size, 0), 0);
    CHECK_STR(hex(out, size), "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
                              "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783");
    BCryptDestroyKey(key);

    // Counter mode is HMAC(key, 00000001 | label | 00 | context | 00000100).
    key = derivation_key(0x341, "6b6579");
    buffers[1] = (BCryptBuffer){5, KDF_LABEL, "label"};
    buffers[2] = (BCryptBuffer){7, KDF_CONTEXT, "context"};
    CHECK_EQ(BCryptKeyDerivation(key, &list, out, 32, &size, 0), 0);
    UCHAR want[32], whole[] = "\0\0\0\1label\0context\0\0\1";
    CHECK_EQ(BCryptHash((BCRYPT_ALG_HANDLE)0xB1, (PUCHAR)"key", 3, whole, 4 + 5 + 1 + 7 + 4, want, 32), 0);
    CHECK(!memcmp(out, want, 32));
    BCryptDestroyKey(key);

    BCRYPT_HASH_HANDLE hash;
    CHECK_EQ(BCryptCreateHash((BCRYPT_ALG_HANDLE)0x41, &hash, NULL, 0, NULL, 0, 0), 0);
    CHECK_EQ(BCryptHashData(hash, (PUCHAR)"abc", 3, 0), 0);
    CHECK_EQ(BCryptDeriveKeyCapi(hash, NULL, out, 16, 0), 0);
    CHECK_STR(hex(out, 16), "ba7816bf8f01cfea414140de5dae2223");  // the digest's beginning
    BCryptDestroyHash(hash);
}

static void several_hashes(void) {
    BCRYPT_ALG_HANDLE algorithm;
    BCRYPT_HASH_HANDLE hash;
    UCHAR one[32], two[32];
    CHECK_EQ(BCryptOpenAlgorithmProvider(&algorithm, L"SHA256", NULL, 0x40), 0);  // BCRYPT_MULTI_FLAG
    CHECK_EQ(BCryptCreateMultiHash(algorithm, &hash, 2, NULL, 0, NULL, 0, BCRYPT_HASH_REUSABLE_FLAG), 0);
    BCRYPT_MULTI_HASH_OPERATION steps[] = {{0, BCRYPT_HASH_OPERATION_HASH_DATA, (PUCHAR)"abc", 3},
                                           {1, BCRYPT_HASH_OPERATION_HASH_DATA, (PUCHAR)"a", 1},
                                           {1, BCRYPT_HASH_OPERATION_FINISH_HASH, two, 32},
                                           {0, BCRYPT_HASH_OPERATION_FINISH_HASH, one, 32}};
    CHECK_EQ(BCryptProcessMultiOperations(hash, BCRYPT_OPERATION_TYPE_HASH, steps, sizeof steps, 0), 0);
    CHECK_STR(hex(one, 32), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK_STR(hex(two, 32), "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb");
    steps[0].iHash = 2;
    CHECK_EQ(BCryptProcessMultiOperations(hash, BCRYPT_OPERATION_TYPE_HASH, steps, sizeof steps, 0), (NTSTATUS)0xC000000D);
    CHECK_EQ(BCryptDestroyHash(hash), 0);
}

static void lists(void) {
    BCRYPT_ALGORITHM_IDENTIFIER* list;
    BCRYPT_PROVIDER_NAME* providers;
    ULONG count = 0, found = 0;
    CHECK_EQ(BCryptEnumAlgorithms(BCRYPT_SIGNATURE_OPERATION, &count, &list, 0), 0);
    for (ULONG i = 0; i < count; ++i) found += !wcscmp(list[i].pszName, L"ECDSA_P256") || !wcscmp(list[i].pszName, L"RSA");
    CHECK_EQ(found, 2);
    BCryptFreeBuffer(list);
    CHECK_EQ(BCryptEnumProviders(L"AES", &count, &providers, 0), 0);
    CHECK_WSTR(providers[0].pszProviderName, L"Microsoft Primitive Provider");
    BCryptFreeBuffer(providers);
    CHECK_EQ(BCryptEnumAlgorithms(0, &count, &list, 0), (NTSTATUS)0xC000000D);
}

int main(void) {
    ccm();
    chained_gcm();
    old_ciphers();
    wrapping();
    derivations();
    several_hashes();
    lists();
    return check_result();
}
