// What happens when an operation on a file object ends: the status block is filled, the event or the file object is
// signalled, an APC is queued, a packet goes to the completion port. One function does it for files, pipes and devices, whether
// the operation ended at once or later on another thread.
#pragma once

#include "abi/types.h"
#include "object/object.h"

namespace lsw {

namespace io {
class ReadySet;
}
class IoObject;
class Thread;

// A completion port as file objects see it; core/port derives from it.
class CompletionSink : public Object {
public:
    virtual void post(uint64_t key, uint64_t context, NTSTATUS status, uint64_t information) = 0;
    // Where its threads sleep, for descriptors of which nobody else waits to hear; null when there is none to be had.
    virtual io::ReadySet* ready_set() { return nullptr; }

protected:
    CompletionSink() : Object(ObjectType::IoCompletion) {}
};

// "SetFileCompletionNotificationModes function (winbase.h)"
inline constexpr uint8_t kSkipPortOnSuccess = 1;
inline constexpr uint8_t kSkipSetEvent = 2;

// The asynchronous half of NtReadFile's parameters.
struct IoRequest {
    IO_STATUS_BLOCK* status_block = nullptr;
    HANDLE event = nullptr;
    Thread* thread = nullptr;     // who asked, when another thread ends the request (which then holds a reference)
    void* apc_routine = nullptr;  // PIO_APC_ROUTINE, run with (context, status_block)
    void* context = nullptr;      // APC's argument, or the value of the port's packet (Win32: the OVERLAPPED)

    // Nobody hears of the end but through the port, if there is one.
    bool tells_only_the_port() const { return context && !event && !apc_routine; }
};

// Before an operation begins: its event and the file object are not signalled while it runs.
void reset_event_of(const IoRequest& request);
inline void begin_io(const IoRequest& request) {
    if (request.event) reset_event_of(request);
}

// Ends `request` on `object` and returns `status`. `pended`: the caller was told STATUS_PENDING before, so
// that failures are reported like successes; a failure at once is told by the returned status alone.
NTSTATUS finish_io(IoObject& object, const IoRequest& request, NTSTATUS status, uint64_t information, bool pended);

}  // namespace lsw
