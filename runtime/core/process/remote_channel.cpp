#include "core/process/remote_channel.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <ucontext.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "abi/layout.h"
#include "base/host_thread.h"
#include "base/log.h"
#include "core/process/process_object.h"
#include "core/process/remote_calls.h"
#include "core/wait/futex.h"

namespace lsw {
namespace {

constexpr int64_t kPatience_ns = 5'000'000'000;
constexpr int kFirstWait_ms = 5, kLongestWait_ms = 80;

int request_signal() { return SIGRTMAX - 4; }

// Where an asker listens.
socklen_t name_of(uint64_t number, sockaddr_un& out) {
    out = {};
    out.sun_family = AF_UNIX;
    int length = snprintf(out.sun_path + 1, sizeof out.sun_path - 1, "lsw-ask1-%u-%u", static_cast<uint32_t>(number >> 32),
                          static_cast<uint32_t>(number));
    return static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + static_cast<size_t>(length));
}

bool peer_is(int socket, pid_t pid) {
    ucred who{};
    socklen_t size = sizeof who;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &who, &size) != 0) return false;
    return who.uid == geteuid() && who.pid == pid;
}

// The target's side.

void* serve(void* argument) {
    auto number = reinterpret_cast<uint64_t>(argument);
    pthread_detach(pthread_self());
    UniqueFd socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
    sockaddr_un name;
    socklen_t length = name_of(number, name);
    if (!socket.valid() || connect(socket.get(), reinterpret_cast<sockaddr*>(&name), length) != 0 ||
        !peer_is(socket.get(), static_cast<pid_t>(number >> 32)))
        return nullptr;
    RemoteMessage message;
    UniqueFd received;
    while (receive_packet(socket.get(), message, &received)) {
        UniqueFd given;
        serve_remote_call(message, std::move(received), given);
        bool sent = send_packet(socket.get(), message, given.get());
        complete_remote_call();
        if (!sent) break;
    }
    return nullptr;
}

void start_serving(uint64_t number) {
    static std::atomic<uint64_t> last{0};
    if (last.exchange(number) == number) return;  // asked again while the thread was starting
    pthread_t thread;
    if (!start_host_thread(&thread, serve, reinterpret_cast<void*>(number))) last = 0;
}

// Whether the interrupted thread holds no lock that starting a thread needs: it runs guest code, or sleeps in a call
// that the C library makes for us alone. (A thread that waits for such a lock sleeps in futex, but not by way of
// syscall(2)'s function.)
bool may_start_thread(const mcontext_t& machine) {
    auto rip = static_cast<uint64_t>(machine.gregs[REG_RIP]);
    if (is_guest_address(rip)) return true;
    constexpr uint16_t kSyscall = 0x050F;
    uint16_t here, before;
    memcpy(&here, reinterpret_cast<const void*>(rip), sizeof here);
    memcpy(&before, reinterpret_cast<const void*>(rip - 2), sizeof before);
    auto result = static_cast<int64_t>(machine.gregs[REG_RAX]);
    if (before == kSyscall && result == -EINTR) return true;
    if (here != kSyscall) return false;
    constexpr size_t kWrapperBytes = 64;
    auto wrapper = reinterpret_cast<uint64_t>(&::syscall);
    bool by_wrapper = rip >= wrapper && rip < wrapper + kWrapperBytes;
    switch (result) {  // to be made again: the number of the call
        case SYS_read: case SYS_readv: case SYS_pread64: case SYS_write: case SYS_writev: case SYS_recvfrom:
        case SYS_recvmsg: case SYS_sendto: case SYS_sendmsg: case SYS_accept: case SYS_accept4: case SYS_connect:
        case SYS_wait4: case SYS_waitid: case SYS_flock: case SYS_fcntl: case SYS_poll: case SYS_ppoll: return true;
        case SYS_futex: case 449 /* futex_waitv */: case SYS_io_uring_enter: return by_wrapper;
        default: return false;
    }
}

void on_request(int, siginfo_t* info, void* context) {
    int saved_errno = errno;
    if (info->si_code == SI_QUEUE && may_start_thread(static_cast<ucontext_t*>(context)->uc_mcontext))
        start_serving(reinterpret_cast<uint64_t>(info->si_value.sival_ptr));
    errno = saved_errno;
}

// The asker's side.

struct Listener {
    UniqueFd socket;
    uint64_t number = 0;

