#include "core/file/lock_wait.h"

#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <mutex>
#include <vector>

#include "abi/status.h"
#include "base/host_thread.h"
#include "core/file/file_object.h"
#include "core/thread/thread.h"
#include "core/wait/clock.h"
#include "core/wait/futex.h"

namespace lsw::file {
namespace {

// Does nothing but interrupt the thread's fcntl(2). Ignored by default, so a late one does no harm.
constexpr int kInterrupt = SIGURG;

struct LockWait {
    Ref<FileObject> file;
    Ref<Thread> asker;
    IoRequest request;
    RangeLocks::Range range;
    std::atomic<pid_t> waiter{0};
    std::atomic<bool> cancelled{false};
    std::atomic<uint32_t> over{0};  // the request has ended
    std::atomic<int> users{1};      // the waiter, and those who cancel

    void release() {
        if (users.fetch_sub(1) == 1) delete this;
    }
};

struct Waits {
    std::mutex lock;
    std::vector<LockWait*> all;

    void forget(LockWait& wait) {
        std::lock_guard guard(lock);
        std::erase(all, &wait);
    }
};
Waits& waits() {
    static Waits& made = *new Waits;
    return made;
}

void* wait_for_lock(void* argument) {
    auto& wait = *static_cast<LockWait*>(argument);
    sigset_t interrupt;
    sigemptyset(&interrupt);
    sigaddset(&interrupt, kInterrupt);
    pthread_sigmask(SIG_UNBLOCK, &interrupt, nullptr);
    wait.waiter = gettid();
    NTSTATUS status = wait.file->range_locks().lock(*wait.file, wait.range, true, &wait.cancelled).status();
    waits().forget(wait);
    finish_io(*wait.file, wait.request, status, 0, /*pended=*/true);
    wait.file = nullptr;  // whoever cancels because the handle is closed finds it closed
    wait.over = 1;
    futex_wake(&wait.over, INT_MAX, FutexScope::Private);
    wait.release();
    return nullptr;
}

// Returns when the request has ended.
void interrupt(FileObject& file, LockWait& wait) {
    wait.cancelled = true;
    file.range_locks().wake_waiters();
    // One that was between its look at the request and its sleep is met by a later try.
    while (wait.over.load() == 0) {
        if (pid_t waiter = wait.waiter.load()) syscall(SYS_tgkill, getpid(), waiter, kInterrupt);
        futex_wait(&wait.over, 0, FutexScope::Private, monotonic_ns() + 1'000'000);
    }
    wait.release();
}

void install() {
    static const bool once = [] {
        struct sigaction action {};
        action.sa_handler = [](int) {};
        return sigaction(kInterrupt, &action, nullptr) == 0;
    }();
    (void)once;
}

}  // namespace

NTSTATUS begin_lock(FileObject& file, const IoRequest& request, RangeLocks::Range range, bool wait) {
    begin_io(request);
    bool synchronous = file.is_synchronous();
    NTSTATUS status = file.range_locks().lock(file, range, wait && synchronous).status();
    if (status != STATUS_LOCK_NOT_GRANTED || !wait || synchronous)
        return finish_io(file, request, status, 0, /*pended=*/false);
    install();
    auto* pending = new LockWait;
    pending->file = Ref<FileObject>::share(&file);
    pending->asker = Ref<Thread>::share(current_thread());
    pending->request = request;
    pending->request.thread = pending->asker.get();
    pending->range = range;
    if (request.status_block) __atomic_store_n(&request.status_block->Status, STATUS_PENDING, __ATOMIC_RELEASE);
    file.begin_pending();
    {
        std::lock_guard guard(waits().lock);
        waits().all.push_back(pending);
    }
    pthread_t thread;
    if (start_host_thread(&thread, wait_for_lock, pending)) {
        pthread_detach(thread);
        return STATUS_PENDING;
    }
    waits().forget(*pending);
    pending->release();
    file.operation_ended();
    return finish_io(file, request, STATUS_INSUFFICIENT_RESOURCES, 0, /*pended=*/false);
}

bool cancel_lock_waits(FileObject& file, const IO_STATUS_BLOCK* which, const Thread* thread) {
    if (!RangeLocks::any()) return false;
    std::vector<LockWait*> chosen;
    {
        std::lock_guard guard(waits().lock);
        for (LockWait* wait : waits().all) {
            if (wait->file.get() != &file || (which && wait->request.status_block != which)) continue;
            if (thread && wait->asker.get() != thread) continue;
            wait->users.fetch_add(1);
            chosen.push_back(wait);
        }
    }
    for (LockWait* wait : chosen) interrupt(file, *wait);
    return !chosen.empty();
}

}  // namespace lsw::file
