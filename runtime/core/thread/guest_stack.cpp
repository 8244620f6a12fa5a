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

}  // namespace

Result<GuestStack> GuestStack::allocate(size_t reserve_bytes, size_t) {
    size_t size = std::max(reserve_bytes ? reserve_bytes : kDefaultReserve, kSmallestReserve);
    size = (size + kAllocationGranularity - 1) & ~(kAllocationGranularity - 1);
    GuestStack stack;
    stack.low_ = LSW_TRY(map_guest(nullptr, size, PROT_READ | PROT_WRITE,
                                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0));
    stack.size_bytes_ = size;
    if (mprotect(stack.low_, kPageSize + seh::kStackGuardBytes, PROT_NONE) != 0) return Status(STATUS_NO_MEMORY);
    auto low = reinterpret_cast<uint64_t>(stack.low_);
    address_space().adopt(low, size, RegionType::Private, PAGE_READWRITE, {{low, low + kPageSize, 0}}, {}, true);
    return stack;
}

void GuestStack::publish(TEB* teb) const {
    teb->NtTib.StackBase = high();
    teb->NtTib.StackLimit = low_ + kPageSize + seh::kStackGuardBytes;
    teb->DeallocationStack = low_;
}

void GuestStack::run(void (*function)(void*), void* argument) const {
    void* saved;
    lsw_call_on_stack(function, argument, high() - 64, &saved);
}

void GuestStack::release() {
    if (!low_) return;
    address_space().forget(reinterpret_cast<uint64_t>(low_));
    munmap(low_, size_bytes_);
    low_ = nullptr;
}

}  // namespace lsw
