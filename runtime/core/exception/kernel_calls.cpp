#include "core/exception/kernel_calls.h"

#include <pthread.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <mutex>
#include <vector>

#include "abi/layout.h"
#include "abi/services.h"
#include "abi/status.h"
#include "base/host_thread.h"
#include "base/log.h"
#include "base/unique_fd.h"
#include "bpf/fastpath/fastpath.h"
#include "bpf/fastpath/services.h"
#include "core/exception/call_sites.h"
#include "core/exception/kernel_call_filter.h"
#include "core/exception/notification.h"
#include "core/exception/raw_syscalls.h"
#include "core/thread/clean_thread.h"
#include "core/wait/clock.h"
#include "core/wait/lent.h"
#include "notify-agent/client.h"

namespace lsw::seh {
namespace {

enum class State : uint32_t { Untried, Attaching, Active, Unavailable };

constexpr uint32_t kOftenEnough = 256;  // traps of one site
constexpr uint32_t kNever = ~0u;
constexpr size_t kTableBytes = (LSW_FAST_ELEMENTS * sizeof(lsw_fast_element) + kPageSize - 1) / kPageSize * kPageSize;

struct Traps {
    std::atomic<uint64_t> after{0};
    std::atomic<uint32_t> count{0};
};

struct KernelCalls {
    std::atomic<State> state{State::Untried};
    std::atomic<lsw_fast_element*> table{nullptr};
    std::vector<UniqueFd> links;  // never closed: as long as they are here the program stays
    bool may_write = false;
    bool knows_time = false;
    std::string problem;
    std::mutex lock;    // of changes to sites
    Traps traps[512];   // by hash; sites that collide share an entry, and only count more slowly
};

KernelCalls& all() {
    static KernelCalls& instance = *new KernelCalls;
    return instance;
}

lsw_fast_bucket& bucket_of(uint64_t after) {
    return reinterpret_cast<lsw_fast_bucket&>(all().table.load()[LSW_FAST_SITES + lsw_fast_hash(after)]);
}

// The site's entry; null when it has none.
lsw_fast_site* find_site(uint64_t after) {
    if (all().state.load(std::memory_order_acquire) != State::Active) return nullptr;
    for (lsw_fast_site& site : bucket_of(after).sites)
        if (std::atomic_ref(site.after).load(std::memory_order_acquire) == after) return &site;
    return nullptr;
}

bool add_site(uint64_t after, uint32_t service) {
    for (lsw_fast_site& site : bucket_of(after).sites) {
        if (site.after != 0) continue;
        site.service = service;
        site.completed = 0;
        std::atomic_ref(site.after).store(after, std::memory_order_release);
        return true;
    }
    return false;
}

void remove_site(lsw_fast_site& site) { std::atomic_ref(site.after).store(0, std::memory_order_release); }

// lswhost cannot give what it has no rights to; it is not started for nothing.
bool host_may_have_rights() {
    return geteuid() == 0 || getxattr(agent::host_binary().c_str(), "security.capability", nullptr, 0) > 0;
}

// Asks lswhost for the program and a table; gives what went wrong.
std::string ask_for_program() {
    if (!host_may_have_rights()) return "no rights for BPF (CAP_BPF and CAP_PERFMON)";
    UniqueFd connection = agent::connect_host(true);
    if (!connection.valid()) return "lswhost cannot be started";
    agent::Message message;
    message.request = agent::Request::Fastpath;
    agent::Reply reply;
    std::vector<UniqueFd> received;
    if (!agent::ask_host(connection.get(), message, -1, &reply, &received)) return "lswhost does not answer";
    reply.text[sizeof reply.text - 1] = 0;
    if (reply.error != 0 || received.size() < 2) return reply.text;
    void* table = mmap(nullptr, kTableBytes, PROT_READ | PROT_WRITE, MAP_SHARED, received[0].get(), 0);
    if (table == MAP_FAILED) return "the table of calls cannot be mapped";
    int64_t time = 0;
    if (prctl(LSW_FAST_HELLO, &time, 0, 0, 0) != LSW_FAST_VERSION) return "the program does not answer";
    // It looks for the wall clock in a place of the kernel that has no name.
    all().knows_time = std::abs(system_time() - time) < kTicksPerSecond / 10;
    all().may_write = reply.may_write != 0;
    received.erase(received.begin());
    all().links = std::move(received);
    all().table = static_cast<lsw_fast_element*>(table);
    return {};
}

void* attach(void*) {
    if (raw_call_tiers().notify) settle_notification();  // its filter goes to all threads, which must have no other yet
    std::string problem = ask_for_program();
    if (problem.empty() && !start_clean_thread()) problem = "no thread to start processes from";
    log_debug("raw calls: %s", problem.empty() ? "the kernel completes some" : problem.c_str());
    if (problem.empty()) begin_lending(all().table.load());
    bool works = problem.empty();
    all().problem = std::move(problem);
    all().state.store(works ? State::Active : State::Unavailable, std::memory_order_release);
    return nullptr;
}

// On a thread of its own, as lswhost may take a while: the program goes on meanwhile, unless it was told to `wait`.
void attach_once(bool wait) {
    State expected = State::Untried;
    if (!all().state.compare_exchange_strong(expected, State::Attaching)) return;
    pthread_t thread;
    if (!start_host_thread(&thread, attach, nullptr, 0)) all().state = State::Unavailable;
    else wait ? pthread_join(thread, nullptr) : pthread_detach(thread);
}

// True when the site has trapped often enough to be worth it.
bool count_trap(uint64_t after) {
    auto hash = static_cast<unsigned>((after * 0x9E37'79B9'7F4A'7C15) >> 55);
    Traps& traps = all().traps[hash];
    if (traps.after.load(std::memory_order_relaxed) != after) {
        traps.after = after;
        traps.count = 0;
    }
    if (traps.count.load(std::memory_order_relaxed) == kNever) return false;
    uint32_t enough = raw_call_tiers().kernel == UseKernel::Always ? 1 : kOftenEnough;
    return traps.count.fetch_add(1) + 1 >= enough;
}

void never_again(uint64_t after) {
    auto hash = static_cast<unsigned>((after * 0x9E37'79B9'7F4A'7C15) >> 55);
    all().traps[hash].count = kNever;
}

// The site's entry is there before the first thread can call by it. Not under the lock while the code is looked at and
// changed: who frees memory holds that memory's lock, and then asks for this one.
bool take_site(uint64_t after, uint32_t number) {
    {
        std::lock_guard guard(all().lock);
        if (find_site(after)) return true;
        if (!add_site(after, number)) return never_again(after), false;
    }
    bool everywhere = raw_call_tiers().kernel == UseKernel::Always, for_good = true;
    bool taken = renumber_call_site(after, number, LSW_FAST_CALL, everywhere, &for_good);
    std::lock_guard guard(all().lock);
    lsw_fast_site* site = find_site(after);
    if (!taken) {
        if (site) remove_site(*site);
        if (for_good) never_again(after);
        return false;
    }
    // Other code may have come to this address between the two steps, and the entry been forgotten with the old.
    if (!site) add_site(after, number);
    log_debug("raw calls: the kernel serves number 0x%X at 0x%llx", number, static_cast<unsigned long long>(after));
    return true;
}

bool is_guarded() {
    thread_local bool guarded = false;
    if (!guarded) guarded = guard_by_filter();
    return guarded;
}

// The service itself, and then its object may be lent: the call was the kernel's, had it known the object.
template <uint32_t Number>
NTSTATUS WINAPI serve_and_lend(HANDLE handle, uint64_t second, uint64_t third, uint64_t fourth, uint64_t fifth) {
    using Service = NTSTATUS(WINAPI*)(HANDLE, uint64_t, uint64_t, uint64_t, uint64_t);
    NTSTATUS status = reinterpret_cast<const Service*>(kServiceSlotsAddress)[Number](handle, second, third, fourth, fifth);
    if (NT_SUCCESS(status)) lend(handle);
    return status;
}

const void* lending_service(uint32_t number) {
    switch (number) {
        case LSW_NtSetEvent: return reinterpret_cast<const void*>(serve_and_lend<LSW_NtSetEvent>);
        case LSW_NtResetEvent: return reinterpret_cast<const void*>(serve_and_lend<LSW_NtResetEvent>);
        case LSW_NtClearEvent: return reinterpret_cast<const void*>(serve_and_lend<LSW_NtClearEvent>);
        case LSW_NtReleaseSemaphore: return reinterpret_cast<const void*>(serve_and_lend<LSW_NtReleaseSemaphore>);
        case LSW_NtWaitForSingleObject: return reinterpret_cast<const void*>(serve_and_lend<LSW_NtWaitForSingleObject>);
        case LSW_NtQueryEvent: return reinterpret_cast<const void*>(serve_and_lend<LSW_NtQueryEvent>);
        case LSW_NtQuerySemaphore: return reinterpret_cast<const void*>(serve_and_lend<LSW_NtQuerySemaphore>);
        default: return nullptr;
    }
}

// The program would be asked in vain.
bool always_handed_back(uint32_t number) {
    switch (number) {
        case LSW_NtQuerySystemTime: return !all().may_write || !all().knows_time;
        case LSW_NtQueryPerformanceCounter:
        case LSW_NtQueryTimerResolution:
        case LSW_NtQueryEvent:
        case LSW_NtQuerySemaphore:
        case LSW_NtGetCurrentProcessorNumberEx: return !all().may_write;
        default: return false;
    }
}

}  // namespace

bool kernel_completes(uint32_t number) {
    switch (number) {
        case LSW_NtGetCurrentProcessorNumber:
        case LSW_NtGetCurrentProcessorNumberEx:
        case LSW_NtYieldExecution:
        case LSW_NtQueryPerformanceCounter:
        case LSW_NtQueryTimerResolution:
        case LSW_NtQuerySystemTime: return true;
        default: return lending_service(number) != nullptr;
    }
}

uint32_t number_at(uint64_t after, uint32_t number) {
    if (number != LSW_FAST_CALL) return number;
    const lsw_fast_site* site = find_site(after);
    return site ? site->service : number;
}

const void* note_trap(uint64_t after, uint32_t number) {
    if (raw_call_tiers().kernel == UseKernel::Never || !kernel_completes(number)) return nullptr;
    State state = all().state.load(std::memory_order_acquire);
    if (state == State::Unavailable || state == State::Attaching) return nullptr;
    if (state == State::Active && always_handed_back(number)) return nullptr;
    lsw_fast_site* site = find_site(after);
    if (!site) {
        if (!count_trap(after)) return nullptr;
        attach_once(raw_call_tiers().kernel == UseKernel::Always);
        if (all().state.load(std::memory_order_acquire) != State::Active || !is_guarded()) return nullptr;
        return take_site(after, number) ? lending_service(number) : nullptr;
    }
    if (site->service != number) {  // the program has written another call there
        std::lock_guard guard(all().lock);
        remove_site(*site);
        never_again(after);
        return nullptr;
    }
    return is_guarded() ? lending_service(number) : nullptr;
}

bool handed_back(const siginfo_t& info, const mcontext_t& machine) {
    return info.si_code == SI_KERNEL && all().state.load(std::memory_order_acquire) == State::Active &&
           static_cast<uint64_t>(machine.gregs[REG_RIP]) < kGuestLimit &&
           static_cast<uint32_t>(machine.gregs[REG_RAX]) == LSW_FAST_HANDED_BACK;
}

void forget_kernel_calls(uint64_t start, uint64_t end) {
    if (all().state.load(std::memory_order_acquire) != State::Active) return;
    std::lock_guard guard(all().lock);
    auto* buckets = reinterpret_cast<lsw_fast_bucket*>(all().table.load() + LSW_FAST_SITES);
    for (unsigned i = 0; i < LSW_FAST_BUCKETS; ++i)
        for (lsw_fast_site& site : buckets[i].sites)
            if (site.after > start && site.after <= end) remove_site(site);
}

uint64_t count_kernel_calls() {
    if (all().state.load(std::memory_order_acquire) != State::Active) return 0;
    uint64_t sum = 0;
    auto* buckets = reinterpret_cast<lsw_fast_bucket*>(all().table.load() + LSW_FAST_SITES);
    for (unsigned i = 0; i < LSW_FAST_BUCKETS; ++i)
        for (const lsw_fast_site& site : buckets[i].sites)
            if (site.after != 0) sum += site.completed;
    return sum;
}

std::string try_kernel_calls() {
    attach_once(true);
    return all().problem;
}

bool kernel_may_write() { return all().may_write; }

}  // namespace lsw::seh
