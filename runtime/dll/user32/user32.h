// Prototypes of user32.dll, from its rows.
#pragma once

#include "abi/types.h"

struct POINT {
    LONG x, y;
};

#define LSW_DLL user32
#define LSW_DLL_ROWS "dll/user32/user32.api.inc"
#include "api/declare.inc"
