// Prototypes of ncrypt.dll, from its rows.
#pragma once

#include "dll/bcrypt/bcrypt.h"

using NCRYPT_HANDLE = ULONG_PTR;
using SECURITY_STATUS = LONG;
using NCryptBufferDesc = BCryptBufferDesc;

struct NCryptKeyName {
    LPWSTR pszName, pszAlgid;
    DWORD dwLegacyKeySpec, dwFlags;
};
struct NCryptAlgorithmName {
    LPWSTR pszName;
    DWORD dwClass, dwAlgOperations, dwFlags;
};
struct NCryptProviderName {
    LPWSTR pszName, pszComment;
};

#define LSW_DLL ncrypt
#define LSW_DLL_ROWS "dll/ncrypt/ncrypt.api.inc"
#include "api/declare.inc"
