// Prototypes of msvcp140.dll, from its rows.
#pragma once

#include "abi/types.h"

#define LSW_DLL msvcp140
#define LSW_DLL_ROWS "dll/msvcp140/msvcp140.api.inc"
#include "api/declare.inc"
