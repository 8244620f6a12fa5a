// Prototypes and structures of crypt32.dll. Structures as in wincrypt.h.
#pragma once

#include "abi/types.h"

using HCERTSTORE = void*;
using HCRYPTPROV_LEGACY = ULONG_PTR;
using HCERTCHAINENGINE = void*;

struct CRYPT_DATA_BLOB {
    DWORD cbData;
    BYTE* pbData;
};
struct CRYPT_BIT_BLOB {
    DWORD cbData;
    BYTE* pbData;
    DWORD cUnusedBits;
};
struct CRYPT_ALGORITHM_IDENTIFIER {
    LPSTR pszObjId;
    CRYPT_DATA_BLOB Parameters;
};
struct CERT_PUBLIC_KEY_INFO {
    CRYPT_ALGORITHM_IDENTIFIER Algorithm;
    CRYPT_BIT_BLOB PublicKey;
};
struct CERT_EXTENSION {
    LPSTR pszObjId;
    BOOL fCritical;
    CRYPT_DATA_BLOB Value;
};
struct CERT_INFO {
    DWORD dwVersion;
    CRYPT_DATA_BLOB SerialNumber;
    CRYPT_ALGORITHM_IDENTIFIER SignatureAlgorithm;
    CRYPT_DATA_BLOB Issuer;
    FILETIME NotBefore, NotAfter;
    CRYPT_DATA_BLOB Subject;
    CERT_PUBLIC_KEY_INFO SubjectPublicKeyInfo;
    CRYPT_BIT_BLOB IssuerUniqueId, SubjectUniqueId;
    DWORD cExtension;
    CERT_EXTENSION* rgExtension;
};
static_assert(sizeof(CERT_INFO) == 208);
struct CERT_CONTEXT {
    DWORD dwCertEncodingType;
    BYTE* pbCertEncoded;
    DWORD cbCertEncoded;
    CERT_INFO* pCertInfo;
    HCERTSTORE hCertStore;
};
static_assert(sizeof(CERT_CONTEXT) == 40);
using PCCERT_CONTEXT = const CERT_CONTEXT*;
struct CTL_USAGE {
    DWORD cUsageIdentifier;
    LPSTR* rgpszUsageIdentifier;
};

#define LSW_DLL crypt32
#define LSW_DLL_ROWS "dll/crypt32/crypt32.api.inc"
#include "api/declare.inc"
