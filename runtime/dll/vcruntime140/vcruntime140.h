// Prototypes of vcruntime140.dll, from its rows.
#pragma once

#include "abi/crt.h"
#include "abi/exception.h"
#include "abi/types.h"
#include "dll/crt/eh/types.h"
#include "dll/ntdll/ntdll.h"

#define LSW_DLL vcruntime140
#define LSW_DLL_ROWS "dll/vcruntime140/vcruntime140.api.inc"
#include "api/declare.inc"
