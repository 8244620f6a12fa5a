// fileapi.h: opening, reading, writing, positions and sizes. The rest of the header is in the fileapi_*.cpp beside this.
#include "core/file/alternate_stream.h"
#include "core/io/completion.h"
#include "core/pipe/pipe_object.h"
#include "dll/kernel32/file_support.h"
#include "dll/kernel32/kernel32.h"

using namespace lsw;
using namespace lsw::win32;

namespace {

ULONG disposition_of(DWORD creation) {
    switch (creation) {
        case CREATE_NEW: return FILE_CREATE;
        case CREATE_ALWAYS: return FILE_OVERWRITE_IF;
        case OPEN_EXISTING: return FILE_OPEN;
        case OPEN_ALWAYS: return FILE_OPEN_IF;
        case TRUNCATE_EXISTING: return FILE_OVERWRITE;
        default: return ~0u;
    }
}

ULONG options_of(DWORD flags) {
    ULONG options = 0;
    if (!(flags & FILE_FLAG_OVERLAPPED)) options |= FILE_SYNCHRONOUS_IO_NONALERT;
    if (flags & FILE_FLAG_WRITE_THROUGH) options |= FILE_WRITE_THROUGH;
    if (flags & FILE_FLAG_NO_BUFFERING) options |= FILE_NO_INTERMEDIATE_BUFFERING;
    if (flags & FILE_FLAG_SEQUENTIAL_SCAN) options |= FILE_SEQUENTIAL_ONLY;
    if (flags & FILE_FLAG_RANDOM_ACCESS) options |= FILE_RANDOM_ACCESS;
    if (flags & FILE_FLAG_DELETE_ON_CLOSE) options |= FILE_DELETE_ON_CLOSE;
    if (flags & FILE_FLAG_OPEN_REPARSE_POINT) options |= FILE_OPEN_REPARSE_POINT;
    if (flags & FILE_FLAG_OPEN_NO_RECALL) options |= FILE_OPEN_NO_RECALL;
    options |= flags & FILE_FLAG_BACKUP_SEMANTICS ? FILE_OPEN_FOR_BACKUP_INTENT : FILE_NON_DIRECTORY_FILE;
    return options;
}

template <class Unit>
bool ends_with_separator(const Unit* name) {
    std::basic_string_view<Unit> text(name);
    return !text.empty() && path::is_separator(text.back());
}

// The statuses that CreateFile words differently from the table.
void set_open_error(NTSTATUS status, bool ends_with_separator) {
    set_last_error_from(status);
    if (status == STATUS_OBJECT_NAME_COLLISION) set_last_error(ERROR_FILE_EXISTS);
    if (status == STATUS_FILE_IS_A_DIRECTORY && ends_with_separator) set_last_error(ERROR_PATH_NOT_FOUND);
}

// One read or write with the Win32 conventions; `run` begins it at an offset. One of the rights in `access` is enough.
template <class Run>
BOOL transfer(HANDLE handle, ACCESS_MASK access, LPDWORD moved, LPOVERLAPPED overlapped, Run run) {
    if (moved) *moved = 0;
    HandleTable::Taken taken = runtime().handles.take(handle, IoObject::kType, 0);
    if (!taken.object) return set_last_error_from(taken.status);
    auto object = Ref<IoObject>::adopt(static_cast<IoObject*>(taken.object));
    if (!(taken.granted & access)) return set_last_error_from(STATUS_ACCESS_DENIED);
    IO_STATUS_BLOCK local = {};
    IoRequest request;
    request.status_block = &local;
    int64_t offset = kCurrentPosition;
    if (overlapped) {
        offset = static_cast<int64_t>(static_cast<uint64_t>(overlapped->OffsetHigh) << 32 | overlapped->Offset);
        overlapped->Internal = static_cast<ULONG_PTR>(STATUS_PENDING);
        request.status_block = reinterpret_cast<IO_STATUS_BLOCK*>(overlapped);
        request.event = overlapped->hEvent;
        // A tagged event handle asks that no packet be queued ("GetQueuedCompletionStatus function").
        bool quiet = reinterpret_cast<uintptr_t>(overlapped->hEvent) & 1;
        request.context = quiet ? nullptr : overlapped;
    }
    NTSTATUS status = run(*object, request, offset);
    if (status == STATUS_PENDING && !overlapped) return set_last_error_from(STATUS_INVALID_PARAMETER);
    if (status == STATUS_PENDING) return set_last_error_from(status);
    if (status == STATUS_END_OF_FILE && !overlapped) return TRUE;
    if (!NT_SUCCESS(status) && status != STATUS_BUFFER_OVERFLOW) return set_last_error_from(status);
    if (moved) *moved = static_cast<DWORD>(request.status_block->Information);
    return status == STATUS_BUFFER_OVERFLOW ? set_last_error_from(status) : TRUE;
}

}  // namespace

