// fileapi.h: attributes, directories, deletion, and information by handle.
#include "core/file/info.h"
#include "dll/kernel32/file_support.h"
#include "dll/kernel32/kernel32.h"

using namespace lsw;
using namespace lsw::win32;

namespace {

template <class Unit>
Result<file::FileStat> query(const Unit* name) {
    path::Target target;
    LSW_CHECK(find_target(name, target));
    return file::query_path(target);
}

template <class Unit>
DWORD attributes_of(const Unit* name) {
    auto info = query(name);
    if (!info.ok()) return set_last_error_from(info.status()), INVALID_FILE_ATTRIBUTES;
    return info->attributes;
}

template <class Unit>
BOOL on_target(const Unit* name, Result<void> (*act)(const path::Target&)) {
    path::Target target;
    auto found = find_target(name, target);
    return win32_result(found.ok() ? act(target).status() : found.status());
}

template <class Unit>
BOOL attributes_ex(const Unit* lpFileName, DWORD fInfoLevelId, LPVOID lpFileInformation) {
    if (fInfoLevelId != 0) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    auto info = query(lpFileName);
    if (!info.ok()) return set_last_error_from(info.status());
    auto* out = static_cast<WIN32_FILE_ATTRIBUTE_DATA*>(lpFileInformation);
    out->dwFileAttributes = info->attributes;
    out->ftCreationTime = filetime(info->creation_time);
    out->ftLastAccessTime = filetime(info->access_time);
    out->ftLastWriteTime = filetime(info->write_time);
    out->nFileSizeHigh = static_cast<DWORD>(info->size_bytes >> 32);
    out->nFileSizeLow = static_cast<DWORD>(info->size_bytes);
    return TRUE;
}

}  // namespace

DWORD kernel32::GetFileAttributesW(LPCWSTR lpFileName) { return attributes_of(lpFileName); }

DWORD kernel32::GetFileAttributesA(LPCSTR lpFileName) { return attributes_of(lpFileName); }

BOOL kernel32::GetFileAttributesExW(LPCWSTR lpFileName, DWORD fInfoLevelId, LPVOID lpFileInformation) {
    return attributes_ex(lpFileName, fInfoLevelId, lpFileInformation);
}

BOOL kernel32::GetFileAttributesExA(LPCSTR lpFileName, DWORD fInfoLevelId, LPVOID lpFileInformation) {
    return attributes_ex(lpFileName, fInfoLevelId, lpFileInformation);
}

BOOL kernel32::SetFileAttributesW(LPCWSTR lpFileName, DWORD dwFileAttributes) {
    auto target = target_of(lpFileName);
    if (!target.ok()) return set_last_error_from(target.status());
    auto path = file::existing_path(*target);
    if (!path.ok()) return set_last_error_from(path.status());
    file::FileStat now;
    int error = file::stat_path(*path, false, now);
    if (error != 0) {
        // A built-in directory keeps the attributes it has.
        bool builtin = path::drives().is_builtin(*path);
        return set_last_error_from(builtin ? STATUS_ACCESS_DENIED : status_from_errno(error));
    }
    if (now.is_link()) return TRUE;
    return win32_result(file::set_attributes(*path, now, dwFileAttributes).code);
}

BOOL kernel32::SetFileAttributesA(LPCSTR lpFileName, DWORD dwFileAttributes) {
    return SetFileAttributesW(Wide(lpFileName), dwFileAttributes);
}

BOOL kernel32::CreateDirectoryW(LPCWSTR lpPathName, LPSECURITY_ATTRIBUTES) {
    return on_target(lpPathName, file::make_directory);
}

BOOL kernel32::CreateDirectoryA(LPCSTR lpPathName, LPSECURITY_ATTRIBUTES) {
    return on_target(lpPathName, file::make_directory);
}

BOOL kernel32::CreateDirectoryExW(LPCWSTR, LPCWSTR lpNewDirectory, LPSECURITY_ATTRIBUTES lpSecurityAttributes) {
    return CreateDirectoryW(lpNewDirectory, lpSecurityAttributes);
}

