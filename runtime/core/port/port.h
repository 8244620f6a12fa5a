// CompletionPort and WaitPacket: I/O completion ports, and the packets that a port receives when an object is signalled
// ("I/O Completion Ports"; NtAssociateWaitCompletionPacket). A thread that waits for packets sleeps in the port's ready set, if
// sockets report to the port, or in the I/O engine, if that is in use, and runs the completions of operations itself
// (ReadySet::attend, Engine::attend). Events, semaphores and timers of pending wait packets tell the port of their signals
// (RecordSleeper). For objects that others signal, or APCs, the thread waits in futexes, in one call for all of them, so that no
// other thread has to watch them; what comes from sockets and the engine then comes by their own threads.
//
// The port counts its running threads: those that took a packet and neither came back for another nor sleep in a wait. Packets
// are given out while there are fewer than the limit ("I/O Completion Ports").
#pragma once

#include <mutex>
#include <span>
#include <vector>

#include "base/result.h"
#include "base/small_lock.h"
#include "core/io/completion.h"
#include "core/port/packet_queue.h"
#include "core/wait/blocking.h"
#include "core/wait/record_sleeper.h"
#include "core/wait/waitable.h"

namespace lsw {

class CompletionPort final : public CompletionSink, private ThreadCounter, private RecordSleeper {
public:
    static constexpr ObjectType kType = ObjectType::IoCompletion;
    explicit CompletionPort(uint32_t concurrency);

    void post(uint64_t key, uint64_t context, NTSTATUS status, uint64_t information) override;
    io::ReadySet* ready_set() override;

    // Waits for at least one packet; takes as many as there are, up to the span's size. The count, 0 with STATUS_TIMEOUT,
    // STATUS_USER_APC or STATUS_ABANDONED_WAIT_0 (the port's last handle was closed).
    NTSTATUS remove(std::span<Completion> packets, uint32_t* count, bool alertable, int64_t deadline_ns);

    uint32_t depth();
    uint32_t concurrency() const { return concurrency_; }
    void on_last_handle_closed() override;

private:
    ~CompletionPort() override;
    friend class WaitPacket;
    struct Sleep;
    uint32_t pop(std::span<Completion> packets);
    void collect_signalled();
    void wake_one();
    void wake_sleepers();
    int sleep(uint32_t sequence, bool alertable, int64_t deadline_ns);
    int sleep_on_words(uint32_t sequence, bool alertable, int64_t deadline_ns);
    int sleep_alone(uint32_t sequence, int64_t deadline_ns);
    bool hears_of_packets(int64_t* deadline_ns);
    bool packets_changed();
    void record_changed() override { wake_one(); }
    NTSTATUS wait_for_packets(std::span<Completion> packets, uint32_t* count, bool alertable, int64_t deadline_ns);

    void thread_blocks() override;
    void thread_resumes() override;
    void thread_ends(bool blocked) override;
    void adopt(Thread& thread);
    bool may_give() const { return running_ < limit_; }

    SmallLock lock_;
    PacketQueue queue_;
    std::vector<WaitPacket*> pending_;  // each holds a reference
    std::atomic<uint32_t> sequence_{0};
    std::atomic<uint32_t> sleepers_{0};   // in futexes
    std::atomic<uint32_t> attending_{0};  // in the I/O engine
    std::atomic<io::ReadySet*> ready_{nullptr};
    const uint32_t concurrency_;
    const uint32_t limit_;
    uint32_t running_ = 0;
    bool closed_ = false;
};

class WaitPacket final : public Object {
public:
    static constexpr ObjectType kType = ObjectType::WaitCompletionPacket;
    WaitPacket() : Object(kType) {}

    struct Association {
        uint64_t key;
        uint64_t context;
        NTSTATUS status;
        uint64_t information;
    };
    // The port receives the packet when `target` is signalled, once. Errors: STATUS_INVALID_PARAMETER_1 (associated already),
    // STATUS_OBJECT_TYPE_MISMATCH (not waitable), STATUS_NO_MEMORY.
    Result<void> associate(Ref<CompletionPort> port, Ref<Object> target, const Association& what, bool* already_signalled);

    // STATUS_SUCCESS, STATUS_CANCELLED (not associated), STATUS_PENDING (its packet waits in the port and stays there).
    NTSTATUS cancel(bool remove_queued);

    void on_last_handle_closed() override { cancel(true); }

private:
    friend class CompletionPort;
    enum class State { Idle, Pending, Queued };
    bool try_take();
    void end_wait();
    void enqueue(CompletionPort& port);

    // Everything is under the port's lock while associated.
    State state_ = State::Idle;
    Ref<CompletionPort> port_;
    Ref<Object> target_;
    Waitable* waitable_ = nullptr;
    uint32_t start_word_ = 0;
    uint32_t seen_ = 0;
    Association what_{};
};

}  // namespace lsw
