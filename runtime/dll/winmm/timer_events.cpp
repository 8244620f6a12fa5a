// mmsystem.h: timers that call a function or set an event, on the threads of the timer queues. Doc: "timeSetEvent function".
#include <map>
#include <memory>
#include <mutex>

#include "dll/kernel32/threadpool.h"
#include "dll/winmm/winmm.h"

namespace {

constexpr MMRESULT kNoError = 0, kInvalidParameter = 11;  // TIMERR_NOERROR, MMSYSERR_INVALPARAM
constexpr UINT kPeriodic = 0x1, kSetEvent = 0x10, kPulseEvent = 0x20, kKillSynchronous = 0x100;
using Callback = void(WINAPI*)(UINT id, UINT message, DWORD_PTR user, DWORD_PTR first, DWORD_PTR second);

struct Event {
    UINT id, flags;
    PVOID target;  // a function, or an event's handle
    DWORD_PTR user;
    HANDLE timer;
};

struct Events {
    std::mutex lock;
    std::map<UINT, std::shared_ptr<Event>> by_id;
    UINT last_id = 0;
};
Events& events() {
    static Events instance;
    return instance;
}

std::shared_ptr<Event> find(UINT id) {
    std::lock_guard held(events().lock);
    auto at = events().by_id.find(id);
    return at == events().by_id.end() ? nullptr : at->second;
}

// On a thread of the pool. An event that ended in between is no longer there.
void WINAPI fire(PVOID argument, BOOLEAN) {
    auto id = static_cast<UINT>(reinterpret_cast<uintptr_t>(argument));
    Event event;
    if (auto found = find(id)) event = *found;
    else return;
    if (!(event.flags & kPeriodic)) {
        std::lock_guard held(events().lock);
        events().by_id.erase(id);
    }
    if (event.flags & kSetEvent) kernel32::SetEvent(event.target);
    else if (event.flags & kPulseEvent) kernel32::PulseEvent(event.target);
    else reinterpret_cast<Callback>(event.target)(id, 0, event.user, 0, 0);
}

}  // namespace

MMRESULT winmm::timeSetEvent(UINT uDelay, UINT, PVOID fptc, DWORD_PTR dwUser, UINT fuEvent) {
    constexpr UINT kLongest = 1'000'000;
    if (!fptc || uDelay == 0 || uDelay > kLongest) return 0;
    auto event = std::make_shared<Event>(Event{0, fuEvent, fptc, dwUser, nullptr});
    {
        std::lock_guard held(events().lock);
        event->id = ++events().last_id;
        events().by_id[event->id] = event;
    }
    DWORD period = fuEvent & kPeriodic ? uDelay : 0;
    constexpr ULONG kOnlyOnce = 0x8;
    auto* argument = reinterpret_cast<PVOID>(static_cast<uintptr_t>(event->id));
    HANDLE timer = nullptr;
    if (!kernel32::CreateTimerQueueTimer(&timer, nullptr, fire, argument, uDelay, period, period ? 0 : kOnlyOnce)) {
        std::lock_guard held(events().lock);
        events().by_id.erase(event->id);
        return 0;
    }
    std::lock_guard held(events().lock);
    event->timer = timer;
    return event->id;
}

MMRESULT winmm::timeKillEvent(UINT uTimerID) {
    std::shared_ptr<Event> event;
    {
        std::lock_guard held(events().lock);
        auto at = events().by_id.find(uTimerID);
        if (at == events().by_id.end()) return kInvalidParameter;
        event = at->second;
        events().by_id.erase(at);
    }
    HANDLE wait = event->flags & kKillSynchronous ? INVALID_HANDLE_VALUE : nullptr;
    kernel32::DeleteTimerQueueTimer(nullptr, event->timer, wait);
    return kNoError;
}
