#include "core/debug/session.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <map>
#include <memory>

#include "core/process/remote_calls.h"
#include "core/runtime.h"
#include "core/thread/thread.h"
#include "core/wait/futex.h"

namespace lsw::debug {
namespace {

struct Debuggee {
    Ref<ProcessObject> process;
    UniqueFd socket;
    bool announced = false;         // its CreateProcess event was given out
    bool gone = false;              // its ExitProcess event was
    DWORD open_event_of = 0;        // thread whose event is open
    HANDLE process_handle = nullptr;
    std::map<DWORD, HANDLE> threads;

    DWORD pid() const { return static_cast<DWORD>(process->pid()); }
};

struct Session {
    std::mutex lock;
    std::vector<std::unique_ptr<Debuggee>> debuggees;
    bool kill_on_exit = true;
};

Session& session() {
    static Session& instance = *new Session;
    return instance;
}

Debuggee* find(DWORD pid) {
    for (auto& debuggee : session().debuggees)
        if (debuggee->pid() == pid) return debuggee.get();
    return nullptr;
}

void send_order(Debuggee& debuggee, const Order& order) {
    (void)!send(debuggee.socket.get(), &order, sizeof order, MSG_NOSIGNAL);
}

void drop(Debuggee& debuggee) {
    if (debuggee.process_handle) (void)runtime().handles.close(debuggee.process_handle);
    for (auto& [id, handle] : debuggee.threads) (void)runtime().handles.close(handle);
    std::erase_if(session().debuggees, [&](const auto& held) { return held.get() == &debuggee; });
}

HANDLE handle_for(Ref<Object> object, ACCESS_MASK access) {
    auto made = runtime().handles.insert(std::move(object), access);
    return made.ok() ? *made : nullptr;
}

// Without the session's lock: the thread is asked for in its process.
HANDLE open_thread_handle(Ref<ProcessObject> process, DWORD id) {
    if (id == static_cast<DWORD>(process->pid()))
        return handle_for(make_object<RemoteThread>(std::move(process)), THREAD_ALL_ACCESS);
    auto thread = open_remote_thread(id);
    return thread.ok() ? handle_for(Ref<Object>(std::move(*thread)), THREAD_ALL_ACCESS) : nullptr;
}

// Under the lock: an event of one of them. False: none was there.
bool take(SessionEvent& out, Ref<ProcessObject>& process) {
    for (auto& debuggee : session().debuggees) {
        if (debuggee->open_event_of || debuggee->gone) continue;
        ssize_t got = recv(debuggee->socket.get(), &out.event, sizeof out.event, MSG_DONTWAIT);
        if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
        if (got != sizeof out.event) {  // it has ended without a word
            if (!debuggee->process->has_ended() && got < 0) continue;
            out.event = {};
            out.event.kind = EventKind::ExitProcess;
            out.event.thread = debuggee->pid();
            pollfd end{debuggee->process->pidfd(), POLLIN, 0};
            poll(&end, 1, 1000);  // the socket closes a moment before
            out.event.code = debuggee->process->exit_code();
        }
        debuggee->gone = out.event.kind == EventKind::ExitProcess;
        debuggee->open_event_of = out.event.thread;
        out.process_id = debuggee->pid();
        process = debuggee->process;
        return true;
    }
    return false;
}

// The handles that come with an event.
void give_handles(SessionEvent& out, const Ref<ProcessObject>& process) {
    EventKind kind = out.event.kind;
    if (kind != EventKind::CreateProcess && kind != EventKind::CreateThread) return;
    out.thread = open_thread_handle(process, out.event.thread);
    if (kind == EventKind::CreateProcess) out.process = handle_for(Ref<Object>(Ref<ProcessObject>(process)), PROCESS_ALL_ACCESS);
    std::lock_guard guard(session().lock);
    Debuggee* debuggee = find(out.process_id);
    if (!debuggee) return;
    if (out.thread) debuggee->threads[out.event.thread] = out.thread;
    if (out.process) debuggee->process_handle = out.process;
}

}  // namespace

Result<SocketPair> make_sockets() {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return Status(STATUS_INSUFFICIENT_RESOURCES);
    return SocketPair{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

void add_debuggee(Ref<ProcessObject> process, UniqueFd socket) {
    auto added = std::make_unique<Debuggee>();
    added->process = std::move(process);
    added->socket = std::move(socket);
    std::lock_guard guard(session().lock);
    if (!session().kill_on_exit) send_order(*added, {OrderKind::KillOnExit, 0, 0});
    session().debuggees.push_back(std::move(added));
}

NTSTATUS attach_to(DWORD pid) {
    if (pid == static_cast<DWORD>(getpid())) return STATUS_ACCESS_DENIED;
    auto process = ProcessObject::open(static_cast<pid_t>(pid));
    if (pid == 0 || !process.ok()) return pid ? process.status() : STATUS_INVALID_CID;
    auto sockets = make_sockets();
    if (!sockets.ok()) return sockets.status();
    RemoteMessage message;
    message.code = static_cast<uint32_t>(RemoteCall::Debug);
    NTSTATUS status = (*process)->channel().call(**process, message, sockets->theirs.get());
    if (NT_SUCCESS(status)) add_debuggee(std::move(*process), std::move(sockets->ours));
    return status;
}

NTSTATUS detach_from(DWORD pid) {
    std::lock_guard guard(session().lock);
    Debuggee* debuggee = find(pid);
    if (!debuggee) return STATUS_INVALID_CID;
    send_order(*debuggee, {OrderKind::Detach, 0, 0});
    drop(*debuggee);
    return STATUS_SUCCESS;
}

NTSTATUS wait_for_event(int64_t deadline_ns, SessionEvent& out) {
    for (;;) {
        std::vector<pollfd> entries;
        Ref<ProcessObject> process;
        bool taken;
        {
            std::lock_guard guard(session().lock);
            if (session().debuggees.empty()) return STATUS_INVALID_HANDLE;
            taken = take(out, process);
            for (auto& debuggee : session().debuggees)
                if (!debuggee->open_event_of && !debuggee->gone) entries.push_back({debuggee->socket.get(), POLLIN, 0});
        }
        if (taken) return give_handles(out, process), STATUS_SUCCESS;
        int64_t left_ns = deadline_ns == kForever ? -1 : std::max<int64_t>(0, deadline_ns - monotonic_ns());
        if (left_ns == 0) return STATUS_TIMEOUT;
        int timeout_ms = left_ns < 0 ? -1 : static_cast<int>(std::min<int64_t>(left_ns / 1'000'000 + 1, INT_MAX));
        poll(entries.data(), entries.size(), timeout_ms);
        current_thread()->check_termination_in_wait();
        park_if_process_exits();
    }
}

NTSTATUS continue_event(DWORD pid, DWORD tid, uint32_t status) {
    std::lock_guard guard(session().lock);
    Debuggee* debuggee = find(pid);
    if (!debuggee) return STATUS_INVALID_CID;
    if (!debuggee->open_event_of || debuggee->open_event_of != tid) return STATUS_INVALID_PARAMETER;
    debuggee->open_event_of = 0;
    send_order(*debuggee, {OrderKind::Continue, tid, status});
    if (debuggee->gone) drop(*debuggee);
    return STATUS_SUCCESS;
}

NTSTATUS set_kill_on_exit(bool kill) {
    std::lock_guard guard(session().lock);
    if (session().debuggees.empty()) return STATUS_INVALID_HANDLE;
    session().kill_on_exit = kill;
    for (auto& debuggee : session().debuggees) send_order(*debuggee, {OrderKind::KillOnExit, 0, kill});
    return STATUS_SUCCESS;
}

}  // namespace lsw::debug
