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

// Whether a name that begins with these units may be a device's: nearly none does.
constexpr bool starts_like_device(char16_t a, char16_t b, char16_t c) {
    constexpr auto key = [](char16_t x, char16_t y, char16_t z) {
        return uint64_t{x} << 32 | uint64_t{y} << 16 | uint64_t{z};
    };
    constexpr auto fold = [](char16_t unit) -> char16_t { return unit >= u'a' && unit <= u'z' ? unit - 0x20 : unit; };
    switch (key(fold(a), fold(b), fold(c))) {
        case key(u'C', u'O', u'N'):
        case key(u'P', u'R', u'N'):
        case key(u'A', u'U', u'X'):
        case key(u'N', u'U', u'L'):
        case key(u'C', u'O', u'M'):
        case key(u'L', u'P', u'T'): return true;
        default: return false;
    }
}

}  // namespace lsw::path
