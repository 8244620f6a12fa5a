// Overlapped operations: queued when they cannot end at once, continued when the socket changes, ended through finish_io.
#include <fcntl.h>
#include <poll.h>

#include <cerrno>
#include <cstring>

#include "core/socket/address.h"
#include "core/socket/afd.h"
#include "core/socket/control_data.h"
#include "core/socket/errors.h"
#include "core/socket/sleepers.h"
#include "core/socket/socket.h"
#include "core/thread/thread.h"

namespace lsw {
namespace {

using Step = SocketOperation::Kind;

// AcceptEx's buffer: received data, then the local and the remote address.
void put_address(int fd, int (*ask)(int, sockaddr*, socklen_t*), char* at, uint32_t room) {
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    if (ask(fd, reinterpret_cast<sockaddr*>(&address), &length) < 0) return;
    windows_address(address, length, reinterpret_cast<WinSockAddr*>(at), static_cast<int>(room));
}

}  // namespace

SocketOperation::SocketOperation() = default;
SocketOperation::~SocketOperation() = default;

namespace {

struct SpareBlocks {
    static constexpr unsigned kMost = 64;  // as many as a thread takes from a port at a time
    struct Block {
        Block* next;
    };
    Block* first = nullptr;
    unsigned count = 0;
    ~SpareBlocks() {
        while (first) ::operator delete(std::exchange(first, first->next));
        count = kMost;  // what is freed from here on is no longer kept
    }
};
thread_local SpareBlocks spare_blocks;

}  // namespace

void* SocketOperation::operator new(size_t size) {
    SpareBlocks& spare = spare_blocks;
    if (!spare.first) return ::operator new(size);
    --spare.count;
    return std::exchange(spare.first, spare.first->next);
}

void SocketOperation::operator delete(void* block) {
    SpareBlocks& spare = spare_blocks;
    if (spare.count >= SpareBlocks::kMost) return ::operator delete(block);
    ++spare.count;
    auto* kept = static_cast<SpareBlocks::Block*>(block);
    kept->next = std::exchange(spare.first, kept);
}

SocketObject::Queue& SocketObject::queue_of(const SocketOperation& operation) {
    bool receives = operation.kind == Step::Receive || operation.kind == Step::Accept || operation.kind == Step::AcceptData;
    return receives ? receives_ : sends_;
}

NTSTATUS SocketObject::attempt_accept(SocketOperation& operation) {
    if (state() != State::Listening) return STATUS_INVALID_PARAMETER;
    operation.connection = accept_now(nullptr, nullptr);
    if (operation.connection.valid()) return STATUS_SUCCESS;
    return errno == EAGAIN ? kSocketAgain : socket_status(errno);
}

NTSTATUS SocketObject::attempt_connect(SocketOperation& operation) {
    if (!operation.done) {
        operation.done = 1;
        int error = start_connect(operation.to, operation.to_length);
        operation.to_length = 0;
        if (error == 0) return operation.done = 0, STATUS_SUCCESS;
        if (error == WSAEISCONN) return STATUS_CONNECTION_ACTIVE;
        if (error == WSAEADDRNOTAVAIL) return STATUS_INVALID_ADDRESS_COMPONENT;
        if (error == WSAECONNREFUSED) return STATUS_CONNECTION_REFUSED;
        if (error == WSAENETUNREACH) return STATUS_NETWORK_UNREACHABLE;
        if (error == WSAEHOSTUNREACH) return STATUS_HOST_UNREACHABLE;
        if (error == WSAEADDRINUSE) return STATUS_ADDRESS_ALREADY_EXISTS;
        if (error != WSAEWOULDBLOCK) return STATUS_INVALID_PARAMETER;
    }
    NTSTATUS status = end_connect();
    if (status == STATUS_SUCCESS) operation.done = 0;
    return status;
}

// The accepted connection takes its socket's place; with data asked for, the operation goes on there.
NTSTATUS SocketObject::end_accept(std::unique_ptr<SocketOperation>& operation) {
    SocketObject& target = *operation->accepted;
    if (target.closed_) return STATUS_CANCELLED;
    target.adopt_connection(std::move(operation->connection));
    char* local = operation->output + operation->data_bytes;
    put_address(target.fd(), getsockname, local, operation->local_bytes);
    put_address(target.fd(), getpeername, local + operation->local_bytes, operation->remote_bytes);
    if (operation->data_bytes == 0) return STATUS_SUCCESS;
    operation->kind = Step::AcceptData;
    operation->listener = Ref<SocketObject>::share(this);
    operation->pieces.assign(operation->output, operation->data_bytes);
    Ref<SocketObject> where = operation->accepted;
    return where->queue(std::move(operation), nullptr);
}

// What Windows always tells through the completion, though Linux knows it at once: a datagram cut short or too big, and
// a peer on this machine that refuses.
static bool told_later(const SocketOperation& operation, NTSTATUS status, bool is_stream) {
    if (operation.kind == Step::Connect) return status == STATUS_CONNECTION_REFUSED || status == STATUS_CONNECTION_RESET;
    if (operation.kind == Step::Send) return !is_stream && status == STATUS_INVALID_BUFFER_SIZE;
    return status == STATUS_BUFFER_OVERFLOW;
}

// Ends an operation outside the lock. `operation->pended`: the caller was told STATUS_PENDING.
NTSTATUS SocketObject::end(std::unique_ptr<SocketOperation> operation, NTSTATUS status, uint64_t moved) {
    if (status == STATUS_SUCCESS && operation->kind == Step::Accept) {
        status = end_accept(operation);
        if (!operation) return status;
    }
    if (status == STATUS_SUCCESS || status == STATUS_BUFFER_OVERFLOW) give_message(*operation);
    SocketObject& reports = operation->listener ? *operation->listener : *this;
    bool later = told_later(*operation, status, is_stream());
    if (later) operation->pended = true;
    bool pended = operation->pended;
    if (!pended) reports.signal();
    finish_io(reports, operation->request, status, moved, pended);
    return later ? STATUS_PENDING : status;
}

// Tries the operation, or lets it wait for its turn.
NTSTATUS SocketObject::queue(std::unique_ptr<SocketOperation> operation, uint64_t* moved_now) {
    uint64_t moved = 0;
    NTSTATUS status = kSocketAgain;
    {
        std::lock_guard guard(lock_);
        if (closed_) return STATUS_INVALID_HANDLE;
        begins();
        Queue& queue = queue_of(*operation);
        if (queue.empty()) status = attempt(*operation, &moved);
        if (status == kSocketAgain && !watch(set_for(operation->request))) status = STATUS_INSUFFICIENT_RESOURCES;
        if (status == kSocketAgain) {
            if (!operation->pended) {
                operation->pended = true;
                Thread* thread = current_thread();
                operation->request.thread = thread;
                operation->thread = Ref<Object>(Ref<Thread>::share(thread));
                if (IO_STATUS_BLOCK* block = operation->request.status_block)
                    __atomic_store_n(&block->Status, STATUS_PENDING, __ATOMIC_RELEASE);
            }
            queue.push_back(std::move(operation));
            return STATUS_PENDING;
        }
    }
    if (moved_now) *moved_now = moved;
    return end(std::move(operation), status, moved);
}

NTSTATUS SocketObject::submit(std::unique_ptr<SocketOperation> operation, uint64_t* moved) {
    begin_io(operation->request);
    return queue(std::move(operation), moved);
}

// Under the lock, but for the ends: ends the operations of a queue that can. The lock stays open when there is nothing more
// to do for anybody.
void SocketObject::run(Queue& queue, Guard& guard) {
    while (!queue.empty()) {
        uint64_t moved = 0;
        NTSTATUS status = attempt(queue.front(), &moved);
        if (status == kSocketAgain) return;
        std::unique_ptr<SocketOperation> ended = queue.pop_front();
        bool idle = receives_.empty() && sends_.empty() && !selection_ && polls_.empty();
        guard.unlock();
        end(std::move(ended), status, moved);
        if (idle) return;
        guard.lock();
    }
}

void SocketObject::on_ready(uint32_t events) {
    Guard guard(lock_);
    changes_.fetch_add(1);
    run(receives_, guard);
    if (guard.owns_lock()) run(sends_, guard);
    if (!guard.owns_lock() || (!selection_ && polls_.empty())) return;
    guard.unlock();
    update_selection();
    std::vector<AfdPoll*> polls;
    guard.lock();
    polls = polls_;
    for (AfdPoll* poll : polls) poll->retain();
    guard.unlock();
    for (AfdPoll* poll : polls) {
        events ? poll->check_one(*this, static_cast<short>(events)) : poll->check(nullptr);
        poll->release();
    }
}

bool SocketObject::cancel_those(const IO_STATUS_BLOCK* only, const Thread* thread) {
    Queue cancelled;
    {
        std::lock_guard guard(lock_);
        auto chosen = [&](const SocketOperation& operation) {
            return (!only || operation.request.status_block == only) && (!thread || operation.request.thread == thread);
        };
        receives_.move_if(chosen, cancelled);
        sends_.move_if(chosen, cancelled);
    }
    bool any = !cancelled.empty();
    while (!cancelled.empty()) end(cancelled.pop_front(), STATUS_CANCELLED, 0);
    return any;
}

bool SocketObject::cancel(const IO_STATUS_BLOCK* only) {
    bool any = cancel_those(only, nullptr);
    any |= cancel_afd_polls(*this, only);
    if (!only) any |= wake_sleepers(*this, STATUS_CANCELLED);
    return any;
}

bool SocketObject::cancel_of_thread(const Thread& thread) {
    bool any = cancel_those(nullptr, &thread);
    return cancel_afd_polls(*this, nullptr) || any;
}

namespace {

// ReadFile without an OVERLAPPED asks for nothing but the answer.
bool wants_no_completion(const IoRequest& request) {
    return !request.event && !request.context && !request.apc_routine;
}

std::unique_ptr<SocketOperation> file_operation(Step kind, const IoRequest& request, void* buffer, uint32_t size_bytes) {
    auto operation = std::make_unique<SocketOperation>();
    operation->kind = kind;
    operation->request = request;
    operation->pieces.assign(buffer, size_bytes);
    return operation;
}

}  // namespace

NTSTATUS SocketObject::begin_read(const IoRequest& request, void* buffer, uint32_t size_bytes, int64_t offset) {
    if (!overlapped_ || wants_no_completion(request)) return IoObject::begin_read(request, buffer, size_bytes, offset);
    return submit(file_operation(Step::Receive, request, buffer, size_bytes));
}

NTSTATUS SocketObject::begin_write(const IoRequest& request, const void* buffer, uint32_t size_bytes, int64_t offset) {
    if (!overlapped_ || wants_no_completion(request)) return IoObject::begin_write(request, buffer, size_bytes, offset);
    return submit(file_operation(Step::Send, request, const_cast<void*>(buffer), size_bytes));
}

}  // namespace lsw
