// PipeObject: one end of an anonymous or named pipe: a Linux pipe, or a Unix socket where data goes
// both ways or in messages.
//
// A synchronous operation sleeps in poll(2) on the pipe and on a descriptor by which it is
// cancelled, so that it never holds up the rest of the process. An overlapped one is tried at once
// and otherwise left to the reactor (reactor.h), which ends it when the pipe is ready.
//
// Errors as Windows has them: the other end closed: STATUS_PIPE_BROKEN for reads,
// STATUS_PIPE_CLOSING for writes; a server end without a client STATUS_PIPE_LISTENING, one whose
// client was sent away STATUS_PIPE_DISCONNECTED.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include "core/io/io_object.h"
#include "core/wait/waitable.h"

namespace lsw {

class PipeServer;
class Thread;

class PipeObject : public IoObject, public Waitable {
public:
    enum Flags : uint32_t {
        kRead = 1,
        kWrite = 2,
        kOverlapped = 4,
        kMessageType = 8,
        kMessageRead = 0x10,
        kNonblocking = 0x20,
        kSocket = 0x40,
        kServerEnd = 0x80,
        kNamed = 0x100,
        kShared = 0x200,  // another process may have this end too
    };
    PipeObject(UniqueFd fd, uint32_t flags);

    Result<uint64_t> read(void* buffer, uint32_t size_bytes, int64_t offset) override;
    Result<uint64_t> write(const void* buffer, uint32_t size_bytes, int64_t offset) override;
    // A read that waits. STATUS_BUFFER_OVERFLOW: `moved` bytes, and there is more of the message.
    NTSTATUS read_here(void* buffer, uint32_t size_bytes, uint64_t* moved);
    NTSTATUS begin_read(const IoRequest& request, void* buffer, uint32_t size_bytes,
                        int64_t offset) override;
    NTSTATUS begin_write(const IoRequest& request, const void* buffer, uint32_t size_bytes,
                         int64_t offset) override;
    NTSTATUS begin_connect(const IoRequest& request);  // ConnectNamedPipe

    FileType file_type() const override { return FileType::Pipe; }
    bool is_synchronous() const override { return !(flags_ & kOverlapped); }
    int fd() const override { return fd_.get(); }
    PipeObject* as_pipe() override { return this; }
    Waitable* waitable() override { return this; }
    SyncRecord* record() override;
    void on_last_handle_closed() override;

    uint32_t flags() const { return flags_; }
    // Before the descriptor goes to another process: closing the last handle here no longer closes this end.
    void mark_shared();
    NTSTATUS set_modes(bool message_read, bool nonblocking);

    struct Peek {
        uint32_t copied = 0, available = 0, left_in_message = 0;
    };
    Result<Peek> peek(void* buffer, uint32_t size_bytes);

    // Bytes written to this end that the other has not read yet (a socket's count includes the kernel's overhead).
    uint32_t unread_bytes();
    bool other_end_closed();
    // Until the other end has read everything, or is gone. Errors: STATUS_CANCELLED.
    Result<void> flush();

    // Server ends.
    void attach_server(Ref<PipeServer> server);
    PipeServer* server() { return server_.get(); }
    NTSTATUS disconnect();
    // Shared by the two ends of a connection within this process: the server end sent its client away.
    using SentAway = std::shared_ptr<std::atomic<bool>>;
    // A client of this process takes a waiting server end by giving it its descriptor. False when
    // it is not waiting.
    bool adopt_client(UniqueFd& fd, uint32_t extra_flags, SentAway sent_away);
    void share_with_server(SentAway sent_away) { sent_away_ = std::move(sent_away); }
    bool awaits_client();

    // Ends the pending operations (of one status block, or all) with STATUS_CANCELLED; whether
    // there were any.
    void operation_ended() override;
    bool cancel(const IO_STATUS_BLOCK* only);

    // The reactor's side: does what can be done; the events to wait for next (POLLIN, POLLOUT), 0
    // for none.
    short advance();
    short pending_events();
    int wait_descriptor();
    // Nobody but threads that wait at a completion port learns of the end of what is pending.
    bool only_ports_wait();

protected:
    ~PipeObject() override;

private:
    enum class State { Connected, Listening, Disconnected };
    struct Operation {
        enum Kind { Read, Write, Connect } kind;
        IoRequest request;
        char* buffer;
        uint32_t size_bytes;
        uint32_t done = 0;
        Ref<Thread> thread;
    };
    NTSTATUS state_status();
    Result<void> check_state();
    bool accept_client();
    bool has_messages() const { return (flags_ & (kMessageType | kSocket)) == (kMessageType | kSocket); }
    // Under the lock.
    NTSTATUS take_rest(void* buffer, uint32_t size_bytes, uint64_t* moved);
    NTSTATUS take_message(char* buffer, uint32_t size_bytes, uint64_t* moved);
    NTSTATUS try_read_messages(void* buffer, uint32_t size_bytes, uint64_t* moved);
    Result<Peek> peek_messages(void* buffer, uint32_t size_bytes);
    NTSTATUS try_read(void* buffer, uint32_t size_bytes, uint64_t* moved);
    Result<uint64_t> try_write(const char* buffer, uint32_t size_bytes);
    Result<void> sleep_until(short events);
    NTSTATUS submit(Operation operation);
    NTSTATUS perform(Operation& operation, uint64_t* moved);
    void finish(Operation& operation, NTSTATUS status, uint64_t moved);
    int cancel_descriptor();

    std::mutex lock_;
    UniqueFd fd_;
    uint32_t flags_;
    State state_ = State::Connected;
    Ref<PipeServer> server_;
    SentAway sent_away_;
    std::string message_rest_;  // what a too small buffer left of a message
    size_t rest_taken_ = 0;     // of that
    bool inside_message_ = false;
    std::deque<Operation> operations_;
    SyncRecord* record_ = nullptr;  // made when somebody waits for the pipe itself
    bool ended_ = false;            // an operation did
    uint32_t unfinished_ = 0;       // pending, or their end not told yet
    UniqueFd cancel_;
    std::atomic<int> sleepers_{0};
};

// Before a socket of messages is used: its reader tells messages of no bytes from the end (pipe_messages.cpp).
void mark_messages(int fd);

// CreatePipe: read end, write end.
Result<std::pair<Ref<PipeObject>, Ref<PipeObject>>> create_pipe(uint32_t size_bytes);

}  // namespace lsw
