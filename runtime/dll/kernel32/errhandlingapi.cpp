// errhandlingapi.h: the last error.
#include "core/teb.h"
#include "dll/kernel32/kernel32.h"

DWORD kernel32::GetLastError() { return lsw::last_error(); }

void kernel32::SetLastError(DWORD dwErrCode) { lsw::set_last_error(dwErrCode); }
