// fileapi.h: reading and writing.
#include "core/io/io_object.h"
#include "core/runtime.h"
#include "core/teb.h"
#include "dll/kernel32/kernel32.h"

using namespace lsw;

BOOL kernel32::WriteFile(HANDLE hFile, LPCVOID lpBuffer, DWORD nNumberOfBytesToWrite,
                         LPDWORD lpNumberOfBytesWritten, LPOVERLAPPED) {
    if (lpNumberOfBytesWritten) *lpNumberOfBytesWritten = 0;
    auto object = runtime().handles.get<IoObject>(hFile);
    if (!object.ok()) return set_last_error_from(object.status());
    auto done = (*object)->write(lpBuffer, nNumberOfBytesToWrite, kCurrentPosition);
    if (!done.ok()) return set_last_error_from(done.status());
    if (lpNumberOfBytesWritten) *lpNumberOfBytesWritten = static_cast<DWORD>(*done);
    return TRUE;
}

BOOL kernel32::ReadFile(HANDLE hFile, LPVOID lpBuffer, DWORD nNumberOfBytesToRead, LPDWORD lpNumberOfBytesRead,
                        LPOVERLAPPED) {
    if (lpNumberOfBytesRead) *lpNumberOfBytesRead = 0;
    auto object = runtime().handles.get<IoObject>(hFile);
    if (!object.ok()) return set_last_error_from(object.status());
    auto done = (*object)->read(lpBuffer, nNumberOfBytesToRead, kCurrentPosition);
    if (!done.ok()) return done.status() == STATUS_END_OF_FILE ? TRUE : set_last_error_from(done.status());
    if (lpNumberOfBytesRead) *lpNumberOfBytesRead = static_cast<DWORD>(*done);
    return TRUE;
}
