// The traced process's side of an attachment: finding the tracer, mapping what is shared, filling the slots, regions for
// threads. Everything here may run in a signal handler: system calls, atomics and fixed memory only.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "api/export.h"
#include "api/facade.h"
#include "api/trace/connection.h"
#include "api/trace/modules.h"
#include "api/trace/probes.h"
#include "api/trace/record.h"
#include "api/trace/trace.h"

extern "C" {
[[gnu::section(".probes")]] volatile unsigned short lsw_api_enter_semaphore, lsw_api_return_semaphore;
extern const char lsw_trace_copy_begin[], lsw_trace_copy_end[], lsw_trace_copy_recover[];
}

namespace lsw::trace {
namespace {

constexpr uint32_t kThunkBytes = 16;

struct Attachment {
    std::atomic<bool> changing{false};  // one thread attaches or detaches at a time; others let it be
    std::atomic<int> tracer{0};
    bool follow = false;
    uint32_t generations = 0;
    StackWalker walker = nullptr;
    void (*sampling_changed)() = nullptr;
};
constinit Attachment g_attachment;

const void* thunk(size_t call) { return lsw_trace_thunks + call * kThunkBytes; }

// The selected calls, a bit for each; null while nobody traces.
const uint64_t* selection_now() {
    bool traced = lsw_trace_state.generation.load(std::memory_order_acquire);
    return traced ? reinterpret_cast<const uint64_t*>(lsw_trace_state.header + 1) : nullptr;
}

bool is_selected(const uint64_t* selection, size_t call) { return selection && (selection[call / 64] >> call % 64 & 1); }

// A slot that holds neither is the program's own doing and stays.
void set_slot(const void** slot, size_t call, const void* target, bool traced) {
    const void* from = traced ? target : thunk(call);
    const void* to = traced ? thunk(call) : target;
    if (*slot == from) __atomic_store_n(slot, to, __ATOMIC_RELEASE);
}

void open_slots(const void** slots, size_t count) {
    auto first = reinterpret_cast<uint64_t>(slots) & ~uint64_t{4095};
    mprotect(reinterpret_cast<void*>(first), reinterpret_cast<uint64_t>(slots + count) - first, PROT_READ | PROT_WRITE);
}

void rewrite(const api::MappedSlots& mapped, const uint64_t* selection) {
    open_slots(mapped.slots, mapped.count);
    for (size_t i = 0; i < mapped.count; ++i) {
        size_t call = mapped.first_call + i;
        const void* target = mapped.table->rows[lsw_trace_plans[call].row].target;
        set_slot(&mapped.slots[i], call, target, is_selected(selection, call));
    }
}

void rewrite_all(const uint64_t* selection) {
    for (size_t i = 0; i < api::facade_count(); ++i) {
        api::MappedSlots mapped = api::mapped_slots(i);
        if (mapped.slots) rewrite(mapped, selection);
    }
}

bool take_up(const Connection& connection) {
    State& state = lsw_trace_state;
    state.header = connection.plan;
    state.modules = api::builtin_modules().data();
    state.data = connection.data;
    state.mode = connection.plan->mode;
    state.long_call = connection.plan->long_call;
    state.socket = connection.socket;
    state.wake = connection.wake;
    g_attachment.follow = connection.plan->follow;
    g_attachment.tracer = connection.plan->tracer;
    state.generation.store(++g_attachment.generations, std::memory_order_release);
    rewrite_all(selection_now());
    report_modules();
    if (g_attachment.sampling_changed && (state.mode & kStacks)) g_attachment.sampling_changed();
    return true;
}

void attach(int tracer) {
    if (g_attachment.changing.exchange(true)) return;
    Connection connection;
    if (lsw_trace_state.generation.load() == 0 && connect_to_tracer(tracer, connection)) take_up(connection);
    g_attachment.changing = false;
}

// The mappings stay: a call in progress still writes there. Their memory is given back by the tracer once it has read
// it, or here when it has gone; what is written later is a few pages.
void detach(bool tracer_is_gone) {
    State& state = lsw_trace_state;
    if (g_attachment.changing.exchange(true)) return;
    if (state.generation.load() != 0) {
        bool sampled = state.mode & kStacks;
        rewrite_all(nullptr);
        state.generation.store(0, std::memory_order_release);
        g_attachment.tracer = 0;
        g_attachment.follow = false;
        close(state.socket);
        close(state.wake);
        if (tracer_is_gone) madvise(state.data, state.header->data_bytes, MADV_REMOVE);
        if (g_attachment.sampling_changed && sampled) g_attachment.sampling_changed();
    }
    g_attachment.changing = false;
}

bool tracer_gone() {
    pollfd socket{lsw_trace_state.socket, 0, 0};
    return poll(&socket, 1, 0) == 1 && (socket.revents & (POLLHUP | POLLERR));
}

void on_attach_signal(int, siginfo_t* info, void*) {
    int saved_errno = errno;
    bool ours = info->si_code == SI_QUEUE;
    if (ours && lsw_trace_state.generation.load() && tracer_gone()) detach(true);
    // Value 0: the tracer leaves. Only who may trace us anyway can send this.
    if (ours && info->si_value.sival_int != 0) attach(info->si_value.sival_int);
    else if (ours) detach(false);
    errno = saved_errno;
}

uint32_t region_bytes(const PlanHeader& plan) {
    uint64_t bytes = sizeof(Region);
    if (plan.mode & kCounts) bytes += ((plan.call_count * 2 + 63) & ~63u) + kCountsPerThread * sizeof(CallCounts);
    if (plan.mode & kRings) bytes += plan.ring_bytes;
    return static_cast<uint32_t>((bytes + 4095) & ~uint64_t{4095});
}

void lay_out(Region& region, const PlanHeader& plan) {
    uint32_t at = sizeof(Region);
    region.size_bytes = region_bytes(plan);
    if (plan.mode & kRings) {
        region.ring_offset = at;
        region.ring_bytes = plan.ring_bytes;
        at += plan.ring_bytes;
    }
    if (plan.mode & kCounts) {
        region.index_offset = at;
        at += (plan.call_count * 2 + 63) & ~63u;
        region.counts_offset = at;
        region.counts_limit = kCountsPerThread;
    }
}

// One that a thread before left, or a new one.
Region* find_region(DataHeader* data, const PlanHeader& plan) {
    uint32_t size = region_bytes(plan);
    auto* base = reinterpret_cast<std::byte*>(data);
    uint64_t used = data->used.load(std::memory_order_acquire);
    for (uint64_t at = kDataHeaderBytes; at + size <= used; at += size) {
        auto* region = reinterpret_cast<Region*>(base + at);
        auto wanted = RegionState::kFree;
        if (region->magic == kRegionMagic && region->state.load(std::memory_order_relaxed) == wanted &&
            region->state.compare_exchange_strong(wanted, RegionState::kLive))
            return region;
    }
    do {
        if (used + size > plan.data_bytes) return nullptr;
    } while (!data->used.compare_exchange_weak(used, used + size));
    auto* region = reinterpret_cast<Region*>(base + used);
    lay_out(*region, plan);
    region->state.store(RegionState::kLive, std::memory_order_relaxed);
    return region;
}

}  // namespace

extern "C" [[gnu::ms_abi]] void lsw_trace_take_region(uint64_t generation, uint64_t) {
    int saved_errno = errno;
    ThreadState& thread = lsw_trace_thread;
    State& state = lsw_trace_state;
    thread.busy = 1;
    Region* region = find_region(state.data, *state.header);
    if (!region) {
        state.data->lost.fetch_add(1, std::memory_order_relaxed);
    } else {
        region->tid = gettid();
        __atomic_store_n(&region->magic, kRegionMagic, __ATOMIC_RELEASE);
        thread.region = region;
        thread.generation = static_cast<uint32_t>(generation);
    }
    thread.busy = 0;
    errno = saved_errno;
}

extern "C" [[gnu::ms_abi]] void lsw_trace_wake_reader(uint64_t, uint64_t) {
    int saved_errno = errno;
    State& state = lsw_trace_state;
    uint64_t one = 1;
    if (state.data->reader_sleeps.exchange(0) && write(state.wake, &one, sizeof one) < 0 && errno == EBADF) detach(true);
    errno = saved_errno;
}

extern "C" [[gnu::ms_abi]] void lsw_trace_check_tracer(uint64_t, uint64_t) {
    int saved_errno = errno;
    if (lsw_trace_state.generation.load() && tracer_gone()) detach(true);
    errno = saved_errno;
}

extern "C" [[gnu::ms_abi]] void lsw_trace_long_call(uint64_t address, uint64_t ticks) {
    if (!g_attachment.walker) return;
    int saved_errno = errno;
    auto& frame = *reinterpret_cast<Frame*>(address);
    constexpr unsigned kMost = 48;
    uint64_t addresses[kMost];
    addresses[0] = kCallAddress | frame.call;
    unsigned count = 1 + g_attachment.walker(addresses + 1, kMost - 1);
    record_stack(ticks, 1, addresses, count);
    errno = saved_errno;
}

void record_stack(uint64_t weight, uint32_t detail, const uint64_t* addresses, unsigned count) {
    ThreadState& thread = lsw_trace_thread;
    uint32_t generation = lsw_trace_state.generation.load();
    if (generation == 0) return;
    if (thread.generation != generation) {
        if (thread.busy) return;
        lsw_trace_take_region(generation, 0);
    }
    if (thread.generation != generation) return;
    auto size = static_cast<uint32_t>(sizeof(Record) + 8 + count * 8);
    Record* record = reserve(*thread.region, size);
    if (!record) return;
    *record = {size, RecordKind::kStack, 0, __builtin_ia32_rdtsc(), 0, detail};
    auto* words = reinterpret_cast<uint64_t*>(record + 1);
    words[0] = weight;
    memcpy(words + 1, addresses, count * 8);
    publish(*thread.region);
}

void begin() {
    struct sigaction action = {};
    action.sa_sigaction = on_attach_signal;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
    sigfillset(&action.sa_mask);
    for (int signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGSYS}) sigdelset(&action.sa_mask, signal);
    sigaction(attach_signal(), &action, nullptr);
    if (const char* tracer = getenv(kTracerVariable)) {
        int pid = atoi(tracer);
        unsetenv(kTracerVariable);
        if (pid > 0) attach(pid);
    }
}

