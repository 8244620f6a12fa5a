// DOS paths as text: their types, the reserved device names, GetFullPathName's normalisation and the
// way to NT paths. No system call is made here; what a path means on this machine is in drive_map.h
// and lookup.h. Rules as Windows 10 has them ("File path formats on Windows systems", "Naming Files,
// Paths, and Namespaces"); nothing here knows MAX_PATH.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace lsw::path {

// Values are those of RTL_PATH_TYPE, so that RtlDetermineDosPathNameType_U may return them as they are.
enum class DosPathType {
    kUnknown = 0,
    kUncAbsolute = 1,      // \\server\share
    kDriveAbsolute = 2,    // C:\a
    kDriveRelative = 3,    // C:a
    kRooted = 4,           // \a
    kRelative = 5,         // a
    kLocalDevice = 6,      // \\.\a and \\?\a
    kRootLocalDevice = 7,  // \\. and \\?
};

DosPathType dos_path_type(std::u16string_view path);

// Where in `path` a reserved device name stands (NUL, CON, COM1, …, also as "nul.txt" and "C:\a\nul").
// `length` is 0 where there is none. Counted in code units.
struct DosDeviceName {
    size_t offset = 0;
    size_t length = 0;
};
DosDeviceName dos_device_name(std::u16string_view path);

// What relative paths are relative to.
struct PathContext {
    std::u16string_view current;  // absolute, such as Z:\tmp\ (the last backslash may be missing)
    // Current directory of another drive ("=C:" in the environment); empty result means its root.
    std::u16string (*of_drive)(char16_t drive) = nullptr;
};

// The absolute, normalised form. Both slashes become backslashes; "." and ".." are resolved as text.
// Errors: STATUS_OBJECT_NAME_INVALID for an empty path.
// Doc: "GetFullPathNameW function (fileapi.h)".
Result<std::u16string> full_path(std::u16string_view path, const PathContext& context);

// Offset in a full path of what GetFullPathName calls the file part; npos where there is none.
size_t file_part(std::u16string_view full);

// The NT form, \??\C:\a. Paths that start with \\?\ or \??\ are taken word for word.
// Errors: as full_path. Doc: "RtlDosPathNameToNtPathName_U" as winternl.h declares it.
Result<std::u16string> nt_path(std::u16string_view path, const PathContext& context);

constexpr bool is_separator(char16_t unit) { return unit == u'\\' || unit == u'/'; }

}  // namespace lsw::path
