// IdleList: a few things that cost system calls to make, kept for whoever needs the next one (a dead thread's memory).
// For static storage; any thread, never from a signal handler.
#pragma once

#include <cstddef>
#include <mutex>

#include "base/small_lock.h"

namespace lsw {

template <class T, size_t N>
class IdleList {
public:
    // False when the list is full: the caller then does away with `item`.
    bool put(const T& item) {
        std::lock_guard guard(lock_);
        if (count_ == N) return false;
        items_[count_++] = item;
        return true;
    }

    // The newest that `fits`, whose caches are the warmest.
    template <class Fits>
    bool take(T& item, Fits fits) {
        std::lock_guard guard(lock_);
        for (size_t i = count_; i-- > 0;) {
            if (!fits(items_[i])) continue;
            item = items_[i];
            items_[i] = items_[--count_];
            return true;
        }
        return false;
    }
    bool take(T& item) {
        return take(item, [](const T&) { return true; });
    }

private:
    SmallLock lock_;
    size_t count_ = 0;
    T items_[N] = {};
};

}  // namespace lsw
