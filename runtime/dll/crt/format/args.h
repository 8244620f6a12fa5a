// The variable arguments of a Windows function: on x64 a row of 8-byte slots ("x64 calling
// convention: Varargs"), so the n-th argument is found without knowing the types of those before
// it.
#pragma once

#include <cstdint>
#include <cstring>

namespace lsw::crt {

using MsVaList = __builtin_ms_va_list;

class ArgReader {
public:
    explicit ArgReader(MsVaList list)
        : base_(reinterpret_cast<const uint64_t*>(list)), next_(base_) {}

    uint64_t next_slot() { return *next_++; }
    int32_t next_int() { return static_cast<int32_t>(next_slot()); }
    template <class T>
    T* next_pointer() {
        return reinterpret_cast<T*>(next_slot());
    }

    // Go to the `position`-th argument (from 1), for the positional family.
    void seek(unsigned position) { next_ = base_ + (position - 1); }

    static double as_double(uint64_t slot) {
        double value;
        memcpy(&value, &slot, sizeof value);
        return value;
    }

private:
    const uint64_t* base_;
    const uint64_t* next_;
};

}  // namespace lsw::crt
