// Tier T1: raw calls that the kernel completes, by a BPF program (bpf/fastpath) that lswhost loads where it has the rights.
//
// A site that keeps trapping, because T0 cannot or must not patch it, gets another number for its `mov eax, N`: that of
// Linux's prctl, whose security hook the program answers in place of. The program finds the service by the address of the
// call, in a table that it shares with this process, and does it there: clocks, the processor's number, and events and
// semaphores whose state is lent to it (core/wait/lent.h). What it cannot do it hands back, by SIGSYS.
//
// A thread that uses such sites does without Syscall User Dispatch, which comes before all else in the kernel. Instead it
// has a seccomp filter that turns every system call of Windows code into SIGSYS (T2), but for a prctl whose option Linux
// does not know: should the program be gone, that is only an error. It cannot go: this process holds it. The filter would
// be inherited by Linux programs started from here, of which some lie where Windows code does, so processes are started
// by a thread that has none (core/thread/clean_thread.h).
//
// Off unless a site is called often: it needs lswhost, and rights. LSW_RAW_CALLS with t1 uses it at once and everywhere.
#pragma once

#include <signal.h>

#include <cstdint>
#include <string>

namespace lsw::seh {

// Whether there is code for this service in the kernel's program.
bool kernel_completes(uint32_t number);

// The service that is meant by a call of `number` before `after`: rewritten sites call Linux's prctl.
uint32_t number_at(uint64_t after, uint32_t number);

// A call that the kernel could complete trapped. What to call instead of the service itself, if anything.
const void* note_trap(uint64_t after, uint32_t number);

// From the SIGSYS handler: true when the signal is the program's, for a call just made.
bool handed_back(const siginfo_t& info, const mcontext_t& machine);

// Code between the addresses is gone.
void forget_kernel_calls(uint64_t start, uint64_t end);

// How many calls of the sites that exist were completed in the kernel.
uint64_t count_kernel_calls();

// For lsw doctor: asks lswhost now, without changing this process any further. Empty when all is well.
std::string try_kernel_calls();
// Whether results can be written to a program's memory; false: only calls whose result fits EAX are completed.
bool kernel_may_write();

}  // namespace lsw::seh
