// stdlib.h of ucrtbase.dll: number conversions that both runtimes have.
#include "dll/ucrtbase/io.h"
#include "dll/ucrtbase/ucrtbase.h"

#define CRT ucrtbase
#include "dll/crt/entry/convert.inc"
