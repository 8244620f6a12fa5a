// The built-in modules, for main.
#pragma once

#include "api/export.h"

namespace lsw {

// Makes every module of LSW_DLLS known to the loader. Once, before anything is loaded.
void register_dlls();

}  // namespace lsw
