#include "notify-agent/host.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstring>

#include "notify-agent/background.h"
#include "notify-agent/log.h"
#include "notify-agent/packet.h"

namespace lsw::agent {
namespace {

constexpr unsigned kMostClients = 256;

UniqueFd lock_file(const std::string& path, int operation) {
    UniqueFd fd(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!fd.valid() || flock(fd.get(), operation) != 0) return {};
    return fd;
}

// One packet and at most one descriptor; any more are closed. False at the end of the connection.
bool receive(int fd, Message* message, UniqueFd* descriptor, bool* well_formed) {
    std::vector<UniqueFd> received;
    ssize_t got = receive_packet(fd, message, sizeof *message, &received, MSG_DONTWAIT);
    *well_formed = got == sizeof *message && message->magic == kMagic;
    if (got == 0 || got == -1) return got < 0 && (errno == EAGAIN || errno == EINTR);
    if (!received.empty()) *descriptor = std::move(received[0]);
    return true;
}

pid_t peer_of(int fd) {
    ucred peer;
    socklen_t size = sizeof peer;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 ? peer.pid : -1;
}

}  // namespace

bool Host::listen() {
    lock_ = lock_file(directory_ + "/" + kHostLockName, LOCK_EX | LOCK_NB);
    if (!lock_.valid()) return false;
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::string path = directory_ + "/" + kSocketName;
    if (path.size() >= sizeof address.sun_path) return false;
    memcpy(address.sun_path, path.c_str(), path.size());
    unlink(path.c_str());  // a predecessor's that was killed: we hold the lock
    socket_.reset(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    return socket_.valid() && bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
           ::listen(socket_.get(), 128) == 0;
}

void Host::watch(int fd) {
    epoll_event event = {};
    event.events = EPOLLIN;
    event.data.fd = fd;
    epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event);
}

bool Host::prepare() {
    open_log(directory_);
    policy_ = Policy::load();
    sigset_t watched;
    sigemptyset(&watched);
    for (int signal : {SIGCHLD, SIGTERM, SIGINT, SIGHUP}) sigaddset(&watched, signal);
    sigprocmask(SIG_BLOCK, &watched, nullptr);
    signal(SIGPIPE, SIG_IGN);
    signals_.reset(signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK));
    wake_.reset(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    epoll_.reset(epoll_create1(EPOLL_CLOEXEC));
    if (!signals_.valid() || !wake_.valid() || !epoll_.valid()) return false;
    for (int fd : {socket_.get(), signals_.get(), wake_.get()}) watch(fd);
    tidy_background(directory_);
    log_line("started");
    return true;
}

void Host::run() {
    while (!leave_) {
        epoll_event events[16];
        int count = epoll_wait(epoll_.get(), events, 16, is_idle() ? idle_ms_ : -1);
        if (count == 0 && may_go()) break;
        for (int i = 0; i < count; ++i) {
            int fd = events[i].data.fd;
            if (fd == socket_.get()) {
                accept_client();
            } else if (fd == signals_.get()) {
                signalfd_siginfo info;
                while (read(fd, &info, sizeof info) == sizeof info)
                    if (info.ssi_signo != SIGCHLD) leave_ = true;
                reap_children();
            } else if (fd == wake_.get()) {
                uint64_t value;
                if (read(fd, &value, sizeof value) < 0) continue;
            } else {
                serve_client(fd);
            }
        }
    }
    unlink((directory_ + "/" + kSocketName).c_str());
    fastpath_.unpin();
    log_line("gone");
}

// Whoever wants to start a successor waits for this lock, so a connection that came before it is served.
bool Host::may_go() {
    UniqueFd lock = lock_file(directory_ + "/" + kStartLockName, LOCK_EX | LOCK_NB);
    if (!lock.valid()) return false;
    accept_client();
    if (!is_idle()) return false;
    unlink((directory_ + "/" + kSocketName).c_str());
    return true;
}

void Host::accept_client() {
    for (;;) {
        UniqueFd client(accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
        if (!client.valid()) return;
        ucred peer;
        socklen_t size = sizeof peer;
        bool ours = getsockopt(client.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == geteuid();
        if (!ours || clients_ >= kMostClients) continue;
        watch(client.release());
        ++clients_;
    }
}

// A program that is being started may still share the connection: closing it alone would leave it registered, and events of a
// client that is long gone would be counted as its end once more.
void Host::drop_client(int fd) {
    epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
    close(fd);
    --clients_;
}

void Host::serve_client(int fd) {
    Message message;
    UniqueFd descriptor;
    bool well_formed = false;
    if (!receive(fd, &message, &descriptor, &well_formed)) return drop_client(fd);
    if (!well_formed) return;
    Fastpath::Grant grant;
    Reply reply = message.request == Request::Fastpath ? give_fastpath(peer_of(fd), &grant)
                                                       : answer(message, std::move(descriptor));
    send_packet(fd, &reply, sizeof reply, grant.descriptors, MSG_DONTWAIT);
}

Reply Host::answer(const Message& message, UniqueFd descriptor) {
    switch (message.request) {
        case Request::Attach: return attach(std::move(descriptor));
        case Request::Run: return start_program(std::move(descriptor));
        case Request::Status: break;
        case Request::Shutdown:
            end_background();
            leave_ = true;
            break;
        default: return {.error = EINVAL};
    }
    Reply reply;
    reply.pid = getpid();
    reply.attached = attached_;
    reply.background = static_cast<uint32_t>(children_.size());
    reply.completed = counters_.completed;
    reply.refused = counters_.refused;
    reply.handed_back = counters_.handed_back;
    return reply;
}

Reply Host::give_fastpath(pid_t asker, Fastpath::Grant* grant) {
    std::string problem = fastpath_.grant(asker, grant);
    Reply reply;
    reply.error = problem.empty() ? 0 : EOPNOTSUPP;
    reply.may_write = grant->may_write;
    snprintf(reply.text, sizeof reply.text, "%s", problem.c_str());
    return reply;
}

Reply Host::attach(UniqueFd descriptor) {
    if (!descriptor.valid()) return {.error = EBADF};
    ++attached_;
    auto done = [this] {
        --attached_;
        uint64_t one = 1;
        if (write(wake_.get(), &one, sizeof one) < 0) return;
    };
    if (serve_listener(std::move(descriptor), policy_, counters_, done)) return {};
    --attached_;
    return {.error = EINVAL};
}

Reply Host::start_program(UniqueFd descriptor) {
    pid_t pid = descriptor.valid() ? run_in_background(directory_, descriptor.get()) : -EBADF;
    if (pid < 0) return {.error = -pid};
    children_[pid] = 0;
    log_line("%d runs in the background", pid);
    Reply reply;
    reply.pid = pid;
    return reply;
}

void Host::reap_children() {
    int status;
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
        children_.erase(pid);
        log_line("%d ended with status 0x%x", pid, status);
    }
}

void Host::end_background() {
    for (auto& [pid, unused] : children_) kill(pid, SIGTERM);
}

}  // namespace lsw::agent