namespace {

template <class Unit>
HANDLE create_file(const Unit* lpFileName, DWORD dwDesiredAccess, DWORD dwShareMode,
                   LPSECURITY_ATTRIBUTES lpSecurityAttributes, DWORD dwCreationDisposition,
                   DWORD dwFlagsAndAttributes) {
    file::OpenRequest request;
    request.disposition = disposition_of(dwCreationDisposition);
    bool truncates_unwritable = dwCreationDisposition == TRUNCATE_EXISTING &&
                                !(dwDesiredAccess & (GENERIC_WRITE | GENERIC_ALL | FILE_WRITE_DATA));
    if (request.disposition > FILE_OVERWRITE_IF || truncates_unwritable)
        return set_last_error(ERROR_INVALID_PARAMETER), INVALID_HANDLE_VALUE;
    auto found = find_target(lpFileName, request.target);
    if (!found.ok()) return set_last_error_from(found.status()), INVALID_HANDLE_VALUE;
    request.access = file::map_generic(dwDesiredAccess) | FILE_READ_ATTRIBUTES | SYNCHRONIZE;
    if (dwFlagsAndAttributes & FILE_FLAG_DELETE_ON_CLOSE) request.access |= STANDARD_DELETE;
    request.share = dwShareMode;
    request.options = options_of(dwFlagsAndAttributes);
    request.attributes = dwFlagsAndAttributes & 0x7FA7;
    auto opened = file::open_file(request);
    if (!opened.ok()) return set_open_error(opened.status(), ends_with_separator(lpFileName)), INVALID_HANDLE_VALUE;
    bool inherit = lpSecurityAttributes && lpSecurityAttributes->bInheritHandle;
    auto handle = runtime().handles.insert(std::move(opened->object), request.access, inherit);
    if (!handle.ok()) return set_last_error_from(handle.status()), INVALID_HANDLE_VALUE;
    bool existed = (dwCreationDisposition == CREATE_ALWAYS && opened->information == FILE_OVERWRITTEN) ||
                   (dwCreationDisposition == OPEN_ALWAYS && opened->information == FILE_OPENED);
    set_last_error(existed ? ERROR_ALREADY_EXISTS : ERROR_SUCCESS);
    return *handle;
}

}  // namespace

HANDLE kernel32::CreateFileW(LPCWSTR lpFileName, DWORD dwDesiredAccess, DWORD dwShareMode,
                             LPSECURITY_ATTRIBUTES lpSecurityAttributes, DWORD dwCreationDisposition,
                             DWORD dwFlagsAndAttributes, HANDLE) {
    return create_file(lpFileName, dwDesiredAccess, dwShareMode, lpSecurityAttributes, dwCreationDisposition,
                       dwFlagsAndAttributes);
}

