// winternl.h: NtDeviceIoControlFile: sockets and AFD here, files where NtFsControlFile is.
#include "dll/ntdll/device_control.h"

#include "core/runtime.h"
#include "core/socket/afd.h"

using namespace lsw;

NTSTATUS ntdll::NtDeviceIoControlFile(HANDLE FileHandle, HANDLE Event, PVOID ApcRoutine, PVOID ApcContext,
                                      PIO_STATUS_BLOCK IoStatusBlock, ULONG IoControlCode, PVOID InputBuffer,
                                      ULONG InputBufferLength, PVOID OutputBuffer, ULONG OutputBufferLength) {
    auto found = runtime().handles.get<IoObject>(FileHandle);
    if (!found.ok()) return found.status();
    IoObject& object = **found;
    if (object.as_file())
        return NtFsControlFile(FileHandle, Event, ApcRoutine, ApcContext, IoStatusBlock, IoControlCode, InputBuffer,
                               InputBufferLength, OutputBuffer, OutputBufferLength);
    if (!IoStatusBlock) return STATUS_ACCESS_VIOLATION;
    IoRequest request;
    request.status_block = IoStatusBlock;
    request.event = Event;
    request.apc_routine = ApcRoutine;
    request.context = ApcContext;
    return afd_control(object, request, IoControlCode, InputBuffer, InputBufferLength, OutputBuffer, OutputBufferLength);
}
