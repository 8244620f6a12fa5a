// VARIANT and BSTR ("VARIANT structure (oaidl.h)", "BSTR").
#pragma once

#include "abi/types.h"

using BSTR = WCHAR*;  // preceded by its length in bytes (DWORD), followed by a zero
using VARTYPE = uint16_t;

struct VARIANT {
    VARTYPE vt;
    WORD wReserved1, wReserved2, wReserved3;
    union {
        LONGLONG llVal;
        BSTR bstrVal;
        PVOID byref;
        struct {
            PVOID pvRecord;
            PVOID pRecInfo;
        } record;
    };
};
static_assert(sizeof(VARIANT) == 24);

inline constexpr VARTYPE VT_EMPTY = 0;
inline constexpr VARTYPE VT_BSTR = 8;
inline constexpr VARTYPE VT_DISPATCH = 9;
inline constexpr VARTYPE VT_UNKNOWN = 13;
inline constexpr VARTYPE VT_ARRAY = 0x2000;
inline constexpr VARTYPE VT_BYREF = 0x4000;