    bool open() {
        static std::atomic<uint32_t> next{1};
        socket = UniqueFd(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
        number = uint64_t{static_cast<uint32_t>(getpid())} << 32 | next.fetch_add(1);
        sockaddr_un name;
        socklen_t length = name_of(number, name);
        return socket.valid() && bind(socket.get(), reinterpret_cast<sockaddr*>(&name), length) == 0 &&
               listen(socket.get(), 4) == 0;
    }
    UniqueFd accept_from(pid_t pid) {
        UniqueFd peer(accept4(socket.get(), nullptr, nullptr, SOCK_CLOEXEC));
        return peer.valid() && peer_is(peer.get(), pid) ? std::move(peer) : UniqueFd();
    }
};

std::vector<pid_t> threads_of(pid_t pid) {
    std::vector<pid_t> all;
    DIR* directory = opendir(("/proc/" + std::to_string(pid) + "/task").c_str());
    if (!directory) return all;
    while (dirent* entry = readdir(directory))
        if (pid_t id = atoi(entry->d_name)) all.push_back(id);
    closedir(directory);
    return all;
}

// To the process, whose first thread gets it; when that does not help, to each thread in turn.
void send_request(ProcessObject& target, uint64_t number, int attempt) {
    siginfo_t info{};
    info.si_signo = request_signal();
    info.si_code = SI_QUEUE;
    info.si_pid = getpid();
    info.si_uid = getuid();
    info.si_value.sival_ptr = reinterpret_cast<void*>(number);
    if (attempt % 2 == 0) {
        syscall(SYS_pidfd_send_signal, target.pidfd(), request_signal(), &info, 0);
        return;
    }
    std::vector<pid_t> threads = threads_of(target.pid());
    if (!threads.empty())
        syscall(SYS_rt_tgsigqueueinfo, target.pid(), threads[static_cast<size_t>(attempt / 2) % threads.size()],
                request_signal(), &info);
}

// A process that is still starting has no handler: it looks at its page when it has.
bool is_listening(ProcessObject& target, uint64_t number) {
    ProcessPage* page = target.page();
    if (!page || page->takes_requests.load()) return true;
    uint64_t nobody = 0;
    page->early_request.compare_exchange_strong(nobody, number);
    return page->takes_requests.load();
}

enum class Waited { Ready, Again, Ended };

// For `socket` to become readable, or the target to end.
Waited wait_for(int socket, ProcessObject& target, int timeout_ms) {
    pollfd entries[2] = {{socket, POLLIN, 0}, {target.pidfd(), POLLIN, 0}};
    int ready = poll(entries, 2, timeout_ms);
    if (ready <= 0) return Waited::Again;
    return entries[0].revents ? Waited::Ready : Waited::Ended;
}

}  // namespace

bool send_packet(int socket, const RemoteMessage& message, int fd) {
    iovec part{const_cast<RemoteMessage*>(&message), RemoteMessage::kHead + message.data_bytes};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    if (fd >= 0) {
        header.msg_control = control;
        header.msg_controllen = sizeof control;
        cmsghdr* item = CMSG_FIRSTHDR(&header);
        item->cmsg_level = SOL_SOCKET;
        item->cmsg_type = SCM_RIGHTS;
        item->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(item), &fd, sizeof fd);
    }
    ssize_t sent;
    do sent = sendmsg(socket, &header, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent == static_cast<ssize_t>(part.iov_len);
}

bool receive_packet(int socket, RemoteMessage& message, UniqueFd* fd) {
    iovec part{&message, sizeof message};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control;
    header.msg_controllen = sizeof control;
    ssize_t got;
    do got = recvmsg(socket, &header, MSG_CMSG_CLOEXEC);
    while (got < 0 && errno == EINTR);
    UniqueFd received;
    if (cmsghdr* item = got > 0 ? CMSG_FIRSTHDR(&header) : nullptr;
        item && item->cmsg_level == SOL_SOCKET && item->cmsg_type == SCM_RIGHTS) {
        int value;
        memcpy(&value, CMSG_DATA(item), sizeof value);
        received = UniqueFd(value);
    }
    if (fd) *fd = std::move(received);
    return got >= static_cast<ssize_t>(RemoteMessage::kHead) && message.data_bytes <= sizeof message.data &&
           static_cast<size_t>(got) == RemoteMessage::kHead + message.data_bytes;
}

