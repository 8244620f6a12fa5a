// Critical sections, on the program's RTL_CRITICAL_SECTION itself. LockCount is the futex word, with the values that
// debuggers expect ("Displaying a Critical Section"): bit 0 clear when locked, bit 1 set, the rest the complement of the
// waiters, of whom one stands for all: -1 free, -2 locked, -6 locked with waiters.
#include <sys/sysinfo.h>

#include <algorithm>

#include "core/process/start.h"
#include "core/teb.h"
#include "core/thread/thread.h"
#include "core/wait/futex.h"
#include "dll/ntdll/ntdll.h"

using namespace lsw;

namespace {

constexpr uint32_t kFree = static_cast<uint32_t>(-1), kLocked = static_cast<uint32_t>(-2),
                   kContended = static_cast<uint32_t>(-6);
constexpr ULONG kSpinMask = 0x00FF'FFFF;
constexpr ULONG kLongestSpin = 1000;

std::atomic<uint32_t>& word_of(RTL_CRITICAL_SECTION* section) {
    return *reinterpret_cast<std::atomic<uint32_t>*>(&section->LockCount);
}

HANDLE self() { return current_teb()->ClientId.UniqueThread; }

bool several_processors() {
    static const bool several = get_nprocs() > 1;
    return several;
}

bool spin(std::atomic<uint32_t>& word, ULONG count) {
    for (ULONG i = 0; i < count; ++i) {
        __builtin_ia32_pause();
        uint32_t value = word.load(std::memory_order_relaxed);
        if (value == kFree && word.compare_exchange_strong(value, kLocked, std::memory_order_acquire)) return true;
        if (value == kContended) return false;
    }
    return false;
}

[[gnu::noinline]] void enter_contended(RTL_CRITICAL_SECTION* section) {
    std::atomic<uint32_t>& word = word_of(section);
    ULONG spins = std::min<ULONG>(section->SpinCount ? section->SpinCount & kSpinMask : 100, kLongestSpin);
    if (several_processors() && spin(word, spins)) return;
    while (word.exchange(kContended, std::memory_order_acquire) != kFree) {
        // While the process ends, an owner that no longer runs cannot release: Windows ends the process here.
        int64_t deadline = process_is_exiting() ? monotonic_ns() + 500'000'000 : kForever;
        int error = futex_wait(&word, kContended, FutexScope::Private, deadline);
        if (error == EINTR) current_thread()->check_termination_in_wait();
        park_if_process_exits();
        if (error == ETIMEDOUT) exit_now(process_exit_code());
    }
}

}  // namespace

NTSTATUS ntdll::RtlInitializeCriticalSectionEx(RTL_CRITICAL_SECTION* CriticalSection, ULONG SpinCount, ULONG) {
    *CriticalSection = {reinterpret_cast<RTL_CRITICAL_SECTION_DEBUG*>(static_cast<intptr_t>(-1)), -1, 0, nullptr, nullptr,
                        SpinCount & kSpinMask};
    return STATUS_SUCCESS;
}

NTSTATUS ntdll::RtlInitializeCriticalSection(RTL_CRITICAL_SECTION* CriticalSection) {
    return RtlInitializeCriticalSectionEx(CriticalSection, 0, 0);
}

NTSTATUS ntdll::RtlInitializeCriticalSectionAndSpinCount(RTL_CRITICAL_SECTION* CriticalSection, ULONG SpinCount) {
    return RtlInitializeCriticalSectionEx(CriticalSection, SpinCount, 0);
}

NTSTATUS ntdll::RtlDeleteCriticalSection(RTL_CRITICAL_SECTION* CriticalSection) {
    *CriticalSection = {};
    CriticalSection->LockCount = -1;
    return STATUS_SUCCESS;
}

NTSTATUS ntdll::RtlEnterCriticalSection(RTL_CRITICAL_SECTION* CriticalSection) {
    uint32_t expected = kFree;
    if (!word_of(CriticalSection).compare_exchange_strong(expected, kLocked, std::memory_order_acquire)) {
        if (CriticalSection->OwningThread == self()) {
            ++CriticalSection->RecursionCount;
            return STATUS_SUCCESS;
        }
        enter_contended(CriticalSection);
    }
    CriticalSection->OwningThread = self();
    CriticalSection->RecursionCount = 1;
    return STATUS_SUCCESS;
}

BOOL ntdll::RtlTryEnterCriticalSection(RTL_CRITICAL_SECTION* CriticalSection) {
    uint32_t expected = kFree;
    if (word_of(CriticalSection).compare_exchange_strong(expected, kLocked, std::memory_order_acquire)) {
        CriticalSection->OwningThread = self();
        CriticalSection->RecursionCount = 1;
        return TRUE;
    }
    if (CriticalSection->OwningThread != self()) return FALSE;
    ++CriticalSection->RecursionCount;
    return TRUE;
}

NTSTATUS ntdll::RtlLeaveCriticalSection(RTL_CRITICAL_SECTION* CriticalSection) {
    if (--CriticalSection->RecursionCount > 0) return STATUS_SUCCESS;
    CriticalSection->RecursionCount = 0;
    CriticalSection->OwningThread = nullptr;
    std::atomic<uint32_t>& word = word_of(CriticalSection);
    if (word.exchange(kFree, std::memory_order_release) == kContended) futex_wake(&word, 1, FutexScope::Private);
    return STATUS_SUCCESS;
}

DWORD ntdll::RtlSetCriticalSectionSpinCount(RTL_CRITICAL_SECTION* CriticalSection, ULONG SpinCount) {
    ULONG_PTR previous = CriticalSection->SpinCount;
    CriticalSection->SpinCount = SpinCount & kSpinMask;
    return static_cast<DWORD>(previous);
}

BOOL ntdll::RtlIsCriticalSectionLocked(RTL_CRITICAL_SECTION* CriticalSection) {
    return word_of(CriticalSection).load() != kFree;
}

BOOL ntdll::RtlIsCriticalSectionLockedByThread(RTL_CRITICAL_SECTION* CriticalSection) {
    return word_of(CriticalSection).load() != kFree && CriticalSection->OwningThread == self();
}
