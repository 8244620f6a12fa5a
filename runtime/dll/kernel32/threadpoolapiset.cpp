// threadpoolapiset.h: the thread pool of Windows Vista and later. A PTP_WORK and its like is the pool item itself, held once
// until it is closed; a callback environment says which pool, and which cleanup group it joins.
#include "core/threadpool/items.h"

#include <algorithm>

#include "core/exception/dispatch.h"
#include "core/runtime.h"
#include "core/teb.h"
#include "core/io/io_object.h"
#include "core/wait/wait.h"
#include "dll/kernel32/threadpool.h"

using namespace lsw;

// What a callback asked for to be done when it returns.
struct TP_CALLBACK_INSTANCE {
    PoolItem* item;
    HANDLE event = nullptr, mutex = nullptr, semaphore = nullptr;
    DWORD semaphore_count = 0;
    LPCRITICAL_SECTION section = nullptr;
    HMODULE library = nullptr;
    bool long_running = false;
};

struct TP_CLEANUP_GROUP {
    struct Member {
        Ref<PoolItem> item;
        void* context;
        PTP_CLEANUP_GROUP_CANCEL_CALLBACK cancelled;
    };
    static constexpr uint32_t kKind = 6;
    const LiveMark mark{kKind};
    std::mutex lock;
    std::vector<Member> members;
};

namespace {

// What a handle stands for. Most functions of a pool cannot fail: a handle that is none raises the status.
template <class Type, class Handle>
Type& checked(Handle handle) {
    auto* object = reinterpret_cast<Type*>(handle);
    if (!object || !object->mark.is(Type::kKind)) seh::raise_status(STATUS_INVALID_PARAMETER);
    return *object;
}
template <class Item, class Handle>
Item& item_of(Handle handle) {
    auto* item = reinterpret_cast<PoolItem*>(handle);
    if (!item || !item->mark.is(Item::kKind)) seh::raise_status(STATUS_INVALID_PARAMETER);
    return *static_cast<Item*>(item);
}

// The part of an environment that outlives the call that took it.
struct Environment {
    Ref<Pool> pool = Ref<Pool>::share(&Pool::standard());
    PTP_CLEANUP_GROUP group = nullptr;
    PTP_CLEANUP_GROUP_CANCEL_CALLBACK cancelled = nullptr;
    PTP_SIMPLE_CALLBACK finalize = nullptr;
    bool runs_long = false;

    explicit Environment(PTP_CALLBACK_ENVIRON given) {
        if (!given) return;
        if (given->Pool) pool = Ref<Pool>::share(&checked<Pool>(given->Pool));
        if (given->CleanupGroup) group = &checked<TP_CLEANUP_GROUP>(given->CleanupGroup);
        cancelled = given->CleanupGroupCancelCallback;
        finalize = given->FinalizationCallback;
        runs_long = given->Flags & 1;
    }
};

void do_what_was_left(TP_CALLBACK_INSTANCE& instance) {
    if (instance.section) ntdll::RtlLeaveCriticalSection(instance.section);
    if (instance.mutex) kernel32::ReleaseMutex(instance.mutex);
    if (instance.semaphore)
        kernel32::ReleaseSemaphore(instance.semaphore, static_cast<LONG>(instance.semaphore_count), nullptr);
    if (instance.event) kernel32::SetEvent(instance.event);
    if (instance.library) kernel32::FreeLibrary(instance.library);
}

// Wraps `call`, the program's callback, into what every callback of the pool has around it.
template <class Call>
Callback with_instance(const Environment& environment, void* context, Call call) {
    return [=, finalize = environment.finalize, runs_long = environment.runs_long](const Fired& fired) {
        TP_CALLBACK_INSTANCE instance{current_pool_item()};
        if (runs_long) instance.item->pool().callback_runs_long();
        call(&instance, fired);
        if (finalize) finalize(&instance, context);
        do_what_was_left(instance);
    };
}

// Gives the new item to the program, and to its cleanup group.
template <class Handle>
Handle publish(const Environment& environment, Ref<PoolItem> item, void* context) {
    if (TP_CLEANUP_GROUP* group = environment.group) {
        std::lock_guard guard(group->lock);
        item->group = group;
        group->members.push_back({item, context, environment.cancelled});
    }
    return reinterpret_cast<Handle>(item.detach());
}

// The handle is closed: the program's reference goes; callbacks that are queued still run.
void close_item(PoolItem& item) {
    if (auto* group = static_cast<TP_CLEANUP_GROUP*>(item.group)) {
        std::lock_guard guard(group->lock);
        std::erase_if(group->members, [&](const auto& member) { return member.item.get() == &item; });
    }
    item.release();
}

int64_t deadline_of(const FILETIME* time) {
    int64_t due = static_cast<int64_t>(uint64_t{time->dwHighDateTime} << 32 | time->dwLowDateTime);
    return due == 0 ? monotonic_ns() : deadline_from_nt(&due);
}

DWORD wait_result(NTSTATUS status) { return status == STATUS_TIMEOUT ? static_cast<DWORD>(STATUS_TIMEOUT) : 0; }

}  // namespace

