// Types of the resource and DLL directory functions ("libloaderapi.h header", "winbase.h header").
#pragma once

#include "abi/types.h"

using DLL_DIRECTORY_COOKIE = PVOID;

using ENUMRESTYPEPROCW = BOOL(WINAPI*)(HMODULE hModule, LPWSTR lpType, LONG_PTR lParam);
using ENUMRESTYPEPROCA = BOOL(WINAPI*)(HMODULE hModule, LPSTR lpType, LONG_PTR lParam);
using ENUMRESNAMEPROCW = BOOL(WINAPI*)(HMODULE hModule, LPCWSTR lpType, LPWSTR lpName, LONG_PTR lParam);
using ENUMRESNAMEPROCA = BOOL(WINAPI*)(HMODULE hModule, LPCSTR lpType, LPSTR lpName, LONG_PTR lParam);
using ENUMRESLANGPROCW = BOOL(WINAPI*)(HMODULE hModule, LPCWSTR lpType, LPCWSTR lpName, WORD wLanguage,
                                       LONG_PTR lParam);
using ENUMRESLANGPROCA = BOOL(WINAPI*)(HMODULE hModule, LPCSTR lpType, LPCSTR lpName, WORD wLanguage,
                                       LONG_PTR lParam);
