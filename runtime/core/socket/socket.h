// SocketObject: a Linux socket behind a Windows handle, with what Winsock knows of it and Linux does not: whether it blocks,
// its time-outs, which half was shut down, a connect that is under way, pending overlapped operations, selected events.
//
// The descriptor never blocks. A blocking call tries, sleeps in poll(2) on the socket and on a descriptor by which
// closesocket wakes it (sleepers.h), and tries again. An overlapped operation that cannot end at once is queued, and goes on
// when the ready set that the socket is in (iouring-io/ready_set.h) tells that it changed: the set of its completion port while
// only that port's threads wait for it, else the common one. Operations of one direction end in the order they began.
// Addresses and errors are translated in address.h and errors.h; options in options.h.
#pragma once

#include <sys/socket.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "abi/winsock.h"
#include "base/small_lock.h"
#include "core/io/io_object.h"
#include "core/socket/operation.h"
#include "core/wait/sync_objects.h"
#include "core/wait/waitable.h"
#include "iouring-io/ready_set.h"

namespace lsw {

class AfdPoll;

class SocketObject final : public IoObject, public Waitable, private io::ReadyTarget {
public:
    struct Kind {
        int family, type, protocol;  // Linux's
    };
    enum class State : uint8_t { Fresh, Bound, Listening, Connecting, Connected, Failed };

    SocketObject(UniqueFd fd, Kind kind, bool overlapped, State state = State::Fresh);

    // IoObject: ReadFile and WriteFile on a socket handle.
    Result<uint64_t> read(void* buffer, uint32_t size_bytes, int64_t offset) override;
    Result<uint64_t> write(const void* buffer, uint32_t size_bytes, int64_t offset) override;
    NTSTATUS begin_read(const IoRequest& request, void* buffer, uint32_t size_bytes, int64_t offset) override;
    NTSTATUS begin_write(const IoRequest& request, const void* buffer, uint32_t size_bytes, int64_t offset) override;
    bool cancel(const IO_STATUS_BLOCK* only) override;
    bool cancel_of_thread(const Thread& thread) override;
    FileType file_type() const override { return FileType::Pipe; }
    int fd() const override { return fd_.get(); }
    bool is_synchronous() const override { return !overlapped_; }
    SocketObject* as_socket() override { return this; }
    Waitable* waitable() override { return this; }
    SyncRecord* record() override;
    void operation_ended() override { signal(); }
    void on_last_handle_closed() override;

    const Kind& kind() const { return kind_; }
    int family() const { return kind_.family; }
    bool is_stream() const { return kind_.type == SOCK_STREAM; }
    bool is_closed() const { return closed_.load(); }
    State state();  // a connect that has ended meanwhile is noticed
    void set_state(State state) { state_ = state; }

    // The calls; Winsock errors, 0 when all is well.
    int bind(const sockaddr_storage& address, socklen_t length);
    int listen(int backlog);
    int connect(const sockaddr_storage& address, socklen_t length);
    Ref<SocketObject> accept(sockaddr_storage* from, socklen_t* length, int* error);
    int shutdown(int how);
    int take_error();  // SO_ERROR: an errno, once
    NTSTATUS disconnect(bool reuse);  // DisconnectEx
    // Moves data now, sleeping when the socket blocks. Errors: STATUS_DEVICE_NOT_READY (would block), STATUS_IO_TIMEOUT, ….
    NTSTATUS transfer_now(SocketOperation& operation, uint64_t* moved, bool blocking);
    // Begins an overlapped operation; STATUS_PENDING when it ends later. *moved: bytes, when it ended at once.
    NTSTATUS submit(std::unique_ptr<SocketOperation> operation, uint64_t* moved = nullptr);

    // An accepted connection takes this socket's place (AcceptEx).
    void adopt_connection(UniqueFd fd);

    // WSAEventSelect, WSAEnumNetworkEvents.
    void select_events(Ref<Event> event, LONG mask);
    void take_events(WSANETWORKEVENTS* out);
    void reenable_events(LONG events);
    bool has_event_selection();

    // IOCTL_AFD_POLL: what of AFD_POLL_* is true now, by poll(2)'s view or by asking for it; polls are told of every change
    // until they end.
    ULONG afd_events(short revents);
    ULONG afd_events();
    // The same for a poll whose device's threads sleep in `set`, without a system call where the answer is known: a stream that
    // was drained has nothing to receive until the set says so. What has come and was not told yet is told when they look.
    ULONG afd_events_known(const io::ReadySet* set);
    void add_poll(AfdPoll& poll, io::ReadySet* set);  // null: the common one
    void remove_poll(AfdPoll& poll);

