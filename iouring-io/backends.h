// The two backends of Engine, for engine.cpp and the tests.
#pragma once

#include <memory>

#include "iouring-io/engine.h"

namespace lsw::io {

// nullptr where the kernel refuses; `*why` then says what it said.
std::unique_ptr<Engine> make_ring_engine(const char** why);
std::unique_ptr<Engine> make_blocking_engine(const char* why);

}  // namespace lsw::io
