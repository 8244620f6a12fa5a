// What the machine is: processors, memory, names. Read from Linux when asked, nothing is kept
// running.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "abi/sysinfo.h"

namespace lsw {

inline constexpr DWORD kMajorVersion = 10, kMinorVersion = 0,
                       kBuildNumber = 19045;  // Windows 10 22H2

struct MemoryInfo {  // bytes
    uint64_t total = 0, available = 0, swap_total = 0, swap_free = 0, cached = 0;
};
MemoryInfo memory_info();

unsigned processor_count();                // configured and online, at most 64 (one group)
uint64_t processor_mask();                 // one bit for each of them
uint64_t allowed_processors(int pid = 0);  // affinity of a process, as Linux keeps it
bool set_allowed_processors(int pid, uint64_t mask);

struct ProcessorTopology {
    struct Cache {
        BYTE level;
        DWORD type;  // 0 unified, 1 instruction, 2 data
        DWORD size_bytes;
        WORD line_bytes;
        BYTE associativity;
        uint64_t mask;
    };
    std::vector<uint64_t> cores;  // processors of each core
    std::vector<uint64_t> packages;
    std::vector<Cache> caches;
};
ProcessorTopology processor_topology();

// Family, and model << 8 | stepping, as SYSTEM_INFO has them.
struct ProcessorId {
    WORD level, revision;
    std::string vendor;
    unsigned family, model, stepping;
};
ProcessorId processor_id();

bool processor_feature(DWORD feature);  // PF_* of IsProcessorFeaturePresent

std::u16string computer_name(bool dns_form);  // NetBIOS form: upper case, 15 characters at most

// 100 ns of the whole machine since it started ("GetSystemTimes function").
struct SystemTimes {
    uint64_t idle, kernel, user;
};
SystemTimes system_times();
std::vector<SystemTimes> processor_times();  // of each processor
int64_t boot_time();                        // system time, 100 ns ticks

}  // namespace lsw
