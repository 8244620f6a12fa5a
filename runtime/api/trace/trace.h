// Tracing as the rest of the runtime sees it: a process that is traced has thunks in the slots of its façades (see
// README.md here); one that is not has the functions themselves, and pays nothing.
#pragma once

#include <cstddef>
#include <cstdint>

namespace lsw::trace {

// The environment variable by which `lsw trace` tells a program whom to report to: the tracer's pid.
inline constexpr char kTracerVariable[] = "LSW_TRACE";

// At the start of a process, before modules are mapped: reports to the tracer that the environment names, takes the
// variable away, and listens for tracers that come later (a signal; see attach_signal).
void begin();

// The pid to hand to a child in kTracerVariable; 0 when it is not to be traced.
int tracer_of_children();

// The signal that asks a process to report to the tracer whose pid is its value.
int attach_signal();

// The slots of a module's façade, once they are mapped: filled with functions or thunks.
void fill_slots(size_t facade, const void** slots);

// At the end of a thread: its region may be used by another.
void end_thread();

// An image was mapped or unmapped; `path` is its Linux path or the name of a built-in module.
void module_loaded(uint64_t base, uint64_t size_bytes, const char* path);
void module_unloaded(uint64_t base);

void exception_raised(uint32_t code, uint64_t address, uint64_t parameter0, uint64_t parameter1);

// For the handler of faults: a copy of guest memory ends where the memory does. Returns the instruction to go on at,
// or 0 when `rip` is none of such a copy.
uint64_t recover_copy(uint64_t rip);

// Walks the calling thread's stack from its innermost guest frame and fills in addresses; set by core, which knows how.
using StackWalker = unsigned (*)(uint64_t* out, unsigned most);
void set_stack_walker(StackWalker walker);
void record_stack(uint64_t weight, uint32_t detail, const uint64_t* addresses, unsigned count);

// Whether code is to lie in memory of the process alone: perf reads its map of names only for such memory.
bool wants_own_pages();

// Whether the attached tracer wants samples of stacks; their interval in microseconds, or 0. `changed` is told when
// that begins or ends.
uint32_t sample_interval_us();
void on_sampling_change(void (*changed)());

}  // namespace lsw::trace
