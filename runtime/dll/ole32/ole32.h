// Prototypes of ole32.dll, from its rows.
#pragma once

#include "abi/types.h"
#include "dll/combase/combase.h"
#define LSW_DLL ole32
#define LSW_DLL_ROWS "dll/ole32/ole32.api.inc"
#include "api/declare.inc"
