// Looking at the program's memory before a lock is taken, or much is allocated, for what it says: a bad pointer faults here,
// where nothing is left behind.
#pragma once

#include <cstddef>
#include <string_view>

namespace lsw {

template <class Unit>
void touch(std::basic_string_view<Unit> text) {
    if (text.empty()) return;
    (void)*const_cast<const volatile Unit*>(&text.front());
    (void)*const_cast<const volatile Unit*>(&text.back());
}

// Text up to its terminator.
template <class Unit>
void touch_text(const Unit* text) {
    for (auto* at = const_cast<const volatile Unit*>(text); *at; ++at) {
    }
}

// First and last byte, written with what they hold.
inline void touch_writable(void* memory, size_t size_bytes) {
    auto* bytes = static_cast<unsigned char*>(memory);
    __atomic_fetch_or(bytes, 0, __ATOMIC_RELAXED);
    __atomic_fetch_or(bytes + size_bytes - 1, 0, __ATOMIC_RELAXED);
}

}  // namespace lsw