HANDLE kernel32::CreateFileA(LPCSTR lpFileName, DWORD dwDesiredAccess, DWORD dwShareMode,
                             LPSECURITY_ATTRIBUTES lpSecurityAttributes, DWORD dwCreationDisposition,
                             DWORD dwFlagsAndAttributes, HANDLE) {
    return create_file(lpFileName, dwDesiredAccess, dwShareMode, lpSecurityAttributes, dwCreationDisposition,
                       dwFlagsAndAttributes);
}

HANDLE kernel32::CreateFile2(LPCWSTR lpFileName, DWORD dwDesiredAccess, DWORD dwShareMode,
                             DWORD dwCreationDisposition, PVOID pCreateExParams) {
    struct Extended {  // CREATEFILE2_EXTENDED_PARAMETERS
        DWORD dwSize, dwFileAttributes, dwFileFlags, dwSecurityQosFlags;
        LPSECURITY_ATTRIBUTES lpSecurityAttributes;
        HANDLE hTemplateFile;
    };
    auto* extended = static_cast<const Extended*>(pCreateExParams);
    DWORD flags = extended ? extended->dwFileAttributes | extended->dwFileFlags : 0;
    return CreateFileW(lpFileName, dwDesiredAccess, dwShareMode, extended ? extended->lpSecurityAttributes : nullptr,
                       dwCreationDisposition, flags, nullptr);
}

HANDLE kernel32::ReOpenFile(HANDLE hOriginalFile, DWORD dwDesiredAccess, DWORD dwShareMode,
                            DWORD dwFlagsAndAttributes) {
    auto original = file_object(hOriginalFile);
    if (!original.ok()) return set_last_error_from(original.status()), INVALID_HANDLE_VALUE;
    file::OpenRequest request;
    request.target.linux_path = (*original)->current_path();
    if (auto* stream = (*original)->stream()) request.target.stream = stream->name();
    request.access = file::map_generic(dwDesiredAccess) | FILE_READ_ATTRIBUTES | SYNCHRONIZE;
    request.share = dwShareMode;
    request.options = options_of(dwFlagsAndAttributes) & ~FILE_NON_DIRECTORY_FILE;
    auto opened = file::open_file(request);
    if (!opened.ok()) return set_last_error_from(opened.status()), INVALID_HANDLE_VALUE;
    auto handle = runtime().handles.insert(std::move(opened->object), request.access, false);
    if (!handle.ok()) return set_last_error_from(handle.status()), INVALID_HANDLE_VALUE;
    return *handle;
}

BOOL kernel32::ReadFile(HANDLE hFile, LPVOID lpBuffer, DWORD nNumberOfBytesToRead, LPDWORD lpNumberOfBytesRead,
                        LPOVERLAPPED lpOverlapped) {
    return transfer(hFile, FILE_READ_DATA, lpNumberOfBytesRead, lpOverlapped,
                    [&](IoObject& object, const IoRequest& request, int64_t offset) {
                        return object.begin_read(request, lpBuffer, nNumberOfBytesToRead, offset);
                    });
}

BOOL kernel32::WriteFile(HANDLE hFile, LPCVOID lpBuffer, DWORD nNumberOfBytesToWrite, LPDWORD lpNumberOfBytesWritten,
                         LPOVERLAPPED lpOverlapped) {
    // Appending is a right of its own: either will do here, and the object appends when only that was granted.
    return transfer(hFile, FILE_WRITE_DATA | FILE_APPEND_DATA, lpNumberOfBytesWritten, lpOverlapped,
                    [&](IoObject& object, const IoRequest& request, int64_t offset) {
                        if (offset == -1 && lpOverlapped) offset = kEndOfFile;
                        return object.begin_write(request, lpBuffer, nNumberOfBytesToWrite, offset);
                    });
}

