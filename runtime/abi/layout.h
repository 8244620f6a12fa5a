// The address-space split: Windows-side mappings below, Linux-side above. "Did this come from Windows code?" is one compare.
// Linux puts libraries and stacks at 0x7f.. and programs from 0x5555'5555'4000 up; a static lsw is linked for 0x6000'0000'0000
// (runtime/cli/fixed_address.cmake) and has its heap behind it: all above the split.
#pragma once

#include <cstdint>

namespace lsw {

inline constexpr uint64_t kGuestLimit = 0x5000'0000'0000;
inline constexpr uint64_t kGuestFirst = 0x1'0000;  // vm.mmap_min_addr
inline constexpr uint64_t kAllocationGranularity = 0x1'0000;
inline constexpr uint64_t kPageSize = 0x1000;
inline constexpr uint64_t kUserSharedDataAddress = 0x7FFE'0000;

inline bool is_guest_address(uint64_t address) { return address < kGuestLimit; }
inline bool is_guest_address(const void* address) {
    return is_guest_address(reinterpret_cast<uint64_t>(address));
}

}  // namespace lsw