PTP_POOL kernel32::CreateThreadpool(PVOID) { return reinterpret_cast<PTP_POOL>(new Pool); }

void kernel32::CloseThreadpool(PTP_POOL ptpp) {
    auto& pool = checked<Pool>(ptpp);
    pool.close();
    pool.release();
}

void kernel32::SetThreadpoolThreadMaximum(PTP_POOL ptpp, DWORD cthrdMost) {
    checked<Pool>(ptpp).set_maximum(cthrdMost);
}

BOOL kernel32::SetThreadpoolThreadMinimum(PTP_POOL ptpp, DWORD cthrdMic) {
    if (checked<Pool>(ptpp).set_minimum(cthrdMic)) return TRUE;
    return set_last_error_from(STATUS_NO_MEMORY);
}

BOOL kernel32::SetThreadpoolStackInformation(PTP_POOL ptpp, TP_POOL_STACK_INFORMATION* ptpsi) {
    checked<Pool>(ptpp).set_stack({ptpsi->StackReserve, ptpsi->StackCommit});
    return TRUE;
}

BOOL kernel32::QueryThreadpoolStackInformation(PTP_POOL ptpp, TP_POOL_STACK_INFORMATION* ptpsi) {
    Pool::StackSize size = checked<Pool>(ptpp).stack();
    *ptpsi = {size.reserve_bytes, size.commit_bytes};
    return TRUE;
}

PTP_CLEANUP_GROUP kernel32::CreateThreadpoolCleanupGroup() { return new TP_CLEANUP_GROUP; }

void kernel32::CloseThreadpoolCleanupGroup(PTP_CLEANUP_GROUP ptpcg) { delete &checked<TP_CLEANUP_GROUP>(ptpcg); }

void kernel32::CloseThreadpoolCleanupGroupMembers(PTP_CLEANUP_GROUP ptpcg, BOOL fCancelPendingCallbacks,
                                                  PVOID pvCleanupContext) {
    std::vector<TP_CLEANUP_GROUP::Member> members;
    {
        auto& group = checked<TP_CLEANUP_GROUP>(ptpcg);
        std::lock_guard guard(group.lock);
        members.swap(group.members);
    }
    for (auto& member : members) {
        if (fCancelPendingCallbacks) member.item->cancel_all();
        member.item->wait_for_callbacks(fCancelPendingCallbacks);
        if (fCancelPendingCallbacks && member.cancelled) member.cancelled(member.context, pvCleanupContext);
        member.item->cancel_all();
        if (!member.item->owned_by_pool) member.item->release();  // the program's reference: the group closed it
    }
}

PTP_WORK kernel32::CreateThreadpoolWork(PTP_WORK_CALLBACK pfnwk, PVOID pv, PTP_CALLBACK_ENVIRON pcbe) {
    Environment environment(pcbe);
    auto call = with_instance(environment, pv, [=](PTP_CALLBACK_INSTANCE instance, const Fired&) {
        pfnwk(instance, pv, reinterpret_cast<PTP_WORK>(instance->item));
    });
    return publish<PTP_WORK>(environment, make_object<WorkItem>(environment.pool, std::move(call)), pv);
}

