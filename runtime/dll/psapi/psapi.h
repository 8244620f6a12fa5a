// psapi.dll: other names of kernel32's K32 functions.
#pragma once

#include "dll/kernel32/kernel32.h"

#define LSW_DLL psapi
#define LSW_DLL_ROWS "dll/psapi/psapi.api.inc"
#include "api/declare.inc"
