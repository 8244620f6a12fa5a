// Prototypes of msvcp140.dll, from its rows.
#pragma once

#include "abi/cxx_exception.h"
#include "abi/data_exports.h"
#include "abi/types.h"
#include "dll/msvcp140/streams.h"

#define API_DATA_NAMED(type, name, count, header, note, exported) extern type* name##_ptr;
#define LSW_DLL msvcp140
#define LSW_DLL_ROWS "dll/msvcp140/msvcp140.api.inc"
#include "api/declare.inc"
#undef API_DATA_NAMED

namespace msvcp140 {

// Called once, when the module's façade was mapped and before anything binds to it.
void on_load();

}  // namespace msvcp140