void kernel32::SubmitThreadpoolWork(PTP_WORK pwk) { item_of<WorkItem>(pwk).submit(); }

void kernel32::WaitForThreadpoolWorkCallbacks(PTP_WORK pwk, BOOL fCancelPendingCallbacks) {
    item_of<WorkItem>(pwk).wait_for_callbacks(fCancelPendingCallbacks);
}

void kernel32::CloseThreadpoolWork(PTP_WORK pwk) { close_item(item_of<WorkItem>(pwk)); }

BOOL kernel32::TrySubmitThreadpoolCallback(PTP_SIMPLE_CALLBACK pfns, PVOID pv, PTP_CALLBACK_ENVIRON pcbe) {
    Environment environment(pcbe);
    auto call = with_instance(environment, pv,
                              [=](PTP_CALLBACK_INSTANCE instance, const Fired&) { pfns(instance, pv); });
    auto item = make_object<WorkItem>(environment.pool, std::move(call));
    item->owned_by_pool = true;
    item->submit();
    if (environment.group) publish<PTP_WORK>(environment, Ref<PoolItem>(std::move(item)), pv);
    return TRUE;
}

PTP_TIMER kernel32::CreateThreadpoolTimer(PTP_TIMER_CALLBACK pfnti, PVOID pv, PTP_CALLBACK_ENVIRON pcbe) {
    Environment environment(pcbe);
    auto call = with_instance(environment, pv, [=](PTP_CALLBACK_INSTANCE instance, const Fired&) {
        pfnti(instance, pv, reinterpret_cast<PTP_TIMER>(instance->item));
    });
    return publish<PTP_TIMER>(environment, make_object<TimerItem>(environment.pool, std::move(call)), pv);
}

void kernel32::SetThreadpoolTimer(PTP_TIMER pti, PFILETIME pftDueTime, DWORD msPeriod, DWORD msWindowLength) {
    SetThreadpoolTimerEx(pti, pftDueTime, msPeriod, msWindowLength);
}

// Doc: "SetThreadpoolTimerEx function (threadpoolapiset.h)"; the window is a permission to be late that is not used.
BOOL kernel32::SetThreadpoolTimerEx(PTP_TIMER pti, PFILETIME pftDueTime, DWORD msPeriod, DWORD) {
    auto& timer = item_of<TimerItem>(pti);
    bool was_set = timer.is_set();
    if (pftDueTime) timer.set(deadline_of(pftDueTime), int64_t{msPeriod} * 1'000'000);
    else timer.stop();
    return was_set;
}

BOOL kernel32::IsThreadpoolTimerSet(PTP_TIMER pti) { return item_of<TimerItem>(pti).is_set(); }

void kernel32::WaitForThreadpoolTimerCallbacks(PTP_TIMER pti, BOOL fCancelPendingCallbacks) {
    item_of<TimerItem>(pti).wait_for_queued(fCancelPendingCallbacks);
}

void kernel32::CloseThreadpoolTimer(PTP_TIMER pti) {
    auto& timer = item_of<TimerItem>(pti);
    timer.stop();
    close_item(timer);
}

PTP_WAIT kernel32::CreateThreadpoolWait(PTP_WAIT_CALLBACK pfnwa, PVOID pv, PTP_CALLBACK_ENVIRON pcbe) {
    Environment environment(pcbe);
    if (!pcbe || !pcbe->Pool) environment.pool = Ref<Pool>::share(&Pool::standard_for_wait());
    auto call = with_instance(environment, pv, [=](PTP_CALLBACK_INSTANCE instance, const Fired& fired) {
        pfnwa(instance, pv, reinterpret_cast<PTP_WAIT>(instance->item), wait_result(fired.status));
    });
    return publish<PTP_WAIT>(environment, make_object<WaitItem>(environment.pool, std::move(call), false), pv);
}

void kernel32::SetThreadpoolWait(PTP_WAIT pwa, HANDLE h, PFILETIME pftTimeout) {
    SetThreadpoolWaitEx(pwa, h, pftTimeout, nullptr);
}

