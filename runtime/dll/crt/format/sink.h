// Where formatted text goes. The printf engine knows nothing of buffers and streams but this.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

namespace lsw::crt {

template <class C>
class Sink {
public:
    virtual ~Sink() = default;
    virtual void write(const C* text, size_t count) = 0;
    bool failed() const { return failed_; }

    void fill(C unit, size_t count) {
        C chunk[32];
        std::fill(chunk, chunk + std::min<size_t>(count, 32), unit);
        for (; count > 0; count -= std::min<size_t>(count, 32))
            write(chunk, std::min<size_t>(count, 32));
    }

protected:
    bool failed_ = false;
};

// Keeps the first `capacity` characters and counts all; writes no terminator. A null buffer only
// counts.
template <class C>
class BufferSink final : public Sink<C> {
public:
    BufferSink(C* buffer, size_t capacity) : buffer_(buffer), capacity_(buffer ? capacity : 0) {}

    void write(const C* text, size_t count) override {
        if (total_ < capacity_) {
            std::copy_n(text, std::min<uint64_t>(count, capacity_ - total_), buffer_ + total_);
        }
        total_ += count;
    }
    uint64_t total() const { return total_; }

private:
    C* buffer_;
    uint64_t capacity_;
    uint64_t total_ = 0;
};

}  // namespace lsw::crt
