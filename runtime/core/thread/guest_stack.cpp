#include "core/thread/guest_stack.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>

#include "abi/layout.h"
#include "base/guest_map.h"
#include "base/idle_list.h"
#include "core/exception/faults.h"
#include "core/memory/address_space.h"
#include "core/teb.h"

extern "C" void lsw_call_on_stack(void (*function)(void*), void* argument, void* top, void** saved);

namespace lsw {
namespace {

constexpr size_t kDefaultReserve = 1 << 20;
// Our functions run on guest stacks and call libc; programs that ask for less still get this much.
constexpr size_t kSmallestReserve = 256 << 10;
// In front of the stack; the lower part of the guard is in it.
constexpr size_t kHidden = kAllocationGranularity;
static_assert(seh::kStackGuardBytes + kPageSize <= kHidden + seh::kStackGuardShown);

// Stacks of threads that ended: to map one anew, with its guard, costs more than all else of a thread's start.
struct IdleStack {
    std::byte* low;
    size_t size_bytes;
};
constinit IdleList<IdleStack, 16> g_idle;
constexpr size_t kLargestIdle = 8 << 20;
// At the stack's upper end, which every thread uses: zeroed instead of given back and faulted in again.
constexpr size_t kAlwaysUsed = 2 * kPageSize;

void adopt(std::byte* stack, size_t size_bytes) {
    auto low = reinterpret_cast<uint64_t>(stack), hidden = low - kHidden;
    address_space().adopt(hidden, kHidden, RegionType::Private, PAGE_NOACCESS, {{hidden, low, 0}}, {}, true);
    address_space().adopt(low, size_bytes, RegionType::Private, PAGE_READWRITE, {{low, low + kPageSize, 0}}, {}, true);
}

// The calling thread's own, with its guard and its protections as they were.
bool is_as_made(std::byte* low, size_t size_bytes) {
    TEB* teb = current_teb();
    if (!teb || teb->DeallocationStack != low || teb->NtTib.StackLimit != low + seh::kStackGuardShown) return false;
    auto pages = address_space().query(reinterpret_cast<uint64_t>(low) + kPageSize);
    return pages.ok() && pages->RegionSize == size_bytes - kPageSize && pages->Protect == PAGE_READWRITE;
}

}  // namespace

Result<GuestStack> GuestStack::allocate(size_t reserve_bytes, size_t) {
    size_t size = std::max(reserve_bytes ? reserve_bytes : kDefaultReserve, kSmallestReserve);
    size = (size + kAllocationGranularity - 1) & ~(kAllocationGranularity - 1);
    GuestStack stack;
    IdleStack idle;
    if (g_idle.take(idle, [&](const IdleStack& one) { return one.size_bytes == size; })) {
        stack.low_ = idle.low;
        stack.size_bytes_ = size;
        adopt(idle.low, size);
        return stack;
    }
    std::byte* mapped = LSW_TRY(map_guest(nullptr, kHidden + size, PROT_READ | PROT_WRITE,
                                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0));
    stack.low_ = mapped + kHidden;
    stack.size_bytes_ = size;
    if (mprotect(mapped, kHidden + seh::kStackGuardShown, PROT_NONE) != 0) return Status(STATUS_NO_MEMORY);
    adopt(stack.low_, size);
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
    bool reusable = size_bytes_ <= kLargestIdle && is_as_made(low_, size_bytes_);
    address_space().forget(reinterpret_cast<uint64_t>(low_));
    address_space().forget(reinterpret_cast<uint64_t>(low_) - kHidden);
    if (reusable) {
        // A new stack is all zeros, on Windows and here. Pages that the program has locked cannot be given back.
        std::byte* usable = low_ + seh::kStackGuardShown;
        memset(high() - kAlwaysUsed, 0, kAlwaysUsed);
        reusable = madvise(usable, static_cast<size_t>(high() - usable) - kAlwaysUsed, MADV_DONTNEED) == 0 &&
                   g_idle.put({low_, size_bytes_});
    }
    if (!reusable) munmap(low_ - kHidden, kHidden + size_bytes_);
    low_ = nullptr;
}

}  // namespace lsw
