// Prototypes of ws2_32.dll, from its rows.
#pragma once

#include "abi/overlapped.h"
#include "abi/types.h"
#include "abi/winsock.h"

// netinet/in.h makes macros of these.
#undef htons
#undef htonl
#undef ntohs
#undef ntohl

#define LSW_DLL ws2_32
#define LSW_DLL_ROWS "dll/ws2_32/ws2_32.api.inc"
#include "api/declare.inc"
