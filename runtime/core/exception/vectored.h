// Vectored exception and continue handlers ("Vectored Exception Handling").
#pragma once

#include "abi/exception.h"

namespace lsw::seh {

enum class VectoredKind { kException, kContinue };

// Returns the handle to remove it with, or null without memory.
void* add_vectored_handler(VectoredKind kind, bool first, PVECTORED_EXCEPTION_HANDLER handler);
bool remove_vectored_handler(VectoredKind kind, void* handle);

// Calls the handlers in order until one says to continue execution; true when one did. No lock is held
// while a handler runs: it may add and remove handlers, and may never return.
bool call_vectored_handlers(VectoredKind kind, EXCEPTION_POINTERS* pointers);

}  // namespace lsw::seh
