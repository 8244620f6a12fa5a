// Prototypes of user32.dll, from its rows.
#pragma once

#include "abi/types.h"

struct POINT {
    LONG x, y;
};

struct MSG {
    HWND hwnd;
    UINT message;
    WPARAM wParam;
    LPARAM lParam;
    DWORD time;
    POINT pt;
};
static_assert(sizeof(MSG) == 48);
using TIMERPROC = void(WINAPI*)(HWND hwnd, UINT message, UINT_PTR id, DWORD time);

#define LSW_DLL user32
#define LSW_DLL_ROWS "dll/user32/user32.api.inc"
#include "api/declare.inc"
