#include "core/process/usage.h"

#include <dirent.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <string>

#include "core/runtime.h"

namespace lsw {
namespace {

// Calls `visit` for each line of /proc/PID/FILE.
template <class Visit>
void for_each_line(pid_t pid, const char* name, Visit visit) {
    std::string path = "/proc/" + std::to_string(pid) + "/" + name;
    FILE* file = fopen(path.c_str(), "re");
    if (!file) return;
    char line[512];
    while (fgets(line, sizeof line, file)) visit(line);
    fclose(file);
}

}  // namespace

MemoryUsage memory_usage(pid_t pid) {
    MemoryUsage usage;
    struct Field {
        const char* format;
        uint64_t& bytes;
    } fields[] = {{"VmSize: %lu kB", usage.virtual_size},
                  {"VmPeak: %lu kB", usage.peak_virtual_size},
                  {"VmRSS: %lu kB", usage.working_set},
                  {"VmHWM: %lu kB", usage.peak_working_set},
                  {"RssAnon: %lu kB", usage.private_bytes}};
    for_each_line(pid, "status", [&](const char* line) {
        unsigned long kilobytes;
        for (auto& field : fields)
            if (sscanf(line, field.format, &kilobytes) == 1) field.bytes = kilobytes * 1024;
    });
    for_each_line(pid, "stat", [&](const char* line) {
        unsigned long minor = 0, major = 0;
        // Behind the name, which may hold anything but ends at the last parenthesis.
        if (const char* rest = strrchr(line, ')'))
            if (sscanf(rest + 1, " %*c %*d %*d %*d %*d %*d %*u %lu %*u %lu", &minor, &major) == 2)
                usage.page_faults = minor + major;
    });
    return usage;
}

IO_COUNTERS io_counters(pid_t pid) {
    IO_COUNTERS counters{};
    for_each_line(pid, "io", [&](const char* line) {
        unsigned long value;
        if (sscanf(line, "rchar: %lu", &value) == 1) counters.ReadTransferCount = value;
        if (sscanf(line, "wchar: %lu", &value) == 1) counters.WriteTransferCount = value;
        if (sscanf(line, "syscr: %lu", &value) == 1) counters.ReadOperationCount = value;
        if (sscanf(line, "syscw: %lu", &value) == 1) counters.WriteOperationCount = value;
    });
    return counters;
}

uint32_t handle_count(pid_t pid) {
    if (pid == getpid()) return static_cast<uint32_t>(runtime().handles.count());
    DIR* directory = opendir(("/proc/" + std::to_string(pid) + "/fd").c_str());
    if (!directory) return 0;
    uint32_t count = 0;
    while (const dirent* entry = readdir(directory)) count += entry->d_name[0] != '.';
    closedir(directory);
    return count;
}

}  // namespace lsw
