// process.h of ucrtbase.dll: starting programs, as both runtimes do.
#include "dll/ucrtbase/io.h"
#include "dll/ucrtbase/ucrtbase.h"

#define CRT ucrtbase
#include "dll/crt/entry/process.inc"
