// System calls that Windows code makes by itself: `syscall` (or `int 2Eh`) with the number of an NT service in EAX.
//
// Such a number means something else to Linux, so it must never get there: Syscall User Dispatch turns a
// system call of guest code into SIGSYS, whose handler sends the thread to the service, as if the program had
// called ntdll's export. This is tier T2 of ARCHITECTURE.md, which must work for every site; call_sites.h makes
// sites cheaper (T0), kernel_calls.h has some completed in the kernel (T1), notification.h lets lswhost see some services
// first (T3).
#pragma once

#include <ucontext.h>

#include <cstdint>
#include <string_view>

namespace lsw::seh {

// Whether T1 may be used: never; for sites called often, where T0 cannot be; or for every site that T0 may not have.
enum class UseKernel : uint8_t { Never, WhenOften, Always };

// Which of the tiers above T2 a process may use: LSW_RAW_CALLS, a comma list of t0, t1, t3; all when not set.
struct RawCallTiers {
    bool patch = true;                         // T0
    UseKernel kernel = UseKernel::WhenOften;   // T1
    bool notify = true;                        // T3
};
RawCallTiers parse_raw_call_tiers(const char* list);

// Installs the handler. Once, before threads arm.
void install_raw_syscalls(RawCallTiers tiers);
RawCallTiers raw_call_tiers();

// From the fault handler, for a read of the page of services (kServiceSlotsAddress): makes it. Programs that neither make raw
// calls nor import services never look at it. True when it is there now.
bool service_slots_fault(uint64_t address);

// Arms the calling thread: the kernel keeps this per thread, and fork does not copy it. False where the kernel
// lacks it (before 5.11); raw calls of the program then reach Linux.
bool arm_raw_syscalls();

// From the fault handler: true when the fault was a call of guest code, which is then sent to its service: SIGSEGV of an
// `int 2Eh`, or SIGILL of a `syscall` that no seccomp filter sees.
bool raw_call_fault(int signal, mcontext_t& machine);

}  // namespace lsw::seh
