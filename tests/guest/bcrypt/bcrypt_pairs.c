// Asymmetric keys. Values: RFC 6979 A.2.5 (ECDSA P-256), RFC 5903 8.1 (ECDH P-256), RFC 7748 6.1 (X25519). Blob layouts:
// "BCRYPT_RSAKEY_BLOB structure", "BCRYPT_ECCKEY_BLOB structure", "BCRYPT_DH_KEY_BLOB structure".
// flags: -lbcrypt
#include <windows.h>
#include <bcrypt.h>
#include "vectors.h"

#define BAD_SIGNATURE ((NTSTATUS)0xC000A000)

static BCRYPT_ALG_HANDLE open_algorithm(const wchar_t* name) {
    BCRYPT_ALG_HANDLE algorithm = NULL;
    CHECK_EQ(BCryptOpenAlgorithmProvider(&algorithm, name, NULL, 0), 0);
    return algorithm;
}

static void rsa(void) {
    BCRYPT_ALG_HANDLE algorithm = open_algorithm(BCRYPT_RSA_ALGORITHM);
    BCRYPT_KEY_HANDLE key, open_key, copy;
    static UCHAR blob[2000], signature[256], back[256], hash[32] = "a hash of thirty-two bytes.....";
    ULONG size = 0, got = 0;
    CHECK_EQ(BCryptGenerateKeyPair(algorithm, &key, 2047, 0), (NTSTATUS)0xC000000D);
    CHECK_EQ(BCryptGenerateKeyPair(algorithm, &key, 2048, 0), 0);
    CHECK_EQ(BCryptExportKey(key, NULL, BCRYPT_RSAPUBLIC_BLOB, NULL, 0, &size, 0), (NTSTATUS)0xC0000008);  // not finalized
    CHECK_EQ(BCryptFinalizeKeyPair(key, 0), 0);
    CHECK_EQ(BCryptFinalizeKeyPair(key, 0), (NTSTATUS)0xC0000008);
    CHECK_EQ(BCryptGetProperty(key, BCRYPT_KEY_LENGTH, (PUCHAR)&size, 4, &got, 0), 0);
    CHECK_EQ(size, 2048);
    CHECK_EQ(BCryptGetProperty(key, BCRYPT_SIGNATURE_LENGTH, (PUCHAR)&size, 4, &got, 0), 0);
    CHECK_EQ(size, 256);

    CHECK_EQ(BCryptExportKey(key, NULL, BCRYPT_RSAPUBLIC_BLOB, NULL, 0, &size, 0), 0);
    CHECK_EQ(size, 24 + 3 + 256);
    CHECK_EQ(BCryptExportKey(key, NULL, BCRYPT_RSAPUBLIC_BLOB, blob, size - 1, &got, 0), (NTSTATUS)0xC0000023);
    CHECK_EQ(BCryptExportKey(key, NULL, BCRYPT_RSAPUBLIC_BLOB, blob, size, &got, 0), 0);
    BCRYPT_RSAKEY_BLOB* header = (BCRYPT_RSAKEY_BLOB*)blob;
    CHECK_EQ(header->Magic, BCRYPT_RSAPUBLIC_MAGIC);
    CHECK_EQ(header->cbPrime1, 0);
    CHECK_STR(hex(blob + 24, 3), "010001");
    CHECK_EQ(BCryptImportKeyPair(algorithm, NULL, BCRYPT_RSAPUBLIC_BLOB, &open_key, blob, size, 0), 0);
    CHECK_EQ(BCryptExportKey(key, NULL, BCRYPT_RSAPRIVATE_BLOB, blob, sizeof blob, &size, 0), 0);
    CHECK_EQ(size, 24 + 3 + 256 + 128 + 128);
    CHECK_EQ(BCryptImportKeyPair(algorithm, NULL, BCRYPT_RSAPRIVATE_BLOB, &copy, blob, size, 0), 0);
    BCryptDestroyKey(copy);
    CHECK_EQ(BCryptExportKey(key, NULL, BCRYPT_RSAFULLPRIVATE_BLOB, blob, sizeof blob, &size, 0), 0);
    CHECK_EQ(size, 24 + 3 + 2 * 256 + 5 * 128);
    CHECK_EQ(BCryptImportKeyPair(algorithm, NULL, BCRYPT_RSAFULLPRIVATE_BLOB, &copy, blob, size, 0), 0);
    CHECK_EQ(BCryptExportKey(copy, NULL, L"CAPIPRIVATEBLOB", blob, sizeof blob, &size, 0), 0);
    CHECK_EQ(size, 20 + 2 * 256 + 5 * 128);
    BCryptDestroyKey(copy);
    CHECK_EQ(BCryptImportKeyPair(algorithm, NULL, L"CAPIPRIVATEBLOB", &copy, blob, size, 0), 0);
    blob[0] = 9;
    CHECK(BCryptImportKeyPair(algorithm, NULL, BCRYPT_RSAPUBLIC_BLOB, &open_key, blob, size, 0) != 0);

    BCRYPT_PKCS1_PADDING_INFO pkcs1 = {BCRYPT_SHA256_ALGORITHM};
    CHECK_EQ(BCryptSignHash(copy, &pkcs1, hash, 32, NULL, 0, &size, BCRYPT_PAD_PKCS1), 0);
    CHECK_EQ(size, 256);
    CHECK_EQ(BCryptSignHash(copy, &pkcs1, hash, 32, signature, 256, &size, BCRYPT_PAD_PKCS1), 0);
    CHECK_EQ(BCryptVerifySignature(open_key, &pkcs1, hash, 32, signature, 256, BCRYPT_PAD_PKCS1), 0);
    signature[7] ^= 1;
    CHECK_EQ(BCryptVerifySignature(open_key, &pkcs1, hash, 32, signature, 256, BCRYPT_PAD_PKCS1), BAD_SIGNATURE);
    BCRYPT_PSS_PADDING_INFO pss = {BCRYPT_SHA256_ALGORITHM, 32};
    CHECK_EQ(BCryptSignHash(copy, &pss, hash, 32, signature, 256, &size, BCRYPT_PAD_PSS), 0);
    CHECK_EQ(BCryptVerifySignature(open_key, &pss, hash, 32, signature, 256, BCRYPT_PAD_PSS), 0);
    pss.cbSalt = 20;
    CHECK_EQ(BCryptVerifySignature(open_key, &pss, hash, 32, signature, 256, BCRYPT_PAD_PSS), BAD_SIGNATURE);

    CHECK_EQ(BCryptEncrypt(open_key, (PUCHAR)"secret", 6, NULL, NULL, 0, NULL, 0, &size, BCRYPT_PAD_PKCS1), 0);
    CHECK_EQ(size, 256);
    CHECK_EQ(BCryptEncrypt(open_key, (PUCHAR)"secret", 6, NULL, NULL, 0, blob, 256, &size, BCRYPT_PAD_PKCS1), 0);
    CHECK_EQ(BCryptDecrypt(key, blob, 256, NULL, NULL, 0, back, 256, &size, BCRYPT_PAD_PKCS1), 0);
    CHECK(size == 6 && !memcmp(back, "secret", 6));
    BCRYPT_OAEP_PADDING_INFO oaep = {BCRYPT_SHA256_ALGORITHM, (PUCHAR)"label", 5};
    CHECK_EQ(BCryptEncrypt(open_key, (PUCHAR)"secret", 6, &oaep, NULL, 0, blob, 256, &size, BCRYPT_PAD_OAEP), 0);
    CHECK_EQ(BCryptDecrypt(key, blob, 256, &oaep, NULL, 0, back, 256, &size, BCRYPT_PAD_OAEP), 0);
    CHECK(size == 6 && !memcmp(back, "secret", 6));
    oaep.cbLabel = 4;
    CHECK(BCryptDecrypt(key, blob, 256, &oaep, NULL, 0, back, 256, &size, BCRYPT_PAD_OAEP) != 0);
    CHECK(BCryptDecrypt(open_key, blob, 256, &oaep, NULL, 0, back, 256, &size, BCRYPT_PAD_OAEP) != 0);
    CHECK_EQ(BCryptDestroyKey(key), 0);
    CHECK_EQ(BCryptDestroyKey(open_key), 0);
    CHECK_EQ(BCryptDestroyKey(copy), 0);
    CHECK_EQ(BCryptDestroyKey(copy), (NTSTATUS)0xC0000008);
    BCryptCloseAlgorithmProvider(algorithm, 0);
}

