// Prototypes of powrprof.dll, from its rows.
#pragma once

#include "abi/types.h"

#define LSW_DLL powrprof
#define LSW_DLL_ROWS "dll/powrprof/powrprof.api.inc"
#include "api/declare.inc"
