// The bridge: one thread, started when a descriptor-backed object first joins a wait that poll(2) cannot do alone, which
// sleeps in epoll and rings the records of descriptors that became ready.
#pragma once

#include "core/wait/waitable.h"

namespace lsw {

// The object's record is rung once when its descriptor is ready next. Armed again by each call.
void bridge_arm(Waitable& object);

// The descriptor is about to be closed: drops what the bridge knows of it.
void bridge_forget(Waitable& object);

}  // namespace lsw
