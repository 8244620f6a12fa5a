// PacketQueue: the packets of a completion port, first in, first out, in a ring that grows and stays: nothing is allocated per
// packet. The port's lock guards it.
#pragma once

#include <cstdint>
#include <vector>

#include "abi/types.h"

namespace lsw {

class WaitPacket;

struct Completion {
    uint64_t key;
    uint64_t context;  // Win32: the OVERLAPPED
    NTSTATUS status;
    uint64_t information;
    WaitPacket* source = nullptr;  // the wait packet it came from, while it may still be taken back
};

class PacketQueue {
public:
    bool empty() const { return count_ == 0; }
    size_t size() const { return count_; }

    void push(const Completion& packet) {
        if (count_ == ring_.size()) grow();
        at(count_++) = packet;
    }
    // Only where there is one.
    Completion pop() {
        Completion packet = at(0);
        first_ = (first_ + 1) & (ring_.size() - 1);
        --count_;
        return packet;
    }
    // Takes out what came from `source`.
    void remove(const WaitPacket* source) {
        size_t kept = 0;
        for (size_t i = 0; i < count_; ++i)
            if (at(i).source != source) at(kept++) = at(i);
        count_ = kept;
    }

private:
    static constexpr size_t kSmallest = 16;

    Completion& at(size_t index) { return ring_[(first_ + index) & (ring_.size() - 1)]; }
    void grow() {
        std::vector<Completion> larger(ring_.empty() ? kSmallest : ring_.size() * 2);
        for (size_t i = 0; i < count_; ++i) larger[i] = at(i);
        ring_ = std::move(larger);
        first_ = 0;
    }

    std::vector<Completion> ring_;  // a power of two
    size_t first_ = 0, count_ = 0;
};

}  // namespace lsw
