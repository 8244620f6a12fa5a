#include "iouring-io/blocking_engine.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>

#include <cerrno>
#include <chrono>

#include "base/host_thread.h"
#include "iouring-io/attempt.h"
#include "iouring-io/backends.h"
#include "iouring-io/kinds.h"
#include "iouring-io/sleep.h"

namespace lsw::io {
namespace {

using Phase = Operation::Internal::Phase;

constexpr unsigned kMostWorkers = 16;
constexpr auto kIdleWorkerStays = std::chrono::seconds(2);

// Files and disks are never "not ready": their transfers take a thread.
bool needs_worker(const Operation& operation) {
    switch (operation.kind) {
        case Kind::Nothing:
        case Kind::Fsync:
        case Kind::Fdatasync: return true;
        case Kind::Read:
        case Kind::Write:
        case Kind::Readv:
        case Kind::Writev: {
            struct stat info;
            return fstat(operation.fd, &info) != 0 || S_ISREG(info.st_mode) || S_ISBLK(info.st_mode) || S_ISDIR(info.st_mode);
        }
        default: return false;
    }
}

}  // namespace

std::unique_ptr<Engine> make_blocking_engine(const char* why) { return std::make_unique<BlockingEngine>(why); }

void OperationList::push_back(Operation& operation) {
    operation.internal.next = nullptr;
    operation.internal.previous = last_;
    (last_ ? last_->internal.next : first_) = &operation;
    last_ = &operation;
}

void OperationList::remove(Operation& operation) {
    auto& [phase, cancelled, seconds, next, previous] = operation.internal;
    (previous ? previous->internal.next : first_) = next;
    (next ? next->internal.previous : last_) = previous;
    next = previous = nullptr;
}

Operation* OperationList::pop_front() {
    Operation* operation = first_;
    if (operation) remove(*operation);
    return operation;
}

BlockingEngine::~BlockingEngine() {
    std::unique_lock guard(lock_);
    stopping_ = true;
    work_came_.notify_all();
    worker_left_.wait(guard, [this] { return workers_ == 0; });
    guard.unlock();
    if (!poller_started_) return;
    ring_poller();
    pthread_join(poller_, nullptr);
}

int BlockingEngine::attend(const std::atomic<uint32_t>&, uint32_t, int64_t) { return EBUSY; }

void BlockingEngine::end(Operation& operation, int32_t result) {
    phase_of(operation).store(Phase::Idle, std::memory_order_release);
    in_flight_.fetch_sub(1);
    operation.done(operation, result);
}

void BlockingEngine::queue(Operation& operation) {
    bool for_worker = needs_worker(operation);
    in_flight_.fetch_add(1);
    std::unique_lock guard(lock_);
    phase_of(operation).store(Phase::Waiting, std::memory_order_relaxed);
    operation.internal.seconds_ns[0] = 0;
    if (for_worker) {
        transfers_.push_back(operation);
        if (idle_ == 0 && workers_ < kMostWorkers)
            add_worker();
        else
            work_came_.notify_one();
        return;
    }
    arriving_.push_back(operation);
    if (!poller_started_) start_poller();
    guard.unlock();
    ring_poller();
}

// Under the lock.
void BlockingEngine::add_worker() {
    pthread_t thread;
    auto body = [](void* self) -> void* {
        static_cast<BlockingEngine*>(self)->work();
        return nullptr;
    };
    if (!start_host_thread(&thread, body, this)) return;
    pthread_detach(thread);
    ++workers_;
}

void BlockingEngine::work() {
    std::unique_lock guard(lock_);
    for (;;) {
        while (transfers_.empty() && !stopping_) {
            ++idle_;
            bool came = work_came_.wait_for(guard, kIdleWorkerStays, [this] { return !transfers_.empty() || stopping_; });
            --idle_;
            if (!came) break;
        }
        Operation* operation = transfers_.pop_front();
        if (!operation) break;
        phase_of(*operation).store(Phase::Running, std::memory_order_relaxed);
        guard.unlock();
        end(*operation, transfer(*operation));
        guard.lock();
    }
    if (--workers_ == 0) worker_left_.notify_all();
}

void BlockingEngine::cancel(Operation& operation) {
    {
        std::lock_guard guard(lock_);
        Phase phase = phase_of(operation).load(std::memory_order_acquire);
        if (phase != Phase::Waiting && phase != Phase::Polling) return;
        // The poller finds those in its own lists; a transfer that no worker has taken is handed to it.
        if (phase == Phase::Waiting && needs_worker(operation))
            transfers_.remove(operation);
        else if (phase == Phase::Waiting)
            arriving_.remove(operation);
        else if (operation.kind == Kind::Timeout)
            std::erase_if(timeouts_, [&](const auto& entry) { return entry.second == &operation; });
        else
            watches_[operation.fd].operations.remove(operation);
        cancelled_.push_back(operation);
        phase_of(operation).store(Phase::Running, std::memory_order_relaxed);
        if (!poller_started_) start_poller();
    }
    ring_poller();
}

// Under the lock.
void BlockingEngine::start_poller() {
    epoll_.reset(epoll_create1(EPOLL_CLOEXEC));
    bell_.reset(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = bell_.get();
    epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, bell_.get(), &event);
    auto body = [](void* self) -> void* {
        static_cast<BlockingEngine*>(self)->poll_loop();
        return nullptr;
    };
    poller_started_ = start_host_thread(&poller_, body, this);
}

void BlockingEngine::ring_poller() {
    uint64_t one = 1;
    [[maybe_unused]] ssize_t put = write(bell_.get(), &one, sizeof one);
}

void BlockingEngine::poll_loop() {
    epoll_event events[32];
    for (;;) {
        begin_waiting();
        end_timeouts();
        {
            std::lock_guard guard(lock_);
            if (stopping_) return;
        }
        int64_t deadline = next_deadline();
        if (deadline != kNoDeadline) {
            pollfd all{epoll_.get(), POLLIN, 0};
            int64_t left = std::max<int64_t>(0, deadline - now_ns());
            timespec limit{left / 1'000'000'000, left % 1'000'000'000};
            if (ppoll(&all, 1, &limit, nullptr) == 0) continue;
        }
        int count = epoll_wait(epoll_.get(), events, 32, -1);
        for (int i = 0; i < count; ++i) {
            if (events[i].data.fd == bell_.get()) {
                uint64_t rung;
                [[maybe_unused]] ssize_t got = read(bell_.get(), &rung, sizeof rung);
            } else {
                serve(events[i].data.fd);
            }
        }
    }
}

// Takes over what was queued and what was cancelled.
void BlockingEngine::begin_waiting() {
    std::unique_lock guard(lock_);
    for (;;) {
        if (Operation* operation = cancelled_.pop_front()) {
            if (auto found = watches_.find(operation->fd); found != watches_.end() && operation->kind != Kind::Timeout)
                if (!rearm(operation->fd, found->second)) watches_.erase(found);
            guard.unlock();
            end(*operation, -ECANCELED);
            guard.lock();
            continue;
        }
        Operation* operation = arriving_.pop_front();
        if (!operation) return;
        phase_of(*operation).store(Phase::Polling, std::memory_order_relaxed);
        if (operation->kind == Kind::Timeout) {
            timeouts_.emplace(operation->offset, operation);
            continue;
        }
        watches_[operation->fd].operations.push_back(*operation);
        int fd = operation->fd;
        guard.unlock();
        serve(fd);
        guard.lock();
    }
}

// Tries everything that waits for `fd`, then waits for the rest. Operations end when nothing here needs the descriptor any
// more: their owners may close it.
void BlockingEngine::serve(int fd) {
    OperationList ended;
    std::unique_lock guard(lock_);
    auto found = watches_.find(fd);
    if (found == watches_.end()) return;
    uint32_t blocked = 0;  // directions in which an earlier operation waits
    Operation* next;
    for (Operation* operation = found->second.operations.first(); operation; operation = next) {
        next = operation->internal.next;
        uint32_t direction = readiness_of(*operation);
        bool ordered = operation->kind != Kind::Poll;
        if (ordered && (blocked & direction)) continue;
        int32_t result = attempt(*operation);
        if (result == -EAGAIN && !must_not_wait(*operation)) {
            if (ordered) blocked |= direction;
            continue;
        }
        found->second.operations.remove(*operation);
        phase_of(*operation).store(Phase::Running, std::memory_order_relaxed);
        operation->internal.seconds_ns[1] = result;
        ended.push_back(*operation);
    }
    if (!rearm(fd, found->second)) watches_.erase(found);
    guard.unlock();
    while (Operation* operation = ended.pop_front()) end(*operation, static_cast<int32_t>(operation->internal.seconds_ns[1]));
}

// Under the lock: has epoll watch for what the operations wait for. False when there are none.
bool BlockingEngine::rearm(int fd, Watch& watch) {
    uint32_t wanted = 0;
    for (Operation* operation = watch.operations.first(); operation; operation = operation->internal.next)
        wanted |= readiness_of(*operation) | EPOLLONESHOT;
    epoll_event event{};
    event.events = wanted;
    event.data.fd = fd;
    if (wanted == 0) {
        if (watch.events) epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, &event);
        return false;
    }
    // The descriptor may have been closed and opened anew since the last operation on it.
    if (!watch.events || epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event) != 0)
        epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event);
    watch.events = wanted;
    return true;
}

int64_t BlockingEngine::next_deadline() {
    std::lock_guard guard(lock_);
    return timeouts_.empty() ? kNoDeadline : timeouts_.begin()->first;
}

void BlockingEngine::end_timeouts() {
    std::unique_lock guard(lock_);
    while (!timeouts_.empty() && timeouts_.begin()->first <= now_ns()) {
        Operation* operation = timeouts_.begin()->second;
        timeouts_.erase(timeouts_.begin());
        phase_of(*operation).store(Phase::Running, std::memory_order_relaxed);
        guard.unlock();
        end(*operation, 0);
        guard.lock();
    }
}

}  // namespace lsw::io
