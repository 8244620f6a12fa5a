// GuestStack: a stack below kGuestLimit of the size that a PE or CreateThread asks for, and the switch onto it.
// Layout from low to high: a part that is closed and hidden from the program, in whose upper end the guard begins that
// opens for handling an overflow (core/exception/faults.h); the guard's last pages, reserved room, committed pages, top.
#pragma once

#include <cstddef>

#include "abi/peb.h"
#include "base/result.h"

namespace lsw {

class GuestStack {
public:
    // Sizes in bytes as in the PE header; 0 takes 1 MiB. Pages are committed by the kernel as they are touched,
    // so the commit size only sets what TEB.StackLimit claims.
    static Result<GuestStack> allocate(size_t reserve_bytes, size_t commit_bytes);

    // Fills StackBase, StackLimit and DeallocationStack.
    void publish(TEB* teb) const;

    // Calls `function(argument)` on this stack and comes back on the caller's.
    void run(void (*function)(void*), void* argument) const;

    void release();

    std::byte* low() const { return low_; }
    std::byte* high() const { return low_ + size_bytes_; }

private:
    std::byte* low_ = nullptr;
    size_t size_bytes_ = 0;
};

}  // namespace lsw
