// Prototypes of userenv.dll, from its rows.
#pragma once

#include "abi/types.h"

#define LSW_DLL userenv
#define LSW_DLL_ROWS "dll/userenv/userenv.api.inc"
#include "api/declare.inc"
