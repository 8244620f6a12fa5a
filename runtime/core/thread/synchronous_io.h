// CancelSynchronousIo: what a thread sleeps on in a synchronous read or write of a pipe, beside the pipe itself. The
// descriptor is made when a thread first sleeps so; cancelling writes to it.
#pragma once

#include <sys/types.h>

namespace lsw {

// The calling thread is about to sleep: a descriptor to poll for POLLIN, -1 when there can be none.
int begin_synchronous_io();
// It woke up: whether the operation was cancelled.
bool end_synchronous_io();

// Whether the thread was in an operation that is cancelled now.
bool cancel_synchronous_io(pid_t tid);

}  // namespace lsw
