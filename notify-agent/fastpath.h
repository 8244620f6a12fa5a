// Tier T1 for the processes that ask: the program in the kernel (bpf/fastpath), loaded once by lsw-fastpath-bpf when the
// first asks, and a table for each, which lives as long as the process does.
#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

#include "base/unique_fd.h"

namespace lsw::agent {

class Fastpath {
public:
    // What a process needs. The first is its own table; the others are the links, owned here.
    struct Grant {
        UniqueFd table;
        std::vector<int> descriptors;
        bool may_write = false;
    };
    // Errors: what went wrong, in words; empty when all is well.
    std::string grant(pid_t pid, Grant* out);

    // Takes the pins away. Processes that hold the links keep the program.
    void unpin();

private:
    std::string load();
    std::string give_table(pid_t pid, Grant* out);
    void drop_dead();

    struct Owner {
        UniqueFd pidfd;
    };

    bool tried_ = false;
    std::string problem_, pins_;
    UniqueFd tables_, tasks_;
    std::vector<UniqueFd> links_;
    bool may_write_ = false;
    std::map<unsigned, Owner> owners_;  // by table
};

}  // namespace lsw::agent
