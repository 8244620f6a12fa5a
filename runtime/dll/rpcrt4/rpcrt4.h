// Prototypes of rpcrt4.dll, from its rows.
#pragma once

#include "abi/types.h"

using RPC_STATUS = LONG;

#define LSW_DLL rpcrt4
#define LSW_DLL_ROWS "dll/rpcrt4/rpcrt4.api.inc"
#include "api/declare.inc"
