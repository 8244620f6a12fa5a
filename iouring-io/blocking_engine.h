// BlockingEngine: the backend without io_uring. File transfers run on worker threads, which come when they are needed and go
// when they are not; streams, polls and timeouts belong to one poller thread with epoll. `done` runs on these threads.
//
// One descriptor can be in an epoll set once, so operations on it share a Watch, and each looks with poll(2) whether it is its
// turn. Readers and writers of one descriptor are served in the order in which they came.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <unordered_map>

#include "base/unique_fd.h"
#include "iouring-io/engine.h"

namespace lsw::io {

// A list through the operations themselves.
class OperationList {
public:
    bool empty() const { return !first_; }
    Operation* first() const { return first_; }
    void push_back(Operation& operation);
    void remove(Operation& operation);
    Operation* pop_front();

private:
    Operation* first_ = nullptr;
    Operation* last_ = nullptr;
};

class BlockingEngine final : public Engine {
public:
    explicit BlockingEngine(const char* why) : why_(why) {}
    ~BlockingEngine() override;

    void queue(Operation& operation) override;
    void submit() override {}  // what is queued is begun at once: batches save nothing here
    unsigned reap() override { return 0; }
    void cancel(Operation& operation) override;
    int attend(const std::atomic<uint32_t>&, uint32_t, int64_t) override;
    void wake_attendant() override {}
    void rely(bool) override {}
    uint32_t in_flight() const override { return in_flight_.load(std::memory_order_relaxed); }
    Description describe() const override { return {"blocking", why_}; }

private:
    struct Watch {
        OperationList operations;
        uint32_t events = 0;  // in the epoll set; 0: not there
        bool always_ready = false;
    };

    void end(Operation& operation, int32_t result);

    void add_worker();
    void work();

    void start_poller();
    void poll_loop();
    void begin_waiting();
    void serve(int fd);
    bool rearm(int fd, Watch& watch);
    int64_t next_deadline();
    void end_timeouts();
    void ring_poller();

    const char* const why_;
    std::atomic<uint32_t> in_flight_{0};

    std::mutex lock_;
    bool stopping_ = false;
    // Workers.
    std::condition_variable work_came_, worker_left_;
    OperationList transfers_;
    unsigned workers_ = 0, idle_ = 0;
    // Poller.
    bool poller_started_ = false;
    pthread_t poller_{};
    UniqueFd epoll_, bell_;
    OperationList arriving_;   // not in a watch yet
    OperationList cancelled_;  // out of everything; the poller ends them
    std::unordered_map<int, Watch> watches_;
    std::multimap<int64_t, Operation*> timeouts_;
};

}  // namespace lsw::io
