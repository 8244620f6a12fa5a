// ioapiset.h: results and cancellation of overlapped operations, control codes on files, reads and writes with completion
// routines (fileapi.h). Completion ports are in ioapiset_ports.cpp.
#include "core/file/info.h"
#include "core/io/completion.h"
#include "core/thread/synchronous_io.h"
#include "core/thread/thread.h"
#include "core/wait/wait_handles.h"
#include "dll/kernel32/file_support.h"
#include "dll/kernel32/pipes.h"

using namespace lsw;
using namespace lsw::win32;

BOOL kernel32::DeviceIoControl(HANDLE hDevice, DWORD dwIoControlCode, LPVOID lpInBuffer, DWORD nInBufferSize,
                               LPVOID lpOutBuffer, DWORD nOutBufferSize, LPDWORD lpBytesReturned,
                               LPOVERLAPPED lpOverlapped) {
    if (lpBytesReturned) *lpBytesReturned = 0;
    auto file = file_object(hDevice);
    if (!file.ok()) return set_last_error_from(file.status());
    file::Answer done = file::file_control(*file->file, file->access, dwIoControlCode, lpInBuffer, nInBufferSize,
                                           lpOutBuffer, nOutBufferSize);
    if (lpOverlapped) {
        IoRequest request;
        request.status_block = reinterpret_cast<IO_STATUS_BLOCK*>(lpOverlapped);
        request.event = lpOverlapped->hEvent;
        request.context = lpOverlapped;
        finish_io(*file->keeps, request, done.status, done.bytes, /*pended=*/false);
    }
    if (lpBytesReturned) *lpBytesReturned = static_cast<DWORD>(done.bytes);
    return win32_result(done.status);
}

BOOL kernel32::SetFileCompletionNotificationModes(HANDLE FileHandle, UCHAR Flags) {
    auto object = io_object(FileHandle);
    if (!object.ok()) return set_last_error_from(object.status());
    if (Flags & ~(kSkipPortOnSuccess | kSkipSetEvent)) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    (*object)->set_completion_modes(Flags);
    return TRUE;
}

BOOL kernel32::GetOverlappedResultEx(HANDLE hFile, LPOVERLAPPED lpOverlapped, LPDWORD lpNumberOfBytesTransferred,
                                     DWORD dwMilliseconds, BOOL bAlertable) {
    auto status = [&] { return static_cast<NTSTATUS>(__atomic_load_n(&lpOverlapped->Internal, __ATOMIC_ACQUIRE)); };
    if (status() == STATUS_PENDING) {
        if (dwMilliseconds == 0) return set_last_error(ERROR_IO_INCOMPLETE), FALSE;
        auto event = reinterpret_cast<uintptr_t>(lpOverlapped->hEvent) & ~uintptr_t{1};
        HANDLE handle = event ? reinterpret_cast<HANDLE>(event) : hFile;
        NTSTATUS waited = wait_for_handle(handle, bAlertable != FALSE, deadline_from_ms(dwMilliseconds));
        if (waited == STATUS_USER_APC) {
            current_thread()->apcs.run_all();
            return set_last_error(static_cast<DWORD>(STATUS_USER_APC)), FALSE;  // WAIT_IO_COMPLETION
        }
        if (waited == STATUS_TIMEOUT) return set_last_error(WAIT_TIMEOUT), FALSE;
        if (!NT_SUCCESS(waited)) return set_last_error_from(waited);
        if (status() == STATUS_PENDING) return set_last_error(ERROR_IO_INCOMPLETE), FALSE;
    }
    *lpNumberOfBytesTransferred = static_cast<DWORD>(lpOverlapped->InternalHigh);
    return win32_result(status());
}

BOOL kernel32::GetOverlappedResult(HANDLE hFile, LPOVERLAPPED lpOverlapped, LPDWORD lpNumberOfBytesTransferred,
                                   BOOL bWait) {
    return GetOverlappedResultEx(hFile, lpOverlapped, lpNumberOfBytesTransferred, bWait ? INFINITE : 0, FALSE);
}

BOOL kernel32::CancelIoEx(HANDLE hFile, LPOVERLAPPED lpOverlapped) {
    auto object = io_object(hFile);
    if (!object.ok()) return set_last_error_from(object.status());
    bool any = (*object)->cancel(reinterpret_cast<const IO_STATUS_BLOCK*>(lpOverlapped));
    return any ? TRUE : (set_last_error(ERROR_NOT_FOUND), FALSE);
}

BOOL kernel32::CancelSynchronousIo(HANDLE hThread) {
    auto thread = thread_from_handle(hThread, THREAD_TERMINATE);
    if (!thread.ok()) return set_last_error_from(thread.status());
    return cancel_synchronous_io((*thread)->tid) ? TRUE : (set_last_error(ERROR_NOT_FOUND), FALSE);
}

