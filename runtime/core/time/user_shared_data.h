// KUSER_SHARED_DATA: the page at 0x7FFE0000 whose clocks tick. Programs that never look at it pay one mapping; the first
// look faults, fills the page and starts the thread that keeps its clocks. When nobody has looked for a while (found out by
// taking the page away again), the thread sleeps until the next fault.
#pragma once

#include <cstdint>

namespace lsw {

// Reserves the page. Before any guest code.
void reserve_user_shared_data();

// From the SIGSEGV handler, first of all: true when the fault was a look at the page, which can be tried again. Runs on the
// handler's stack, since a goroutine's has no room for anything.
bool user_shared_data_fault(uint64_t address, bool is_write);

// timeBeginPeriod and timeEndPeriod: the finest period asked for, in milliseconds, sets the ticks.
void begin_timer_period(uint32_t milliseconds);
bool end_timer_period(uint32_t milliseconds);

}  // namespace lsw
