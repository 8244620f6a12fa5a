// StartupBlock: what a Windows process is started with, written by its parent into a memfd behind
// the ProcessPage and read by the child before anything else. Both ends are the same binary, so the
// format needs no version.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "abi/types.h"
#include "base/result.h"

namespace lsw {

// One handle that is handed down. `fd` is its descriptor in the child; what `detail` and `offset`
// mean depends on `kind`.
struct InheritedHandle {
    enum class Kind : uint32_t { File, Stream, Console, Pipe, Sync, Process, Socket, Section, Thread, PipeServer };
    uint64_t value = 0;
    Kind kind = Kind::File;
    int32_t fd = -1;
    uint32_t access = 0;
    uint32_t options =
        0;  // File: create options; Stream: FileType; Console: 1 for input; Pipe: its flags; Section: protection
    uint64_t offset = 0;  // Sync: of the record; Process, Thread: pid; Section: its size
    uint32_t object_access = 0;
    uint32_t extra = 0;  // Thread: its id
};

struct StartupBlock {
    std::string program;  // Linux path of the image
    std::string c_root, user;  // path::DriveMap::Settings
    std::u16string image_path, command_line, directory, environment, title, desktop, shell_info;
    std::string runtime_data;  // STARTUPINFO.lpReserved2
    uint32_t window_flags = 0, show_window = 0, fill_attribute = 0;
    uint32_t x = 0, y = 0, width = 0, height = 0, columns = 0, rows = 0;
    uint32_t process_group = 0;    // CREATE_NEW_PROCESS_GROUP: Ctrl-C is ignored until asked for
    uint32_t debug_fd = 0;         // socket to its debugger; 0: none
    uint32_t integrity = 0;        // of its token; 0: what the user has
    uint64_t privileges = 0, enabled_privileges = 0;
    std::string denied_sids, restricting_sids;  // one behind the other
    uint64_t std_handles[3] = {};  // values; kFromDescriptor: open one for descriptor 0, 1, 2
    std::vector<InheritedHandle> handles;
    int32_t own_file = -1;  // descriptor of lsw's own file (base/own_program.h)

    static constexpr uint64_t kFromDescriptor = ~uint64_t{1};

    // The bytes behind the page, and back. Errors: STATUS_INVALID_PARAMETER for a block that is cut
    // short.
    std::string encode() const;
    static Result<StartupBlock> decode(std::string_view bytes);
};

inline constexpr char kStartupVariable[] = "LSW_STARTUP_FD";

// The child's side: reads the block that `kStartupVariable` names, if there is one, and takes over
// the page.
bool read_startup_block(StartupBlock& out);

// Makes the handles of the block in this process's table.
void restore_handles(const StartupBlock& block);

}  // namespace lsw