BOOL kernel32::RemoveDirectoryW(LPCWSTR lpPathName) { return on_target(lpPathName, file::remove_directory); }

BOOL kernel32::RemoveDirectoryA(LPCSTR lpPathName) { return on_target(lpPathName, file::remove_directory); }

BOOL kernel32::DeleteFileW(LPCWSTR lpFileName) { return on_target(lpFileName, file::delete_file); }

BOOL kernel32::DeleteFileA(LPCSTR lpFileName) { return on_target(lpFileName, file::delete_file); }

BOOL kernel32::GetFileInformationByHandle(HANDLE hFile, LPBY_HANDLE_FILE_INFORMATION lpFileInformation) {
    auto file = file_object(hFile);
    if (!file.ok()) return set_last_error_from(file.status());
    auto info = (*file)->stat();
    if (!info.ok()) return set_last_error_from(info.status());
    auto* out = lpFileInformation;
    out->dwFileAttributes = info->attributes;
    out->ftCreationTime = filetime(info->creation_time);
    out->ftLastAccessTime = filetime(info->access_time);
    out->ftLastWriteTime = filetime(info->write_time);
    out->dwVolumeSerialNumber = info->volume_serial;
    out->nFileSizeHigh = static_cast<DWORD>(info->size_bytes >> 32);
    out->nFileSizeLow = static_cast<DWORD>(info->size_bytes);
    out->nNumberOfLinks = info->links;
    out->nFileIndexHigh = static_cast<DWORD>(info->file_id >> 32);
    out->nFileIndexLow = static_cast<DWORD>(info->file_id);
    return TRUE;
}

namespace {

// The NT class behind a Win32 one; ~0 where there is none.
FILE_INFORMATION_CLASS nt_class(FILE_INFO_BY_HANDLE_CLASS information_class) {
    switch (information_class) {
        case FileBasicInfo: return FileBasicInformation;
        case FileStandardInfo: return FileStandardInformation;
        case FileNameInfo: return FileNameInformation;
        case FileRenameInfo: return FileRenameInformation;
        case FileDispositionInfo: return FileDispositionInformation;
        case FileAllocationInfo: return FileAllocationInformation;
        case FileEndOfFileInfo: return FileEndOfFileInformation;
        case FileStreamInfo: return FileStreamInformation;
        case FileCompressionInfo: return FileCompressionInformation;
        case FileAttributeTagInfo: return FileAttributeTagInformation;
        case FileIdBothDirectoryInfo:
        case FileIdBothDirectoryRestartInfo: return FileIdBothDirectoryInformation;
        case FileFullDirectoryInfo:
        case FileFullDirectoryRestartInfo: return FileFullDirectoryInformation;
        case FileIdExtdDirectoryInfo:
        case FileIdExtdDirectoryRestartInfo: return FileIdExtdDirectoryInformation;
        case FileAlignmentInfo: return FileAlignmentInformation;
        case FileIdInfo: return FileIdInformation;
        case FileDispositionInfoEx: return FileDispositionInformationEx;
        case FileRenameInfoEx: return FileRenameInformationEx;
        case FileCaseSensitiveInfo: return FileCaseSensitiveInformation;
        case FileNormalizedNameInfo: return FileNormalizedNameInformation;
        default: return static_cast<FILE_INFORMATION_CLASS>(~0u);
    }
}

bool is_directory_class(FILE_INFO_BY_HANDLE_CLASS information_class) {
    return information_class == FileIdBothDirectoryInfo || information_class == FileIdBothDirectoryRestartInfo ||
           information_class == FileFullDirectoryInfo || information_class == FileFullDirectoryRestartInfo ||
           information_class == FileIdExtdDirectoryInfo || information_class == FileIdExtdDirectoryRestartInfo;
}

file::Answer list_directory(file::FileObject& directory, FILE_INFO_BY_HANDLE_CLASS information_class, LPVOID buffer,
                            DWORD size) {
    file::DirectoryQuery query;
    query.information_class = nt_class(information_class);
    query.buffer = buffer;
    query.size_bytes = size;
    query.restart = information_class == FileIdBothDirectoryRestartInfo ||
                    information_class == FileFullDirectoryRestartInfo ||
                    information_class == FileIdExtdDirectoryRestartInfo;
    return file::query_directory(directory, query);
}

}  // namespace