static BCRYPT_KEY_HANDLE import_point(BCRYPT_ALG_HANDLE algorithm, ULONG magic, const char* numbers) {
    UCHAR blob[300];
    BCRYPT_KEY_HANDLE key = NULL;
    ULONG size = unhex(numbers, blob + 8);
    ULONG header[2] = {magic, magic >> 24 == 0x32 || magic >> 24 == 0x56 ? size / 3 : size / 2};
    memcpy(blob, header, 8);
    const wchar_t* type = header[1] == size / 3 ? BCRYPT_ECCPRIVATE_BLOB : BCRYPT_ECCPUBLIC_BLOB;
    CHECK_EQ(BCryptImportKeyPair(algorithm, NULL, type, &key, blob, size + 8, 0), 0);
    return key;
}

static void ecdsa(void) {
    BCRYPT_ALG_HANDLE algorithm = open_algorithm(BCRYPT_ECDSA_P256_ALGORITHM), generic = open_algorithm(L"ECDSA");
    UCHAR hash[32], signature[132], blob[300];
    ULONG size;
    BCRYPT_KEY_HANDLE key = import_point(algorithm, BCRYPT_ECDSA_PUBLIC_P256_MAGIC,
        "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB67903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299");
    unhex("af2bdbe1aa9b6ec1e2ade1d694f41fc71a831d0268e9891562113d8a62add1bf", hash);  // SHA-256 of "sample"
    unhex("EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
          signature);
    CHECK_EQ(BCryptVerifySignature(key, NULL, hash, 32, signature, 64, 0), 0);
    hash[0] ^= 1;
    CHECK_EQ(BCryptVerifySignature(key, NULL, hash, 32, signature, 64, 0), BAD_SIGNATURE);
    CHECK_EQ(BCryptDestroyKey(key), 0);
    BCryptCloseAlgorithmProvider(algorithm, 0);

    CHECK_EQ(BCryptSetProperty(generic, L"ECCCurveName", (PUCHAR)L"secP256k1", 20, 0), 0);
    CHECK_EQ(BCryptGenerateKeyPair(generic, &key, 256, 0), 0);
    CHECK_EQ(BCryptFinalizeKeyPair(key, 0), 0);
    CHECK_EQ(BCryptSignHash(key, NULL, hash, 32, signature, sizeof signature, &size, 0), 0);
    CHECK_EQ(size, 64);
    CHECK_EQ(BCryptVerifySignature(key, NULL, hash, 32, signature, 64, 0), 0);
    CHECK_EQ(BCryptExportKey(key, NULL, BCRYPT_ECCPRIVATE_BLOB, blob, sizeof blob, &size, 0), 0);
    CHECK_EQ(size, 8 + 96);
    CHECK_EQ(*(ULONG*)blob, 0x56444345);
    BCryptDestroyKey(key);
    algorithm = open_algorithm(BCRYPT_ECDSA_P521_ALGORITHM);
    CHECK_EQ(BCryptGenerateKeyPair(algorithm, &key, 521, 0), 0);
    CHECK_EQ(BCryptFinalizeKeyPair(key, 0), 0);
    CHECK_EQ(BCryptSignHash(key, NULL, hash, 32, signature, sizeof signature, &size, 0), 0);
    CHECK_EQ(size, 132);
    CHECK_EQ(BCryptSecretAgreement(key, key, (void**)&blob, 0), (NTSTATUS)0xC00000BB);
    BCryptDestroyKey(key);
}