BOOL kernel32::SetThreadpoolWaitEx(PTP_WAIT pwa, HANDLE h, PFILETIME pftTimeout, PVOID) {
    auto& wait = item_of<WaitItem>(pwa);
    bool was_armed = wait.disarm();
    if (!h) return was_armed;
    auto entry = runtime().handles.lookup(h);
    NTSTATUS status = entry.ok() ? wait.arm(std::move(entry->object), pftTimeout ? deadline_of(pftTimeout) : kForever).status()
                                 : entry.status();
    // The function cannot fail: Windows raises the status.
    if (!NT_SUCCESS(status)) kernel32::RaiseException(static_cast<DWORD>(status), 0, 0, nullptr);
    return was_armed;
}

void kernel32::WaitForThreadpoolWaitCallbacks(PTP_WAIT pwa, BOOL fCancelPendingCallbacks) {
    item_of<WaitItem>(pwa).wait_for_queued(fCancelPendingCallbacks);
}

void kernel32::CloseThreadpoolWait(PTP_WAIT pwa) {
    auto& wait = item_of<WaitItem>(pwa);
    wait.disarm();
    close_item(wait);
}

PTP_IO kernel32::CreateThreadpoolIo(HANDLE fl, PTP_WIN32_IO_CALLBACK pfnio, PVOID pv, PTP_CALLBACK_ENVIRON pcbe) {
    auto file = runtime().handles.get<IoObject>(fl);
    if (!file.ok()) return set_last_error_from(file.status()), nullptr;
    Environment environment(pcbe);
    auto call = with_instance(environment, pv, [=](PTP_CALLBACK_INSTANCE instance, const Fired& fired) {
        pfnio(instance, pv, reinterpret_cast<void*>(fired.context), win32_from_status(fired.status), fired.information,
              reinterpret_cast<PTP_IO>(instance->item));
    });
    auto item = make_object<IoItem>(environment.pool, std::move(call), true);
    if (!(*file)->bind_completion(Ref<CompletionSink>(environment.pool->share_port()), item->key()))
        return set_last_error_from(STATUS_INVALID_PARAMETER), nullptr;
    return publish<PTP_IO>(environment, Ref<PoolItem>(std::move(item)), pv);
}

void kernel32::StartThreadpoolIo(PTP_IO pio) { item_of<IoItem>(pio).start(); }
void kernel32::CancelThreadpoolIo(PTP_IO pio) { item_of<IoItem>(pio).cancelled(); }

void kernel32::WaitForThreadpoolIoCallbacks(PTP_IO pio, BOOL fCancelPendingCallbacks) {
    item_of<IoItem>(pio).wait_for_callbacks(fCancelPendingCallbacks);
}

void kernel32::CloseThreadpoolIo(PTP_IO pio) { close_item(item_of<IoItem>(pio)); }

void kernel32::SetEventWhenCallbackReturns(PTP_CALLBACK_INSTANCE pci, HANDLE evt) { pci->event = evt; }

void kernel32::ReleaseSemaphoreWhenCallbackReturns(PTP_CALLBACK_INSTANCE pci, HANDLE sem, DWORD crel) {
    pci->semaphore = sem;
    pci->semaphore_count = crel;
}

void kernel32::ReleaseMutexWhenCallbackReturns(PTP_CALLBACK_INSTANCE pci, HANDLE mut) { pci->mutex = mut; }

void kernel32::LeaveCriticalSectionWhenCallbackReturns(PTP_CALLBACK_INSTANCE pci, LPCRITICAL_SECTION pcs) {
    pci->section = pcs;
}

void kernel32::FreeLibraryWhenCallbackReturns(PTP_CALLBACK_INSTANCE pci, HMODULE mod) { pci->library = mod; }

BOOL kernel32::CallbackMayRunLong(PTP_CALLBACK_INSTANCE pci) {
    if (!std::exchange(pci->long_running, true)) pci->item->pool().callback_runs_long();
    return TRUE;
}

void kernel32::DisassociateCurrentThreadFromCallback(PTP_CALLBACK_INSTANCE pci) {
    pci->item->disassociate_current_callback();
}
