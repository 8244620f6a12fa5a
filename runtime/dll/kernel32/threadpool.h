// Prototypes of the thread pool's functions, from their rows.
#pragma once

#include "abi/threadpool.h"
#include "dll/kernel32/kernel32.h"

#define LSW_DLL kernel32
#define LSW_DLL_ROWS "dll/kernel32/rows/threadpool.inc"
#include "api/declare.inc"
