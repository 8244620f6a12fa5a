// System calls that Windows code makes by itself: `syscall` with the number of an NT service in EAX.
//
// Such a number means something else to Linux, so it must never get there: Syscall User Dispatch turns a
// system call of guest code into SIGSYS, whose handler sends the thread to the service, as if the program had
// called ntdll's export. This is tier T2 of DESIGN.md, which must work for every site.
#pragma once

namespace lsw::seh {

// Installs the handler. Once, before threads arm.
void install_raw_syscalls();

// Arms the calling thread: the kernel keeps this per thread, and fork does not copy it. False where the kernel
// lacks it (before 5.11); raw calls of the program then reach Linux.
bool arm_raw_syscalls();

}  // namespace lsw::seh
