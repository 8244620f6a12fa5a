// Stacks for `lsw trace --flame`: walked through PE frames by their .pdata and through ours by their .eh_frame, so neither
// needs frame pointers. On the CPU: a timer of each thread's own CPU time interrupts it. In calls: at the end of long ones.
#pragma once

#include <cstdint>

namespace lsw::seh {

// Tells the tracing layer how stacks are walked. Once, at the start of the process; costs nothing until a tracer asks.
void install_stack_samples();

// A new thread, before it runs guest code; a thread that ends.
void begin_sampled_thread();
void end_sampled_thread();

// For the handler of faults: when a sample read a stack that is not one, does not return; goes on after the sample.
void abandon_sample();

}  // namespace lsw::seh
