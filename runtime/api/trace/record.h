// The hot part of tracing: what every traced call runs, on the guest's stack. Compiled without vector registers, since
// those may hold the call's floating-point arguments and result.
#pragma once

#include "api/export.h"
#include "api/trace/layout.h"
#include "facade_calls.h"

namespace lsw::trace {

// On the stack around a traced call; wrapper.S knows the offsets of the first five.
struct Frame {
    const void* target;
    uint64_t call;
    uint64_t start;
    uint64_t result;
    uint64_t float_result;
    uint64_t floats[4];
    uint64_t outer_frame;
    uint32_t outer_call;
    uint32_t outer_depth;
    uint32_t generation;  // 0: not recorded
    uint32_t sequence;    // of the record of the entry; 0: none was written
                          // counts alone: how many calls this one's time stands for; 0: it is not timed
    uint64_t saved_rbp, return_address;  // beyond the frame proper
    uint64_t arguments[1];               // the home space, and what the caller put behind it
};
static_assert(offsetof(Frame, result) == 0x18 && offsetof(Frame, floats) == 0x28);
static_assert(offsetof(Frame, saved_rbp) == 0x60);

// What a thread knows of its own tracing. BPF programs read `call` through FS: it stays first.
struct ThreadState {
    uint32_t call;         // export in progress, plus 1; 0: none
    uint32_t depth;
    uint64_t frame;        // of that call
    Region* region;
    uint32_t generation;   // that the region belongs to
    uint32_t sequence;
    uint32_t calls;
    uint32_t busy;
};

struct State {
    std::atomic<uint32_t> generation;  // 0: not traced; grows with each attachment
    uint32_t mode;
    const api::ExportTable* modules;
    DataHeader* data;
    const PlanHeader* header;
    uint64_t long_call;
    int socket, wake;
    const void* target(const CallPlan& plan) const { return modules[plan.module].rows[plan.row].target; }
    const char* name(const CallPlan& plan) const { return modules[plan.module].rows[plan.row].name; }
};

extern "C" {
[[gnu::visibility("hidden")]] extern State lsw_trace_state;
[[gnu::visibility("hidden"), gnu::tls_model("local-exec")]] extern thread_local ThreadState lsw_trace_thread;
extern const char lsw_trace_thunks[];
// Present when a stock tool watches the probes.
extern volatile unsigned short lsw_api_enter_semaphore, lsw_api_return_semaphore;

[[gnu::ms_abi]] void lsw_trace_slow(void (*function)(uint64_t, uint64_t) __attribute__((ms_abi)), uint64_t a, uint64_t b);
[[gnu::ms_abi]] uint64_t lsw_trace_copy_text(void* to, const void* from, uint64_t most);
[[gnu::ms_abi]] uint64_t lsw_trace_copy_wide(void* to, const void* from, uint64_t most);
[[gnu::ms_abi]] uint64_t lsw_trace_copy_bytes(void* to, const void* from, uint64_t most);

// Slow paths, in process.cpp.
[[gnu::ms_abi]] void lsw_trace_take_region(uint64_t, uint64_t);
[[gnu::ms_abi]] void lsw_trace_wake_reader(uint64_t, uint64_t);
[[gnu::ms_abi]] void lsw_trace_check_tracer(uint64_t, uint64_t);
[[gnu::ms_abi]] void lsw_trace_long_call(uint64_t frame, uint64_t ticks);
}

// Room for a record in the calling thread's ring, or null (counted). Published by publish().
Record* reserve(Region& region, uint32_t size_bytes);
void publish(Region& region);

}  // namespace lsw::trace
