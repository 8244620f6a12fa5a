// Prototypes of bcrypt.dll, from its rows.
#pragma once

#include "abi/types.h"

using BCRYPT_HANDLE = void*;

#define LSW_DLL bcrypt
#define LSW_DLL_ROWS "dll/bcrypt/bcrypt.api.inc"
#include "api/declare.inc"
