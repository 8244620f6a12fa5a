// Prototypes of pdh.dll, from its rows.
#pragma once

#include "abi/types.h"

#define LSW_DLL pdh
#define LSW_DLL_ROWS "dll/pdh/pdh.api.inc"
#include "api/declare.inc"
