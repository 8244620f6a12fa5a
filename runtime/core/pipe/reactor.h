// The reactor: one host thread, started by the first pipe operation that has to wait, which sleeps
// in epoll and lets pipes go on when they are ready.
#pragma once

#include "core/pipe/pipe_object.h"

namespace lsw {

// The pipe's pending operations changed: tries them, and watches for what they need next.
void reactor_update(PipeObject& pipe);
// The pipe's descriptor is about to go.
void reactor_forget(PipeObject& pipe);

}  // namespace lsw
