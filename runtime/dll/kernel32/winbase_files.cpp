// winbase.h: copying, moving, replacing and linking files.
#include <unistd.h>

#include "core/file/copy.h"
#include "core/file/info.h"
#include "core/path/at.h"
#include "dll/kernel32/file_support.h"
#include "dll/kernel32/kernel32.h"

using namespace lsw;
using namespace lsw::win32;

namespace {

constexpr DWORD kMoveReplaceExisting = 1, kMoveCopyAllowed = 2, kMoveDelayUntilReboot = 4;
constexpr DWORD kCopyFailIfExists = 1, kCopySymlink = 0x800;
constexpr ULONG kShareAll = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;

// LPPROGRESS_ROUTINE; the LARGE_INTEGERs travel as the 64-bit integers that they are.
using Progress = DWORD(WINAPI*)(LONGLONG total, LONGLONG moved, LONGLONG stream_size, LONGLONG stream_moved,
                                DWORD stream, DWORD reason, HANDLE source, HANDLE target, LPVOID data);

struct CopyJob {
    Progress progress = nullptr;
    LPVOID data = nullptr;
    const volatile BOOL* cancel = nullptr;
    HANDLE source_handle = nullptr, target_handle = nullptr;
    bool stopped = false;  // PROGRESS_STOP: what was copied stays
};

// Tells the program how far the copy is. False to end it.
bool report(CopyJob& job, uint64_t total, uint64_t moved, DWORD reason) {
    if (job.cancel && *job.cancel) return false;
    if (!job.progress) return true;
    auto size = static_cast<LONGLONG>(total), done = static_cast<LONGLONG>(moved);
    switch (job.progress(size, done, size, done, 1, reason, job.source_handle, job.target_handle, job.data)) {
        case 0: return true;                                // PROGRESS_CONTINUE
        case 2: job.stopped = true; return false;           // PROGRESS_STOP
        case 3: job.progress = nullptr; return true;        // PROGRESS_QUIET
        default: return false;                              // PROGRESS_CANCEL
    }
}

NTSTATUS copy_data(file::FileObject& from, file::FileObject& to, CopyJob& job) {
    constexpr uint64_t kPiece = 64 << 20;
    constexpr DWORD kChunkFinished = 0, kStreamSwitch = 1;
    auto size = from.size();
    if (!size.ok()) return size.status();
    uint64_t done = 0;
    if (!report(job, *size, 0, kStreamSwitch)) return STATUS_CANCELLED;
    if (file::share_data(from, to)) done = *size;
    while (done < *size || *size == 0) {
        uint64_t limit = job.progress || job.cancel ? std::min<uint64_t>(kPiece, 1 << 20) : kPiece;
        auto copied = file::copy_piece(from, to, done, limit);
        if (!copied.ok()) return copied.status();
        if (*copied == 0) break;
        done += *copied;
        if (!report(job, *size, done, kChunkFinished)) return STATUS_CANCELLED;
    }
    if (done == *size && *size > 0 && !report(job, *size, done, kChunkFinished)) return STATUS_CANCELLED;
    return STATUS_SUCCESS;
}

NTSTATUS copy_link(LPCWSTR existing, LPCWSTR name) {
    auto source = target_of(existing);
    if (!source.ok()) return source.status();
    auto path = file::existing_path(*source);
    if (!path.ok()) return path.status();
    auto target = target_of(name);
    if (!target.ok()) return target.status();
    auto place = file::place_of(*target);
    if (!place.ok()) return place.status();
    if (place->exists) return STATUS_OBJECT_NAME_COLLISION;
    std::string text(4096, '\0');
    path::At at(*path), to(place->path);
    ssize_t length = readlinkat(at.fd(), at.name(), text.data(), text.size() - 1);
    if (length < 0) return STATUS_NOT_A_REPARSE_POINT;
    text.resize(static_cast<size_t>(length));
    return symlinkat(text.c_str(), to.fd(), to.name()) == 0 ? STATUS_SUCCESS : status_from_errno(errno);
}

NTSTATUS copy_file(LPCWSTR existing, LPCWSTR name, DWORD flags, CopyJob& job) {
    if (flags & kCopySymlink) {
        NTSTATUS status = copy_link(existing, name);
        if (status != STATUS_NOT_A_REPARSE_POINT) return status;
    }
    Open from;
    from.access = FILE_GENERIC_READ;
    from.share = FILE_SHARE_READ | FILE_SHARE_DELETE;
    from.options = FILE_NON_DIRECTORY_FILE | FILE_SEQUENTIAL_ONLY;
    auto source = open_path(existing, from);
    if (source.status() == STATUS_SHARING_VIOLATION) {
        from.share = kShareAll;  // someone is writing: what is there now is copied
        source = open_path(existing, from);
    }
    if (!source.ok()) return source.status();
    Open to;
    to.access = FILE_GENERIC_WRITE | FILE_READ_ATTRIBUTES | STANDARD_DELETE;
    to.share = 0;
    to.options = FILE_NON_DIRECTORY_FILE;
    to.disposition = flags & kCopyFailIfExists ? FILE_CREATE : FILE_OVERWRITE_IF;
    auto target = open_path(name, to);
    if (!target.ok()) return target.status();
    if (job.progress) {
        auto first = runtime().handles.insert(Ref<IoObject>(source->keeps), from.access);
        auto second = runtime().handles.insert(Ref<IoObject>(target->keeps), to.access);
        if (first.ok()) job.source_handle = *first;
        if (second.ok()) job.target_handle = *second;
    }
    NTSTATUS status = copy_data(*source->file, *target->file, job);
    if (job.source_handle) (void)runtime().handles.close(job.source_handle);
    if (job.target_handle) (void)runtime().handles.close(job.target_handle);
    if (NT_SUCCESS(status)) return file::copy_properties(*source->file, *target->file).status();
    if (!job.stopped) {
        (void)target->file->set_disposition(FILE_DISPOSITION_DELETE);
        target->file->on_last_handle_closed();
    }
    return status;
}

BOOL copy_result(NTSTATUS status) {
    if (status == STATUS_OBJECT_NAME_COLLISION) return set_last_error(ERROR_FILE_EXISTS), FALSE;
    if (status == STATUS_CANCELLED) return set_last_error(ERROR_REQUEST_ABORTED), FALSE;
    return win32_result(status);
}

// Moves across file systems, where a rename cannot: a copy, and then the original goes.
NTSTATUS move_by_copy(LPCWSTR existing, LPCWSTR name, DWORD flags, CopyJob& job) {
    DWORD attributes = kernel32::GetFileAttributesW(existing);
    if (attributes & FILE_ATTRIBUTE_DIRECTORY && !(attributes & FILE_ATTRIBUTE_REPARSE_POINT))
        return STATUS_ACCESS_DENIED;  // directories do not move between volumes
    DWORD copy_flags = (flags & kMoveReplaceExisting ? 0 : kCopyFailIfExists) | kCopySymlink;
    NTSTATUS status = copy_file(existing, name, copy_flags, job);
    if (!NT_SUCCESS(status)) return status;
    auto target = target_of(existing);
    return target.ok() ? file::delete_file(*target).status() : target.status();
}

NTSTATUS move_file(LPCWSTR existing, LPCWSTR name, DWORD flags, CopyJob& job) {
    Open how;
    how.access = STANDARD_DELETE | SYNCHRONIZE | FILE_READ_ATTRIBUTES;
    how.share = kShareAll;
    how.options = FILE_OPEN_REPARSE_POINT | FILE_OPEN_FOR_BACKUP_INTENT;
    how.brief = true;
    auto source = open_path(existing, how);
    if (!source.ok()) return source.status();
    auto target = target_of(name);
    if (!target.ok()) return target.status();
    auto place = file::new_name_of(*target);
    if (!place.ok()) return place.status();
    NTSTATUS status = source->file->rename_to(*place, flags & kMoveReplaceExisting).status();
    if (status != STATUS_NOT_SAME_DEVICE || !(flags & kMoveCopyAllowed)) return status;
    source->keeps = nullptr;
    return move_by_copy(existing, name, flags, job);
}

}  // namespace

