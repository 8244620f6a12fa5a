// Prototypes of secur32.dll, from its rows.
#pragma once

#include "abi/types.h"

#define LSW_DLL secur32
#define LSW_DLL_ROWS "dll/secur32/secur32.api.inc"
#include "api/declare.inc"
