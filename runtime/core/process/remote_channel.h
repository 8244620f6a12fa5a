// How a process of ours asks another one to do something to itself: what Windows' kernel would do from outside, such as
// mapping memory or opening a handle there.
//
// There is no server and, until somebody asks, no thread for it: the asker listens under an abstract name and sends a
// signal that carries the name's number; its handler in the target starts a host thread, which connects and serves until
// the asker hangs up. A thread is started from the handler only where the interrupted thread can hold no lock of the C
// library: in guest code, or asleep in a system call. Otherwise the asker asks again.
//
// Neither side trusts the other: both check the user and the process at the other end, a target that does not answer in
// time costs the asker a few seconds, and one that dies ends the call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace lsw {

class ProcessObject;

enum class RemoteCall : uint32_t {
    Introduce,
    Allocate,
    Free,
    Protect,
    QueryMemory,
    MapView,
    UnmapView,
    ShowCode,
    GiveHandle,
    TakeHandle,
    CloseHandle,
    CreateThread,
    WatchThread,
    SuspendThread,
    ResumeThread,
    ReadContext,
    WriteContext,
    TerminateThread,
    QueueApc,
    QueryThread,
    Debug,
};

// A request or a reply. What the values mean is written at each call (remote_calls.cpp).
struct RemoteMessage {
    uint32_t code = 0;  // RemoteCall; of a reply an NTSTATUS
    uint32_t data_bytes = 0;
    uint64_t values[8] = {};
    alignas(16) std::byte data[1280];
    static constexpr size_t kHead = 2 * sizeof(uint32_t) + 8 * sizeof(uint64_t);
};

class RemoteChannel {
public:
    // Sends `message` (with a copy of `fd`) and takes the reply in its place. Errors: STATUS_PROCESS_IS_TERMINATING,
    // STATUS_ACCESS_DENIED for what is no process of ours, STATUS_IO_TIMEOUT, and the target's.
    NTSTATUS call(ProcessObject& target, RemoteMessage& message, int fd = -1, UniqueFd* received = nullptr);

private:
    NTSTATUS open(ProcessObject& target);
    std::mutex lock_;
    UniqueFd socket_;
};

// From now on this process can be asked.
void accept_remote_calls();

// Whether that process runs a Windows program.
bool is_windows_process(int pid);

// Threads of any process; of one that runs a Windows program those alone that it knows of.
std::vector<int> visible_threads_of(int pid);

// One request; in the target, on a host thread (remote_calls.cpp).
void serve_remote_call(RemoteMessage& message, UniqueFd received, UniqueFd& given);

// One message over a socket of packets. False at the end of the connection.
bool send_packet(int socket, const RemoteMessage& message, int fd);
bool receive_packet(int socket, RemoteMessage& message, UniqueFd* fd);

}  // namespace lsw
