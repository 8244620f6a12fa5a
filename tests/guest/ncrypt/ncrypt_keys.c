// Keys of the software key storage provider: of the process alone and kept by name. Doc: "NCryptCreatePersistedKey function
// (ncrypt.h)", "Key Storage Property Identifiers", "NCryptExportKey function (ncrypt.h)".
// flags: -lncrypt -lbcrypt
#include <windows.h>
#include <bcrypt.h>
#include <ncrypt.h>
#include "check.h"

static NCRYPT_PROV_HANDLE provider;
static BYTE blob[4000], signature[512];

static void kept(void) {
    NCRYPT_KEY_HANDLE key, again;
    BYTE hash[32] = "something to sign, of 32 bytes.";
    DWORD size = 0, policy = NCRYPT_ALLOW_EXPORT_FLAG;
    NCryptDeleteKey(NCryptOpenKey(provider, &key, L"LSW's test", 0, 0) ? 0 : key, 0);
    CHECK_EQ(NCryptOpenKey(provider, &key, L"LSW's test", 0, 0), NTE_BAD_KEYSET);
    CHECK_EQ(NCryptCreatePersistedKey(provider, &key, L"ECDSA_P256", L"LSW's test", 0, 0), 0);
    CHECK_EQ(NCryptSignHash(key, NULL, hash, 32, signature, sizeof signature, &size, 0), NTE_BAD_KEY_STATE);
    CHECK_EQ(NCryptSetProperty(key, NCRYPT_EXPORT_POLICY_PROPERTY, (PBYTE)&policy, 4, 0), 0);
    CHECK_EQ(NCryptFinalizeKey(key, NCRYPT_SILENT_FLAG), 0);
    CHECK_EQ(NCryptFinalizeKey(key, 0), NTE_INVALID_HANDLE);
    CHECK_EQ(NCryptSignHash(key, NULL, hash, 32, NULL, 0, &size, 0), 0);
    CHECK_EQ(size, 64);
    CHECK_EQ(NCryptSignHash(key, NULL, hash, 32, signature, 10, &size, 0), NTE_BUFFER_TOO_SMALL);
    CHECK_EQ(NCryptSignHash(key, NULL, hash, 32, signature, sizeof signature, &size, 0), 0);
    CHECK_EQ(NCryptExportKey(key, 0, BCRYPT_ECCPRIVATE_BLOB, NULL, blob, sizeof blob, &size, 0), NTE_NOT_SUPPORTED);
    CHECK_EQ(NCryptCreatePersistedKey(provider, &again, L"ECDSA_P256", L"lsw's TEST", 0, 0), NTE_EXISTS);
    CHECK_EQ(NCryptFreeObject(key), 0);
    CHECK_EQ(NCryptFreeObject(key), NTE_INVALID_HANDLE);

    CHECK_EQ(NCryptOpenKey(provider, &again, L"LSW's test", 0, 0), 0);
    CHECK_EQ(NCryptVerifySignature(again, NULL, hash, 32, signature, 64, 0), 0);
    hash[0] ^= 1;
    CHECK_EQ(NCryptVerifySignature(again, NULL, hash, 32, signature, 64, 0), NTE_BAD_SIGNATURE);
    CHECK_EQ(NCryptGetProperty(again, NCRYPT_ALGORITHM_PROPERTY, blob, sizeof blob, &size, 0), 0);
    CHECK_WSTR((wchar_t*)blob, L"ECDSA_P256");
    CHECK_EQ(NCryptGetProperty(again, NCRYPT_NAME_PROPERTY, blob, sizeof blob, &size, 0), 0);
    CHECK_WSTR((wchar_t*)blob, L"LSW's test");
    CHECK_EQ(NCryptGetProperty(again, NCRYPT_EXPORT_POLICY_PROPERTY, (PBYTE)&policy, 4, &size, 0), 0);
    CHECK_EQ(policy, NCRYPT_ALLOW_EXPORT_FLAG);
    NCryptKeyName* name;
    void* state = NULL;
    int seen = 0;
    while (NCryptEnumKeys(provider, NULL, &name, &state, 0) == 0) {
        seen += !wcscmp(name->pszName, L"LSW's test") && !wcscmp(name->pszAlgid, L"ECDSA_P256");
        NCryptFreeBuffer(name);
    }
    NCryptFreeBuffer(state);
    CHECK_EQ(seen, 1);
    CHECK_EQ(NCryptDeleteKey(again, 0), 0);
    CHECK_EQ(NCryptOpenKey(provider, &again, L"LSW's test", 0, 0), NTE_BAD_KEYSET);
}

