// Assembly entries of the exception machinery, and the places in them that a stack walk recognises.
// Each keeps what the walk needs at a fixed distance above rsp at its label.
#pragma once

#include "abi/unwind.h"

namespace lsw::seh {

// What a fault handler leaves on the stack of the faulting thread; rsp at lsw_exception_entry is at
// `home`, less the space of a return address.
struct alignas(16) FaultFrame {
    uint64_t home[4];  // argument home space of the dispatcher
    CONTEXT context;
    EXCEPTION_RECORD record;
    uint64_t padding;
};
static_assert(offsetof(FaultFrame, context) == 32 && sizeof(FaultFrame) % 16 == 0);

extern "C" {
// Where a faulting thread continues: rsp points to FaultFrame::home. Never returns.
void lsw_exception_entry();
extern const char lsw_exception_return[];

// Call a language handler so that an exception in it is recognised as nested, or collided.
EXCEPTION_DISPOSITION lsw_call_exception_handler(EXCEPTION_RECORD*, uint64_t establisher, CONTEXT*,
                                                 DISPATCHER_CONTEXT*);
extern const char lsw_exception_handler_return[];
EXCEPTION_DISPOSITION lsw_call_unwind_handler(EXCEPTION_RECORD*, uint64_t establisher, CONTEXT*,
                                              DISPATCHER_CONTEXT*);
extern const char lsw_unwind_handler_return[];

// Calls record->ExceptionInformation[0] with the record, while the stack looks as if `context` were the
// caller, then continues at the address it returned with that context.
[[noreturn]] void lsw_consolidate(CONTEXT* context, EXCEPTION_RECORD* record);
extern const char lsw_consolidate_return[];
}

// The arguments that the handler trampolines keep, at rsp of their label.
struct HandlerCall {
    uint64_t home[4];
    DISPATCHER_CONTEXT* dispatcher;
};

struct ConsolidateCall {
    uint64_t home[4];
    CONTEXT* context;
    EXCEPTION_RECORD* record;
};

}  // namespace lsw::seh
