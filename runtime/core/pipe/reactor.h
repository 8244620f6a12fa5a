// The reactor: has the I/O engine watch the descriptors of pipes whose operations have to wait, and lets them go on
// when they are ready.
#pragma once

#include "core/pipe/pipe_object.h"

namespace lsw {

// The pipe's pending operations changed: tries them, and watches for what they need next.
void reactor_update(PipeObject& pipe);
// The pipe's descriptor is about to go.
void reactor_forget(PipeObject& pipe);

}  // namespace lsw
