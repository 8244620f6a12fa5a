// Prototypes of shlwapi.dll, from its rows.
#pragma once

#include "abi/types.h"

#define LSW_DLL shlwapi
#define LSW_DLL_ROWS "dll/shlwapi/shlwapi.api.inc"
#include "api/declare.inc"
