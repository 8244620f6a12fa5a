#include "core/pipe/named_pipe.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>

#include "abi/file.h"
#include "base/status.h"
#include "base/text.h"
#include "core/file/open.h"
#include "core/pipe/reactor.h"
#include "core/thread/thread.h"
#include "core/wait/futex.h"

namespace lsw {
namespace {

constexpr uint32_t kAccessInbound = 1, kAccessOutbound = 2, kFirstInstance = 0x80000,
                   kFileOverlapped = 0x40000000;
constexpr uint32_t kTypeMessage = 4, kReadMessage = 2, kNoWait = 1;

struct Registry {
    std::mutex lock;
    std::map<std::string, PipeServer*> servers;  // by path
    std::atomic<uint32_t> changes{0};               // of what could end a wait for a free end
    std::atomic<uint32_t> waiting{0};
};
Registry& registry() {
    static Registry& instance = *new Registry;
    return instance;
}

std::u16string key_of(std::u16string_view name) {
    std::u16string key(name);
    for (char16_t& unit : key) unit = upcase(unit);
    return key;
}

std::string pipe_directory() {
    const char* runtime = getenv("XDG_RUNTIME_DIR");
    std::string base = runtime && *runtime && access(runtime, W_OK) == 0
                           ? std::string(runtime) + "/lsw"
                           : "/tmp/lsw-" + std::to_string(getuid());
    mkdir(base.c_str(), 0700);
    mkdir((base + "/pipe").c_str(), 0700);
    return base + "/pipe";
}

// Names may be longer than a socket's address: two hashes of 64 bits stand for one.
std::string path_of(const std::u16string& key) {
    uint64_t a = 14695981039346656037ull, b = 0x9E3779B97F4A7C15ull;
    for (char16_t unit : key) {
        a = (a ^ unit) * 1099511628211ull;
        b = (b + unit) * 0xD6E8FEB86659FD93ull;
        b ^= b >> 32;
    }
    char text[40];
    snprintf(text, sizeof text, "/%016lx%016lx", a, b);
    return pipe_directory() + text;
}

bool make_address(const std::string& path, sockaddr_un& address) {
    address = {};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) return false;
    memcpy(address.sun_path, path.c_str(), path.size() + 1);
    return true;
}

int socket_type(uint32_t pipe_mode) {
    return pipe_mode & kTypeMessage ? SOCK_SEQPACKET : SOCK_STREAM;
}

// A name whose owner was killed leaves its socket file: nobody listens there.
bool is_stale(const sockaddr_un& address, int type) {
    UniqueFd probe(socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    int result = connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    return result != 0 && errno == ECONNREFUSED;
}

Result<UniqueFd> listen_at(const std::string& path, uint32_t pipe_mode) {
    sockaddr_un address;
    if (!make_address(path, address)) return Status(STATUS_OBJECT_NAME_INVALID);
    UniqueFd fd(socket(AF_UNIX, socket_type(pipe_mode) | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd.valid()) return Status(status_from_errno(errno));
    for (int tries = 0; tries < 2; ++tries) {
        if (bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
            if (listen(fd.get(), 64) != 0) return Status(status_from_errno(errno));
            return fd;
        }
        if (errno != EADDRINUSE || !is_stale(address, socket_type(pipe_mode)))
            return Status(STATUS_ACCESS_DENIED);
        unlink(path.c_str());
    }
    return Status(STATUS_ACCESS_DENIED);
}

uint32_t server_flags(const NamedPipeSettings& settings) {
    uint32_t flags = PipeObject::kServerEnd | PipeObject::kNamed;
    if (settings.open_mode & kAccessInbound) flags |= PipeObject::kRead;
    if (settings.open_mode & kAccessOutbound) flags |= PipeObject::kWrite;
    if (settings.open_mode & kFileOverlapped) flags |= PipeObject::kOverlapped;
    if (settings.pipe_mode & kTypeMessage) flags |= PipeObject::kMessageType;
    if (settings.pipe_mode & kReadMessage) flags |= PipeObject::kMessageRead;
    if (settings.pipe_mode & kNoWait) flags |= PipeObject::kNonblocking;
    return flags;
}

// Both ends of a connection within this process; a one-way byte pipe is a Linux pipe, which
// children can use as any other.
bool make_connection(const NamedPipeSettings& settings, UniqueFd& server, UniqueFd& client,
                     uint32_t& extra) {
    int fds[2];
    uint32_t way = settings.open_mode & (kAccessInbound | kAccessOutbound);
    if (!(settings.pipe_mode & kTypeMessage) && way != (kAccessInbound | kAccessOutbound)) {
        if (pipe2(fds, O_CLOEXEC) != 0) return false;
        bool inbound = way == kAccessInbound;
        server = UniqueFd(fds[inbound ? 0 : 1]);
        client = UniqueFd(fds[inbound ? 1 : 0]);
        extra = 0;
        return true;
    }
    if (socketpair(AF_UNIX, socket_type(settings.pipe_mode) | SOCK_CLOEXEC, 0, fds) != 0)
        return false;
    server = UniqueFd(fds[0]);
    client = UniqueFd(fds[1]);
    extra = PipeObject::kSocket;
    if (settings.pipe_mode & kTypeMessage) mark_messages(fds[0]), mark_messages(fds[1]);
    return true;
}

uint32_t client_flags(ACCESS_MASK access, bool overlapped) {
    uint32_t flags = PipeObject::kNamed;
    if (access & FILE_READ_DATA) flags |= PipeObject::kRead;
    if (access & FILE_WRITE_DATA) flags |= PipeObject::kWrite;
    if (overlapped) flags |= PipeObject::kOverlapped;
    return flags;
}

Result<Ref<PipeObject>> connect_elsewhere(const std::u16string& key, ACCESS_MASK access,
                                          bool overlapped) {
    std::string path = path_of(key);
    sockaddr_un address;
    if (!make_address(path, address)) return Status(STATUS_OBJECT_NAME_INVALID);
    for (int type : {SOCK_STREAM, SOCK_SEQPACKET}) {
        UniqueFd fd(socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
        if (connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
            uint32_t message = type == SOCK_SEQPACKET ? PipeObject::kMessageType : 0u;
            if (message) mark_messages(fd.get());
            return make_object<PipeObject>(
                std::move(fd), client_flags(access, overlapped) | PipeObject::kSocket | message);
        }
        if (errno == EAGAIN) return Status(STATUS_PIPE_NOT_AVAILABLE);
        if (errno != EPROTOTYPE) return Status(STATUS_OBJECT_NAME_NOT_FOUND);
    }
    return Status(STATUS_OBJECT_NAME_NOT_FOUND);
}

Result<file::Opened> open_pipe_device(const file::OpenRequest& request) {
    constexpr ULONG kSynchronous = FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT;
    if (request.target.rest.empty() || request.target.rest == u"\\")
        return file::Opened{Ref<IoObject>(make_object<PipeDirectory>()), FILE_OPENED};
    auto pipe =
        open_named_pipe(request.target.rest, request.access, !(request.options & kSynchronous));
    if (!pipe.ok()) return Status(pipe.status());
    return file::Opened{std::move(*pipe), FILE_OPENED};
}

}  // namespace

PipeServer::~PipeServer() = default;

void PipeServer::remove(PipeObject& end) {
    std::lock_guard guard(registry().lock);
    ends_.erase(std::remove(ends_.begin(), ends_.end(), &end), ends_.end());
    if (!ends_.empty()) return;
    if (path_.empty()) return;
    registry().servers.erase(path_);
    if (!shared_) unlink(path_.c_str());
    pipe_end_is_free();  // or none is left to wait for
}

uint32_t PipeServer::instances() {
    std::lock_guard guard(registry().lock);
    return static_cast<uint32_t>(ends_.size());
}

Result<Ref<PipeObject>> create_named_pipe(std::u16string_view name,
                                          const NamedPipeSettings& settings) {
    if (name.empty()) return Status(STATUS_OBJECT_NAME_INVALID);
    std::u16string key = key_of(name);
    std::lock_guard guard(registry().lock);
    auto found = registry().servers.find(path_of(key));
    Ref<PipeServer> server;
    if (found != registry().servers.end()) {
        server = Ref<PipeServer>::share(found->second);
        const NamedPipeSettings& first = server->settings_;
        constexpr uint32_t kBoth = kAccessInbound | kAccessOutbound;
        if (settings.open_mode & kFirstInstance ||
            (first.open_mode & kBoth) != (settings.open_mode & kBoth) ||
            (first.pipe_mode & kTypeMessage) != (settings.pipe_mode & kTypeMessage))
            return Status(STATUS_ACCESS_DENIED);
        if (server->ends_.size() >= first.maximum_instances && first.maximum_instances != 255)
            return Status(STATUS_INSTANCE_NOT_AVAILABLE);
    } else {
        std::string path = path_of(key);
        UniqueFd listener = LSW_TRY(listen_at(path, settings.pipe_mode));
        server = make_object<PipeServer>(std::u16string(name), path, std::move(listener), settings);
        registry().servers[path] = server.get();
    }
    auto end = make_object<PipeObject>(UniqueFd(), server_flags(settings));
    server->ends_.push_back(end.get());
    end->attach_server(std::move(server));
    pipe_end_is_free();
    return end;
}

Ref<PipeObject> adopt_server_end(UniqueFd listener, const NamedPipeSettings& settings) {
    sockaddr_un address{};
    socklen_t size = sizeof address;
    if (getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) return nullptr;
    std::string path = address.sun_path;
    std::lock_guard guard(registry().lock);
    auto found = registry().servers.find(path);
    auto server = found != registry().servers.end()
                      ? Ref<PipeServer>::share(found->second)
                      : make_object<PipeServer>(std::u16string(), path, std::move(listener), settings);
    registry().servers[path] = server.get();
    auto end = make_object<PipeObject>(UniqueFd(), server_flags(settings));
    server->ends_.push_back(end.get());
    end->attach_server(std::move(server));
    return end;
}

Result<Ref<PipeObject>> open_named_pipe(std::u16string_view name, ACCESS_MASK access,
                                        bool overlapped) {
    std::u16string key = key_of(name);
    Ref<PipeObject> waiting;
    {
        std::lock_guard guard(registry().lock);
        auto found = registry().servers.find(path_of(key));
        if (found != registry().servers.end()) {
            PipeServer* server = found->second;
            for (PipeObject* end : server->ends_)
                if (!waiting && end->awaits_client()) waiting = Ref<PipeObject>::share(end);
            if (!waiting) return Status(STATUS_PIPE_NOT_AVAILABLE);
        }
    }
    return waiting ? open_pipe_end(*waiting, access, overlapped) : connect_elsewhere(key, access, overlapped);
}

Ref<PipeObject> create_unnamed_pipe(const NamedPipeSettings& settings) {
    auto server = make_object<PipeServer>(std::u16string(), std::string(), UniqueFd(), settings);
    auto end = make_object<PipeObject>(UniqueFd(), server_flags(settings));
    server->ends_.push_back(end.get());
    end->attach_server(std::move(server));
    return end;
}

Result<Ref<PipeObject>> open_pipe_end(PipeObject& server_end, ACCESS_MASK access, bool overlapped) {
    PipeServer* server = server_end.server();
    if (!server) return Status(STATUS_INVALID_PARAMETER);
    const NamedPipeSettings& settings = server->settings();
    bool reads = access & FILE_READ_DATA, writes = access & FILE_WRITE_DATA;
    if ((reads && !(settings.open_mode & kAccessOutbound)) ||
        (writes && !(settings.open_mode & kAccessInbound)))
        return Status(STATUS_ACCESS_DENIED);
    UniqueFd server_fd, client_fd;
    uint32_t extra = 0;
    if (!make_connection(settings, server_fd, client_fd, extra))
        return Status(status_from_errno(errno));
    auto sent_away = std::make_shared<std::atomic<bool>>(false);
    if (!server_end.adopt_client(server_fd, extra, sent_away)) return Status(STATUS_PIPE_NOT_AVAILABLE);
    uint32_t message = settings.pipe_mode & kTypeMessage ? PipeObject::kMessageType : 0u;
    auto client = make_object<PipeObject>(std::move(client_fd), client_flags(access, overlapped) | extra | message);
    client->share_with_server(std::move(sent_away));
    return client;
}

void pipe_end_is_free() {
    registry().changes.fetch_add(1);
    if (registry().waiting.load() != 0) futex_wake(&registry().changes, INT_MAX, FutexScope::Private);
}

// Connections to other processes queue, so a name of theirs that is there counts as free.
Result<void> wait_named_pipe(std::u16string_view name, uint32_t timeout_ms) {
    constexpr uint32_t kServersDefault = 0, kWaitForever = 0xFFFFFFFF, kDefault_ms = 50;
    std::u16string key = key_of(name);
    Registry& all = registry();
    int64_t begun_ns = monotonic_ns();
    for (;;) {
        uint32_t seen = all.changes.load();
        int64_t deadline_ns;
        {
            std::lock_guard guard(all.lock);
            auto found = all.servers.find(path_of(key));
            if (found == all.servers.end()) break;
            const PipeServer& server = *found->second;
            if (std::any_of(server.ends_.begin(), server.ends_.end(), [](PipeObject* end) { return end->awaits_client(); }))
                return {};
            uint32_t limit_ms = timeout_ms;
            if (limit_ms == kServersDefault) limit_ms = server.settings_.default_timeout_ms;
            if (limit_ms == 0) limit_ms = kDefault_ms;
            deadline_ns = timeout_ms == kWaitForever ? kForever : begun_ns + limit_ms * int64_t{1'000'000};
        }
        all.waiting.fetch_add(1);
        int error = futex_wait(&all.changes, seen, FutexScope::Private, deadline_ns);
        all.waiting.fetch_sub(1);
        if (error == EINTR) current_thread()->check_termination_in_wait();
        if (error == ETIMEDOUT) return STATUS_IO_TIMEOUT;
    }
    struct stat info;
    return stat(path_of(key).c_str(), &info) == 0 ? STATUS_SUCCESS : STATUS_OBJECT_NAME_NOT_FOUND;
}

void register_pipe_device() { file::set_device_opener(path::Target::kPipe, open_pipe_device); }

}  // namespace lsw
