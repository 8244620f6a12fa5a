// Without futex_waitv each word gets a watcher thread from a pool for the length of one sleep. A watcher sleeps on its word
// and rings the sleeper's bell; to end a watch its word is woken without being changed, which every waiter takes for a
// spurious wake-up. Costly, yet with the same meaning; kernels that need it are few and getting fewer.
#include "core/wait/multi_wait.h"

#include <pthread.h>

#include <cstdlib>
#include <mutex>
#include <vector>

namespace lsw {
namespace {

struct Bell {
    std::atomic<uint32_t> rung{0};
    std::atomic<uint32_t> watching{0};
};

struct Watcher {
    std::atomic<uint32_t> job{0};  // 0 idle, 1 watch
    FutexWaitEntry entry{};
    Bell* bell = nullptr;
    std::atomic<bool> cancelled{false};
};

struct Pool {
    std::mutex lock;
    std::vector<Watcher*> idle;
};

Pool& pool() {
    static Pool& instance = *new Pool;
    return instance;
}

FutexScope scope_of(const FutexWaitEntry& entry) {
    return entry.flags & FUTEX_PRIVATE_FLAG ? FutexScope::Private : FutexScope::Shared;
}

std::atomic<uint32_t>* word_of_entry(const FutexWaitEntry& entry) {
    return reinterpret_cast<std::atomic<uint32_t>*>(entry.address);
}

void* watch(void* argument) {
    auto& self = *static_cast<Watcher*>(argument);
    for (;;) {
        while (self.job.load() == 0) futex_wait(&self.job, 0, FutexScope::Private);
        // A short bound closes the gap between the check of `cancelled` and the sleep; it is reached only in that race.
        while (!self.cancelled.load()) {
            int error = futex_wait(word_of_entry(self.entry), static_cast<uint32_t>(self.entry.expected),
                                   scope_of(self.entry), monotonic_ns() + 50'000'000);
            if (error != ETIMEDOUT && error != EINTR) break;
        }
        Bell* bell = self.bell;
        self.job = 0;
        bell->rung = 1;
        futex_wake(&bell->rung, 1, FutexScope::Private);
        if (bell->watching.fetch_sub(1) == 1) futex_wake(&bell->watching, 1, FutexScope::Private);
    }
    return nullptr;
}

Watcher* take_watcher() {
    Pool& all = pool();
    {
        std::lock_guard guard(all.lock);
        if (!all.idle.empty()) {
            Watcher* watcher = all.idle.back();
            all.idle.pop_back();
            return watcher;
        }
    }
    auto* watcher = new Watcher;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 64 << 10);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_t thread;
    int failed = pthread_create(&thread, &attributes, watch, watcher);
    pthread_attr_destroy(&attributes);
    if (!failed) return watcher;
    delete watcher;
    return nullptr;
}

int wait_with_watchers(const FutexWaitEntry* entries, unsigned count, int64_t deadline_ns) {
    Bell bell;
    std::vector<Watcher*> watchers;
    for (unsigned i = 0; i < count; ++i) {
        Watcher* watcher = take_watcher();
        if (!watcher) {
            bell.rung = 1;  // no thread to be had: look again at once rather than miss a signal
            break;
        }
        watcher->entry = entries[i];
        watcher->bell = &bell;
        watcher->cancelled = false;
        bell.watching.fetch_add(1);
        watcher->job = 1;
        futex_wake(&watcher->job, 1, FutexScope::Private);
        watchers.push_back(watcher);
    }
    int error = bell.rung.load() ? 0 : futex_wait(&bell.rung, 0, FutexScope::Private, deadline_ns);
    for (Watcher* watcher : watchers) {
        watcher->cancelled = true;
        futex_wake(word_of_entry(watcher->entry), INT_MAX, scope_of(watcher->entry));
    }
    for (uint32_t left; (left = bell.watching.load()) != 0;) futex_wait(&bell.watching, left, FutexScope::Private);
    std::lock_guard guard(pool().lock);
    pool().idle.insert(pool().idle.end(), watchers.begin(), watchers.end());
    return error;
}

bool have_futex_waitv() {
    static const bool have = [] {
        if (getenv("LSW_NO_FUTEX_WAITV")) return false;  // for tests of the other way
        return futex_wait_any(nullptr, 0, kForever) == EINVAL;  // ENOSYS or EPERM without it
    }();
    return have;
}

}  // namespace

int wait_any_word(const FutexWaitEntry* entries, unsigned count, int64_t deadline_ns) {
    return have_futex_waitv() ? futex_wait_any(entries, count, deadline_ns)
                              : wait_with_watchers(entries, count, deadline_ns);
}

}  // namespace lsw