namespace {

BOOL move_pages(HANDLE handle, bool writing, PVOID segments, DWORD bytes, LPOVERLAPPED overlapped) {
    if (!overlapped || !segments) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    return transfer(handle, writing ? FILE_WRITE_DATA : FILE_READ_DATA, nullptr, overlapped,
                    [&](IoObject& object, const IoRequest& request, int64_t offset) {
                        return object.begin_pages(request, writing, static_cast<void* const*>(segments), bytes, offset);
                    });
}

}  // namespace

BOOL kernel32::ReadFileScatter(HANDLE hFile, PVOID aSegmentArray, DWORD nNumberOfBytesToRead, LPDWORD,
                               LPOVERLAPPED lpOverlapped) {
    return move_pages(hFile, false, aSegmentArray, nNumberOfBytesToRead, lpOverlapped);
}

BOOL kernel32::WriteFileGather(HANDLE hFile, PVOID aSegmentArray, DWORD nNumberOfBytesToWrite, LPDWORD,
                               LPOVERLAPPED lpOverlapped) {
    return move_pages(hFile, true, aSegmentArray, nNumberOfBytesToWrite, lpOverlapped);
}

DWORD kernel32::GetFileType(HANDLE hFile) {
    // The numbers of the standard handles are handles to this function, as old programs expect.
    switch (static_cast<DWORD>(reinterpret_cast<uintptr_t>(hFile))) {
        case static_cast<DWORD>(-10): hFile = current_peb()->ProcessParameters->StandardInput; break;
        case static_cast<DWORD>(-11): hFile = current_peb()->ProcessParameters->StandardOutput; break;
        case static_cast<DWORD>(-12): hFile = current_peb()->ProcessParameters->StandardError; break;
    }
    auto object = io_object(hFile);
    if (!object.ok()) return set_last_error_from(object.status()), static_cast<DWORD>(FileType::Unknown);
    set_last_error(ERROR_SUCCESS);
    return static_cast<DWORD>((*object)->file_type());
}

BOOL kernel32::GetFileSizeEx(HANDLE hFile, PLARGE_INTEGER lpFileSize) {
    auto file = file_object(hFile);
    if (!file.ok()) return set_last_error_from(file.status());
    auto size = (*file)->size();
    if (!size.ok()) return set_last_error_from(size.status());
    lpFileSize->QuadPart = static_cast<LONGLONG>(*size);
    return TRUE;
}

DWORD kernel32::GetFileSize(HANDLE hFile, LPDWORD lpFileSizeHigh) {
    LARGE_INTEGER size;
    if (!GetFileSizeEx(hFile, &size)) return 0xFFFFFFFF;
    if (lpFileSizeHigh) *lpFileSizeHigh = static_cast<DWORD>(size.HighPart);
    if (size.LowPart == 0xFFFFFFFF) set_last_error(ERROR_SUCCESS);
    return size.LowPart;
}

BOOL kernel32::SetFilePointerEx(HANDLE hFile, LARGE_INTEGER liDistanceToMove, PLARGE_INTEGER lpNewFilePointer,
                                DWORD dwMoveMethod) {
    auto file = file_object(hFile);
    if (!file.ok()) {
        auto object = io_object(hFile);
        // A pipe or console has no position; Windows says so with this code.
        if (object.ok()) return set_last_error(ERROR_INVALID_FUNCTION), FALSE;
        return set_last_error_from(file.status());
    }
    if (dwMoveMethod > FILE_END) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    auto position = (*file)->seek(liDistanceToMove.QuadPart, dwMoveMethod);
    if (!position.ok()) {
        bool negative = position.status() == STATUS_INVALID_PARAMETER;
        return negative ? (set_last_error(ERROR_NEGATIVE_SEEK), FALSE) : set_last_error_from(position.status());
    }
    if (lpNewFilePointer) lpNewFilePointer->QuadPart = *position;
    return TRUE;
}

