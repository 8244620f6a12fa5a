// Time stamp counter to nanoseconds: measured between the start and now, the better the longer it runs.
#pragma once

#include <cstdint>
#include <ctime>

namespace lsw::cli::trace {

inline uint64_t ticks_now() { return __builtin_ia32_rdtsc(); }

class TickClock {
public:
    TickClock() : first_ticks_(ticks_now()), first_ns_(monotonic()) {
        timespec real;
        clock_gettime(CLOCK_REALTIME, &real);
        start_unix_ns_ = real.tv_sec * 1'000'000'000ll + real.tv_nsec;
    }
    // Call now and then, and before converting what has just been read.
    void measure() {
        uint64_t ticks = ticks_now();
        int64_t ns = monotonic() - first_ns_;
        if (ns > 1'000'000) ns_per_tick_ = static_cast<double>(ns) / static_cast<double>(ticks - first_ticks_);
    }
    // Waits for as long as a first measurement takes.
    void settle() {
        while (monotonic() - first_ns_ < 1'100'000) {}
        measure();
    }
    double ns(uint64_t ticks) const { return static_cast<double>(ticks) * ns_per_tick_; }
    // Since the tracer started.
    double since_start_ns(uint64_t ticks) const {
        return static_cast<double>(static_cast<int64_t>(ticks - first_ticks_)) * ns_per_tick_;
    }
    uint64_t ticks(double ns) const { return static_cast<uint64_t>(ns / ns_per_tick_); }
    int64_t start_unix_ns() const { return start_unix_ns_; }
    int64_t first_ns() const { return first_ns_; }

private:
    static int64_t monotonic() {
        timespec now;
        clock_gettime(CLOCK_MONOTONIC, &now);
        return now.tv_sec * 1'000'000'000ll + now.tv_nsec;
    }
    uint64_t first_ticks_;
    int64_t first_ns_;
    int64_t start_unix_ns_ = 0;
    double ns_per_tick_ = 1;
};

}  // namespace lsw::cli::trace
