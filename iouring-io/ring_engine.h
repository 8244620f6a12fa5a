// RingEngine: the io_uring backend. One ring for the process, which any thread fills and any thread empties.
//
// Who empties it. A thread that has nothing to do but wait for completions (in a completion port) attends: it sleeps in
// io_uring_enter itself and submits what is queued in the same call, so that a completion costs one wake-up and no other thread
// runs. The watcher is a thread of ours for all other cases. It attends while
//   - somebody may be waiting elsewhere (an operation that is not `quiet` runs, and nobody attends), or
//   - operations run and nobody came for one tick, or
// sleeps: for a tick while attendants come and go, for good when there is nothing to do or an attendant sleeps longer than that.
// So nothing waits for ever in the queues, whatever the program does, and a quiet process has no timer.
//
// Why no DEFER_TASKRUN, COOP_TASKRUN or SQPOLL: operations are queued by any thread, and must end also while that thread
// computes; a polling kernel thread takes a whole CPU from the program (measured: it loses on two CPUs).
#pragma once

#include <liburing.h>
#include <pthread.h>

#include <mutex>

#include "iouring-io/engine.h"

namespace lsw::io {

class RingEngine final : public Engine {
public:
    // The errno of the kernel's refusal, or 0.
    int start_up();
    ~RingEngine() override;

    void queue(Operation& operation) override;
    void submit() override;
    void start_soon(Operation& operation) override;
    unsigned reap() override { return something_ended() ? reap_all(false) : 0; }
    void cancel(Operation& operation) override;
    int attend(const std::atomic<uint32_t>& word, uint32_t expected, int64_t deadline_ns) override;
    void wake_attendant() override;
    void rely(bool begins) override;
    uint32_t in_flight() const override { return in_flight_.load(std::memory_order_relaxed); }
    Description describe() const override { return {"uring", "io_uring works"}; }

private:
    enum class Attendant : uint32_t { None, Caller, Watcher, IdleWatcher };

    io_uring_sqe* next_entry();
    void publish_entry();
    void put(Operation& operation);
    void put_poll(Operation& operation);
    void put_control(Operation* target);
    unsigned unsubmitted() const;
    bool something_ended() const;
    int enter(unsigned submitted, unsigned wanted, int64_t deadline_ns);

    unsigned reap_all(bool attending);
    unsigned take_ended(io_uring_cqe* copies);
    void end(Operation& operation, int32_t result);
    bool begins_again(Operation& operation, int32_t& result);

    void start_watcher();
    void watch();
    void attend_as(Attendant role);
    void sleep_until_alerted(uint32_t word, uint32_t visits);
    void alert_watcher();
    bool watcher_is_needed() const;

    io_uring ring_{};
    bool started_up_ = false;
    std::mutex queue_lock_;  // the submission queue's tail
    std::mutex reap_lock_;   // the completion queue, also while `done` functions run
    std::atomic<uint32_t> in_flight_{0};
    std::atomic<uint32_t> loud_{0};     // those in flight that are not quiet
    std::atomic<uint32_t> relying_{0};  // threads that sleep elsewhere
    std::atomic<Attendant> attendant_{Attendant::None};
    std::atomic<bool> caller_sleeps_{false};  // or is about to
    std::atomic<uint32_t> visits_{0};   // raised when a caller begins and ends to attend

    std::once_flag watcher_once_;
    bool watcher_started_ = false;
    pthread_t watcher_{};
    std::atomic<uint32_t> watcher_word_{0};
    std::atomic<bool> watcher_sleeps_{false};  // until alerted
    std::atomic<bool> stopping_{false};
};

}  // namespace lsw::io