BOOL kernel32::CopyFileExW(LPCWSTR lpExistingFileName, LPCWSTR lpNewFileName, PVOID lpProgressRoutine, LPVOID lpData,
                           LPBOOL pbCancel, DWORD dwCopyFlags) {
    CopyJob job;
    job.progress = reinterpret_cast<Progress>(lpProgressRoutine);
    job.data = lpData;
    job.cancel = pbCancel;
    return copy_result(copy_file(lpExistingFileName, lpNewFileName, dwCopyFlags, job));
}

BOOL kernel32::CopyFileExA(LPCSTR lpExistingFileName, LPCSTR lpNewFileName, PVOID lpProgressRoutine, LPVOID lpData,
                           LPBOOL pbCancel, DWORD dwCopyFlags) {
    return CopyFileExW(Wide(lpExistingFileName), Wide(lpNewFileName), lpProgressRoutine, lpData, pbCancel,
                       dwCopyFlags);
}

BOOL kernel32::CopyFileW(LPCWSTR lpExistingFileName, LPCWSTR lpNewFileName, BOOL bFailIfExists) {
    return CopyFileExW(lpExistingFileName, lpNewFileName, nullptr, nullptr, nullptr,
                       bFailIfExists ? kCopyFailIfExists : 0);
}

BOOL kernel32::CopyFileA(LPCSTR lpExistingFileName, LPCSTR lpNewFileName, BOOL bFailIfExists) {
    return CopyFileW(Wide(lpExistingFileName), Wide(lpNewFileName), bFailIfExists);
}

