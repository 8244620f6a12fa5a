#include "core/time/user_shared_data.h"

#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <mutex>

#include "abi/layout.h"
#include "abi/peb.h"
#include "base/cpu_features.h"
#include "base/host_thread.h"
#include "core/time/calendar.h"
#include "core/wait/clock.h"
#include "core/wait/futex.h"

namespace lsw {
namespace {

constexpr int64_t kDefaultTick_ns = 15'625'000;  // of Windows without timeBeginPeriod
constexpr int64_t kLookAgain_ns = 1'000'000'000;
constexpr int64_t kTicksPerTick = 156'250;

void* const kPage = reinterpret_cast<void*>(kUserSharedDataAddress);

struct SharedPage {
    std::atomic<uint32_t> lock{0};     // of the fault path, which may not use anything heavier
    KUSER_SHARED_DATA* writable = nullptr;
    std::atomic<uint32_t> ticking{0};  // 1 while the page can be read
    std::mutex periods_lock;
    uint32_t periods[17] = {};         // how often 1 to 16 ms were asked for
    std::atomic<int64_t> tick_ns{kDefaultTick_ns};
};

SharedPage& shared_page() {
    static SharedPage& instance = *new SharedPage;
    return instance;
}

// Held for microseconds; the handler may interrupt no holder, since all signals are blocked in the thread that ticks.
void lock(SharedPage& all) {
    while (all.lock.exchange(1, std::memory_order_acquire) != 0) sched_yield();
}
void unlock(SharedPage& all) { all.lock.store(0, std::memory_order_release); }

// Readers take High1, Low, High2 and try again until both are equal.
void store(volatile KSYSTEM_TIME& to, int64_t value) {
    to.High2Time = static_cast<LONG>(value >> 32);
    to.LowPart = static_cast<ULONG>(value);
    to.High1Time = static_cast<LONG>(value >> 32);
}

void update(KUSER_SHARED_DATA& page) {
    int64_t interrupt = interrupt_time();
    store(page.InterruptTime, interrupt);
    store(page.SystemTime, system_time());
    store(page.TickCount, interrupt / kTicksPerTick);
}

void fill(KUSER_SHARED_DATA& page) {
    page.TickCountMultiplier = 0x0FA0'0000;  // 15.625 ms a tick, times 2^24
    page.ImageNumberLow = page.ImageNumberHigh = 0x8664;
    memcpy(page.NtSystemRoot, u"C:\\Windows", sizeof u"C:\\Windows");
    page.NtBuildNumber = 19045;
    page.NtProductType = 1;
    page.ProductTypeIsValid = TRUE;
    page.NativeProcessorArchitecture = 9;
    page.NtMajorVersion = 10;
    page.SuiteMask = 0x110;
    page.QpcFrequency = kTicksPerSecond;
    page.SystemCall = 1;
    page.Cookie = static_cast<ULONG>(performance_counter() * 0x9E3779B1);
    store(page.TimeZoneBias, -current_local_offset_ticks());
    // PF_ values every x86-64 processor of Windows 10 has: cmpxchg, MMX, SSE, SSE2, rdtsc, PAE, NX, SSE3, cmpxchg16b,
    // xsave, fsgsbase where there, and the later ones by cpuid.
    for (int feature : {2, 3, 6, 8, 9, 10, 12, 13, 14, 17, 20, 23}) page.ProcessorFeatures[feature] = TRUE;
    page.ProcessorFeatures[36] = LSW_CPU_HAS(SSSE3);
    page.ProcessorFeatures[37] = LSW_CPU_HAS(SSE4_1);
    page.ProcessorFeatures[38] = LSW_CPU_HAS(SSE4_2);
    page.ProcessorFeatures[39] = LSW_CPU_HAS(AVX);
    page.ProcessorFeatures[40] = LSW_CPU_HAS(AVX2);
    update(page);
}

void* tick(void*) {
    SharedPage& all = shared_page();
    int64_t looked_at = monotonic_ns();
    for (;;) {
        while (all.ticking.load() == 0) {
            futex_wait(&all.ticking, 0, FutexScope::Private);
            looked_at = monotonic_ns();
        }
        timespec next = timespec_from_ns(monotonic_ns() + all.tick_ns.load());
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, nullptr);
        update(*all.writable);
        if (monotonic_ns() - looked_at < kLookAgain_ns) continue;
        // Whoever still looks faults and starts the next round.
        lock(all);
        mprotect(kPage, kPageSize, PROT_NONE);
        all.ticking = 0;
        unlock(all);
    }
    return nullptr;
}

bool start(SharedPage& all) {
    int fd = memfd_create("lsw-time", MFD_CLOEXEC);
    if (fd < 0 || ftruncate(fd, kPageSize) != 0) return false;
    void* writable = mmap(nullptr, kPageSize, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    void* page = mmap(kPage, kPageSize, PROT_NONE, MAP_SHARED | MAP_FIXED, fd, 0);
    close(fd);
    if (writable == MAP_FAILED || page == MAP_FAILED) return false;
    fill(*static_cast<KUSER_SHARED_DATA*>(writable));
    all.writable = static_cast<KUSER_SHARED_DATA*>(writable);
    pthread_t thread;
    if (!start_host_thread(&thread, tick, nullptr, 64 << 10)) return false;
    pthread_detach(thread);
    return true;
}

}  // namespace

void reserve_user_shared_data() {
    mmap(kPage, kAllocationGranularity, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
    shared_page();  // not in the handler
}

bool user_shared_data_fault(uint64_t address, bool is_write) {
    if (address < kUserSharedDataAddress || address >= kUserSharedDataAddress + kPageSize || is_write)
        return false;
    SharedPage& all = shared_page();
    lock(all);
    bool usable = all.writable || start(all);
    if (usable && all.ticking.load() == 0) {
        update(*all.writable);
        usable = mprotect(kPage, kPageSize, PROT_READ) == 0;
        all.ticking = 1;
        futex_wake(&all.ticking, 1, FutexScope::Private);
    }
    unlock(all);
    return usable;
}

void begin_timer_period(uint32_t milliseconds) {
    SharedPage& all = shared_page();
    std::lock_guard guard(all.periods_lock);
    ++all.periods[std::clamp<uint32_t>(milliseconds, 1, 16)];
    for (uint32_t i = 1; i <= 16; ++i)
        if (all.periods[i]) {
            all.tick_ns = std::min<int64_t>(kDefaultTick_ns, i * 1'000'000);
            break;
        }
}

bool end_timer_period(uint32_t milliseconds) {
    SharedPage& all = shared_page();
    std::lock_guard guard(all.periods_lock);
    uint32_t& count = all.periods[std::clamp<uint32_t>(milliseconds, 1, 16)];
    if (count == 0) return false;
    --count;
    all.tick_ns = kDefaultTick_ns;
    for (uint32_t i = 16; i >= 1; --i)
        if (all.periods[i]) all.tick_ns = std::min<int64_t>(kDefaultTick_ns, i * 1'000'000);
    return true;
}

}  // namespace lsw