DWORD kernel32::SetFilePointer(HANDLE hFile, LONG lDistanceToMove, PLONG lpDistanceToMoveHigh, DWORD dwMoveMethod) {
    LARGE_INTEGER distance, position;
    distance.QuadPart = lDistanceToMove;
    if (lpDistanceToMoveHigh) {
        distance.LowPart = static_cast<DWORD>(lDistanceToMove);
        distance.HighPart = *lpDistanceToMoveHigh;
    }
    if (!SetFilePointerEx(hFile, distance, &position, dwMoveMethod)) return 0xFFFFFFFF;
    if (lpDistanceToMoveHigh) {
        *lpDistanceToMoveHigh = position.HighPart;
    } else if (position.HighPart != 0) {
        return set_last_error(ERROR_INVALID_PARAMETER), 0xFFFFFFFF;
    }
    if (position.LowPart == 0xFFFFFFFF) set_last_error(ERROR_SUCCESS);
    return position.LowPart;
}

BOOL kernel32::SetEndOfFile(HANDLE hFile) {
    auto file = file_object(hFile, FILE_WRITE_DATA);
    if (!file.ok()) return set_last_error_from(file.status());
    auto position = (*file)->position();
    if (!position.ok()) return set_last_error_from(position.status());
    return win32_result((*file)->set_size(static_cast<uint64_t>(*position)).status());
}

BOOL kernel32::SetFileValidData(HANDLE hFile, LONGLONG ValidDataLength) {
    auto file = file_object(hFile, FILE_WRITE_DATA);
    if (!file.ok()) return set_last_error_from(file.status());
    auto size = (*file)->size();
    if (!size.ok()) return set_last_error_from(size.status());
    bool valid = ValidDataLength >= 0 && static_cast<uint64_t>(ValidDataLength) <= *size;
    return valid ? TRUE : (set_last_error(ERROR_INVALID_PARAMETER), FALSE);
}

BOOL kernel32::FlushFileBuffers(HANDLE hFile) {
    auto entry = runtime().handles.lookup(hFile);
    if (!entry.ok()) return set_last_error_from(entry.status());
    if (entry->object->type() != IoObject::kType) return set_last_error_from(STATUS_OBJECT_TYPE_MISMATCH);
    if (!(entry->info.access & (FILE_WRITE_DATA | FILE_APPEND_DATA))) return set_last_error_from(STATUS_ACCESS_DENIED);
    auto& object = static_cast<IoObject&>(*entry->object);
    if (PipeObject* pipe = object.as_pipe()) return win32_result(pipe->flush().status());
    file::FileObject* file = object.as_file();
    return file ? win32_result(file->flush().status()) : TRUE;
}

BOOL kernel32::GetFileTime(HANDLE hFile, LPFILETIME lpCreationTime, LPFILETIME lpLastAccessTime,
                           LPFILETIME lpLastWriteTime) {
    auto file = file_object(hFile, FILE_READ_ATTRIBUTES);
    if (!file.ok()) return set_last_error_from(file.status());
    auto info = (*file)->stat();
    if (!info.ok()) return set_last_error_from(info.status());
    if (lpCreationTime) *lpCreationTime = filetime(info->creation_time);
    if (lpLastAccessTime) *lpLastAccessTime = filetime(info->access_time);
    if (lpLastWriteTime) *lpLastWriteTime = filetime(info->write_time);
    return TRUE;
}

BOOL kernel32::SetFileTime(HANDLE hFile, const FILETIME*, const FILETIME* lpLastAccessTime,
                           const FILETIME* lpLastWriteTime) {
    auto file = file_object(hFile, FILE_WRITE_ATTRIBUTES);
    if (!file.ok()) return set_last_error_from(file.status());
    if ((*file)->is_builtin()) return set_last_error_from(STATUS_ACCESS_DENIED);
    Status status = file::set_times((*file)->fd(), (*file)->current_path(),
                                    lpLastAccessTime ? ticks(*lpLastAccessTime) : 0,
                                    lpLastWriteTime ? ticks(*lpLastWriteTime) : 0);
    return win32_result(status.code);
}
