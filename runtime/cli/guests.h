// The Windows programs of this user that run now, found in /proc, and the folders of those in the background, which outlive
// them. Needs no lswhost.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace lsw::cli {

struct Guest {
    pid_t pid = 0;
    bool background = false;
    bool running = true;
    uint64_t age_seconds = 0;
    std::string name;          // "app.exe"
    std::string command_line;  // words joined by blanks
    std::string exit_code;     // of one that ended, decimal; empty when unknown
};

// Running ones, and with `ended` those in the background whose folder is still there.
std::vector<Guest> list_guests(bool ended);

// Folder of a program in the background; empty when it is none.
std::string background_folder(pid_t pid);

}  // namespace lsw::cli
