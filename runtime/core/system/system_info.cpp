#include "core/system/system_info.h"

#include <cpuid.h>
#include <sched.h>
#include <time.h>
#include <sys/auxv.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/cpu_features.h"
#include "base/text.h"

namespace lsw {
namespace {

std::string read_line(const std::string& path) {
    char text[256] = {};
    FILE* file = fopen(path.c_str(), "re");
    if (!file) return {};
    if (!fgets(text, sizeof text, file)) text[0] = 0;
    fclose(file);
    size_t length = strcspn(text, "\n");
    return {text, length};
}

// "0-3,8" to a mask.
uint64_t mask_of_list(const std::string& list) {
    uint64_t mask = 0;
    for (const char* at = list.c_str(); *at;) {
        char* end;
        unsigned long first = strtoul(at, &end, 10), last = first;
        if (end == at) break;
        if (*end == '-') last = strtoul(end + 1, &end, 10);
        for (unsigned long i = first; i <= last && i < 64; ++i) mask |= 1ull << i;
        at = *end == ',' ? end + 1 : end;
    }
    return mask;
}

void add_unique(std::vector<uint64_t>& masks, uint64_t mask) {
    if (mask && std::find(masks.begin(), masks.end(), mask) == masks.end()) masks.push_back(mask);
}

void add_caches(ProcessorTopology& topology, unsigned cpu) {
    for (int index = 0; index < 8; ++index) {
        std::string base = "/sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/cache/index" +
                           std::to_string(index) + "/";
        std::string level = read_line(base + "level");
        if (level.empty()) return;
        ProcessorTopology::Cache cache{};
        cache.level = static_cast<BYTE>(atoi(level.c_str()));
        std::string type = read_line(base + "type");
        cache.type = type == "Instruction" ? 1 : type == "Data" ? 2 : 0;
        cache.size_bytes =
            static_cast<DWORD>(strtoul(read_line(base + "size").c_str(), nullptr, 10)) * 1024;
        cache.line_bytes = static_cast<WORD>(atoi(read_line(base + "coherency_line_size").c_str()));
        cache.associativity =
            static_cast<BYTE>(atoi(read_line(base + "ways_of_associativity").c_str()));
        cache.mask = mask_of_list(read_line(base + "shared_cpu_list"));
        bool known =
            std::any_of(topology.caches.begin(), topology.caches.end(), [&](const auto& other) {
                return other.level == cache.level && other.type == cache.type &&
                       other.mask == cache.mask;
            });
        if (!known && cache.mask) topology.caches.push_back(cache);
    }
}

}  // namespace

MemoryInfo memory_info() {
    MemoryInfo info;
    FILE* file = fopen("/proc/meminfo", "re");
    if (!file) return info;
    char line[128];
    uint64_t value;
    while (fgets(line, sizeof line, file)) {
        if (sscanf(line, "MemTotal: %lu", &value) == 1) info.total = value * 1024;
        if (sscanf(line, "MemAvailable: %lu", &value) == 1) info.available = value * 1024;
        if (sscanf(line, "SwapTotal: %lu", &value) == 1) info.swap_total = value * 1024;
        if (sscanf(line, "SwapFree: %lu", &value) == 1) info.swap_free = value * 1024;
        if (sscanf(line, "Cached: %lu", &value) == 1) info.cached = value * 1024;
    }
    fclose(file);
    return info;
}

// Programs size their thread pools by this: what the affinity mask of lsw's caller allows, as a
// Linux program sees it.
unsigned processor_count() {
    return static_cast<unsigned>(std::max(1, __builtin_popcountll(processor_mask())));
}

uint64_t processor_mask() {
    static const uint64_t mask = [] {
        unsigned count =
            static_cast<unsigned>(std::max(1, __builtin_popcountll(allowed_processors(0))));
        return count >= 64 ? ~0ull : (1ull << count) - 1;
    }();
    return mask;
}

uint64_t allowed_processors(int pid) {
    cpu_set_t set;
    if (sched_getaffinity(pid, sizeof set, &set) != 0) return 1;
    uint64_t mask = 0;
    for (unsigned i = 0; i < 64; ++i)
        if (CPU_ISSET(i, &set)) mask |= 1ull << i;
    return mask ? mask : 1;
}

bool set_allowed_processors(int pid, uint64_t mask) {
    cpu_set_t set;
    CPU_ZERO(&set);
    for (unsigned i = 0; i < 64; ++i)
        if (mask >> i & 1) CPU_SET(i, &set);
    return sched_setaffinity(pid, sizeof set, &set) == 0;
}

ProcessorTopology processor_topology() {
    ProcessorTopology topology;
    uint64_t mask = processor_mask();
    for (unsigned cpu = 0; cpu < 64; ++cpu) {
        if (!(mask >> cpu & 1)) continue;
        std::string base = "/sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/topology/";
        uint64_t core = mask_of_list(read_line(base + "thread_siblings_list")) & mask;
        add_unique(topology.cores, core ? core : 1ull << cpu);
        add_unique(topology.packages, mask_of_list(read_line(base + "core_siblings_list")) & mask);
        add_caches(topology, cpu);
    }
    if (topology.packages.empty()) topology.packages.push_back(mask);
    for (auto& cache : topology.caches) cache.mask &= mask;
    return topology;
}

ProcessorId processor_id() {
    unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
    ProcessorId id{};
    __cpuid(0, eax, ebx, ecx, edx);
    char vendor[12];
    memcpy(vendor, &ebx, 4), memcpy(vendor + 4, &edx, 4), memcpy(vendor + 8, &ecx, 4);
    id.vendor.assign(vendor, 12);
    eax = cpuid_leaf_1(0);
    id.family = (eax >> 8) & 0xF;
    id.model = (eax >> 4) & 0xF;
    id.stepping = eax & 0xF;
    if (id.family == 6 || id.family == 15) id.model |= (eax >> 12) & 0xF0;
    if (id.family == 15) id.family += (eax >> 20) & 0xFF;
    id.level = static_cast<WORD>(id.family);
    id.revision = static_cast<WORD>((id.model << 8) | id.stepping);
    return id;
}

// "IsProcessorFeaturePresent function (processthreadsapi.h)".
bool processor_feature(DWORD feature) {
    switch (feature) {
        case 2:   // compare-exchange of 8 bytes
        case 3:   // MMX
        case 6:   // SSE
        case 8:   // time stamp counter
        case 9:   // PAE
        case 10:  // SSE2
        case 12:  // no-execute
        case 14:  // compare-exchange of 16 bytes: every processor that runs a current distribution
        case 23:
            return true;  // __fastfail
        case 13:
            return LSW_CPU_HAS(SSE3);
        case 17:
            return LSW_CPU_HAS(AVX);  // XSAVE
        case 22:
            return getauxval(AT_HWCAP2) & 2;  // HWCAP2_FSGSBASE: there, and Linux allows them
        case 28:
            return LSW_CPU_HAS(RDRAND);
        case 32:
            return LSW_CPU_HAS(RDTSCP);
        case 36:
            return LSW_CPU_HAS(SSSE3);
        case 37:
            return LSW_CPU_HAS(SSE4_1);
        case 38:
            return LSW_CPU_HAS(SSE4_2);
        case 39:
            return LSW_CPU_HAS(AVX);
        case 40:
            return LSW_CPU_HAS(AVX2);
        case 41:
            return LSW_CPU_HAS(AVX512F);
        default:
            return false;
    }
}

std::u16string computer_name(bool dns_form) {
    utsname names{};
    uname(&names);
    std::string_view node = names.nodename;
    if (size_t dot = node.find('.'); dot != std::string_view::npos) node = node.substr(0, dot);
    std::u16string name = utf16_from_utf8(node);
    if (!dns_form) {
        name.resize(std::min<size_t>(name.size(), 15));
        for (char16_t& unit : name) unit = upcase(unit);
    }
    return name;
}

namespace {

// "cpu", "cpu0" and so on, as /proc/stat counts them.
bool parse_times(const char* line, SystemTimes& out) {
    uint64_t user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0;
    if (strncmp(line, "cpu", 3) != 0) return false;
    const char* numbers = strchr(line, ' ');
    if (!numbers || sscanf(numbers, "%lu %lu %lu %lu %lu %lu %lu", &user, &nice, &system, &idle, &iowait, &irq,
                           &softirq) < 4)
        return false;
    uint64_t tick = 10'000'000ull / static_cast<uint64_t>(sysconf(_SC_CLK_TCK));
    // Kernel time includes idle time, as documented.
    out = {(idle + iowait) * tick, (system + irq + softirq + idle + iowait) * tick, (user + nice) * tick};
    return true;
}

// The whole machine first, then each processor.
std::vector<SystemTimes> all_times() {
    std::vector<SystemTimes> times;
    if (FILE* file = fopen("/proc/stat", "re")) {
        char line[512];
        SystemTimes next;
        while (fgets(line, sizeof line, file) && parse_times(line, next)) times.push_back(next);
        fclose(file);
    }
    if (times.empty()) times.emplace_back();
    return times;
}

}  // namespace

SystemTimes system_times() { return all_times().front(); }

std::vector<SystemTimes> processor_times() {
    std::vector<SystemTimes> times = all_times();
    times.erase(times.begin());
    times.resize(processor_count());
    return times;
}

int64_t boot_time() {
    timespec now, since_boot;
    clock_gettime(CLOCK_REALTIME, &now);
    clock_gettime(CLOCK_BOOTTIME, &since_boot);
    constexpr int64_t kTicksPerSecond = 10'000'000, kUnixEpoch = 116'444'736'000'000'000;
    return (now.tv_sec - since_boot.tv_sec) * kTicksPerSecond + (now.tv_nsec - since_boot.tv_nsec) / 100 + kUnixEpoch;
}

}  // namespace lsw
