// powerbase.h: speeds of the processors; a machine on mains without a battery. Doc: "CallNtPowerInformation function
// (powerbase.h)", "PROCESSOR_POWER_INFORMATION structure".
#include <sched.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <vector>

#include "abi/status.h"
#include "core/thread/host_stack.h"
#include "dll/powrprof/powrprof.h"

using namespace lsw;

namespace {

struct ProcessorPower {
    ULONG Number, MaxMhz, CurrentMhz, MhzLimit, MaxIdleState, CurrentIdleState;
};

// Whole MHz from a file of sysfs that counts kHz; 0 when it is not there.
ULONG mhz_from_sysfs(unsigned cpu, const char* name) {
    char path[96];
    snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%u/cpufreq/%s", cpu, name);
    FILE* file = fopen(path, "re");
    unsigned khz = 0;
    if (file) {
        if (fscanf(file, "%u", &khz) != 1) khz = 0;
        fclose(file);
    }
    return khz / 1000;
}

ULONG mhz_from_cpuinfo() {
    FILE* file = fopen("/proc/cpuinfo", "re");
    char line[256];
    double mhz = 0;
    while (file && mhz == 0 && fgets(line, sizeof line, file)) sscanf(line, "cpu MHz : %lf", &mhz);
    if (file) fclose(file);
    return static_cast<ULONG>(mhz);
}

std::vector<ProcessorPower> processors() {
    std::vector<ProcessorPower> all;
    on_host_stack([&] {
        auto count = static_cast<unsigned>(sysconf(_SC_NPROCESSORS_ONLN));
        ULONG common = mhz_from_cpuinfo();
        for (unsigned i = 0; i < count; ++i) {
            ULONG most = mhz_from_sysfs(i, "cpuinfo_max_freq"), now = mhz_from_sysfs(i, "scaling_cur_freq");
            if (!most) most = common;
            all.push_back({i, most, now ? now : common, most, 0, 0});
        }
    });
    return all;
}

NTSTATUS give(const void* data, size_t size, PVOID buffer, ULONG room) {
    if (!buffer) return STATUS_INVALID_PARAMETER;
    if (room < size) return STATUS_BUFFER_TOO_SMALL;
    memcpy(buffer, data, size);
    return STATUS_SUCCESS;
}

}  // namespace

NTSTATUS powrprof::CallNtPowerInformation(int InformationLevel, PVOID, ULONG, PVOID OutputBuffer, ULONG OutputBufferLength) {
    constexpr int kCapabilities = 4, kBatteryState = 5, kProcessors = 11;
    constexpr size_t kCapabilitiesBytes = 76, kBatteryBytes = 32;
    switch (InformationLevel) {
        case kProcessors: {
            std::vector<ProcessorPower> all = processors();
            return give(all.data(), all.size() * sizeof(ProcessorPower), OutputBuffer, OutputBufferLength);
        }
        case kBatteryState: {
            BYTE state[kBatteryBytes] = {1};  // AcOnLine, and no battery present
            return give(state, sizeof state, OutputBuffer, OutputBufferLength);
        }
        case kCapabilities: {
            BYTE none[kCapabilitiesBytes] = {};
            return give(none, sizeof none, OutputBuffer, OutputBufferLength);
        }
    }
    return STATUS_NOT_SUPPORTED;
}
