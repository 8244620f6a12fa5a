// Prototypes of the NtQuery… services, from their rows.
#pragma once

#include "dll/ntdll/ntdll.h"

#define LSW_DLL ntdll
#define LSW_DLL_ROWS "dll/ntdll/rows/queries.inc"
#include "api/declare.inc"
