// Prototypes of mswsock.dll, from its rows.
#pragma once

#include "dll/ws2_32/ws2_32.h"

#define LSW_DLL mswsock
#define LSW_DLL_ROWS "dll/mswsock/mswsock.api.inc"
#include "api/declare.inc"
