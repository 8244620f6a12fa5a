// Turns hardware faults into exceptions.
//
// Signals are doors, not rooms: the handler runs on an alternate stack, puts a CONTEXT and an
// EXCEPTION_RECORD onto the stack of the faulting thread and redirects the thread to the dispatcher, which
// then runs in ordinary context with all signals open.
#pragma once

#include <cstdint>

#include "abi/exception.h"

namespace lsw::seh {

// Installs the handlers for the process.
void install_fault_handlers();

// Gives the calling thread its alternate stack, and takes it away. Every thread with a TEB has one.
void begin_guest_thread();
void end_guest_thread();

// What core/memory makes of an access violation before any handler sees it: STATUS_SUCCESS to try the
// instruction again, or the status to raise (STATUS_GUARD_PAGE_VIOLATION, STATUS_IN_PAGE_ERROR, …).
using FaultClassifier = NTSTATUS (*)(uint64_t address, ULONG_PTR access);
void set_fault_classifier(FaultClassifier classifier);

// The room below the stack limit that a thread gets for handling the overflow of its stack. Most of it is below what
// the program takes for its stack, of which only the lowest three pages are closed: Go counts on 16 KB at most.
inline constexpr uint64_t kStackGuardBytes = 0x8000, kStackGuardShown = 0x3000;

// Protects the guard of the calling thread's stack again. Doc: "_resetstkoflw".
bool rearm_stack_guard();

}  // namespace lsw::seh
