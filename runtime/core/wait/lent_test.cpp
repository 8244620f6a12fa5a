// Lending needs no kernel to be tried: a thread of the test does to the table what the BPF program would.
#include "core/wait/lent.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <bit>
#include <thread>
#include <vector>

#include "abi/synch.h"
#include "bpf/fastpath/fastpath.h"
#include "core/runtime.h"
#include "core/wait/sync_objects.h"

namespace lsw {
namespace {

alignas(64) lsw_fast_element g_table[LSW_FAST_ELEMENTS];

lsw_fast_handle entry_of(HANDLE handle) {
    uint64_t index = reinterpret_cast<uint64_t>(handle) / 4;
    auto handles = reinterpret_cast<lsw_fast_handles*>(g_table + LSW_FAST_HANDLES + index / 8);
    return std::bit_cast<lsw_fast_handle>(std::atomic_ref(handles->entries[index % 8]).load());
}

std::atomic_ref<__u64> state_of_slot(unsigned slot) {
    return std::atomic_ref(reinterpret_cast<lsw_fast_slots*>(g_table + LSW_FAST_SLOTS + slot / 4)->slots[slot % 4].state);
}

// One signal or release by the kernel; false: handed back.
bool add_by_kernel(HANDLE handle, int change) {
    lsw_fast_handle entry = entry_of(handle);
    if (entry.tag == 0) return false;
    auto state = state_of_slot(entry.slot);
    __u64 seen = state.load();
    if (seen >> 32 != entry.tag || (change < 0 && static_cast<uint32_t>(seen) == 0)) return false;
    return state.compare_exchange_strong(seen, seen + static_cast<__u64>(static_cast<int64_t>(change)));
}

struct Made {
    HANDLE handle;
    SyncRecord* record;
};

Made make(SyncKind kind, uint32_t value, uint32_t limit = 0, ACCESS_MASK access = EVENT_ALL_ACCESS) {
    static bool lending = (begin_lending(g_table), true);
    (void)lending;
    SyncRecord* record = *allocate_record(kind);
    initialise_record(*record, {kind, value, limit});
    return {*runtime().handles.insert(object_for_record(record), access), record};
}

TEST(Lent, ASignalByTheKernelIsSeen) {
    Made event = make(SyncKind::AutoEvent, 0);
    EXPECT_FALSE(add_by_kernel(event.handle, 1));
    lend(event.handle);
    EXPECT_EQ(entry_of(event.handle).access, LSW_FAST_QUERY | LSW_FAST_MODIFY | LSW_FAST_WAIT);
    EXPECT_TRUE(add_by_kernel(event.handle, 1));
    uint32_t seen;
    EXPECT_EQ(take(*event.record, false, 0, &seen), Taken::Yes);  // takes it home
    EXPECT_FALSE(add_by_kernel(event.handle, 1));
    EXPECT_EQ(take(*event.record, false, 0, &seen), Taken::No);
    (void)runtime().handles.close(event.handle);
}

TEST(Lent, NotToTheKernelWhileSomebodyWaits) {
    Made event = make(SyncKind::ManualEvent, 0);
    register_waiter(*event.record, kWaiter);
    lend(event.handle);
    EXPECT_EQ(entry_of(event.handle).tag, 0u);
    unregister_waiter(*event.record, kWaiter);
    lend(event.handle);
    EXPECT_NE(entry_of(event.handle).tag, 0u);
    register_waiter(*event.record, kWaiter);  // somebody comes
    EXPECT_FALSE(add_by_kernel(event.handle, 1));
    unregister_waiter(*event.record, kWaiter);
    (void)runtime().handles.close(event.handle);
}

TEST(Lent, OnlyWhatOneProcessHas) {
    Made event = make(SyncKind::ManualEvent, 0), mutant = make(SyncKind::Mutant, 0);
    lend(event.handle);
    ASSERT_TRUE(locate_record(event.record).ok());  // for another process
    EXPECT_FALSE(add_by_kernel(event.handle, 1));
    lend(event.handle);
    EXPECT_FALSE(add_by_kernel(event.handle, 1));
    lend(mutant.handle);
    EXPECT_EQ(entry_of(mutant.handle).tag, 0u);
    (void)runtime().handles.close(event.handle);
    (void)runtime().handles.close(mutant.handle);
}

TEST(Lent, AClosedHandleLeadsNowhere) {
    Made event = make(SyncKind::ManualEvent, 0, 0, SYNCHRONIZE);
    lend(event.handle);
    lsw_fast_handle entry = entry_of(event.handle);
    EXPECT_EQ(entry.access, LSW_FAST_WAIT);
    (void)runtime().handles.close(event.handle);
    EXPECT_EQ(entry_of(event.handle).tag, 0u);
    EXPECT_NE(state_of_slot(entry.slot).load() >> 32, entry.tag);  // nor does one who read the entry before
}

TEST(Lent, NothingIsLostToAndFro) {
    constexpr int kRounds = 500;
    Made semaphore = make(SyncKind::Semaphore, 0, 1 << 30);
    std::atomic<int> given{0}, taken{0}, working{2}, by_kernel{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 2; ++i)
        threads.emplace_back([&] {  // the kernel, on two processors
            while (working.load() > 0) {
                if (add_by_kernel(semaphore.handle, 1)) ++given, ++by_kernel;
                if (add_by_kernel(semaphore.handle, -1)) ++taken;
            }
        });
    lend(semaphore.handle);
    while (by_kernel.load() == 0) sched_yield();
    for (int i = 0; i < 2; ++i)
        threads.emplace_back([&] {
            uint32_t seen;
            for (int round = 0; round < kRounds; ++round) {
                if (release_semaphore(*semaphore.record, 1, &seen)) ++given;
                lend(semaphore.handle);
                if (round % 4 == 0) sched_yield();
                if (take(*semaphore.record, false, 0, &seen) == Taken::Yes) ++taken;
            }
            --working;
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(static_cast<int>(word_of(state_of(*semaphore.record))), given - taken);
    (void)runtime().handles.close(semaphore.handle);
}

}  // namespace
}  // namespace lsw
