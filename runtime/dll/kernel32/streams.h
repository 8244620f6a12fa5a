// Prototypes of the functions that list alternate data streams, from their rows.
#pragma once

#include "dll/kernel32/kernel32.h"

#define LSW_DLL kernel32
#define LSW_DLL_ROWS "dll/kernel32/rows/streams.inc"
#include "api/declare.inc"
