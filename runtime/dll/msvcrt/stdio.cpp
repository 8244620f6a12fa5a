// io.h, stdio.h, direct.h, sys/stat.h of msvcrt.dll: the entry points that both runtimes have.
#include "dll/msvcrt/io.h"
#include "dll/msvcrt/msvcrt.h"

#define CRT msvcrt
#include "dll/crt/entry/io.inc"
#include "dll/crt/entry/stdio.inc"
#include "dll/crt/entry/wstdio.inc"
