// Prototypes of msvcrt.dll, from its rows.
#pragma once

#include "abi/crt.h"
#include "abi/crt_files.h"
#include "abi/data_exports.h"
#include "abi/exception.h"
#include "abi/types.h"
#include "dll/crt/eh/types.h"
#include "dll/ntdll/ntdll.h"

#define LSW_DLL msvcrt
#define LSW_DLL_ROWS "dll/msvcrt/msvcrt.api.inc"
#include "api/declare.inc"

namespace msvcrt {

// Called once, when the module's façade was mapped and before anything binds to it.
void on_load();

}  // namespace msvcrt
