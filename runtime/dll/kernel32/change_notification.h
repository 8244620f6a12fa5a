// Prototypes of the change notifications' functions, from their rows.
#pragma once

#include "dll/kernel32/kernel32.h"

#define LSW_DLL kernel32
#define LSW_DLL_ROWS "dll/kernel32/rows/change_notification.inc"
#include "api/declare.inc"
