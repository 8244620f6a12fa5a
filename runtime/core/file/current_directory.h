// The current directory of the process, as Windows text and as Linux' own (so that a child that is a Linux program, a
// core dump and `ls -l /proc/PID/cwd` agree). A built-in directory that is not on disk is current for Windows only.
#pragma once

#include <string>

#include "base/result.h"
#include "core/path/dos_path.h"
#include "core/path/usual_path.h"

namespace lsw::file {

// With a backslash at its end.
const std::u16string& current_directory();

// Errors: STATUS_OBJECT_NAME_NOT_FOUND, STATUS_OBJECT_PATH_NOT_FOUND, STATUS_NOT_A_DIRECTORY.
// Doc: "SetCurrentDirectory function (winbase.h)".
Result<void> set_current_directory(std::u16string_view path);

// Opens the handle in the PEB, once the handle table has the standard handles.
void open_current_directory();

// What relative paths are relative to. What these and current_directory() refer to lives as long as the process: each
// directory that ever was current is kept once.
path::PathContext path_context();
path::UsualBase usual_base();

}  // namespace lsw::file
