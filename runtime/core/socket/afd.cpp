#include "core/socket/afd.h"

#include <poll.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <cstring>
#include <set>

#include "core/file/open.h"
#include "core/runtime.h"
#include "core/thread/thread.h"
#include "core/wait/wait.h"
#include "iouring-io/engine.h"

namespace lsw {
namespace {

// Pending polls of the process, to be found by whom they were begun on.
struct Polls {
    std::mutex lock;
    std::vector<Ref<AfdPoll>> pending;
    std::set<const IoObject*> devices;  // handles on \Device\Afd itself
};

Polls& polls() {
    static Polls& instance = *new Polls;
    return instance;
}

// A handle on \Device\Afd that is no socket.
class AfdDevice final : public IoObject {
public:
    Result<uint64_t> read(void*, uint32_t, int64_t) override { return Status(STATUS_INVALID_DEVICE_REQUEST); }
    Result<uint64_t> write(const void*, uint32_t, int64_t) override { return Status(STATUS_INVALID_DEVICE_REQUEST); }
    FileType file_type() const override { return FileType::Pipe; }
    bool is_synchronous() const override { return false; }
    bool cancel(const IO_STATUS_BLOCK* only) override { return cancel_afd_polls(*this, only); }
    void on_last_handle_closed() override { cancel_afd_polls(*this, nullptr); }

    AfdDevice() {
        std::lock_guard guard(polls().lock);
        polls().devices.insert(this);
    }

private:
    ~AfdDevice() override {
        std::lock_guard guard(polls().lock);
        polls().devices.erase(this);
    }
};

Result<file::Opened> open_afd(const file::OpenRequest&) {
    return file::Opened{make_object<AfdDevice>(), 1};  // FILE_OPENED
}

}  // namespace

ULONG SocketObject::afd_events() {
    if (closed_) return AFD_POLL_LOCAL_CLOSE;
    pollfd entry{fd_.get(), POLLIN | POLLOUT | POLLPRI | POLLRDHUP, 0};
    uint32_t blocked = blocked_.load();
    if (::poll(&entry, 1, 0) < 0) return 0;
    if (entry.revents & POLLOUT) blocked_.compare_exchange_strong(blocked, 0);
    return afd_events(entry.revents);
}

ULONG SocketObject::afd_events_known(const io::ReadySet* set) {
    if (set && is_stream() && state_ == State::Connected && !closed_) {
        std::lock_guard guard(lock_);
        uint32_t changes = changes_.load(), blocked = blocked_.load();
        if (home_ == set && drained_ == changes && (blocked == 0 || blocked == changes))
            return AFD_POLL_CONNECT | (blocked ? 0u : AFD_POLL_SEND);
    }
    return afd_events();
}

ULONG SocketObject::afd_events(short revents) {
    if (closed_) return AFD_POLL_LOCAL_CLOSE;
    Readiness now = readiness(revents);
    ULONG events = 0;
    if (!is_stream()) return (now.readable ? AFD_POLL_RECEIVE : 0u) | (now.writable ? AFD_POLL_SEND : 0u);
    State state = state_;
    if (state == State::Listening) return now.readable ? AFD_POLL_ACCEPT : 0u;
    if (state == State::Failed) return AFD_POLL_CONNECT_FAIL;
    if (state != State::Connected) return 0;
    events |= AFD_POLL_CONNECT;
    if (now.writable) events |= AFD_POLL_SEND;
    if (now.urgent) events |= AFD_POLL_RECEIVE_EXPEDITED;
    if (now.aborted) events |= AFD_POLL_ABORT;
    if (now.hung_up) {
        if (!now.aborted) events |= AFD_POLL_DISCONNECT;
        int waiting = 0;
        ioctl(fd_.get(), FIONREAD, &waiting);
        if (waiting > 0) events |= AFD_POLL_RECEIVE;
    } else if (now.readable) {
        events |= AFD_POLL_RECEIVE;
    }
    return events;
}

void SocketObject::add_poll(AfdPoll& poll, io::ReadySet* set) {
    std::lock_guard guard(lock_);
    polls_.push_back(&poll);
    watch(set);
}

void SocketObject::remove_poll(AfdPoll& poll) {
    std::lock_guard guard(lock_);
    auto at = std::find(polls_.begin(), polls_.end(), &poll);
    if (at != polls_.end()) polls_.erase(at);
}

AfdPoll::AfdPoll(Ref<IoObject> device, const IoRequest& request, AFD_POLL_INFO* output, std::vector<Entry> entries,
                 bool exclusive)
    : Object(ObjectType::Other),
      device_(std::move(device)),
      request_(request),
      output_(output),
      entries_(std::move(entries)),
      exclusive_(exclusive) {}

bool AfdPoll::watches(const SocketObject& socket) const {
    return std::any_of(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.socket.get() == &socket; });
}

