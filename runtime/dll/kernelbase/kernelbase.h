// kernelbase.dll: the host of api-ms-win-core-*. Its functions are kernel32's and ntdll's.
#pragma once

#include "dll/kernel32/kernel32.h"
#include "dll/ntdll/ntdll.h"

#define LSW_DLL kernelbase
#define LSW_DLL_ROWS "dll/kernelbase/kernelbase.api.inc"
#include "api/declare.inc"
