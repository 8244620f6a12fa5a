// Prototypes of winmm.dll, from its rows.
#pragma once

#include "abi/types.h"

using MMRESULT = UINT;
struct TIMECAPS {
    UINT wPeriodMin;
    UINT wPeriodMax;
};
struct MMTIME {
    UINT wType;
    DWORD ms;
    DWORD pad;
};

#define LSW_DLL winmm
#define LSW_DLL_ROWS "dll/winmm/winmm.api.inc"
#include "api/declare.inc"
