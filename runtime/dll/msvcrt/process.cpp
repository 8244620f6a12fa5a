// process.h of msvcrt.dll: starting programs, as both runtimes do.
#include "dll/msvcrt/io.h"
#include "dll/msvcrt/msvcrt.h"

#define CRT msvcrt
#include "dll/crt/entry/process.inc"
