// System calls that Windows code makes by itself: `syscall` (or `int 2Eh`) with the number of an NT service in EAX.
//
// Such a number means something else to Linux, so it must never get there: Syscall User Dispatch turns a
// system call of guest code into SIGSYS, whose handler sends the thread to the service, as if the program had
// called ntdll's export. This is tier T2 of ARCHITECTURE.md, which must work for every site; call_sites.h makes
// sites cheaper (T0), notification.h lets lswhost see some services first (T3).
#pragma once

#include <ucontext.h>

#include <cstdint>
#include <string_view>

namespace lsw::seh {

// Which of the tiers above T2 a process may use: LSW_RAW_CALLS, a comma list of t0, t3; both when not set.
struct RawCallTiers {
    bool patch = true;    // T0
    bool notify = true;   // T3
};
RawCallTiers parse_raw_call_tiers(const char* list);

// Fills the page of services and installs the handler. Once, before threads arm.
void install_raw_syscalls(RawCallTiers tiers);
RawCallTiers raw_call_tiers();

// Arms the calling thread: the kernel keeps this per thread, and fork does not copy it. False where the kernel
// lacks it (before 5.11); raw calls of the program then reach Linux.
bool arm_raw_syscalls();

// From the SIGSEGV handler: true when the fault was an `int 2Eh` of guest code, which is then sent to its service.
bool raw_call_fault(mcontext_t& machine);

}  // namespace lsw::seh
