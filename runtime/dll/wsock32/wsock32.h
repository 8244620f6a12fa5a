// Prototypes of wsock32.dll, Winsock 1.1: nearly everything is ws2_32's, under the same ordinals.
#pragma once

#include "dll/mswsock/mswsock.h"
#include "dll/ws2_32/ws2_32.h"

#define LSW_DLL wsock32
#define LSW_DLL_ROWS "dll/wsock32/wsock32.api.inc"
#include "api/declare.inc"
