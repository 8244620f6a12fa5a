// Events and semaphores whose state is lent to the kernel, where tier T1 completes services on them (bpf/fastpath).
//
// BPF cannot change a program's memory atomically, only that of its own maps. So the state of a record moves there: lend()
// leaves a mark in the record (kLent) and the state in a slot of the process's table, which both sides change by
// compare-and-swap. Whoever in the process then touches the record meets the mark and takes the state back first
// (state_of, change_state), so there is one state at any time, and imports, T0 and T2 need not know. What is lent has no
// waiters: the kernel wakes nobody. Records of several processes are never lent, nor are mutants, which their owner's death
// must find.
//
// A handle's entry says which slot, and the slot's generation, so that a stale one leads nowhere.
#pragma once

#include "abi/types.h"
#include "core/wait/record.h"

namespace lsw {

// From now on records can be lent: `table` is the process's (bpf/fastpath/fastpath.h), mapped for good.
void begin_lending(void* table);

// After a service on this handle was done in the process although it came from a site that the kernel serves: so that the
// next can be done there. Nothing happens when it cannot.
void lend(HANDLE handle);

}  // namespace lsw