// What is true now, into `out`, which has room for all.
uint32_t AfdPoll::collect(AFD_POLL_HANDLE_INFO* out, const io::ReadySet* set) {
    uint32_t count = 0;
    for (const Entry& entry : entries_) {
        ULONG events = entry.socket->afd_events_known(set) & (entry.wanted | AFD_POLL_LOCAL_CLOSE);
        if (events) out[count++] = {entry.handle, events, STATUS_SUCCESS};
    }
    return count;
}

void AfdPoll::finish(NTSTATUS status, uint32_t count, const AFD_POLL_HANDLE_INFO* found, bool pended) {
    uint64_t bytes = offsetof(AFD_POLL_INFO, Handles) + count * sizeof *found;
    if (status != STATUS_CANCELLED && output_) {
        output_->NumberOfHandles = count;
        memcpy(output_->Handles, found, count * sizeof *found);
    }
    finish_io(*device_, request_, status, status == STATUS_CANCELLED ? 0 : bytes, pended);
}

// The one who ends it: out of everything that knows of it. False when another has been here.
bool AfdPoll::leave() {
    if (ended_.exchange(true)) return false;
    for (Entry& entry : entries_) entry.socket->remove_poll(*this);
    if (timed_) io::engine().cancel(timer_);
    std::lock_guard guard(polls().lock);
    std::erase_if(polls().pending, [&](const Ref<AfdPoll>& poll) { return poll.get() == this; });
    return true;
}

bool AfdPoll::check_one(const SocketObject& socket, short revents) {
    if (ended_) return true;
    if (entries_.size() != 1) return check(nullptr);
    const Entry& entry = entries_.front();
    if (entry.socket.get() != &socket) return false;
    ULONG events = entry.socket->afd_events(revents) & (entry.wanted | AFD_POLL_LOCAL_CLOSE);
    AFD_POLL_HANDLE_INFO found{entry.handle, events, STATUS_SUCCESS};
    if (events == 0) return false;
    Ref<AfdPoll> self = Ref<AfdPoll>::share(this);
    if (leave()) finish(STATUS_SUCCESS, 1, &found, true);
    return true;
}

bool AfdPoll::check(const io::ReadySet* set) {
    if (ended_) return true;
    std::vector<AFD_POLL_HANDLE_INFO> found(entries_.size());
    uint32_t count = collect(found.data(), set);
    if (count == 0) return false;
    Ref<AfdPoll> self = Ref<AfdPoll>::share(this);
    if (leave()) finish(STATUS_SUCCESS, count, found.data(), true);
    return true;
}

void AfdPoll::end(NTSTATUS status) {
    Ref<AfdPoll> self = Ref<AfdPoll>::share(this);
    if (leave()) finish(status, 0, nullptr, true);
}

// Who hears of the end: the port's threads, when there is a port and nothing else.
io::ReadySet* AfdPoll::set() const {
    if (!request_.tells_only_the_port() || !device_->has_completion()) return nullptr;
    CompletionSink* port = device_->binding().port;
    return port ? port->ready_set() : nullptr;
}

void AfdPoll::start_timer(int64_t deadline_ns) {
    timed_ = true;
    io::prepare_timeout(timer_, deadline_ns);
    timer_.context = this;
    timer_.done = [](io::Operation& timer, int32_t) {
        auto* poll = static_cast<AfdPoll*>(timer.context);
        poll->end(STATUS_TIMEOUT);
        poll->release();
    };
    retain();
    io::engine().start(timer_);
}

NTSTATUS AfdPoll::begin(int64_t deadline_ns) {
    begin_io(request_);
    std::vector<AFD_POLL_HANDLE_INFO> found(entries_.size());
    io::ReadySet* where = set();
    uint32_t count = collect(found.data(), deadline_ns == 0 ? nullptr : where);
    if (count || deadline_ns == 0) {
        NTSTATUS status = count ? STATUS_SUCCESS : STATUS_TIMEOUT;
        ended_ = true;
        finish(status, count, found.data(), /*pended=*/false);
        return status;
    }
    Thread* thread = current_thread();
    request_.thread = thread;
    thread_ = Ref<Object>(Ref<Thread>::share(thread));
    if (request_.status_block) __atomic_store_n(&request_.status_block->Status, STATUS_PENDING, __ATOMIC_RELEASE);
    {
        std::lock_guard guard(polls().lock);
        polls().pending.push_back(Ref<AfdPoll>::share(this));
    }
    if (deadline_ns != kForever) start_timer(deadline_ns);
    for (Entry& entry : entries_) entry.socket->add_poll(*this, where);
    // What changed before the sockets knew of this poll; one that ended meanwhile left those it knew.
    if (check(where))
        for (Entry& entry : entries_) entry.socket->remove_poll(*this);
    return STATUS_PENDING;
}

