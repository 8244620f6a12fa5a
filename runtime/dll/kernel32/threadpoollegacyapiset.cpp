// threadpoollegacyapiset.h: work items, registered waits and timer queues of Windows 2000, on the standard pool. Their HANDLEs
// are not kernel handles; a registry knows the valid ones.
#include <algorithm>
#include <unordered_map>

#include "core/io/io_object.h"
#include "core/runtime.h"
#include "core/teb.h"
#include "core/threadpool/items.h"
#include "core/wait/wait.h"
#include "dll/kernel32/threadpool.h"

using namespace lsw;

namespace {

// Live registered waits and timers by handle; a timer also has the queue it belongs to.
class Registry {
public:
    HANDLE add(Ref<PoolItem> item, HANDLE queue) {
        std::lock_guard guard(lock_);
        HANDLE handle = item.get();
        items_.emplace(handle, Entry{std::move(item), queue});
        return handle;
    }
    Ref<PoolItem> find(HANDLE handle, HANDLE queue) {
        std::lock_guard guard(lock_);
        auto found = items_.find(handle);
        return found != items_.end() && found->second.queue == queue ? found->second.item : nullptr;
    }
    Ref<PoolItem> remove(HANDLE handle, HANDLE queue) {
        std::lock_guard guard(lock_);
        auto found = items_.find(handle);
        if (found == items_.end() || found->second.queue != queue) return nullptr;
        Ref<PoolItem> item = std::move(found->second.item);
        items_.erase(found);
        return item;
    }
    HANDLE add_queue() {
        std::lock_guard guard(lock_);
        return queues_.emplace_back(std::make_unique<char>()).get();
    }
    bool has_queue(HANDLE queue) {
        std::lock_guard guard(lock_);
        return is_queue(queue);
    }
    // False when there is no such queue; else its timers.
    bool remove_queue(HANDLE queue, std::vector<Ref<PoolItem>>* timers) {
        std::lock_guard guard(lock_);
        if (!is_queue(queue)) return false;
        std::erase_if(queues_, [&](auto& known) { return known.get() == queue; });
        for (auto& [handle, entry] : items_)
            if (entry.queue == queue) timers->push_back(entry.item);
        std::erase_if(items_, [&](auto& entry) { return entry.second.queue == queue; });
        return true;
    }

private:
    struct Entry {
        Ref<PoolItem> item;
        HANDLE queue;
    };
    bool is_queue(HANDLE queue) {
        return std::any_of(queues_.begin(), queues_.end(), [&](auto& known) { return known.get() == queue; });
    }
    std::mutex lock_;
    std::unordered_map<HANDLE, Entry> items_;
    std::vector<std::unique_ptr<char>> queues_;
};

Registry& registry() {
    static Registry& instance = *new Registry;
    return instance;
}

const HANDLE kRegisteredWait = reinterpret_cast<HANDLE>(1);  // stands where a timer's queue stands
const HANDLE kDefaultQueue = nullptr;

BOOL fails(DWORD error) {
    set_last_error(error);
    return FALSE;
}

void run_long_if_asked(ULONG flags) {
    if (flags & WT_EXECUTELONGFUNCTION) current_pool_item()->pool().callback_runs_long();
}

// The end of a wait or timer: INVALID_HANDLE_VALUE waits for its callbacks, an event is set when they are over, and without
// either the caller is told when one still runs.
BOOL end_item(PoolItem& item, HANDLE completion) {
    item.cancel_all();
    if (completion == INVALID_HANDLE_VALUE) {
        item.wait_for_callbacks(true);
        return TRUE;
    }
    Ref<Object> event;
    if (completion)
        if (auto entry = runtime().handles.lookup(completion); entry.ok()) event = std::move(entry->object);
    bool idle = item.when_idle([event] {
        if (event && event->waitable()) set_event(*event->waitable()->record());
    });
    if (idle) return TRUE;
    return fails(ERROR_IO_PENDING);
}

int64_t period_ns(DWORD milliseconds) { return int64_t{milliseconds} * 1'000'000; }

void start_timer(TimerItem& timer, DWORD due_ms, DWORD period_ms) {
    if (due_ms == INFINITE) timer.stop();
    else timer.set(monotonic_ns() + period_ns(due_ms), period_ns(period_ms));
}

}  // namespace

BOOL kernel32::QueueUserWorkItem(LPTHREAD_START_ROUTINE Function, PVOID Context, ULONG Flags) {
    auto item = make_object<WorkItem>(Ref<Pool>::share(&Pool::standard()), [=](const Fired&) {
        run_long_if_asked(Flags);
        Function(Context);
    });
    item->submit();
    return TRUE;
}

BOOL kernel32::RegisterWaitForSingleObject(PHANDLE phNewWaitObject, HANDLE hObject, WAITORTIMERCALLBACK Callback,
                                           PVOID Context, ULONG dwMilliseconds, ULONG dwFlags) {
    auto entry = runtime().handles.lookup(hObject);
    if (!entry.ok()) return set_last_error_from(entry.status());
    auto item = make_object<WaitItem>(
        Ref<Pool>::share(&Pool::standard_for_wait()),
        [=](const Fired& fired) {
            run_long_if_asked(dwFlags);
            Callback(Context, fired.status == STATUS_TIMEOUT);
        },
        !(dwFlags & WT_EXECUTEONLYONCE));
    // The handle is in place before the first callback can look for it.
    *phNewWaitObject = registry().add(Ref<PoolItem>(Ref<WaitItem>(item)), kRegisteredWait);
    int64_t timeout = dwMilliseconds == INFINITE ? kForever : period_ns(dwMilliseconds);
    auto armed = item->arm(std::move(entry->object), timeout == kForever ? kForever : monotonic_ns() + timeout, timeout);
    if (armed.ok()) return TRUE;
    registry().remove(*phNewWaitObject, kRegisteredWait);
    *phNewWaitObject = nullptr;
    return set_last_error_from(armed.status());
}

