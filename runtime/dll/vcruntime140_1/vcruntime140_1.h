// Prototypes of vcruntime140_1.dll, from its rows.
#pragma once

#include "abi/unwind.h"

#define LSW_DLL vcruntime140_1
#define LSW_DLL_ROWS "dll/vcruntime140_1/vcruntime140_1.api.inc"
#include "api/declare.inc"
