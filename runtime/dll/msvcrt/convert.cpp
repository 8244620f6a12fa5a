// stdlib.h of msvcrt.dll: number conversions that both runtimes have.
#include "dll/msvcrt/io.h"
#include "dll/msvcrt/msvcrt.h"

#define CRT msvcrt
#include "dll/crt/entry/convert.inc"
