// The seam between the generic unwinder and C++ catch blocks, which run on top of the frames that were
// thrown through, as the callback of a consolidating unwind.
//
// While such a block runs, the frame it belongs to stands on the stack a second time, at the place where
// the exception left it. Walks that come past the block tell the frame's handler so (Frame::catch_state),
// because the state it would find by instruction address is that of a try block already left.
#pragma once

#include "abi/unwind.h"

namespace lsw::seh {

// ExceptionInformation of the record of a consolidating unwind made by our C++ frame handlers; [0] is the
// callback, as documented.
enum CatchParameter : int {
    kCatchCallback = 0,
    kCatchEstablisher = 1,
    kCatchHandler = 2,
    kCatchState = 3,        // of the frame while the block runs, plus 2
    kCatchException = 4,    // EXCEPTION_RECORD* of what is being handled
    kCatchPrevious = 5,     // what the thread handled before
    kCatchPreviousContext = 6,
    kCatchContinuations = 7,
    kCatchMagic = 8,
    kCatchParameters = 9,
};
inline constexpr ULONG_PTR kCatchBlockMagic = 0x4C53'5743'6174'6368;

// State plus 2, or 0 for records that are not of a catch block of ours.
inline uint32_t catch_state_of(const EXCEPTION_RECORD& record) {
    bool ours = record.NumberParameters == kCatchParameters &&
                record.ExceptionInformation[kCatchMagic] == kCatchBlockMagic;
    return ours ? static_cast<uint32_t>(record.ExceptionInformation[kCatchState]) : 0;
}

// Runs when an unwind leaves a catch block: the block's exception ends with it.
EXCEPTION_ROUTINE abandoned_catch_handler;

// Set by the C++ runtime: ends the exception of a block that was left, unless `current` carries it on.
void set_catch_abandoned(void (*function)(EXCEPTION_RECORD* block, EXCEPTION_RECORD* current));

}  // namespace lsw::seh
