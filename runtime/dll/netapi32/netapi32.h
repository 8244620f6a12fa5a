// Prototypes of netapi32.dll, from its rows.
#pragma once

#include "abi/types.h"

#define LSW_DLL netapi32
#define LSW_DLL_ROWS "dll/netapi32/netapi32.api.inc"
#include "api/declare.inc"
