// Tier T3: services that lswhost sees before the process does them (abi/services.inc), when they are called raw.
//
// The first such call installs a seccomp filter that turns one system call instruction of ours, lsw_ask_host's, into a
// notification, and hands the listener to lswhost, which is started if need be. All other system calls pass the filter.
// lswhost completes the service, refuses it, or hands it back; when it is gone, the kernel answers ENOSYS and the process
// goes on by itself. The filter is inherited: processes started later ask the same lswhost, and natives never come to it.
#pragma once

#include <cstdint>

namespace lsw::seh {

// What raw_syscall_entry.S keeps of a call.
struct RawCall {
    uint64_t arguments[4];
    uint64_t status;         // EAX: the number on entry, the status when it was completed
    uint64_t stack_pointer;  // as it was at the `syscall`; the fifth argument lies at + 0x28
};

// True when lswhost completed the call; its status is then in `call`.
bool complete_by_host(uint32_t number, RawCall* call);

// Installs the filter now, or finds that it cannot be.
void settle_notification();

}  // namespace lsw::seh
