// Prototypes of rows/programs.inc.
#pragma once

#include "dll/kernel32/kernel32.h"

#define LSW_DLL kernel32
#define LSW_DLL_ROWS "dll/kernel32/rows/programs.inc"
#include "api/declare.inc"
