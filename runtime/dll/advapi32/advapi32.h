// Prototypes of advapi32.dll, from its rows.
#pragma once

#include "abi/process.h"
#include "abi/security.h"
#include "abi/types.h"

using HCRYPTPROV = ULONG_PTR;
using HCRYPTHASH = ULONG_PTR;
using HCRYPTKEY = ULONG_PTR;
using ALG_ID = UINT;

#define LSW_DLL advapi32
#define LSW_DLL_ROWS "dll/advapi32/advapi32.api.inc"
#include "api/declare.inc"
