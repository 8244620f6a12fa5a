// The kinds of things a pool calls back: work, timers, waits, I/O. Both of Windows' interfaces use them (threadpoolapiset.h and
// threadpoollegacyapiset.h): what the callback looks like to the program is a `Callback`, made by runtime/dll.
#pragma once

#include <functional>

#include "core/threadpool/pool.h"

namespace lsw {

// Called on a worker with nothing held. `result`: for waits 0 or STATUS_ABANDONED_WAIT_0 or STATUS_TIMEOUT.
struct Fired {
    NTSTATUS status;
    uint64_t context;      // I/O: the OVERLAPPED
    uint64_t information;  // I/O: bytes
};
using Callback = std::function<void(const Fired&)>;

class WorkItem final : public PoolItem {
public:
    static constexpr uint32_t kKind = 2;
    WorkItem(Ref<Pool> pool, Callback callback) : PoolItem(std::move(pool), kKind), callback_(std::move(callback)) {}
    void submit() { post(); }

private:
    void run(const Completion&) override { callback_({}); }
    const Callback callback_;
};

class TimerItem final : public PoolItem {
public:
    static constexpr uint32_t kKind = 3;
    TimerItem(Ref<Pool> pool, Callback callback) : PoolItem(std::move(pool), kKind), callback_(std::move(callback)) {}
    // `due_ns`: CLOCK_MONOTONIC. A period of 0 fires once.
    void set(int64_t due_ns, int64_t period_ns);
    void stop();
    bool is_set();
    void on_timer() override;
    void cancel_all() override;

private:
    void run(const Completion&) override { callback_({}); }
    const Callback callback_;
    int64_t due_ns_ = 0, period_ns_ = 0;  // under lock_; due_ns_ is 0 while it is not set
};

class WaitItem final : public PoolItem {
public:
    static constexpr uint32_t kKind = 4;
    // `repeats`: armed anew after each callback, with the timeout of `timeout_ns` from then.
    WaitItem(Ref<Pool> pool, Callback callback, bool repeats);
    // Errors: STATUS_OBJECT_TYPE_MISMATCH (not waitable), STATUS_NO_MEMORY.
    Result<void> arm(Ref<Object> object, int64_t deadline_ns, int64_t timeout_ns = kForever);
    bool disarm();  // whether it was armed
    void on_timer() override;
    void cancel_all() override;

private:
    ~WaitItem() override { pool().forget_wait(); }
    bool accept(const Completion& packet) override;
    void run(const Completion& packet) override;

    const Callback callback_;
    const bool repeats_;
    // Under lock_. A packet's context is the generation it was armed in, doubled, plus one for a timeout: what comes from an
    // earlier one is stale.
    Ref<WaitPacket> packet_;
    Ref<Object> object_;
    int64_t timeout_ns_ = kForever;
    uint64_t generation_ = 0;
    bool armed_ = false;
    bool stopped_ = false;  // a repeating wait that was cancelled is not armed again
};

class IoItem final : public PoolItem {
public:
    static constexpr uint32_t kKind = 5;
    // `counted`: every operation is announced by start().
    IoItem(Ref<Pool> pool, Callback callback, bool counted)
        : PoolItem(std::move(pool), kKind), callback_(std::move(callback)), counted_(counted) {
        this->pool().begin_watch();
    }
    // The key under which the file is bound to the pool's port; the item must outlive the file's last operation.
    uint64_t key() const { return reinterpret_cast<uint64_t>(this); }
    void start();       // an operation is about to begin
    void cancelled();   // it did not

private:
    ~IoItem() override { pool().end_watch(); }
    bool accept(const Completion& packet) override;
    void run(const Completion& packet) override {
        callback_({packet.status, packet.context, packet.information});
    }
    const Callback callback_;
    const bool counted_;
};

}  // namespace lsw