namespace {

bool has_signal(const std::string& status_file, const char* format, int signal) {
    unsigned long long mask = 0;
    if (FILE* file = fopen(status_file.c_str(), "re")) {
        char line[256];
        while (fgets(line, sizeof line, file))
            if (sscanf(line, format, &mask) == 1) break;
        fclose(file);
    }
    return mask >> (signal - 1) & 1;
}

// A Linux program that has just been started shows its parent's handlers for a moment, but not its parent's file.
bool runs_our_binary(int pid) {
    struct stat theirs, ours;
    return stat(("/proc/" + std::to_string(pid) + "/exe").c_str(), &theirs) == 0 && stat("/proc/self/exe", &ours) == 0 &&
           theirs.st_dev == ours.st_dev && theirs.st_ino == ours.st_ino;
}

}  // namespace

bool is_windows_process(int pid) {
    std::string file = "/proc/" + std::to_string(pid) + "/status";
    return runs_our_binary(pid) && has_signal(file, "SigCgt: %llx", request_signal()) && has_signal(file, "SigCgt: %llx", SIGSYS);
}

std::vector<int> visible_threads_of(int pid) {
    std::vector<int> threads = threads_of(pid);
    if (!is_windows_process(pid)) return threads;
    std::string folder = "/proc/" + std::to_string(pid) + "/task/";
    std::erase_if(threads, [&](int id) {  // those of our own block every signal, the program's never those of faults
        return has_signal(folder + std::to_string(id) + "/status", "SigBlk: %llx", SIGSEGV);
    });
    return threads;
}

void accept_remote_calls() {
    struct sigaction action {};
    action.sa_sigaction = on_request;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
    sigfillset(&action.sa_mask);
    for (int signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGSYS}) sigdelset(&action.sa_mask, signal);
    sigaction(request_signal(), &action, nullptr);
    ProcessPage* page = own_process_page();
    if (!page) return;
    page->takes_requests = 1;
    if (uint64_t number = page->early_request.exchange(0)) start_serving(number);
}

NTSTATUS RemoteChannel::open(ProcessObject& target) {
    if (target.has_ended()) return STATUS_PROCESS_IS_TERMINATING;
    if (!target.page() && !is_windows_process(target.pid())) return STATUS_ACCESS_DENIED;
    Listener listener;
    if (!listener.open()) return STATUS_INSUFFICIENT_RESOURCES;
    int64_t deadline = monotonic_ns() + kPatience_ns;
    int wait_ms = kFirstWait_ms;
    for (int attempt = 0; monotonic_ns() < deadline; ++attempt) {
        if (is_listening(target, listener.number)) send_request(target, listener.number, attempt);
        switch (wait_for(listener.socket.get(), target, wait_ms)) {
            case Waited::Ended: return STATUS_PROCESS_IS_TERMINATING;
            case Waited::Again: wait_ms = std::min(wait_ms * 2, kLongestWait_ms); continue;
            case Waited::Ready: break;
        }
        socket_ = listener.accept_from(target.pid());
        if (socket_.valid()) return STATUS_SUCCESS;
    }
    return STATUS_IO_TIMEOUT;
}

NTSTATUS RemoteChannel::call(ProcessObject& target, RemoteMessage& message, int fd, UniqueFd* received) {
    std::lock_guard guard(lock_);
    bool fresh = !socket_.valid();
    if (fresh)
        if (NTSTATUS opened = open(target); !NT_SUCCESS(opened)) return opened;
    if (!send_packet(socket_.get(), message, fd)) return socket_.reset(), STATUS_PROCESS_IS_TERMINATING;
    int64_t deadline = monotonic_ns() + kPatience_ns;
    for (;;) {
        int64_t left_ns = deadline - monotonic_ns();
        if (left_ns <= 0) return socket_.reset(), STATUS_IO_TIMEOUT;
        Waited waited = wait_for(socket_.get(), target, static_cast<int>(left_ns / 1'000'000) + 1);
        if (waited == Waited::Ended) return socket_.reset(), STATUS_PROCESS_IS_TERMINATING;
        if (waited == Waited::Ready) break;
    }
    if (!receive_packet(socket_.get(), message, received)) return socket_.reset(), STATUS_PROCESS_IS_TERMINATING;
    return static_cast<NTSTATUS>(message.code);
}

}  // namespace lsw
