// The debugger's side: the processes that this one debugs, and what they tell. One queue for the whole process, where
// Windows has one for each thread that debugs: a thread may also wait for the events of another's processes.
#pragma once

#include "core/debug/protocol.h"
#include "core/process/process_object.h"
#include "core/process/remote_thread.h"

namespace lsw::debug {

struct SessionEvent {
    Event event;
    DWORD process_id = 0;
    HANDLE process = nullptr, thread = nullptr;  // CreateProcess, CreateThread: handles of the debugger
};

// Before the process is started: the two ends of its socket; the child's goes down with it.
struct SocketPair {
    UniqueFd ours, theirs;
};
Result<SocketPair> make_sockets();
// A process that was started with the other end.
void add_debuggee(Ref<ProcessObject> process, UniqueFd socket);

// Errors of these: STATUS_INVALID_CID, STATUS_ACCESS_DENIED, STATUS_PORT_ALREADY_SET, those of a remote call.
NTSTATUS attach_to(DWORD pid);
NTSTATUS detach_from(DWORD pid);
// Errors: STATUS_TIMEOUT (a success), STATUS_INVALID_HANDLE when nothing is debugged.
NTSTATUS wait_for_event(int64_t deadline_ns, SessionEvent& out);
// Errors: STATUS_INVALID_CID, STATUS_INVALID_PARAMETER when that thread has no open event.
NTSTATUS continue_event(DWORD pid, DWORD tid, uint32_t status);
NTSTATUS set_kill_on_exit(bool kill);

}  // namespace lsw::debug
