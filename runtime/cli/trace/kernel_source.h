// Source (b): BPF programs in the kernel, which a helper process loads (see README.md). This is our end of the line to it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <unordered_map>

#include "base/unique_fd.h"
#include "cli/trace/catalogue.h"

namespace lsw::cli::trace {

// What the kernel did on behalf of one export's calls, over all processes.
struct KernelTotals {
    uint64_t syscalls = 0, syscall_ns = 0, blocked_ns = 0, faults = 0, bytes = 0;
};

class KernelSource {
public:
    // Finds or starts the helper and waits until its programs are attached, or it says why they cannot be.
    bool start(const Catalogue& catalogue);
    const std::string& problem() const { return problem_; }

    void add_process(pid_t pid, int32_t thread_offset, bool has_threads);
    void remove_process(pid_t pid);
    // The helper speaks only when asked; whatever else makes this readable is its end.
    int line() const { return line_.get(); }
    void helper_ended();
    // Takes the totals out of the kernel and lets the helper go; by export, and under ~0 what no call was in progress for.
    std::unordered_map<uint32_t, KernelTotals> finish();

private:
    bool use_waiting(const std::string& address);
    bool start_helper(const Catalogue& catalogue, const std::string& path, const std::string& address);
    bool hear_answer();

    UniqueFd line_;
    pid_t helper_ = 0;
    bool active_ = false;
    std::string problem_;
    std::string pins_;
};

}  // namespace lsw::cli::trace
