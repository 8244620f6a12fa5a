// What the file entry points of kernel32 share: paths in, results out.
#pragma once

#include <cstring>
#include <string>

#include "abi/file.h"
#include "abi/file_info.h"
#include "base/text.h"
#include "core/file/open.h"
#include "core/io/io_object.h"
#include "core/runtime.h"
#include "core/teb.h"

namespace lsw::win32 {

// The code page of the A functions is UTF-8; bytes that are not stay themselves.
inline std::u16string wide(LPCSTR text) { return text ? utf16_from_linux(text) : std::u16string(); }

// A W function's body can be called with this from its A function.
class Wide {
public:
    explicit Wide(LPCSTR text) : null_(text == nullptr), text_(wide(text)) {}
    operator LPCWSTR() const { return null_ ? nullptr : text_.c_str(); }  // NOLINT: stands in for the argument

private:
    bool null_;
    std::u16string text_;
};

// What a Win32 path names. Errors: STATUS_OBJECT_PATH_NOT_FOUND for null and empty paths.
Result<path::Target> target_of(LPCWSTR path);
// The same without a copy, for the calls that programs make all the time.
Result<void> find_target(LPCWSTR path, path::Target& target);
Result<void> find_target(LPCSTR path, path::Target& target);

// GetFullPathName's text for a path.
Result<std::u16string> full_path_of(LPCWSTR path);

// Copies `text` and a terminator into a buffer of `size` characters. Returns its length, or, when it does not fit, the
// size that would (with the terminator), as most kernel32 functions do.
DWORD give(std::u16string_view text, LPWSTR buffer, DWORD size);
DWORD give(std::u16string_view text, LPSTR buffer, DWORD size);

inline FILETIME filetime(int64_t ticks) {
    return {static_cast<DWORD>(ticks), static_cast<DWORD>(static_cast<uint64_t>(ticks) >> 32)};
}
inline int64_t ticks(const FILETIME& time) {
    return static_cast<int64_t>(static_cast<uint64_t>(time.dwHighDateTime) << 32 | time.dwLowDateTime);
}

// The file object behind a handle. Errors: STATUS_INVALID_DEVICE_REQUEST for pipes and devices.
Result<Ref<IoObject>> io_object(HANDLE handle, ACCESS_MASK access = 0);
struct FileRef {
    Ref<IoObject> keeps;
    file::FileObject* file;
    ACCESS_MASK access;
    file::FileObject* operator->() const { return file; }
};
Result<FileRef> file_object(HANDLE handle, ACCESS_MASK access = 0);

// Opens what a Win32 path names, for functions that work on a file for a moment.
struct Open {
    ACCESS_MASK access = 0;
    ULONG share = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
    ULONG options = 0;
    ULONG disposition = FILE_OPEN;
    ULONG attributes = 0;
    bool brief = false;
};
Result<FileRef> open_path(LPCWSTR path, const Open& how);

}  // namespace lsw::win32
