// Prototypes of the token services, from their rows.
#pragma once

#include "abi/security.h"
#include "dll/ntdll/ntdll.h"

#define LSW_DLL ntdll
#define LSW_DLL_ROWS "dll/ntdll/rows/tokens.inc"
#include "api/declare.inc"