BOOL kernel32::UnregisterWait(HANDLE WaitHandle) { return UnregisterWaitEx(WaitHandle, nullptr); }

// Doc: "UnregisterWaitEx function (threadpoollegacyapiset.h)".
BOOL kernel32::UnregisterWaitEx(HANDLE WaitHandle, HANDLE CompletionEvent) {
    Ref<PoolItem> item = registry().remove(WaitHandle, kRegisteredWait);
    if (!item) return fails(ERROR_INVALID_HANDLE);
    return end_item(*item, CompletionEvent);
}

HANDLE kernel32::CreateTimerQueue() { return registry().add_queue(); }

BOOL kernel32::CreateTimerQueueTimer(PHANDLE phNewTimer, HANDLE TimerQueue, WAITORTIMERCALLBACK Callback, PVOID Parameter,
                                     DWORD DueTime, DWORD Period, ULONG Flags) {
    if (TimerQueue && !registry().has_queue(TimerQueue)) return fails(ERROR_INVALID_HANDLE);
    DWORD period = Flags & WT_EXECUTEONLYONCE ? 0 : Period;
    auto timer = make_object<TimerItem>(Ref<Pool>::share(&Pool::standard()), [=](const Fired&) {
        run_long_if_asked(Flags);
        Callback(Parameter, TRUE);
    });
    *phNewTimer = registry().add(Ref<PoolItem>(Ref<TimerItem>(timer)), TimerQueue);
    start_timer(*timer, DueTime, period);
    return TRUE;
}

BOOL kernel32::ChangeTimerQueueTimer(HANDLE TimerQueue, HANDLE Timer, ULONG DueTime, ULONG Period) {
    Ref<PoolItem> item = registry().find(Timer, TimerQueue);
    if (!item) return fails(ERROR_INVALID_HANDLE);
    start_timer(static_cast<TimerItem&>(*item), DueTime, Period);
    return TRUE;
}

BOOL kernel32::DeleteTimerQueueTimer(HANDLE TimerQueue, HANDLE Timer, HANDLE CompletionEvent) {
    Ref<PoolItem> item = registry().remove(Timer, TimerQueue);
    if (!item) return fails(ERROR_INVALID_HANDLE);
    return end_item(*item, CompletionEvent);
}

BOOL kernel32::CancelTimerQueueTimer(HANDLE TimerQueue, HANDLE Timer) {
    return DeleteTimerQueueTimer(TimerQueue, Timer, nullptr);
}

HANDLE kernel32::SetTimerQueueTimer(HANDLE TimerQueue, WAITORTIMERCALLBACK Callback, PVOID Parameter, DWORD DueTime,
                                    DWORD Period, BOOL) {
    HANDLE timer = nullptr;
    CreateTimerQueueTimer(&timer, TimerQueue, Callback, Parameter, DueTime, Period, 0);
    return timer;
}

// Doc: "DeleteTimerQueueEx function (threadpoollegacyapiset.h)". The event is set when the last timer's callback is over.
BOOL kernel32::DeleteTimerQueueEx(HANDLE TimerQueue, HANDLE CompletionEvent) {
    std::vector<Ref<PoolItem>> timers;
    if (!registry().remove_queue(TimerQueue, &timers)) return fails(ERROR_INVALID_HANDLE);
    for (auto& timer : timers) timer->cancel_all();
    if (CompletionEvent == INVALID_HANDLE_VALUE) {
        for (auto& timer : timers) timer->wait_for_callbacks(true);
        return TRUE;
    }
    Ref<Object> event;
    if (CompletionEvent)
        if (auto entry = runtime().handles.lookup(CompletionEvent); entry.ok()) event = std::move(entry->object);
    auto left = std::make_shared<std::atomic<size_t>>(timers.size() + 1);
    auto one_less = [left, event] {
        if (left->fetch_sub(1) == 1 && event && event->waitable()) set_event(*event->waitable()->record());
    };
    bool all_idle = true;
    for (auto& timer : timers) all_idle &= timer->when_idle(one_less);
    one_less();
    return all_idle ? TRUE : fails(ERROR_IO_PENDING);
}

BOOL kernel32::DeleteTimerQueue(HANDLE TimerQueue) { return DeleteTimerQueueEx(TimerQueue, nullptr); }

BOOL kernel32::BindIoCompletionCallback(HANDLE FileHandle, LPOVERLAPPED_COMPLETION_ROUTINE Function, ULONG) {
    auto file = runtime().handles.get<IoObject>(FileHandle);
    if (!file.ok()) return set_last_error_from(file.status());
    Ref<Pool> pool = Ref<Pool>::share(&Pool::standard());
    auto item = make_object<IoItem>(pool,
                                    [=](const Fired& fired) {
                                        Function(static_cast<DWORD>(fired.status), static_cast<DWORD>(fired.information),
                                                 reinterpret_cast<LPOVERLAPPED>(fired.context));
                                    },
                                    false);
    if (!(*file)->bind_completion(Ref<CompletionSink>(pool->share_port()), item->key()))
        return set_last_error_from(STATUS_INVALID_PARAMETER);
    item.detach();  // as long as the file lives, packets may name it
    return TRUE;
}
