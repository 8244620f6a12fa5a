// Prototypes of oleaut32.dll, from its rows. Programs import it by ordinal.
#pragma once

#include "abi/types.h"
#include "abi/variant.h"

#define LSW_DLL oleaut32
#define LSW_DLL_ROWS "dll/oleaut32/oleaut32.api.inc"
#include "api/declare.inc"
