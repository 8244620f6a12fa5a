// Prototypes of combase.dll, from its rows.
#pragma once

#include "abi/types.h"

struct HSTRING__;
using HSTRING = HSTRING__*;

#define LSW_DLL combase
#define LSW_DLL_ROWS "dll/combase/combase.api.inc"
#include "api/declare.inc"
