// Hashes, HMAC, PBKDF2, AES. Values: FIPS 180 and RFC 4231, RFC 6070, NIST SP 800-38A, and the GCM specification's test case 2.
// flags: -lbcrypt
#include "check.h"
#include <bcrypt.h>

static const char* hex(const UCHAR* bytes, int size) {
    static char text[200];
    for (int i = 0; i < size; ++i) sprintf(text + 2 * i, "%02x", bytes[i]);
    return text;
}

static void hashes(void) {
    BCRYPT_ALG_HANDLE algorithm;
    BCRYPT_HASH_HANDLE hash, copy;
    DWORD size = 0, got = 0;
    UCHAR value[64];
    CHECK_EQ(BCryptOpenAlgorithmProvider(&algorithm, BCRYPT_SHA256_ALGORITHM, NULL, 0), 0);
    CHECK_EQ(BCryptGetProperty(algorithm, BCRYPT_HASH_LENGTH, (PUCHAR)&size, sizeof size, &got, 0), 0);
    CHECK_EQ(size, 32);
    CHECK_EQ(BCryptGetProperty(algorithm, BCRYPT_OBJECT_LENGTH, (PUCHAR)&size, sizeof size, &got, 0), 0);
    CHECK(size > 0 && got == 4);
    CHECK_EQ(BCryptCreateHash(algorithm, &hash, NULL, 0, NULL, 0, 0), 0);
    CHECK_EQ(BCryptHashData(hash, (PUCHAR)"a", 1, 0), 0);
    CHECK_EQ(BCryptDuplicateHash(hash, &copy, NULL, 0, 0), 0);
    CHECK_EQ(BCryptHashData(hash, (PUCHAR)"bc", 2, 0), 0);
    CHECK_EQ(BCryptFinishHash(hash, value, 32, 0), 0);
    CHECK_STR(hex(value, 32), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(BCryptFinishHash(hash, value, 32, 0) != 0);
    CHECK_EQ(BCryptFinishHash(copy, value, 32, 0), 0);
    CHECK_STR(hex(value, 32), "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb");
    CHECK_EQ(BCryptDestroyHash(hash), 0);
    CHECK_EQ(BCryptDestroyHash(copy), 0);
    CHECK(BCryptDestroyHash(copy) != 0);
    CHECK_EQ(BCryptCloseAlgorithmProvider(algorithm, 0), 0);
    CHECK(BCryptOpenAlgorithmProvider(&algorithm, L"NONESUCH", NULL, 0) != 0);

    CHECK_EQ(BCryptOpenAlgorithmProvider(&algorithm, BCRYPT_SHA256_ALGORITHM, NULL, BCRYPT_ALG_HANDLE_HMAC_FLAG), 0);
    CHECK_EQ(BCryptHash(algorithm, (PUCHAR)"Jefe", 4, (PUCHAR)"what do ya want for nothing?", 28, value, 32), 0);
    CHECK_STR(hex(value, 32), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    BCryptCloseAlgorithmProvider(algorithm, 0);
    CHECK_EQ(BCryptOpenAlgorithmProvider(&algorithm, BCRYPT_SHA1_ALGORITHM, NULL, BCRYPT_ALG_HANDLE_HMAC_FLAG), 0);
    CHECK_EQ(BCryptDeriveKeyPBKDF2(algorithm, (PUCHAR)"password", 8, (PUCHAR)"salt", 4, 2, value, 20, 0), 0);
    CHECK_STR(hex(value, 20), "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957");
    BCryptCloseAlgorithmProvider(algorithm, 0);
}

static void ciphers(void) {
    BCRYPT_ALG_HANDLE aes;
    BCRYPT_KEY_HANDLE key;
    UCHAR secret[16] = {0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6, 0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf, 0x4f, 0x3c};
    UCHAR plain[16] = {0x6b, 0xc1, 0xbe, 0xe2, 0x2e, 0x40, 0x9f, 0x96, 0xe9, 0x3d, 0x7e, 0x11, 0x73, 0x93, 0x17, 0x2a};
    UCHAR iv[16], out[64], back[64];
    DWORD size = 0;
    for (int i = 0; i < 16; ++i) iv[i] = (UCHAR)i;
    CHECK_EQ(BCryptOpenAlgorithmProvider(&aes, BCRYPT_AES_ALGORITHM, NULL, 0), 0);
    CHECK_EQ(BCryptGenerateSymmetricKey(aes, &key, NULL, 0, secret, 16, 0), 0);
    CHECK_EQ(BCryptEncrypt(key, plain, 16, NULL, iv, 16, out, sizeof out, &size, 0), 0);
    CHECK_EQ(size, 16);
    CHECK_STR(hex(out, 16), "7649abac8119b246cee98e9b12e9197d");
    CHECK(memcmp(iv, out, 16) == 0);
    CHECK(BCryptEncrypt(key, plain, 15, NULL, iv, 16, out, sizeof out, &size, 0) != 0);
    CHECK_EQ(BCryptEncrypt(key, plain, 15, NULL, NULL, 0, NULL, 0, &size, BCRYPT_BLOCK_PADDING), 0);
    CHECK_EQ(size, 16);
    memset(iv, 7, 16);
    CHECK_EQ(BCryptEncrypt(key, (PUCHAR) "seventeen letters", 17, NULL, iv, 16, out, sizeof out, &size, BCRYPT_BLOCK_PADDING), 0);
    CHECK_EQ(size, 32);
    memset(iv, 7, 16);
    CHECK_EQ(BCryptDecrypt(key, out, 32, NULL, iv, 16, back, sizeof back, &size, BCRYPT_BLOCK_PADDING), 0);
    CHECK(size == 17 && memcmp(back, "seventeen letters", 17) == 0);
    BCryptDestroyKey(key);

    CHECK_EQ(BCryptSetProperty(aes, BCRYPT_CHAINING_MODE, (PUCHAR)BCRYPT_CHAIN_MODE_GCM, sizeof BCRYPT_CHAIN_MODE_GCM, 0), 0);
    memset(secret, 0, 16), memset(plain, 0, 16);
    UCHAR nonce[12] = {0}, tag[16];
    BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO info;
    BCRYPT_INIT_AUTH_MODE_INFO(info);
    info.pbNonce = nonce, info.cbNonce = 12, info.pbTag = tag, info.cbTag = 16;
    CHECK_EQ(BCryptGenerateSymmetricKey(aes, &key, NULL, 0, secret, 16, 0), 0);
    CHECK_EQ(BCryptEncrypt(key, plain, 16, &info, NULL, 0, out, 16, &size, 0), 0);
    CHECK_STR(hex(out, 16), "0388dace60b6a392f328c2b971b2fe78");
    CHECK_STR(hex(tag, 16), "ab6e47d42cec13bdf53a67b21257bddf");
    CHECK_EQ(BCryptDecrypt(key, out, 16, &info, NULL, 0, back, 16, &size, 0), 0);
    CHECK(memcmp(back, plain, 16) == 0);
    tag[3] ^= 1;
    CHECK_EQ((DWORD)BCryptDecrypt(key, out, 16, &info, NULL, 0, back, 16, &size, 0), 0xC000A002);
    BCryptDestroyKey(key);
    BCryptCloseAlgorithmProvider(aes, 0);
}

int main(void) {
    BOOLEAN fips = 7;
    hashes();
    ciphers();
    CHECK_EQ(BCryptGetFipsAlgorithmMode(&fips), 0);
    CHECK_EQ(fips, FALSE);
    return check_result();
}
