// One try at an operation with plain system calls, for the blocking backend.
#pragma once

#include "iouring-io/operation.h"

namespace lsw::io {

// A transfer of a file, as long as it takes.
int32_t transfer(Operation& operation);

// Something on a stream, without waiting: -EAGAIN when it would have to.
int32_t attempt(Operation& operation);

}  // namespace lsw::io
