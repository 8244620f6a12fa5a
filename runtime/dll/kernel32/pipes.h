// Prototypes of what rows/pipes.inc adds.
#pragma once

#include "dll/kernel32/kernel32.h"

#define LSW_DLL kernel32
#define LSW_DLL_ROWS "dll/kernel32/rows/pipes.inc"
#include "api/declare.inc"
