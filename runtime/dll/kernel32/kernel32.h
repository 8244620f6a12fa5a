// Prototypes of kernel32.dll, from its rows.
#pragma once

#include "abi/delayload.h"
#include "abi/nls.h"
#include "abi/file_info.h"
#include "abi/overlapped.h"
#include "abi/memory.h"
#include "abi/peb.h"
#include "abi/resource_types.h"
#include "abi/console.h"
#include "abi/job.h"
#include "abi/process.h"
#include "abi/sysinfo.h"
#include "abi/synch.h"
#ifdef LSW_ROWS_COMPLETE
#include "abi/threadpool.h"
#endif
#include "abi/types.h"
#include "abi/unwind.h"
#include "dll/ntdll/ntdll.h"

#define LSW_DLL kernel32
#define LSW_DLL_ROWS "dll/kernel32/kernel32.api.inc"
#include "api/declare.inc"
