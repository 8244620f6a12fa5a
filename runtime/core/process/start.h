// Start and end of the process: TEB, PEB and process parameters of the first thread, the first jump into the program,
// and the way out.
#pragma once

#include <cstdint>

#include "core/runtime.h"

namespace lsw {

// Runs `options.program` in this process; comes back only by ending the process.
[[noreturn]] void run_program(Options options);

// Ends the process as ExitProcess does: DLL_PROCESS_DETACH, then exit_now.
[[noreturn]] void exit_process(uint32_t code);

// Ends the process at once (TerminateProcess on oneself, fatal exceptions): no guest code runs any more.
[[noreturn]] void exit_now(uint32_t code);

// The same for an exception that nobody handled: the Linux status is 128 + signal.
[[noreturn]] void exit_now_by_signal(uint32_t code, int signal);

// Linux exit status of a Windows code: its low byte, and 1 for a non-zero code whose low byte is zero.
int linux_exit_status(uint32_t code);

}  // namespace lsw
