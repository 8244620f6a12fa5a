// shfolder.dll: shell32's folders under an old name.
#pragma once

#include "dll/shell32/shell32.h"

#define LSW_DLL shfolder
#define LSW_DLL_ROWS "dll/shfolder/shfolder.api.inc"
#include "api/declare.inc"
