// sys/stat.h, io.h, direct.h and the paths of stdlib.h of ucrtbase.dll: what both runtimes have.
#include <algorithm>
#include <atomic>

#include "dll/ucrtbase/io.h"
#include "dll/ucrtbase/ucrtbase.h"

#define CRT ucrtbase
#include "dll/crt/entry/files.inc"
#include "dll/crt/entry/paths.inc"
#include "dll/crt/entry/stat.inc"
