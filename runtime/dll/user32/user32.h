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

using WNDPROC = LRESULT(WINAPI*)(HWND window, UINT message, WPARAM first, LPARAM second);

// The A forms have the same layout, with names of bytes.
struct WNDCLASSW {
    UINT style;
    WNDPROC lpfnWndProc;
    int cbClsExtra, cbWndExtra;
    HINSTANCE hInstance;
    HANDLE hIcon, hCursor, hbrBackground;
    LPCWSTR lpszMenuName, lpszClassName;
};
struct WNDCLASSEXW {
    UINT cbSize, style;
    WNDPROC lpfnWndProc;
    int cbClsExtra, cbWndExtra;
    HINSTANCE hInstance;
    HANDLE hIcon, hCursor, hbrBackground;
    LPCWSTR lpszMenuName, lpszClassName;
    HANDLE hIconSm;
};
static_assert(sizeof(WNDCLASSW) == 72 && sizeof(WNDCLASSEXW) == 80);
struct CREATESTRUCTW {
    LPVOID lpCreateParams;
    HINSTANCE hInstance;
    HANDLE hMenu;
    HWND hwndParent;
    int cy, cx, y, x;
    LONG style;
    LPCWSTR lpszName, lpszClass;
    DWORD dwExStyle;
};
static_assert(sizeof(CREATESTRUCTW) == 80);

#define LSW_DLL user32
#define LSW_DLL_ROWS "dll/user32/user32.api.inc"
#include "api/declare.inc"
