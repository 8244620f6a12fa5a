#include "core/thread/clean_thread.h"

#include <pthread.h>
#include <signal.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include "base/host_thread.h"

namespace lsw {
namespace {

struct CleanThread {
    std::mutex one_at_a_time;
    std::mutex lock;
    std::condition_variable changed;
    const std::function<void()>* work = nullptr;
    std::atomic<bool> exists{false};
};

CleanThread& clean() {
    static CleanThread& instance = *new CleanThread;
    return instance;
}

void* serve(void*) {
    CleanThread& self = clean();
    std::unique_lock guard(self.lock);
    for (;;) {
        self.changed.wait(guard, [&] { return self.work != nullptr; });
        guard.unlock();
        (*self.work)();
        guard.lock();
        self.work = nullptr;
        self.changed.notify_all();
    }
}

}  // namespace

bool start_clean_thread() {
    CleanThread& self = clean();
    std::lock_guard guard(self.lock);
    if (self.exists.load()) return true;
    pthread_t thread;
    self.exists = start_host_thread(&thread, serve, nullptr, 0);
    if (self.exists.load()) pthread_detach(thread);
    return self.exists.load();
}

void run_clean(const std::function<void()>& work) {
    CleanThread& self = clean();
    if (!self.exists.load()) return work();
    std::lock_guard turn(self.one_at_a_time);
    std::unique_lock guard(self.lock);
    self.work = &work;
    self.changed.notify_all();
    self.changed.wait(guard, [&] { return self.work == nullptr; });
}

}  // namespace lsw
