// io.h, stdio.h, direct.h, sys/stat.h of ucrtbase.dll: the entry points that both runtimes have.
#include "dll/ucrtbase/io.h"
#include "dll/ucrtbase/ucrtbase.h"

#define CRT ucrtbase
#include "dll/crt/entry/io.inc"
#include "dll/crt/entry/stdio.inc"
#include "dll/crt/entry/wstdio.inc"
