#include "core/thread/host_stack.h"

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>

extern "C" void lsw_call_on_stack(void (*function)(void*), void* argument, void* top, void** saved);

namespace lsw {
namespace {

constexpr size_t kStackSize = 512 << 10;

// One per thread, made when first needed; the kernel commits what is touched.
class HostStack {
public:
    ~HostStack() {
        if (low_) munmap(low_, kStackSize);
    }
    std::byte* top() {
        if (!low_) {
            void* made = mmap(nullptr, kStackSize, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
            if (made == MAP_FAILED) return nullptr;
            low_ = static_cast<std::byte*>(made);
        }
        return low_ + kStackSize;
    }
    bool contains(const void* address) const {
        auto at = static_cast<const std::byte*>(address);
        return low_ && at >= low_ && at < low_ + kStackSize;
    }

private:
    std::byte* low_ = nullptr;
};

}  // namespace

void run_on_host_stack(void (*work)(void*), void* argument) {
    thread_local HostStack stack;
    char here;
    std::byte* top = stack.contains(&here) ? nullptr : stack.top();
    if (!top) return work(argument);  // there already, or no memory for another: the caller's must do
    void* saved = nullptr;
    lsw_call_on_stack(work, argument, top - 64, &saved);
}

}  // namespace lsw
