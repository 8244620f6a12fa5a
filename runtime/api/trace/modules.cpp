#include "api/trace/modules.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cstring>

#include "api/trace/probes.h"
#include "api/trace/record.h"
#include "api/trace/trace.h"

extern "C" {
[[gnu::section(".probes")]] volatile unsigned short lsw_module_load_semaphore, lsw_exception_semaphore;
}

namespace lsw::trace {
namespace {

constexpr unsigned kMostModules = 256;
constexpr unsigned kMostPath = 232;

struct Entry {
    std::atomic<uint64_t> base;  // 0: free
    uint64_t size_bytes;
    char path[kMostPath];
};

// Zero pages until used; only images that are named here can be named by a tracer that comes late.
constinit Entry g_modules[kMostModules];

Region* region_now() {
    uint32_t generation = lsw_trace_state.generation.load();
    if (generation == 0) return nullptr;
    ThreadState& thread = lsw_trace_thread;
    if (thread.generation != generation && !thread.busy) lsw_trace_take_region(generation, 0);
    return thread.generation == generation && thread.region->ring_bytes ? thread.region : nullptr;
}

void record_module(const Entry& entry) {
    Region* region = region_now();
    if (!region) return;
    size_t length = strlen(entry.path);
    auto size = static_cast<uint32_t>(sizeof(Record) + 16 + sizeof(Capture) + ((length + 7) & ~size_t{7}));
    Record* record = reserve(*region, size);
    if (!record) return;
    *record = {size, RecordKind::kModule, 0, __builtin_ia32_rdtsc(), 0, 0};
    auto* words = reinterpret_cast<uint64_t*>(record + 1);
    words[0] = entry.base;
    words[1] = entry.size_bytes;
    auto* capture = reinterpret_cast<Capture*>(words + 2);
    *capture = {0, CaptureKind::kText, static_cast<uint16_t>(length), 0};
    memcpy(capture + 1, entry.path, length);
    publish(*region);
}

}  // namespace

void report_modules() {
    if (!(lsw_trace_state.mode & kRings)) return;
    for (const Entry& entry : g_modules)
        if (entry.base.load()) record_module(entry);
}

void module_loaded(uint64_t base, uint64_t size_bytes, const char* path) {
#ifdef LSW_PROBES
    STAP_PROBE3(lsw, module_load, path, base, size_bytes);
#endif
    for (Entry& entry : g_modules) {
        if (entry.base.load()) continue;
        strncpy(entry.path, path, kMostPath - 1);
        entry.size_bytes = size_bytes;
        entry.base = base;
        record_module(entry);
        return;
    }
}

void module_unloaded(uint64_t base) {
    for (Entry& entry : g_modules)
        if (entry.base.load() == base) entry.base = 0;
}

void exception_raised(uint32_t code, uint64_t address, uint64_t parameter0, uint64_t parameter1) {
#ifdef LSW_PROBES
    STAP_PROBE3(lsw, exception, code, address, parameter0);
#endif
    if (!(lsw_trace_state.mode & kEvents)) return;
    Region* region = region_now();
    Record* record = region ? reserve(*region, sizeof(Record) + 24) : nullptr;
    if (!record) return;
    *record = {sizeof(Record) + 24, RecordKind::kException, 0, __builtin_ia32_rdtsc(), 0, code};
    auto* words = reinterpret_cast<uint64_t*>(record + 1);
    words[0] = address;
    words[1] = parameter0;
    words[2] = parameter1;
    publish(*region);
}

}  // namespace lsw::trace
