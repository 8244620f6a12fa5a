// Programs that lswhost runs in the background (`lsw exec --detach`). Each has a folder named by its process id, with its
// output, its name and, once it has ended, its exit code, which the program's own process writes: all of that is there
// whether lswhost lives or not.
#pragma once

#include <sys/types.h>

#include <string>

#include "base/unique_fd.h"

namespace lsw::agent {

// Starts the program that the memfd describes (protocol.h, Run). Gives its process id, or a negative errno.
pid_t run_in_background(const std::string& directory, int request_fd);

// Removes the folders of programs that ended long ago.
void tidy_background(const std::string& directory);

}  // namespace lsw::agent
