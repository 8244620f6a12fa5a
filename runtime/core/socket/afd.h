// AFD, the driver below Winsock, as far as programs call it directly: polls (IOCTL_AFD_POLL) on \Device\Afd handles or on
// sockets, with which wepoll, mio and libuv learn of readiness through a completion port.
#pragma once

#include <mutex>
#include <vector>

#include "abi/winsock.h"
#include "core/io/io_object.h"
#include "core/socket/socket.h"
#include "iouring-io/operation.h"

namespace lsw {

// A pending poll. Level-triggered and answered once: ends at the first change after which one of its events is true.
class AfdPoll final : public Object {
public:
    struct Entry {
        HANDLE handle;
        ULONG wanted;
        Ref<SocketObject> socket;
    };
    AfdPoll(Ref<IoObject> device, const IoRequest& request, AFD_POLL_INFO* output, std::vector<Entry> entries,
            bool exclusive);

    // Ends the poll if something wanted is there; whether it ended. `set`: see SocketObject::afd_events_known.
    bool check(const io::ReadySet* set);
    // The same on news of one socket.
    bool check_one(const SocketObject& socket, short revents);
    void end(NTSTATUS status);
    NTSTATUS begin(int64_t deadline_ns);

    IoObject* device() const { return device_.get(); }
    const IO_STATUS_BLOCK* status_block() const { return request_.status_block; }
    bool exclusive() const { return exclusive_; }
    bool watches(const SocketObject& socket) const;

private:
    uint32_t collect(AFD_POLL_HANDLE_INFO* out, const io::ReadySet* set);
    io::ReadySet* set() const;
    void start_timer(int64_t deadline_ns);
    bool leave();
    void finish(NTSTATUS status, uint32_t count, const AFD_POLL_HANDLE_INFO* found, bool pended);

    Ref<IoObject> device_;
    IoRequest request_;
    Ref<Object> thread_;
    AFD_POLL_INFO* output_;
    std::vector<Entry> entries_;
    const bool exclusive_;
    std::atomic<bool> ended_{false};
    bool timed_ = false;
    io::Operation timer_;
};

// A control code of a socket or of a handle on \Device\Afd; STATUS_INVALID_DEVICE_REQUEST for anything else.
NTSTATUS afd_control(IoObject& object, const IoRequest& request, uint32_t code, const void* input, uint32_t input_bytes,
                     void* output, uint32_t output_bytes);
// Ends the polls that were begun on `device`: the one with this status block, or all. Whether there were any.
bool cancel_afd_polls(IoObject& device, const IO_STATUS_BLOCK* only);

void register_afd_device();

// afd_receive.cpp; STATUS_PENDING when it ends later.
NTSTATUS begin_afd_receive(SocketObject& socket, const IoRequest& request, bool datagram, const void* input,
                           uint32_t input_bytes);

}  // namespace lsw
