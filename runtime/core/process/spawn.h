// Starting a child: a Windows program in a fresh lsw process, a Linux program as itself.
// One clone that shares memory until the exec (as vfork does), so that it costs no copy of this
// process; nothing but descriptors and the memfd of the StartupBlock passes over.
#pragma once

#include <string>
#include <vector>

#include "core/process/process_object.h"
#include "core/process/program_search.h"
#include "core/process/startup_block.h"

namespace lsw {

struct SpawnRequest {
    FoundProgram program;
    StartupBlock block;
    std::vector<Ref<Object>> holders;  // keep the descriptors of block.handles open
    int std_fds[3] = {-1, -1, -1};     // -1: /dev/null
    std::string directory;             // Linux; empty: the current one
    bool suspended = false;
    bool new_process_group = false;
    bool detached = false;
    DWORD priority_class = 0;  // 0: the caller's
};

// Errors: STATUS_NO_MEMORY, STATUS_NOT_A_DIRECTORY, those of clone and execve.
Result<Ref<ProcessObject>> spawn(SpawnRequest& request);

// Linux nice value of a Windows priority class.
int nice_of_class(DWORD priority_class);

}  // namespace lsw