static void ecdh(void) {
    BCRYPT_ALG_HANDLE algorithm = open_algorithm(BCRYPT_ECDH_P256_ALGORITHM), generic = open_algorithm(L"ECDH");
    UCHAR value[64], digest[32];
    ULONG size;
    BCRYPT_SECRET_HANDLE secret;
    BCRYPT_KEY_HANDLE own = import_point(algorithm, BCRYPT_ECDH_PRIVATE_P256_MAGIC,
        "DAD0B65394221CF9B051E1FECA5787D098DFE637FC90B9EF945D0C37725811805271A0461CDB8252D61F1C456FA3E59AB1F45B33ACCF5F58389E0577B8990BB3"
        "C88F01F510D9AC3F70A292DAA2316DE544E9AAB8AFE84049C62A9C57862D1433");
    BCRYPT_KEY_HANDLE other = import_point(algorithm, BCRYPT_ECDH_PUBLIC_P256_MAGIC,
        "D12DFB5289C8D4F81208B70270398C342296970A0BCCB74C736FC7554494BF6356FBF3CA366CC23E8157854C13C58D6AAC23F046ADA30F8353E74F33039872AB");
    CHECK_EQ(BCryptSecretAgreement(own, other, &secret, 0), 0);
    CHECK_EQ(BCryptDeriveKey(secret, L"TRUNCATE", NULL, value, 32, &size, 0), 0);
    CHECK_EQ(size, 32);
    for (int i = 0; i < 16; ++i) {
        UCHAR swap = value[i];
        value[i] = value[31 - i], value[31 - i] = swap;
    }
    CHECK_STR(hex(value, 32), "d6840f6b42f6edafd13116e0e12565202fef8e9ece7dce03812464d04b9442de");
    BCryptBuffer buffer = {14, KDF_HASH_ALGORITHM, (void*)L"SHA256"};
    BCryptBufferDesc list = {BCRYPTBUFFER_VERSION, 1, &buffer};
    CHECK_EQ(BCryptDeriveKey(secret, BCRYPT_KDF_HASH, &list, digest, 32, &size, 0), 0);
    UCHAR want[32];
    CHECK_EQ(BCryptHash((BCRYPT_ALG_HANDLE)0x41, NULL, 0, value, 32, want, 32), 0);
    CHECK(!memcmp(want, digest, 32));
    CHECK_EQ(BCryptDeriveKey(secret, L"NONE", NULL, digest, 32, &size, 0), (NTSTATUS)0xC00000BB);
    CHECK_EQ(BCryptDestroySecret(secret), 0);
    BCryptDestroyKey(own), BCryptDestroyKey(other);

    CHECK_EQ(BCryptSetProperty(generic, L"ECCCurveName", (PUCHAR)L"curve25519", 22, 0), 0);
    const char* zeros = "0000000000000000000000000000000000000000000000000000000000000000";
    char numbers[300];
    // RFC 7748, 6.1: Alice's private key and Bob's public one.
    sprintf(numbers, "%s%s%s", "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a", zeros,
            "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
    own = import_point(generic, 0x564B4345, numbers);
    sprintf(numbers, "%s%s", "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f", zeros);
    other = import_point(generic, 0x504B4345, numbers);
    CHECK_EQ(BCryptSecretAgreement(own, other, &secret, 0), 0);
    CHECK_EQ(BCryptDeriveKey(secret, L"TRUNCATE", NULL, value, 32, &size, 0), 0);
    CHECK_EQ(size, 32);
    CHECK_STR(hex(value, 32), "4217161e3c9bf076339ed147c9217ee0250f3580f43b8e72e12dcea45b9d5d4a");  // little-endian
    BCryptDestroySecret(secret);
    BCryptDestroyKey(own), BCryptDestroyKey(other);
}

static void dh_and_dsa(void) {
    BCRYPT_ALG_HANDLE algorithm = open_algorithm(BCRYPT_DH_ALGORITHM);
    BCRYPT_KEY_HANDLE one, two;
    BCRYPT_SECRET_HANDLE secret;
    static UCHAR blob[2000], a[256], b[256], hash[20] = "twenty bytes of hash";
    ULONG size;
    CHECK_EQ(BCryptGenerateKeyPair(algorithm, &one, 2048, 0), 0);
    CHECK_EQ(BCryptFinalizeKeyPair(one, 0), 0);
    CHECK_EQ(BCryptGetProperty(one, BCRYPT_DH_PARAMETERS, blob, sizeof blob, &size, 0), 0);
    CHECK_EQ(size, 12 + 512);
    CHECK_EQ(BCryptGenerateKeyPair(algorithm, &two, 2048, 0), 0);
    CHECK_EQ(BCryptSetProperty(two, BCRYPT_DH_PARAMETERS, blob, size, 0), 0);
    CHECK_EQ(BCryptFinalizeKeyPair(two, 0), 0);
    CHECK_EQ(BCryptSecretAgreement(one, two, &secret, 0), 0);
    CHECK_EQ(BCryptDeriveKey(secret, L"TRUNCATE", NULL, a, 256, &size, 0), 0);
    BCryptDestroySecret(secret);
    CHECK_EQ(BCryptSecretAgreement(two, one, &secret, 0), 0);
    CHECK_EQ(BCryptDeriveKey(secret, L"TRUNCATE", NULL, b, 256, &size, 0), 0);
    CHECK(size == 256 && !memcmp(a, b, 256));
    CHECK_EQ(BCryptExportKey(one, NULL, BCRYPT_DH_PRIVATE_BLOB, blob, sizeof blob, &size, 0), 0);
    CHECK_EQ(size, 8 + 4 * 256);
    BCryptDestroyKey(two);
    CHECK_EQ(BCryptImportKeyPair(algorithm, NULL, BCRYPT_DH_PRIVATE_BLOB, &two, blob, size, 0), 0);
    BCryptDestroyKey(one), BCryptDestroyKey(two), BCryptDestroySecret(secret);

    algorithm = open_algorithm(BCRYPT_DSA_ALGORITHM);
    CHECK_EQ(BCryptGenerateKeyPair(algorithm, &one, 1024, 0), 0);
    CHECK_EQ(BCryptFinalizeKeyPair(one, 0), 0);
    CHECK_EQ(BCryptSignHash(one, NULL, hash, 20, a, 256, &size, 0), 0);
    CHECK_EQ(size, 40);
    CHECK_EQ(BCryptExportKey(one, NULL, BCRYPT_DSA_PUBLIC_BLOB, blob, sizeof blob, &size, 0), 0);
    CHECK_EQ(size, 52 + 3 * 128);
    CHECK_EQ(BCryptImportKeyPair(algorithm, NULL, BCRYPT_DSA_PUBLIC_BLOB, &two, blob, size, 0), 0);
    CHECK_EQ(BCryptVerifySignature(two, NULL, hash, 20, a, 40, 0), 0);
    a[3] ^= 1;
    CHECK_EQ(BCryptVerifySignature(two, NULL, hash, 20, a, 40, 0), BAD_SIGNATURE);
}

int main(void) {
    rsa();
    ecdsa();
    ecdh();
    dh_and_dsa();
    return check_result();
}
