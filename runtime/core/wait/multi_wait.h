// Sleeping on several futex words: futex_waitv(2), or helper threads where the kernel (before 5.16) or a filter lacks it.
#pragma once

#include "core/wait/futex.h"

namespace lsw {

// As futex_wait_any, on every kernel. At most kFutexWaitEntries.
int wait_any_word(const FutexWaitEntry* entries, unsigned count, int64_t deadline_ns);

}  // namespace lsw
