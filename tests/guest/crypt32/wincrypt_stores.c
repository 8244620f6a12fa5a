// Certificates and stores. "CertOpenStore function (wincrypt.h)", "CertFindCertificateInStore function (wincrypt.h)". The
// certificate was made for this test with openssl(1): a self-signed one for CN=lsw test, O=LSW.
// flags: -lcrypt32 -ladvapi32
#include "check.h"
#include <wincrypt.h>

static const char kPem[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBrjCCAVSgAwIBAgIUO09Up9TIeBjle9gHXWoD3Avvi60wCgYIKoZIzj0EAwIw\n"
    "ITERMA8GA1UEAwwIbHN3IHRlc3QxDDAKBgNVBAoMA0xTVzAgFw0yNjExMjIwNTI2\n"
    "NDhaGA8yMTI2MTAyOTA1MjY0OFowITERMA8GA1UEAwwIbHN3IHRlc3QxDDAKBgNV\n"
    "BAoMA0xTVzBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABHJuWdU6apjuYnSwduoR\n"
    "t1qY2O/FPDB6WUoAUmTW32j1y74Gcjs3Fn6/Qi0kHumxQ7tvzetFgQMA9ByvD3Nb\n"
    "llqjaDBmMB0GA1UdDgQWBBRpyUN15R293qqQT3TpmMrK6iqoHTAfBgNVHSMEGDAW\n"
    "gBRpyUN15R293qqQT3TpmMrK6iqoHTAPBgNVHRMBAf8EBTADAQH/MBMGA1UdJQQM\n"
    "MAoGCCsGAQUFBwMBMAoGCCqGSM49BAMCA0gAMEUCIB8bTBi9kfDNDXYUONRPgYu0\n"
    "iI0ZssvGAMtrkRp0vo1RAiEA11JJQ0tq7VkgcGCnwm4qCr8dX554ZUMiAVYXUYn8\n"
    "EMc=\n"
    "-----END CERTIFICATE-----\n";

static void memory_store(PCCERT_CONTEXT certificate) {
    HCERTSTORE store = CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, 0, NULL);
    PCCERT_CONTEXT added = NULL, found;
    CHECK(store != NULL);
    CHECK(CertAddCertificateContextToStore(store, certificate, CERT_STORE_ADD_NEW, &added));
    CHECK(added && added->hCertStore == store && added->cbCertEncoded == certificate->cbCertEncoded);
    CHECK_LASTERROR(CertAddCertificateContextToStore(store, certificate, CERT_STORE_ADD_NEW, NULL), (DWORD)CRYPT_E_EXISTS);
    found = CertFindCertificateInStore(store, X509_ASN_ENCODING, 0, CERT_FIND_SUBJECT_STR_W, L"LSW TEST", NULL);
    CHECK(found != NULL);
    CertFreeCertificateContext(found);
    found = CertFindCertificateInStore(store, X509_ASN_ENCODING, 0, CERT_FIND_SUBJECT_STR_A, "absent", NULL);
    CHECK(found == NULL && GetLastError() == (DWORD)CRYPT_E_NOT_FOUND);
    found = CertEnumCertificatesInStore(store, NULL);
    CHECK(found != NULL);
    CHECK(CertEnumCertificatesInStore(store, found) == NULL);
    CHECK(CertDeleteCertificateFromStore(added));
    CHECK(CertEnumCertificatesInStore(store, NULL) == NULL);
    CHECK(CertCloseStore(store, 0));
    CHECK(!CertCloseStore(store, 0));
}

static void properties(PCCERT_CONTEXT certificate) {
    BYTE hash[20], usage[200];
    char name[100], text[60] = "";
    DWORD size = sizeof hash;
    CHECK(CertGetCertificateContextProperty(certificate, CERT_SHA1_HASH_PROP_ID, hash, &size));
    CHECK_EQ(size, 20);
    for (int i = 0; i < 20; ++i) sprintf(text + 2 * i, "%02x", hash[i]);
    CHECK_STR(text, "7a04f08c1e2ebf13f1d64ba3544a9e21efbd4941");
    CHECK_EQ(CertGetNameStringA(certificate, CERT_NAME_SIMPLE_DISPLAY_TYPE, 0, NULL, name, sizeof name), 9);
    CHECK_STR(name, "lsw test");
    CHECK(CertNameToStrA(X509_ASN_ENCODING, &certificate->pCertInfo->Subject, CERT_X500_NAME_STR, name, sizeof name) > 1);
    CHECK_STR(name, "CN=lsw test, O=LSW");
    CHECK_EQ(certificate->pCertInfo->dwVersion, CERT_V3);
    CHECK_STR(certificate->pCertInfo->SubjectPublicKeyInfo.Algorithm.pszObjId, "1.2.840.10045.2.1");
    FILETIME later = {0, 0x01E00000};
    CHECK_EQ(CertVerifyTimeValidity(&later, certificate->pCertInfo), 0);
    FILETIME old = {0, 0x01000000};
    CHECK_EQ(CertVerifyTimeValidity(&old, certificate->pCertInfo), -1);
    size = sizeof usage;
    CHECK(CertGetEnhancedKeyUsage(certificate, 0, (PCERT_ENHKEY_USAGE)usage, &size));
    CHECK_EQ(((PCERT_ENHKEY_USAGE)usage)->cUsageIdentifier, 1);
    CHECK_STR(((PCERT_ENHKEY_USAGE)usage)->rgpszUsageIdentifier[0], "1.3.6.1.5.5.7.3.1");
}

int main(void) {
    BYTE der[2000];
    DWORD size = sizeof der, flags = 9;
    CHECK(CryptStringToBinaryA(kPem, 0, CRYPT_STRING_ANY, der, &size, NULL, &flags));
    CHECK_EQ(flags, CRYPT_STRING_BASE64HEADER);
    PCCERT_CONTEXT certificate = CertCreateCertificateContext(X509_ASN_ENCODING, der, size);
    CHECK(certificate != NULL);
    if (certificate) memory_store(certificate), properties(certificate), CertFreeCertificateContext(certificate);
    CHECK(CertCreateCertificateContext(X509_ASN_ENCODING, der, 20) == NULL);

    HCERTSTORE root = CertOpenSystemStoreW(0, L"ROOT");
    CHECK(root != NULL);
    CHECK(CertCloseStore(root, 0));

    char text[20];
    size = sizeof text;
    CHECK(CryptBinaryToStringA((const BYTE*)"hello", 5, CRYPT_STRING_BASE64 | CRYPT_STRING_NOCRLF, text, &size));
    CHECK_STR(text, "aGVsbG8=");

    HCRYPTPROV provider;
    HCRYPTHASH hash;
    CHECK(CryptAcquireContextW(&provider, NULL, NULL, PROV_RSA_AES, CRYPT_VERIFYCONTEXT));
    CHECK(CryptGenRandom(provider, 8, der));
    CHECK(CryptCreateHash(provider, CALG_MD5, 0, 0, &hash));
    CHECK(CryptHashData(hash, (const BYTE*)"abc", 3, 0));
    size = sizeof der;
    CHECK(CryptGetHashParam(hash, HP_HASHVAL, der, &size, 0));
    CHECK(size == 16 && der[0] == 0x90 && der[15] == 0x72);
    CHECK(CryptDestroyHash(hash));
    CHECK(CryptReleaseContext(provider, 0));
    CHECK(!CryptReleaseContext(provider, 0));
    return check_result();
}
