// A member by which a live object of a kind is told from whatever else a program may pass as a pointer to one: freed ones,
// those of another kind, wild ones. Looking touches the memory, which for a wild pointer faults as on Windows.
#pragma once

#include <cstdint>

namespace lsw {

class LiveMark {
public:
    // `kind`: any number, another one for every type.
    explicit LiveMark(uint32_t kind) : value_(value_for(kind)) {}
    ~LiveMark() { *const_cast<volatile uint64_t*>(&value_) = 0; }
    LiveMark(const LiveMark&) = delete;
    LiveMark& operator=(const LiveMark&) = delete;

    bool is(uint32_t kind) const { return value_ == value_for(kind); }

private:
    uint64_t value_for(uint32_t kind) const { return reinterpret_cast<uint64_t>(this) ^ kMagic ^ kind; }
    static constexpr uint64_t kMagic = 0x4C53'5720'4C69'7665;
    uint64_t value_;
};

}  // namespace lsw
