// The debugged process's side of debugging. What happens is told by the thread that it happens to, which stops the others,
// sends an Event and sleeps until the debugger's order to go on; a host thread takes the orders, and ends the process when
// the debugger dies. While the event is open, the thread's registers as others read and write them are those of the event.
// Costs one load of a flag where nobody debugs.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "abi/context.h"
#include "abi/exception.h"
#include "abi/status.h"
#include "base/unique_fd.h"

namespace lsw {
struct Module;
class Thread;
}  // namespace lsw

namespace lsw::debug {

extern std::atomic<bool> g_debugged;
inline bool is_debugged() { return g_debugged.load(std::memory_order_relaxed); }

// A debugger is there, at the other end of `socket`.
bool begin(UniqueFd socket);
// The same for one that comes later; a thread made for it tells what it has missed. Errors: STATUS_PORT_ALREADY_SET,
// those of create_thread.
NTSTATUS attach(UniqueFd socket);

// On the first thread, before any of the program's code: the process, its modules, and the breakpoint that debuggers wait for.
void process_started();
void thread_started();
void thread_ends(uint32_t code);
void process_ends(uint32_t code);
void module_loaded(const Module& module);
void module_unloaded(uint64_t base);
void output_string(const void* text, size_t characters, bool wide);
// True: go on with the context, as the debugger has left it.
bool exception(EXCEPTION_RECORD* record, CONTEXT* context, bool first_chance);

// The registers of a thread whose event is open; null for any other.
CONTEXT* shown_context(const Thread& thread);

// Address of an int3 followed by a ret, in memory of the program's.
uint64_t breakpoint_code();

}  // namespace lsw::debug
