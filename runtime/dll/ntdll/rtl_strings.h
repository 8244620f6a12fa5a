// Prototypes of the counted strings and bitmaps, from their rows.
#pragma once

#include "dll/ntdll/ntdll.h"

// "RTL_BITMAP": bits in units of 32.
namespace ntdll {
struct RTL_BITMAP {
    ULONG SizeOfBitMap;
    ULONG* Buffer;
};
}  // namespace ntdll

#define LSW_DLL ntdll
#define LSW_DLL_ROWS "dll/ntdll/rows/rtl_strings.inc"
#include "api/declare.inc"
