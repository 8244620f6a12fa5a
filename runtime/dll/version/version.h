// Prototypes of version.dll, from its rows.
#pragma once

#include "abi/types.h"

#define LSW_DLL version
#define LSW_DLL_ROWS "dll/version/version.api.inc"
#include "api/declare.inc"
