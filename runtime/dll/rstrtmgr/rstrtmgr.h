// Prototypes of rstrtmgr.dll, from its rows, and the structures they name.
#pragma once

#include "abi/types.h"

struct RM_UNIQUE_PROCESS {
    DWORD dwProcessId;
    FILETIME ProcessStartTime;
};

struct RM_PROCESS_INFO {
    RM_UNIQUE_PROCESS Process;
    WCHAR strAppName[256];
    WCHAR strServiceShortName[64];
    DWORD ApplicationType;
    ULONG AppStatus;
    DWORD TSSessionId;
    BOOL bRestartable;
};
static_assert(sizeof(RM_PROCESS_INFO) == 668);

#define LSW_DLL rstrtmgr
#define LSW_DLL_ROWS "dll/rstrtmgr/rstrtmgr.api.inc"
#include "api/declare.inc"