BOOL kernel32::GetFileInformationByHandleEx(HANDLE hFile, ULONG FileInformationClass, LPVOID lpFileInformation,
                                            DWORD dwBufferSize) {
    auto information_class = static_cast<FILE_INFO_BY_HANDLE_CLASS>(FileInformationClass);
    auto entry = runtime().handles.lookup(hFile);
    if (!entry.ok()) return set_last_error_from(entry.status());
    if (entry->object->type() != IoObject::kType) return set_last_error_from(STATUS_OBJECT_TYPE_MISMATCH);
    auto& object = static_cast<IoObject&>(*entry->object);
    auto nt = nt_class(information_class);
    if (nt == static_cast<FILE_INFORMATION_CLASS>(~0u)) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    file::Answer answer;
    if (is_directory_class(information_class)) {
        if (!object.as_file()) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
        answer = list_directory(*object.as_file(), information_class, lpFileInformation, dwBufferSize);
    } else {
        answer = file::query_information(object, entry->info.access, nt, lpFileInformation, dwBufferSize);
        // A file without streams to list: nothing came back.
        if (nt == FileStreamInformation && answer.status == STATUS_SUCCESS && answer.bytes == 0)
            return set_last_error(ERROR_HANDLE_EOF), FALSE;
    }
    return win32_result(answer.status);
}

BOOL kernel32::SetFileInformationByHandle(HANDLE hFile, ULONG FileInformationClass, LPVOID lpFileInformation,
                                          DWORD dwBufferSize) {
    auto information_class = static_cast<FILE_INFO_BY_HANDLE_CLASS>(FileInformationClass);
    if (information_class == FileIoPriorityHintInfo) return TRUE;  // a hint
    auto entry = runtime().handles.lookup(hFile);
    if (!entry.ok()) return set_last_error_from(entry.status());
    if (entry->object->type() != IoObject::kType) return set_last_error_from(STATUS_OBJECT_TYPE_MISMATCH);
    auto nt = nt_class(information_class);
    if (nt != FileRenameInformation && nt != FileRenameInformationEx)
        return win32_result(file::set_information(static_cast<IoObject&>(*entry->object), entry->info.access, nt,
                                                  lpFileInformation, dwBufferSize));
    // Win32 takes a DOS path here, or a name relative to RootDirectory.
    constexpr DWORD kHeader = offsetof(FILE_RENAME_INFORMATION, FileName);
    auto* given = static_cast<const FILE_RENAME_INFORMATION*>(lpFileInformation);
    if (dwBufferSize < kHeader || given->FileNameLength > dwBufferSize - kHeader)
        return set_last_error(ERROR_BAD_LENGTH), FALSE;
    std::u16string name(given->FileName, given->FileNameLength / 2);
    name.resize(std::min(name.size(), length16(name.c_str())));
    if (!given->RootDirectory) {
        auto full = path::nt_path(name, file::path_context());
        if (!full.ok()) return set_last_error_from(full.status());
        name = std::move(*full);
    }
    std::string buffer(kHeader + name.size() * 2 + 2, '\0');
    memcpy(buffer.data(), given, kHeader);
    reinterpret_cast<FILE_RENAME_INFORMATION*>(buffer.data())->FileNameLength = static_cast<ULONG>(name.size() * 2);
    memcpy(buffer.data() + kHeader, name.data(), name.size() * 2);
    return win32_result(file::set_information(static_cast<IoObject&>(*entry->object), entry->info.access, nt,
                                              buffer.data(), static_cast<uint32_t>(buffer.size())));
}
