// The loaded images, as tracers and perf want to know them.
#pragma once

namespace lsw::trace {

// Tells a tracer that has just attached what is loaded already. Async-signal-safe.
void report_modules();

}  // namespace lsw::trace
