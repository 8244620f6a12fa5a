// sys/stat.h, io.h, direct.h and the paths of stdlib.h of msvcrt.dll: what both runtimes have.
#include <algorithm>
#include <atomic>

#include "dll/msvcrt/io.h"
#include "dll/msvcrt/msvcrt.h"

#define CRT msvcrt
#include "dll/crt/entry/files.inc"
#include "dll/crt/entry/paths.inc"
#include "dll/crt/entry/stat.inc"
