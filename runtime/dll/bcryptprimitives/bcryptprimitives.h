// Prototypes of bcryptprimitives.dll, from its rows.
#pragma once

#include "abi/types.h"

#define LSW_DLL bcryptprimitives
#define LSW_DLL_ROWS "dll/bcryptprimitives/bcryptprimitives.api.inc"
#include "api/declare.inc"
