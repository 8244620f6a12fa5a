// Prototypes of normaliz.dll, from its rows.
#pragma once

#include "dll/kernel32/nls.h"
#include "dll/kernel32/packages.h"

#define LSW_DLL normaliz
#define LSW_DLL_ROWS "dll/normaliz/normaliz.api.inc"
#include "api/declare.inc"
