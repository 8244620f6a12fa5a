// What a process uses, from /proc: memory and I/O counters. Zero for what may not be read.
#pragma once

#include <sys/types.h>

#include <cstdint>

#include "abi/process.h"

namespace lsw {

struct MemoryUsage {  // bytes, but for the count
    uint64_t virtual_size = 0, peak_virtual_size = 0;
    uint64_t working_set = 0, peak_working_set = 0;
    uint64_t private_bytes = 0;
    uint64_t page_faults = 0;
};
MemoryUsage memory_usage(pid_t pid);

IO_COUNTERS io_counters(pid_t pid);

// Handles of this process, open descriptors of another one.
uint32_t handle_count(pid_t pid);

}  // namespace lsw
