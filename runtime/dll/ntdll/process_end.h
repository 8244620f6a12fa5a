// Prototypes of winternl.cpp's functions for a process's end and memory, from their rows.
#pragma once

#include "dll/ntdll/ntdll.h"

#define LSW_DLL ntdll
#define LSW_DLL_ROWS "dll/ntdll/rows/process_end.inc"
#include "api/declare.inc"
