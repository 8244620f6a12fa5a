#include "core/thread/guest_stack.h"

#include <sys/mman.h>

#include <algorithm>

#include "abi/layout.h"
#include "base/guest_map.h"
#include "core/exception/faults.h"
#include "core/memory/address_space.h"

extern "C" void lsw_call_on_stack(void (*function)(void*), void* argument, void* top, void** saved);

namespace lsw {
namespace {

constexpr size_t kDefaultReserve = 1 << 20;
// Our functions run on guest stacks and call libc; programs that ask for less still get this much.
constexpr size_t kSmallestReserve = 256 << 10;
// In front of the stack; the lower part of the guard is in it.
constexpr size_t kHidden = kAllocationGranularity;
static_assert(seh::kStackGuardBytes + kPageSize <= kHidden + seh::kStackGuardShown);

}  // namespace

Result<GuestStack> GuestStack::allocate(size_t reserve_bytes, size_t) {
    size_t size = std::max(reserve_bytes ? reserve_bytes : kDefaultReserve, kSmallestReserve);
    size = (size + kAllocationGranularity - 1) & ~(kAllocationGranularity - 1);
    GuestStack stack;
    std::byte* mapped = LSW_TRY(map_guest(nullptr, kHidden + size, PROT_READ | PROT_WRITE,
                                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0));
    stack.low_ = mapped + kHidden;
    stack.size_bytes_ = size;
    if (mprotect(mapped, kHidden + seh::kStackGuardShown, PROT_NONE) != 0) return Status(STATUS_NO_MEMORY);
    auto low = reinterpret_cast<uint64_t>(stack.low_), hidden = low - kHidden;
    address_space().adopt(hidden, kHidden, RegionType::Private, PAGE_NOACCESS, {{hidden, low, 0}}, {}, true);
    address_space().adopt(low, size, RegionType::Private, PAGE_READWRITE, {{low, low + kPageSize, 0}}, {}, true);
    return stack;
}

void GuestStack::publish(TEB* teb) const {
    teb->NtTib.StackBase = high();
    teb->NtTib.StackLimit = low_ + seh::kStackGuardShown;
    teb->DeallocationStack = low_;
}

void GuestStack::run(void (*function)(void*), void* argument) const {
    void* saved;
    lsw_call_on_stack(function, argument, high() - 64, &saved);
}

void GuestStack::release() {
    if (!low_) return;
    address_space().forget(reinterpret_cast<uint64_t>(low_));
    address_space().forget(reinterpret_cast<uint64_t>(low_) - kHidden);
    munmap(low_ - kHidden, kHidden + size_bytes_);
    low_ = nullptr;
}

}  // namespace lsw
