// handleapi.h: closing, duplicating and flagging handles.
#include "core/runtime.h"
#include "core/teb.h"
#include "dll/kernel32/kernel32.h"

using namespace lsw;

BOOL kernel32::CloseHandle(HANDLE hObject) { return win32_result(runtime().handles.close(hObject).status()); }
