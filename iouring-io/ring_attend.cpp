// Who waits for the ring: attendants and the watcher (see ring_engine.h for the rules).
#include <cerrno>

#include "base/host_thread.h"
#include "iouring-io/kinds.h"
#include "iouring-io/ring_engine.h"
#include "iouring-io/sleep.h"

namespace lsw::io {
namespace {

// How long what a program does not wait for may lie in the queues.
constexpr int64_t kTick_ns = 4'000'000;

}  // namespace

int RingEngine::attend(const std::atomic<uint32_t>& word, uint32_t expected, int64_t deadline_ns) {
    Attendant before = Attendant::None;
    if (!attendant_.compare_exchange_strong(before, Attendant::Caller)) {
        // The watcher stays where somebody may be waiting elsewhere; a thread that comes itself is better than it otherwise.
        bool replaceable = before == Attendant::IdleWatcher || (before == Attendant::Watcher && loud_.load() == 0);
        if (!replaceable || !attendant_.compare_exchange_strong(before, Attendant::Caller)) return EBUSY;
        put_control(nullptr);  // the watcher's sleep ends, and ours, once
    }
    visits_.fetch_add(1);
    int result = 0;
    caller_sleeps_ = true;
    if (word.load() == expected) {
        if (something_ended())
            submit();
        else
            result = enter(unsubmitted(), 1, deadline_ns);
    }
    caller_sleeps_ = false;
    reap_all(true);
    attendant_ = Attendant::None;
    visits_.fetch_add(1);
    if (in_flight_.load() != 0 && (watcher_sleeps_.load() || watcher_is_needed())) alert_watcher();
    return result == -EINTR ? EINTR : 0;
}

void RingEngine::wake_attendant() {
    // One that is awake looks again before it sleeps.
    if (attendant_.load() != Attendant::Caller || !caller_sleeps_.exchange(false)) return;
    put_control(nullptr);
    submit();
}

void RingEngine::rely(bool begins) {
    if (!begins) {
        relying_.fetch_sub(1);
        return;
    }
    relying_.fetch_add(1);
    if (in_flight_.load() != 0 && attendant_.load() == Attendant::None) alert_watcher();
}

bool RingEngine::watcher_is_needed() const {
    return loud_.load() != 0 || (relying_.load() != 0 && in_flight_.load() != 0);
}

void RingEngine::start_watcher() {
    auto run = [](void* self) -> void* {
        static_cast<RingEngine*>(self)->watch();
        return nullptr;
    };
    watcher_started_ = start_host_thread(&watcher_, run, this);
}

void RingEngine::alert_watcher() { wake_sleeper(watcher_word_); }

// `visits` is as it was when the watcher decided that an attendant sleeps.
void RingEngine::sleep_until_alerted(uint32_t word, uint32_t visits) {
    watcher_sleeps_ = true;
    bool idle = in_flight_.load() == 0 && unsubmitted() == 0;
    bool attended = attendant_.load() == Attendant::Caller && visits_.load() == visits;
    if ((idle || attended) && !stopping_) sleep_on(watcher_word_, word, -1);
    watcher_sleeps_ = false;
}

void RingEngine::watch() {
    while (!stopping_) {
        uint32_t word = watcher_word_.load();
        uint32_t visits = visits_.load();
        if (in_flight_.load() == 0 && unsubmitted() == 0) {
            sleep_until_alerted(word, visits);
            continue;
        }
        if (attendant_.load() == Attendant::None && watcher_is_needed()) {
            attend_as(Attendant::Watcher);
            continue;
        }
        sleep_on(watcher_word_, word, kTick_ns);
        if (watcher_word_.load() != word || visits_.load() != visits) continue;
        if (attendant_.load() == Attendant::None) {
            attend_as(Attendant::IdleWatcher);
        } else if (something_ended() || unsubmitted()) {
            submit();  // the attendant is kept from its work
            reap();
        } else {
            sleep_until_alerted(word, visits);
        }
    }
}

void RingEngine::attend_as(Attendant role) {
    Attendant none = Attendant::None;
    if (!attendant_.compare_exchange_strong(none, role)) return;
    while (!stopping_) {
        if (something_ended())
            submit();
        else
            enter(unsubmitted(), 1, kNoDeadline);
        reap_all(true);
        if (attendant_.load() != role) return;  // a caller took over
        if (role == Attendant::Watcher ? !watcher_is_needed() : in_flight_.load() == 0) break;
    }
    attendant_.compare_exchange_strong(role, Attendant::None);
}

}  // namespace lsw::io