static void passing(void) {
    NCRYPT_KEY_HANDLE key, open_key, copy;
    DWORD size = 0, bits = 1024, policy = 3, got = 0;
    CHECK_EQ(NCryptCreatePersistedKey(provider, &key, L"RSA", NULL, 0, 0), 0);
    CHECK_EQ(NCryptSetProperty(key, NCRYPT_LENGTH_PROPERTY, (PBYTE)&bits, 4, 0), 0);
    CHECK_EQ(NCryptSetProperty(key, NCRYPT_EXPORT_POLICY_PROPERTY, (PBYTE)&policy, 4, 0), 0);
    CHECK_EQ(NCryptSetProperty(key, L"CLR IsEphemeral", (PBYTE)"\1", 1, NCRYPT_PERSIST_ONLY_FLAG), 0);
    CHECK_EQ(NCryptFinalizeKey(key, 0), 0);
    CHECK_EQ(NCryptGetProperty(key, L"CLR IsEphemeral", blob, 1, &got, NCRYPT_PERSIST_ONLY_FLAG), 0);
    CHECK(got == 1 && blob[0] == 1);
    CHECK_EQ(NCryptGetProperty(key, L"Something else", blob, 1, &got, 0), NTE_NOT_FOUND);
    CHECK_EQ(NCryptGetProperty(key, NCRYPT_LENGTH_PROPERTY, (PBYTE)&size, 4, &got, 0), 0);
    CHECK_EQ(size, 1024);
    CHECK_EQ(NCryptGetProperty(key, NCRYPT_ALGORITHM_GROUP_PROPERTY, blob, sizeof blob, &size, 0), 0);
    CHECK_WSTR((wchar_t*)blob, L"RSA");
    CHECK_EQ(NCryptExportKey(key, 0, BCRYPT_RSAPUBLIC_BLOB, NULL, blob, sizeof blob, &size, 0), 0);
    CHECK_EQ(NCryptImportKey(provider, 0, BCRYPT_RSAPUBLIC_BLOB, NULL, &open_key, blob, size, 0), 0);
    BCRYPT_OAEP_PADDING_INFO oaep = {L"SHA1"};
    CHECK_EQ(NCryptEncrypt(open_key, (PBYTE)"text", 4, &oaep, signature, sizeof signature, &size, NCRYPT_PAD_OAEP_FLAG), 0);
    CHECK_EQ(NCryptDecrypt(key, signature, size, &oaep, blob, sizeof blob, &size, NCRYPT_PAD_OAEP_FLAG), 0);
    CHECK(size == 4 && !memcmp(blob, "text", 4));

    wchar_t password[] = L"password";
    NCryptBuffer buffers[] = {{sizeof password, NCRYPTBUFFER_PKCS_SECRET, password}};
    NCryptBufferDesc list = {NCRYPTBUFFER_VERSION, 1, buffers};
    CHECK_EQ(NCryptExportKey(key, 0, NCRYPT_PKCS8_PRIVATE_KEY_BLOB, &list, blob, sizeof blob, &size, 0), 0);
    CHECK(NCryptImportKey(provider, 0, NCRYPT_PKCS8_PRIVATE_KEY_BLOB, NULL, &copy, blob, size, 0) != 0);
    CHECK_EQ(NCryptImportKey(provider, 0, NCRYPT_PKCS8_PRIVATE_KEY_BLOB, &list, &copy, blob, size, 0), 0);
    BCRYPT_PSS_PADDING_INFO pss = {L"SHA256", 32};
    CHECK_EQ(NCryptSignHash(copy, &pss, (PBYTE)"12345678901234567890123456789012", 32, signature, sizeof signature, &size,
                            NCRYPT_PAD_PSS_FLAG), 0);
    CHECK_EQ(NCryptVerifySignature(open_key, &pss, (PBYTE)"12345678901234567890123456789012", 32, signature, size,
                                   NCRYPT_PAD_PSS_FLAG), 0);
    CHECK(NCryptIsKeyHandle(copy) && !NCryptIsKeyHandle(provider));
    NCryptFreeObject(copy), NCryptFreeObject(open_key), NCryptFreeObject(key);
}

