// Prototypes of iphlpapi.dll, from its rows.
#pragma once

#include "abi/iphlp.h"
#include "abi/overlapped.h"

#define LSW_DLL iphlpapi
#define LSW_DLL_ROWS "dll/iphlpapi/iphlpapi.api.inc"
#include "api/declare.inc"