static NTSTATUS begin_afd_poll(IoObject& device, const IoRequest& request, const void* input, uint32_t input_bytes, void* output,
                        uint32_t output_bytes) {
    constexpr size_t kHeader = offsetof(AFD_POLL_INFO, Handles);
    constexpr ULONG kMost = 4096;
    if (!input || input_bytes < sizeof(AFD_POLL_INFO)) return STATUS_INVALID_PARAMETER;
    auto* in = static_cast<const AFD_POLL_INFO*>(input);
    ULONG count = in->NumberOfHandles;
    size_t needed = kHeader + size_t{count} * sizeof(AFD_POLL_HANDLE_INFO);
    if (count == 0 || count > kMost || input_bytes < needed || output_bytes < needed) return STATUS_INVALID_PARAMETER;
    bool exclusive = in->Exclusive & 0xFF;
    int64_t timeout = in->Timeout.QuadPart;
    std::vector<AfdPoll::Entry> entries(count);
    for (ULONG i = 0; i < count; ++i) {
        HANDLE handle = in->Handles[i].Handle;
        auto object = runtime().handles.get<IoObject>(handle);
        SocketObject* socket = object.ok() ? (*object)->as_socket() : nullptr;
        if (!socket) return STATUS_INVALID_HANDLE;
        entries[i] = {handle, in->Handles[i].Events, Ref<SocketObject>::share(socket)};
    }
    if (exclusive) {
        std::vector<Ref<AfdPoll>> replaced;
        {
            std::lock_guard guard(polls().lock);
            for (const Ref<AfdPoll>& poll : polls().pending)
                if (poll->exclusive() && poll->watches(*entries[0].socket)) replaced.push_back(Ref<AfdPoll>(poll));
        }
        for (const Ref<AfdPoll>& poll : replaced) poll->end(STATUS_CANCELLED);
    }
    auto* out = static_cast<AFD_POLL_INFO*>(output);
    if (output != input) memcpy(out, in, kHeader);
    auto poll = make_object<AfdPoll>(Ref<IoObject>::share(&device), request, out, std::move(entries), exclusive);
    int64_t deadline = timeout == INT64_MAX ? kForever : deadline_from_nt(&timeout);
    return poll->begin(deadline);
}

bool cancel_afd_polls(IoObject& device, const IO_STATUS_BLOCK* only) {
    std::vector<Ref<AfdPoll>> found;
    {
        std::lock_guard guard(polls().lock);
        for (const Ref<AfdPoll>& poll : polls().pending)
            if (poll->device() == &device && (!only || poll->status_block() == only))
                found.push_back(Ref<AfdPoll>(poll));
    }
    for (const Ref<AfdPoll>& poll : found) poll->end(STATUS_CANCELLED);
    return !found.empty();
}

NTSTATUS afd_control(IoObject& object, const IoRequest& request, uint32_t code, const void* input, uint32_t input_bytes,
                     void* output, uint32_t output_bytes) {
    bool ours = object.as_socket();
    if (!ours) {
        std::lock_guard guard(polls().lock);
        ours = polls().devices.contains(&object);
    }
    if (!ours) return STATUS_INVALID_DEVICE_REQUEST;
    if (code == IOCTL_AFD_RECEIVE || code == IOCTL_AFD_RECEIVE_DATAGRAM) {
        SocketObject* socket = object.as_socket();
        if (!socket) return STATUS_INVALID_PARAMETER;
        return begin_afd_receive(*socket, request, code == IOCTL_AFD_RECEIVE_DATAGRAM, input, input_bytes);
    }
    if (code != IOCTL_AFD_POLL) return STATUS_INVALID_DEVICE_REQUEST;
    return begin_afd_poll(object, request, input, input_bytes, output, output_bytes);
}

void register_afd_device() { file::set_device_opener(path::Target::kAfd, open_afd); }

}  // namespace lsw