static void agreed(void) {
    NCRYPT_KEY_HANDLE one, two;
    NCRYPT_SECRET_HANDLE secret;
    BYTE a[32], b[32];
    DWORD size;
    CHECK_EQ(NCryptCreatePersistedKey(provider, &one, L"ECDH_P256", NULL, 0, 0), 0);
    CHECK_EQ(NCryptCreatePersistedKey(provider, &two, L"ECDH_P256", NULL, 0, 0), 0);
    CHECK_EQ(NCryptFinalizeKey(one, 0), 0);
    CHECK_EQ(NCryptFinalizeKey(two, 0), 0);
    CHECK_EQ(NCryptSecretAgreement(one, two, &secret, 0), 0);
    NCryptBuffer buffers[] = {{14, KDF_HASH_ALGORITHM, (void*)L"SHA256"}};
    NCryptBufferDesc list = {NCRYPTBUFFER_VERSION, 1, buffers};
    CHECK_EQ(NCryptDeriveKey(secret, BCRYPT_KDF_HASH, &list, a, 32, &size, 0), 0);
    NCryptFreeObject(secret);
    CHECK_EQ(NCryptSecretAgreement(two, one, &secret, 0), 0);
    CHECK_EQ(NCryptDeriveKey(secret, BCRYPT_KDF_HASH, &list, b, 32, &size, 0), 0);
    CHECK(size == 32 && !memcmp(a, b, 32));
    NCryptFreeObject(secret), NCryptFreeObject(one), NCryptFreeObject(two);
}

int main(void) {
    DWORD count = 0, size;
    NCryptProviderName* providers;
    NCryptAlgorithmName* algorithms;
    CHECK_EQ(NCryptOpenStorageProvider(&provider, L"No such provider", 0) != 0, 1);
    CHECK_EQ(NCryptOpenStorageProvider(&provider, MS_KEY_STORAGE_PROVIDER, 0), 0);
    CHECK_EQ(NCryptGetProperty(provider, NCRYPT_NAME_PROPERTY, blob, sizeof blob, &size, 0), 0);
    CHECK_WSTR((wchar_t*)blob, MS_KEY_STORAGE_PROVIDER);
    CHECK_EQ(NCryptEnumStorageProviders(&count, &providers, 0), 0);
    CHECK(count >= 1);
    NCryptFreeBuffer(providers);
    CHECK_EQ(NCryptEnumAlgorithms(provider, 8, &count, &algorithms, 0), 0);  // that agree on secrets
    CHECK(count >= 4);
    NCryptFreeBuffer(algorithms);
    CHECK_EQ(NCryptIsAlgSupported(provider, L"RSA", 0), 0);
    CHECK_EQ(NCryptIsAlgSupported(provider, L"ROT13", 0), NTE_NOT_SUPPORTED);
    kept();
    passing();
    agreed();
    CHECK_EQ(NCryptFreeObject(provider), 0);
    return check_result();
}
