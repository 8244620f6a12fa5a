// SocketOperation: one transfer, accept or connect of a socket, from the call to its end.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <memory>
#include <utility>

#include "abi/winsock.h"
#include "core/io/completion.h"
#include "core/io/io_object.h"

namespace lsw {

class SocketObject;

// The caller's buffers, copied since it may reuse the array of WSABUFs at once.
class Pieces {
public:
    // Errors: false when there is no memory for so many.
    bool assign(const WSABUF* buffers, uint32_t count);
    void assign(void* buffer, size_t size_bytes) { few_[0] = {buffer, size_bytes}, first_ = 0, count_ = 1; }
    iovec* data() { return (many_ ? many_.get() : few_) + first_; }
    size_t count() const { return count_; }
    size_t total() const;
    void consume(size_t bytes);  // the first ones are done

private:
    iovec few_[4];
    std::unique_ptr<iovec[]> many_;
    size_t first_ = 0, count_ = 0;
};

struct SocketOperation {
    enum class Kind : uint8_t { Receive, Send, SendFile, Accept, AcceptData, Connect, Disconnect };
    std::unique_ptr<SocketOperation> next;  // in its queue
    Kind kind = Kind::Receive;
    bool pended = false;
    int flags = 0;  // Linux's MSG_*
    IoRequest request;
    Ref<Object> thread;  // who asked, for its APC
    Pieces pieces;
    uint64_t done = 0;

    // Receive: where the sender's address, the flags and the control data go.
    WinSockAddr* from = nullptr;
    INT* from_length = nullptr;
    DWORD* flags_out = nullptr;
    WSAMSG* message = nullptr;

    // Send and Connect.
    sockaddr_storage to;
    socklen_t to_length = 0;
    std::unique_ptr<char[]> control;
    size_t control_bytes = 0;
    ULONG flags_kept = 0;  // of a received message, Windows'

    // SendFile: `pieces` go before, `tail` behind.
    Ref<IoObject> file;
    int64_t file_offset = -1;
    uint64_t file_left = 0;
    iovec tail{};
    bool disconnect = false;

    // Accept and AcceptData: the socket that becomes the connection, and AcceptEx's buffer.
    Ref<SocketObject> accepted;
    Ref<SocketObject> listener;  // AcceptData ends on the listener
    UniqueFd connection;
    char* output = nullptr;
    uint32_t data_bytes = 0, local_bytes = 0, remote_bytes = 0;

    SocketOperation();
    ~SocketOperation();
    // One is made per call; each thread keeps some for the next.
    static void* operator new(size_t size);
    static void operator delete(void* block);
};

// First in, first out, through the operations themselves.
class OperationQueue {
public:
    bool empty() const { return !first_; }
    SocketOperation& front() { return *first_; }
    void push_back(std::unique_ptr<SocketOperation> operation) {
        std::unique_ptr<SocketOperation>& at = last_ ? last_->next : first_;
        last_ = operation.get();
        at = std::move(operation);
    }
    std::unique_ptr<SocketOperation> pop_front() {
        std::unique_ptr<SocketOperation> taken = std::move(first_);
        first_ = std::move(taken->next);
        if (!first_) last_ = nullptr;
        return taken;
    }
    // Moves those that `chosen` accepts to the end of `to`.
    template <class Chosen>
    void move_if(Chosen chosen, OperationQueue& to) {
        OperationQueue rest;
        while (!empty()) {
            std::unique_ptr<SocketOperation> one = pop_front();
            (chosen(*one) ? to : rest).push_back(std::move(one));
        }
        std::swap(first_, rest.first_);
        std::swap(last_, rest.last_);
    }

private:
    std::unique_ptr<SocketOperation> first_;
    SocketOperation* last_ = nullptr;
};

// What a socket call answers when it has to wait; never seen by the program as a result of an attempt.
inline constexpr NTSTATUS kSocketAgain = STATUS_PENDING;

}  // namespace lsw
