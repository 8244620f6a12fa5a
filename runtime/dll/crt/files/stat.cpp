// See stat.h. Modes are made up from attributes and the extension, as Windows has no others.
#include "dll/crt/files/stat.h"

#include <algorithm>

#include "base/text.h"
#include "dll/crt/files/file_time.h"
#include "dll/crt/io/win32.h"

namespace lsw::crt {
namespace {

bool is_program(std::u16string_view path) {
    size_t dot = path.find_last_of(u".\\/:");
    if (dot == std::u16string_view::npos || path[dot] != '.') return false;
    std::u16string_view extension = path.substr(dot + 1);
    for (std::u16string_view known : {u"exe", u"cmd", u"bat", u"com"}) {
        if (equal_ignore_case(extension, known)) return true;
    }
    return false;
}

uint16_t mode_of(DWORD attributes, std::u16string_view path) {
    unsigned mode = _S_IREAD;
    if (attributes & FILE_ATTRIBUTE_DIRECTORY)
        mode |= _S_IFDIR | _S_IEXEC;
    else
        mode |= _S_IFREG;
    if ((attributes & FILE_ATTRIBUTE_READONLY) == 0) mode |= _S_IWRITE;
    if (is_program(path)) mode |= _S_IEXEC;
    mode |= (mode & 0700) >> 3 | (mode & 0700) >> 6;
    return static_cast<uint16_t>(mode);
}

// 0 for A:, 1 for B: …, of the path or of the current directory.
uint32_t drive_of(const char16_t* path) {
    char16_t current[MAX_PATH + 1];
    const char16_t* from = path;
    if (path == nullptr || path[0] == 0 || path[1] != ':') {
        DWORD length = kernel32::GetCurrentDirectoryW(MAX_PATH, current);
        if (length == 0 || length > MAX_PATH) return 0;
        from = current;
    }
    char16_t letter = upcase(from[0]);
    return letter >= 'A' && letter <= 'Z' ? letter - u'A' : 0;
}

template <class Information>
void take_common(const Information& from, FileStat& to) {
    to.size = static_cast<int64_t>(from.nFileSizeHigh) << 32 | from.nFileSizeLow;
    if (from.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) to.size = 0;
    to.modified = seconds_of(from.ftLastWriteTime);
    to.accessed = std::max(seconds_of(from.ftLastAccessTime), int64_t{-1});
    to.created = seconds_of(from.ftCreationTime);
    if (to.accessed == -1) to.accessed = to.modified;
    if (to.created == -1) to.created = to.modified;
}

int stat_handle(HANDLE handle, const char16_t* path, FileStat& result) {
    switch (kernel32::GetFileType(handle)) {
        case FILE_TYPE_CHAR:
            result.mode = _S_IFCHR;
            return 0;
        case FILE_TYPE_PIPE: {
            result.mode = _S_IFIFO;
            DWORD waiting = 0;
            if (kernel32::PeekNamedPipe(handle, nullptr, 0, nullptr, &waiting, nullptr))
                result.size = waiting;
            return 0;
        }
        case FILE_TYPE_DISK:
            break;
        default:
            return kEBADF;
    }
    BY_HANDLE_FILE_INFORMATION information;
    if (!kernel32::GetFileInformationByHandle(handle, &information))
        return errno_from_win32(last_error());
    take_common(information, result);
    result.links = static_cast<int16_t>(std::min<DWORD>(information.nNumberOfLinks, INT16_MAX));
    result.mode = mode_of(information.dwFileAttributes, path != nullptr ? path : u"");
    return 0;
}

}  // namespace

int stat_path(const char16_t* path, FileStat& result) {
    std::u16string_view view = path;
    if (view.empty() || view.find_first_of(u"*?") != view.npos) return kENOENT;
    result.device = drive_of(path);
    WIN32_FILE_ATTRIBUTE_DATA data;
    if (kernel32::GetFileAttributesExW(path, GetFileExInfoStandard, &data) &&
        (data.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) == 0) {
        take_common(data, result);
        result.mode = mode_of(data.dwFileAttributes, view);
        return 0;
    }
    DWORD everyone = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
    HANDLE handle = kernel32::CreateFileW(path, FILE_READ_ATTRIBUTES, everyone, nullptr,
                                          OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, nullptr);
    if (handle == INVALID_HANDLE_VALUE) return errno_from_win32(last_error());
    int error = stat_handle(handle, path, result);
    kernel32::CloseHandle(handle);
    return error;
}

int stat_descriptor(Io& io, int fd, FileStat& result) {
    IoInfo* info = io.fds.get(fd);
    if (info == nullptr) return kEBADF;
    int error = stat_handle(info->handle, nullptr, result);
    if ((result.mode & (_S_IFCHR | _S_IFIFO)) != 0) result.device = static_cast<uint32_t>(fd);
    return error;
}

}  // namespace lsw::crt
