// From a Windows path to the Linux file it means: first the spelling as given, without any system call,
// and only when the kernel says there is no such name, the search that ignores case.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "core/path/drive_map.h"

namespace lsw::path {

// What an NT or full DOS path names.
struct Target {
    enum Kind {
        kFile,         // `linux_path`
        kVolume,       // \\.\C: ; `linux_path` is the drive's root
        kNull,         // \\.\NUL
        kConsole,      // CON, CONIN$, CONOUT$ and \Device\ConDrv; `rest` is the name
        kPipe,         // \\.\pipe\NAME; `rest` is NAME
        kMailslot,     // `rest` is the name
        kAfd,          // \Device\Afd; `rest` is what follows
        kOtherDevice,  // `rest` is the whole name behind \\.\ or \Device\ .
    } kind = kFile;
    std::string linux_path;      // absolute, never with a slash at its end ("/" is the root)
    std::u16string rest;
    std::string stream;            // kFile: an alternate data stream of it; mostly empty
    bool wants_directory = false;  // the path ended with a backslash
};

// `full`: a result of full_path() or nt_path(), or another absolute NT path (\Device\…, \DosDevices\…).
// Errors: STATUS_OBJECT_NAME_INVALID; STATUS_OBJECT_PATH_NOT_FOUND for a drive that is not there;
// STATUS_OBJECT_PATH_SYNTAX_BAD for one that is not absolute; STATUS_BAD_NETWORK_PATH for UNC paths.
Result<Target> target_of(std::u16string_view full, const DriveMap& map = drives());

// What is there when the exact spelling is not.
struct Lookup {
    enum Kind {
        kFound,        // `path` exists on disk
        kBuiltin,      // `path` is a built-in directory of C: that is not on disk
        kBuiltinFile,  // `path` is a file of the built-in layer (builtin_files.h)
        kNameMissing,  // only the last name is missing; `path` is where it would be made
        kPathMissing,  // a directory on the way is missing (or is a file)
        kFailed,       // `error`
    } kind;
    std::string path;
    int error = 0;
    // kNameMissing: the directory of `path` is built-in and not on disk yet (DriveMap::materialise).
    bool parent_is_builtin = false;
    // kNameMissing, kPathMissing (of the first name that is missing, which `path` ends with): no spelling of the name, the
    // given one included, can be opened. Not so in directories that do
    // not list all they have, as /proc.
    bool certain = false;
};
Lookup search(const std::string& linux_path, const DriveMap& map = drives());

// Compilers look for a header in one directory after the other. Where names were missing lately, the index of the directory,
// or of the one above that was there, is the better bet than the spelling as given: one question instead of two or more.
// What is sure of `linux_path` in any spelling; a wrong guess costs time alone.
enum class Missing { kUnknown, kName, kPath };
Missing known_missing(const std::string& linux_path);
// What search() said of a path.
void note_missing(std::string_view linux_path, const Lookup& found);

}  // namespace lsw::path
