// Prototypes of bcrypt.dll, from its rows.
#pragma once

#include "abi/types.h"

using BCRYPT_HANDLE = void*;

struct BCryptBuffer {
    ULONG cbBuffer, BufferType;
    PVOID pvBuffer;
};
struct BCryptBufferDesc {
    ULONG ulVersion, cBuffers;
    BCryptBuffer* pBuffers;
};
struct BCRYPT_ALGORITHM_IDENTIFIER {
    LPWSTR pszName;
    ULONG dwClass, dwFlags;
};
struct BCRYPT_PROVIDER_NAME {
    LPWSTR pszProviderName;
};
struct BCRYPT_MULTI_HASH_OPERATION {
    ULONG iHash, hashOperation;
    PUCHAR pbBuffer;
    ULONG cbBuffer;
};

#define LSW_DLL bcrypt
#define LSW_DLL_ROWS "dll/bcrypt/bcrypt.api.inc"
#include "api/declare.inc"