BOOL kernel32::CancelIo(HANDLE hFile) {
    auto object = io_object(hFile);
    if (!object.ok()) return set_last_error_from(object.status());
    (*object)->cancel_of_thread(*current_thread());
    return TRUE;
}

namespace {

// The APC that calls a Win32 completion routine: `routine` is the APC's context, `overlapped` its status block.
void WINAPI call_completion_routine(ULONG_PTR routine, ULONG_PTR overlapped, ULONG_PTR) {
    auto* ended = reinterpret_cast<LPOVERLAPPED>(overlapped);
    DWORD error = win32_from_status(static_cast<NTSTATUS>(ended->Internal));
    reinterpret_cast<LPOVERLAPPED_COMPLETION_ROUTINE>(routine)(error, static_cast<DWORD>(ended->InternalHigh), ended);
}

template <class Run>
BOOL transfer_with_routine(HANDLE handle, ACCESS_MASK access, LPOVERLAPPED overlapped,
                           LPOVERLAPPED_COMPLETION_ROUTINE routine, Run run) {
    if (!overlapped) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    auto object = io_object(handle, access);
    if (!object.ok()) return set_last_error_from(object.status());
    IoRequest request;
    request.status_block = reinterpret_cast<IO_STATUS_BLOCK*>(overlapped);
    request.apc_routine = reinterpret_cast<void*>(call_completion_routine);
    request.context = reinterpret_cast<void*>(routine);
    overlapped->Internal = static_cast<ULONG_PTR>(STATUS_PENDING);
    int64_t offset = static_cast<int64_t>(static_cast<uint64_t>(overlapped->OffsetHigh) << 32 | overlapped->Offset);
    NTSTATUS status = run(**object, request, offset);
    return NT_SUCCESS(status) || status == STATUS_BUFFER_OVERFLOW ? TRUE : set_last_error_from(status);
}

}  // namespace

BOOL kernel32::ReadFileEx(HANDLE hFile, LPVOID lpBuffer, DWORD nNumberOfBytesToRead, LPOVERLAPPED lpOverlapped,
                          LPOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine) {
    return transfer_with_routine(hFile, FILE_READ_DATA, lpOverlapped, lpCompletionRoutine,
                                 [&](IoObject& object, const IoRequest& request, int64_t offset) {
                                     return object.begin_read(request, lpBuffer, nNumberOfBytesToRead, offset);
                                 });
}

BOOL kernel32::WriteFileEx(HANDLE hFile, LPCVOID lpBuffer, DWORD nNumberOfBytesToWrite, LPOVERLAPPED lpOverlapped,
                           LPOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine) {
    return transfer_with_routine(hFile, FILE_WRITE_DATA, lpOverlapped, lpCompletionRoutine,
                                 [&](IoObject& object, const IoRequest& request, int64_t offset) {
                                     if (offset == -1) offset = kEndOfFile;
                                     return object.begin_write(request, lpBuffer, nNumberOfBytesToWrite, offset);
                                 });
}

BOOL kernel32::ReadDirectoryChangesW(HANDLE hDirectory, LPVOID lpBuffer, DWORD nBufferLength, BOOL bWatchSubtree,
                                     DWORD dwNotifyFilter, LPDWORD lpBytesReturned, LPOVERLAPPED lpOverlapped,
                                     LPOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine) {
    auto file = file_object(hDirectory, FILE_LIST_DIRECTORY);
    if (!file.ok()) return set_last_error_from(file.status());
    IO_STATUS_BLOCK local = {};
    IoRequest request;
    request.status_block = &local;
    if (lpOverlapped) {
        lpOverlapped->Internal = static_cast<ULONG_PTR>(STATUS_PENDING);
        request.status_block = reinterpret_cast<IO_STATUS_BLOCK*>(lpOverlapped);
        request.event = lpCompletionRoutine ? nullptr : lpOverlapped->hEvent;
        bool quiet = reinterpret_cast<uintptr_t>(request.event) & 1;
        request.context = quiet ? nullptr : lpOverlapped;
    }
    if (lpCompletionRoutine) {
        request.apc_routine = reinterpret_cast<void*>(call_completion_routine);
        request.context = reinterpret_cast<void*>(lpCompletionRoutine);
    } else if (!lpOverlapped && !(*file)->is_synchronous()) {
        return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    }
    NTSTATUS status = (*file)->notify_change(request, lpBuffer, nBufferLength, dwNotifyFilter, bWatchSubtree != FALSE);
    if (lpBytesReturned) *lpBytesReturned = status == STATUS_PENDING ? 0 : static_cast<DWORD>(local.Information);
    return win32_result(status);
}
