// Prototypes of the rows in rows/device_control.inc.
#pragma once

#include "dll/ntdll/ntdll.h"

#define LSW_DLL ntdll
#define LSW_DLL_ROWS "dll/ntdll/rows/device_control.inc"
#include "api/declare.inc"