HRESULT kernel32::CopyFile2(LPCWSTR pwszExistingFileName, LPCWSTR pwszNewFileName, PVOID pExtendedParameters) {
    struct Extended {  // COPYFILE2_EXTENDED_PARAMETERS
        DWORD dwSize, dwCopyFlags;
        LPBOOL pfCancel;
        PVOID pProgressRoutine, pvCallbackContext;
    };
    auto* extended = static_cast<const Extended*>(pExtendedParameters);
    CopyJob job;
    if (extended) job.cancel = extended->pfCancel;
    BOOL copied = copy_result(copy_file(pwszExistingFileName, pwszNewFileName, extended ? extended->dwCopyFlags : 0, job));
    if (copied) return 0;
    return static_cast<HRESULT>(0x80070000u | (last_error() & 0xFFFF));  // HRESULT_FROM_WIN32
}

BOOL kernel32::MoveFileWithProgressW(LPCWSTR lpExistingFileName, LPCWSTR lpNewFileName, PVOID lpProgressRoutine,
                                     LPVOID lpData, DWORD dwFlags) {
    if (dwFlags & kMoveDelayUntilReboot) return set_last_error(ERROR_NOT_SUPPORTED), FALSE;
    if (!lpExistingFileName || !lpNewFileName) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    CopyJob job;
    job.progress = reinterpret_cast<Progress>(lpProgressRoutine);
    job.data = lpData;
    NTSTATUS status = move_file(lpExistingFileName, lpNewFileName, dwFlags, job);
    return win32_result(status);
}

BOOL kernel32::MoveFileExW(LPCWSTR lpExistingFileName, LPCWSTR lpNewFileName, DWORD dwFlags) {
    return MoveFileWithProgressW(lpExistingFileName, lpNewFileName, nullptr, nullptr, dwFlags);
}

BOOL kernel32::MoveFileExA(LPCSTR lpExistingFileName, LPCSTR lpNewFileName, DWORD dwFlags) {
    return MoveFileExW(Wide(lpExistingFileName), Wide(lpNewFileName), dwFlags);
}

BOOL kernel32::MoveFileW(LPCWSTR lpExistingFileName, LPCWSTR lpNewFileName) {
    return MoveFileExW(lpExistingFileName, lpNewFileName, kMoveCopyAllowed);
}

BOOL kernel32::MoveFileA(LPCSTR lpExistingFileName, LPCSTR lpNewFileName) {
    return MoveFileW(Wide(lpExistingFileName), Wide(lpNewFileName));
}

BOOL kernel32::ReplaceFileW(LPCWSTR lpReplacedFileName, LPCWSTR lpReplacementFileName, LPCWSTR lpBackupFileName,
                            DWORD, LPVOID, LPVOID) {
    DWORD attributes = GetFileAttributesW(lpReplacedFileName);
    if (attributes == INVALID_FILE_ATTRIBUTES) return FALSE;
    if (GetFileAttributesW(lpReplacementFileName) == INVALID_FILE_ATTRIBUTES) return FALSE;
    if (lpBackupFileName && !MoveFileExW(lpReplacedFileName, lpBackupFileName, kMoveReplaceExisting)) return FALSE;
    if (!MoveFileExW(lpReplacementFileName, lpReplacedFileName, kMoveReplaceExisting)) {
        DWORD error = last_error();
        if (lpBackupFileName) MoveFileExW(lpBackupFileName, lpReplacedFileName, 0);
        return set_last_error(error), FALSE;
    }
    // The file keeps what was said about the one it replaces.
    SetFileAttributesW(lpReplacedFileName, attributes);
    return TRUE;
}

