// Prototypes of ntdll.dll, from its rows.
#pragma once

#include "abi/crt.h"
#include "abi/memory.h"
#include "abi/peb.h"
#include "abi/sysinfo.h"
#include "abi/synch.h"
#include "abi/unwind.h"
#include "abi/types.h"

#define LSW_DLL ntdll
#define LSW_DLL_ROWS "dll/ntdll/ntdll.api.inc"
#include "api/declare.inc"
