// NtCreateFile without handles: from what a path means to an open object.
#pragma once

#include <string>

#include "core/file/current_directory.h"
#include "core/file/file_object.h"
#include "core/path/dos_path.h"
#include "core/path/lookup.h"

namespace lsw::file {

struct OpenRequest {
    path::Target target;
    ACCESS_MASK access = 0;  // specific rights; map_generic() first
    ULONG attributes = 0;
    ULONG share = 0;
    ULONG disposition = 1;  // FILE_OPEN
    ULONG options = 0;
    // Open for the length of one call: others' denials count, but no claim of one's own outlasts the question.
    bool brief = false;
};

struct Opened {
    Ref<IoObject> object;
    ULONG information = 0;  // FILE_OPENED, FILE_CREATED, …
};

// Errors: STATUS_OBJECT_NAME_NOT_FOUND and STATUS_OBJECT_PATH_NOT_FOUND told apart, STATUS_OBJECT_NAME_COLLISION,
// STATUS_SHARING_VIOLATION, STATUS_FILE_IS_A_DIRECTORY, STATUS_NOT_A_DIRECTORY, STATUS_ACCESS_DENIED, …
// Doc: "NtCreateFile function (winternl.h)".
Result<Opened> open_file(const OpenRequest& request);

// GENERIC_* and MAXIMUM_ALLOWED as rights on files.
ACCESS_MASK map_generic(ACCESS_MASK access);

// Devices that other rooms own (pipes, the console, AFD) are opened by what they registered here.
using DeviceOpener = Result<Opened> (*)(const OpenRequest& request);
void set_device_opener(path::Target::Kind kind, DeviceOpener opener);

// Attributes, times and size of what a path names, without opening it; a link itself, not what it points to.
// Errors: as open_file. Doc: "GetFileAttributesExW function (fileapi.h)".
Result<FileStat> query_path(const path::Target& target);

// The existing file that `target` means, its directory entry (not what a link points to) found ignoring case.
// Errors: STATUS_OBJECT_NAME_NOT_FOUND, STATUS_OBJECT_PATH_NOT_FOUND.
Result<std::string> existing_path(const path::Target& target);

// Where `target` is or would be made; its directory exists (built-in ones are made).
struct Place {
    std::string path;
    bool exists = false;
};
Result<Place> place_of(const path::Target& target);

// The same for a new name of a file: an entry that differs in case only does not change the name's spelling.
Result<std::string> new_name_of(const path::Target& target);

Result<void> make_directory(const path::Target& target);
Result<void> remove_directory(const path::Target& target);
Result<void> delete_file(const path::Target& target);

}  // namespace lsw::file