BOOL kernel32::ReplaceFileA(LPCSTR lpReplacedFileName, LPCSTR lpReplacementFileName, LPCSTR lpBackupFileName,
                            DWORD dwReplaceFlags, LPVOID lpExclude, LPVOID lpReserved) {
    return ReplaceFileW(Wide(lpReplacedFileName), Wide(lpReplacementFileName), Wide(lpBackupFileName), dwReplaceFlags,
                        lpExclude, lpReserved);
}

BOOL kernel32::CreateHardLinkW(LPCWSTR lpFileName, LPCWSTR lpExistingFileName, LPSECURITY_ATTRIBUTES) {
    Open how;
    how.access = FILE_WRITE_ATTRIBUTES | SYNCHRONIZE;
    how.options = FILE_OPEN_REPARSE_POINT;
    auto source = open_path(lpExistingFileName, how);
    if (!source.ok()) return set_last_error_from(source.status());
    auto target = target_of(lpFileName);
    if (!target.ok()) return set_last_error_from(target.status());
    auto place = file::place_of(*target);
    if (!place.ok()) return set_last_error_from(place.status());
    if (place->exists) return set_last_error(ERROR_ALREADY_EXISTS), FALSE;
    return win32_result(source->file->link_to(place->path, false).status());
}

BOOL kernel32::CreateHardLinkA(LPCSTR lpFileName, LPCSTR lpExistingFileName, LPSECURITY_ATTRIBUTES attributes) {
    return CreateHardLinkW(Wide(lpFileName), Wide(lpExistingFileName), attributes);
}

BOOLEAN kernel32::CreateSymbolicLinkW(LPCWSTR lpSymlinkFileName, LPCWSTR lpTargetFileName, DWORD dwFlags) {
    if (dwFlags & ~3u || !lpTargetFileName) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    auto target = target_of(lpSymlinkFileName);
    if (!target.ok()) return set_last_error_from(target.status()), FALSE;
    auto place = file::place_of(*target);
    if (!place.ok()) return set_last_error_from(place.status()), FALSE;
    if (place->exists) return set_last_error(ERROR_ALREADY_EXISTS), FALSE;
    bool relative = path::dos_path_type(lpTargetFileName) == path::DosPathType::kRelative;
    auto text = file::linux_link_target(lpTargetFileName, relative);
    if (!text.ok()) return set_last_error_from(text.status()), FALSE;
    path::At at(place->path);
    if (symlinkat(text->c_str(), at.fd(), at.name()) == 0) return TRUE;
    return set_last_error_from(status_from_errno(errno)), FALSE;
}

BOOLEAN kernel32::CreateSymbolicLinkA(LPCSTR lpSymlinkFileName, LPCSTR lpTargetFileName, DWORD dwFlags) {
    return CreateSymbolicLinkW(Wide(lpSymlinkFileName), Wide(lpTargetFileName), dwFlags);
}

DWORD kernel32::GetCompressedFileSizeW(LPCWSTR lpFileName, LPDWORD lpFileSizeHigh) {
    auto target = target_of(lpFileName);
    auto info = target.ok() ? file::query_path(*target) : Result<file::FileStat>(Status(target.status()));
    if (!info.ok()) return set_last_error_from(info.status()), 0xFFFFFFFF;
    // Compression and holes make it smaller than the file; the last cluster does not make it larger.
    uint64_t bytes = std::min(info->allocated_bytes, info->size_bytes);
    if (lpFileSizeHigh) *lpFileSizeHigh = static_cast<DWORD>(bytes >> 32);
    set_last_error(ERROR_SUCCESS);
    return static_cast<DWORD>(bytes);
}

DWORD kernel32::GetCompressedFileSizeA(LPCSTR lpFileName, LPDWORD lpFileSizeHigh) {
    return GetCompressedFileSizeW(Wide(lpFileName), lpFileSizeHigh);
}
