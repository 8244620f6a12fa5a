// Prototypes of the pipe services, from their rows.
#pragma once

#include "dll/ntdll/ntdll.h"

#define LSW_DLL ntdll
#define LSW_DLL_ROWS "dll/ntdll/rows/pipes.inc"
#include "api/declare.inc"
