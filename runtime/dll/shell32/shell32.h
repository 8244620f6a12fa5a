// Prototypes of shell32.dll, from its rows.
#pragma once

#include "abi/types.h"

#define LSW_DLL shell32
#define LSW_DLL_ROWS "dll/shell32/shell32.api.inc"
#include "api/declare.inc"