    // poll(2)'s view with what never comes true on Windows taken out: a stream that was never connected is neither
    // readable nor writable, one whose connect failed only failed.
    struct Readiness {
        bool readable, writable, failed, urgent, hung_up, aborted;
    };
    Readiness readiness(short revents);
    Readiness readiness_now();

    std::atomic<bool> nonblocking{false};
    std::atomic<uint32_t> receive_timeout_ms{0}, send_timeout_ms{0};
    std::atomic<bool> reuse_address{false}, exclusive_address{false};
    std::atomic<uint32_t> receive_buffer_bytes{0}, send_buffer_bytes{0};  // as set; 0 when never
    std::atomic<int64_t> connected_at_ns{0};
    // Whom a stream is or was connected to.
    std::pair<sockaddr_storage, socklen_t> peer{};
    // Windows spelling of the paths that an AF_UNIX socket was bound and connected to.
    std::string unix_name, peer_name;

protected:
    ~SocketObject() override;

private:
    struct Selection {
        Ref<Event> event;
        LONG mask = 0, enabled = 0, recorded = 0;
        int errors[FD_MAX_EVENTS] = {};
    };
    using Queue = OperationQueue;
    using Guard = std::unique_lock<SmallLock>;

    NTSTATUS attempt(SocketOperation& operation, uint64_t* moved);
    NTSTATUS attempt_receive(SocketOperation& operation, uint64_t* moved);
    NTSTATUS attempt_send(SocketOperation& operation, uint64_t* moved);
    NTSTATUS attempt_send_file(SocketOperation& operation, uint64_t* moved);
    NTSTATUS attempt_accept(SocketOperation& operation);
    NTSTATUS attempt_connect(SocketOperation& operation);
    NTSTATUS receive_failure(int error);
    NTSTATUS send_failure(int error, uint32_t changes);
    int start_connect(const sockaddr_storage& address, socklen_t length);
    UniqueFd accept_now(sockaddr_storage* from, socklen_t* length);
    void inherit_from(SocketObject& listener);
    void rewatch();
    NTSTATUS sleep_for(short events, int64_t deadline_ns);
    NTSTATUS end_connect();
    bool cancel_those(const IO_STATUS_BLOCK* only, const Thread* thread);
    Queue& queue_of(const SocketOperation& operation);
    void on_ready(uint32_t events) override;
    void retain_target() override { retain(); }
    void release_target() override { release(); }
    void look_again() { on_ready(0); }
    io::ReadySet* set_for(const IoRequest& request);
    void run(Queue& queue, Guard& guard);
    NTSTATUS end(std::unique_ptr<SocketOperation> operation, NTSTATUS status, uint64_t moved);
    NTSTATUS end_accept(std::unique_ptr<SocketOperation>& operation);
    NTSTATUS queue(std::unique_ptr<SocketOperation> operation, uint64_t* moved);
    void signal();
    void begins();
    bool watch(io::ReadySet* set);
    void leave_set(Guard& guard);
    void update_selection();
    void record_event(LONG event, int error);

    SmallLock lock_;
    std::mutex connect_lock_;  // inside lock_
    UniqueFd fd_;
    const Kind kind_;
    const bool overlapped_;
    std::atomic<State> state_;
    std::atomic<bool> closed_{false};
    std::atomic<bool> reset_seen_{false}, receive_shut_{false}, send_shut_{false};
    std::atomic<bool> port_unreachable_{false};
    std::atomic<uint32_t> changes_{1};  // how often on_ready was called
    std::atomic<uint32_t> drained_{0};  // the count when a receive that found nothing began
    std::atomic<uint32_t> blocked_{0};  // the same of a send without room; 0 when there was room since
    int connect_error_ = 0;
    // The set it is in, by its own reference, and its ticket there.
    io::ReadySet* home_ = nullptr;
    io::ReadySet::Ticket ticket_ = io::ReadySet::kNone;
    io::ReadySet* port_set_ = nullptr;  // its port's, which lives as long as the binding
    bool waited_on_ = false;            // the handle itself: then the common set it is
    Queue receives_, sends_;
    std::unique_ptr<Selection> selection_;
    std::vector<AfdPoll*> polls_;
    std::atomic<SyncRecord*> record_{nullptr};  // made when first waited for, in the state that is kept here:
    std::atomic<bool> signalled_{false};
};

}  // namespace lsw
