// winbase.h: serial ports. None can be opened here, but programs ask what kind of thing a handle is by calling these: other
// devices, files and pipes refuse. Doc: "GetCommState function (winbase.h)".
#include "core/io/io_object.h"
#include "core/runtime.h"
#include "core/teb.h"
#include "dll/kernel32/comm.h"

using namespace lsw;

namespace {

BOOL refuse(HANDLE file) {
    bool known = runtime().handles.get<IoObject>(file).ok();
    return set_last_error(known ? ERROR_INVALID_FUNCTION : ERROR_INVALID_HANDLE), FALSE;
}

}  // namespace

BOOL kernel32::GetCommState(HANDLE hFile, PVOID) { return refuse(hFile); }
BOOL kernel32::SetCommState(HANDLE hFile, PVOID) { return refuse(hFile); }
BOOL kernel32::GetCommTimeouts(HANDLE hFile, PVOID) { return refuse(hFile); }
BOOL kernel32::SetCommTimeouts(HANDLE hFile, PVOID) { return refuse(hFile); }
BOOL kernel32::GetCommModemStatus(HANDLE hFile, LPDWORD) { return refuse(hFile); }
BOOL kernel32::GetCommMask(HANDLE hFile, LPDWORD) { return refuse(hFile); }
BOOL kernel32::SetCommMask(HANDLE hFile, DWORD) { return refuse(hFile); }
BOOL kernel32::WaitCommEvent(HANDLE hFile, LPDWORD, PVOID) { return refuse(hFile); }
BOOL kernel32::ClearCommError(HANDLE hFile, LPDWORD, PVOID) { return refuse(hFile); }
BOOL kernel32::PurgeComm(HANDLE hFile, DWORD) { return refuse(hFile); }
BOOL kernel32::SetupComm(HANDLE hFile, DWORD, DWORD) { return refuse(hFile); }
BOOL kernel32::EscapeCommFunction(HANDLE hFile, DWORD) { return refuse(hFile); }
BOOL kernel32::SetCommBreak(HANDLE hFile) { return refuse(hFile); }
BOOL kernel32::ClearCommBreak(HANDLE hFile) { return refuse(hFile); }