int attach_signal() { return SIGRTMAX - 3; }

int tracer_of_children() { return g_attachment.follow ? g_attachment.tracer.load() : 0; }

void fill_slots(size_t facade, const void** slots) {
    api::MappedSlots mapped = api::mapped_slots(facade);
    size_t call = mapped.first_call;
    const uint64_t* selection = selection_now();
    const api::Rows& rows = mapped.table->rows;
    if (!selection && mapped.count && slots[0]) return;  // done when lsw was built (facade_fill.cpp)
    open_slots(slots, mapped.count);
    if (!selection) {
        for (size_t i = 0; i < mapped.count; ++i) slots[i] = rows[lsw_trace_plans[call + i].row].target;
        return;
    }
    for (size_t i = 0; i < mapped.count; ++i, ++call)
        slots[i] = is_selected(selection, call) ? thunk(call) : rows[lsw_trace_plans[call].row].target;
}

void end_thread() {
    ThreadState& thread = lsw_trace_thread;
    if (!thread.region) return;
    State& state = lsw_trace_state;
    if (thread.generation == state.generation.load()) {
        bool read_on = state.mode & kRings;
        thread.region->state.store(read_on ? RegionState::kEnded : RegionState::kFree, std::memory_order_release);
    }
    thread.region = nullptr;
    thread.generation = 0;
}

uint64_t recover_copy(uint64_t rip) {
    bool copies = rip >= reinterpret_cast<uint64_t>(lsw_trace_copy_begin) &&
                  rip < reinterpret_cast<uint64_t>(lsw_trace_copy_end);
    return copies ? reinterpret_cast<uint64_t>(lsw_trace_copy_recover) : 0;
}

void set_stack_walker(StackWalker walker) { g_attachment.walker = walker; }

uint32_t sample_interval_us() {
    if (lsw_trace_state.generation.load() == 0 || !(lsw_trace_state.mode & kStacks)) return 0;
    return lsw_trace_state.header->sample_interval_us;
}

bool wants_own_pages() { return lsw_trace_state.generation.load() && (lsw_trace_state.mode & kPerfMap); }

void on_sampling_change(void (*changed)()) { g_attachment.sampling_changed = changed; }

}  // namespace lsw::trace
