// utilapiset.h: the bell.
#include <unistd.h>

#include "core/teb.h"
#include "dll/kernel32/kernel32.h"

using namespace lsw;

BOOL kernel32::Beep(DWORD dwFreq, DWORD) {
    if (dwFreq < 37 || dwFreq > 32767) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    if (isatty(STDERR_FILENO)) return write(STDERR_FILENO, "\a", 1) == 1;
    return TRUE;
}
