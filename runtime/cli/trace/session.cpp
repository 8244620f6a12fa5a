#include "cli/trace/session.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <numeric>

#include "api/facade.h"
#include "api/trace/connection.h"
#include "api/trace/trace.h"
#include "base/log.h"
#include "cli/exec.h"
#include "cli/trace/kernel_source.h"

namespace lsw::cli::trace {
namespace {

constexpr uint64_t kDataBytes = 16ull << 30;  // most of it never touched
constexpr uint32_t kRingBytes = 512 << 10;
constexpr uint32_t kRingBytesToFile = 8 << 20;  // nobody reads along: what comes at once is kept rather than lost
constexpr int kDrainEvery_ms = 5;            // while records come
constexpr double kLongCall_ns = 100'000;
constexpr uint32_t kSampleInterval_us = 1000;

enum : uint64_t { kListener, kWake, kSignals, kKernel, kProcess };  // of epoll's data; processes are kProcess + pid

void ignore_terminal_signals() {
    // They reach the program by itself; how it ends decides when we do.
    signal(SIGINT, SIG_IGN);
    signal(SIGQUIT, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
}

}  // namespace

Session::Session(const TraceOptions& options, Catalogue& catalogue) : options_(options), catalogue_(catalogue) {
    epoll_ = UniqueFd(epoll_create1(EPOLL_CLOEXEC));
    wake_ = UniqueFd(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    listen();
    watch(listener_.get(), kListener);
    watch(wake_.get(), kWake);
}

Session::~Session() = default;

void Session::watch(int fd, uint64_t what) {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLRDHUP;
    event.data.u64 = what;
    epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event);
}

void Session::set_kernel_source(KernelSource* kernel) {
    kernel_ = kernel;
    watch(kernel->line(), kKernel);
}

void Session::listen() {
    listener_ = UniqueFd(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    auto address = lsw::trace::tracer_address(getpid());
    if (!listener_.valid() || bind(listener_.get(), reinterpret_cast<sockaddr*>(address.bytes), address.size_bytes) != 0 ||
        ::listen(listener_.get(), 1024) != 0)
        fatal(kExitInternal, "trace: no socket to listen on: %s", strerror(errno));
}

void Session::make_plan() {
    uint64_t bytes = plan_bytes(static_cast<uint32_t>(catalogue_.size()));
    plan_ = UniqueFd(memfd_create("lsw-trace-plan", MFD_CLOEXEC));
    std::string image(bytes, '\0');
    PlanHeader header{};
    header.magic = kPlanMagic;
    header.call_count = static_cast<uint32_t>(catalogue_.size());
    header.build = api::facade_hash();
    bool events = options_.lines() || !options_.chrome.empty();
    header.mode = (events ? kEvents : 0u) | (options_.count ? kCounts : 0u) | (options_.flame.empty() ? 0u : kStacks) |
                  (options_.probes ? kProbes : 0u) | (options_.perf_map ? kPerfMap : 0u);
    header.follow = options_.follow;
    header.ring_bytes = options_.output.empty() ? kRingBytes : kRingBytesToFile;
    header.sample_interval_us = kSampleInterval_us;
    header.long_call = clock_.ticks(kLongCall_ns);
    header.data_bytes = kDataBytes;
    header.tracer = getpid();
    memcpy(image.data(), &header, sizeof header);
    memcpy(image.data() + sizeof header, catalogue_.selection().data(), catalogue_.selection().size() * 8);
    if (!plan_.valid() || write(plan_.get(), image.data(), bytes) != static_cast<ssize_t>(bytes))
        fatal(kExitInternal, "trace: no memory to share: %s", strerror(errno));
}

void Session::start() {
    if (!options_.flame.empty()) clock_.settle();
    make_plan();
    sigset_t set;
    sigemptyset(&set);
    for (int signal : {SIGCHLD, SIGTERM, SIGHUP}) sigaddset(&set, signal);
    if (options_.pid > 0) sigaddset(&set, SIGINT);
    sigprocmask(SIG_BLOCK, &set, nullptr);
    signals_ = UniqueFd(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
    watch(signals_.get(), kSignals);
    if (options_.pid > 0) attach();
    else launch();
}

// The child becomes the program without executing lsw anew, which would take as long as a small program runs.
void Session::launch() {
    std::string tracer = std::to_string(getpid()), dashes = "--", program = options_.program;
    std::vector<std::string> arguments = options_.arguments;
    std::vector<char*> words = {dashes.data(), program.data()};
    for (std::string& argument : arguments) words.push_back(argument.data());
    words.push_back(nullptr);
    // Descriptors are given out from below: none of the tracer's is much higher than these.
    int highest = std::max({epoll_.get(), wake_.get(), listener_.get(), plan_.get(), signals_.get()}) + 8;
    child_ = fork();
    if (child_ < 0) fatal(kExitInternal, "trace: %s", strerror(errno));
    if (child_ == 0) {
        for (int fd = 3; fd <= highest; ++fd)
            if (int flags = fcntl(fd, F_GETFD); flags >= 0 && (flags & FD_CLOEXEC)) close(fd);
        setenv(lsw::trace::kTracerVariable, tracer.c_str(), 1);
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, nullptr);
        _exit(cli::exec(static_cast<int>(words.size()) - 1, words.data()));
    }
    ignore_terminal_signals();
}

// The program must be one of ours, of the same user, and catch the signal: it would end any other.
void Session::attach() {
    auto die = [&](const char* why) { fatal(kExitInternal, "trace: process %d: %s", options_.pid, why); };
    std::string status_path = "/proc/" + std::to_string(options_.pid) + "/status";
    FILE* status = fopen(status_path.c_str(), "r");
    if (!status) die("no such process");
    unsigned long long caught = 0;
    char line[256];
    while (fgets(line, sizeof line, status)) sscanf(line, "SigCgt: %llx", &caught);
    fclose(status);
    if (!(caught >> (lsw::trace::attach_signal() - 1) & 1)) die("does not run under lsw");
    sigval value{};
    value.sival_int = getpid();
    if (sigqueue(options_.pid, lsw::trace::attach_signal(), value) != 0) die(strerror(errno));
    constexpr int kAnswer_ms = 3000;
    epoll_event event;
    for (;;) {
        int got = epoll_wait(epoll_.get(), &event, 1, kAnswer_ms);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) die("does not answer (another tracer may be attached)");
        if (event.data.u64 == kListener) accept_process();
        if (!processes_.empty()) break;
        if (event.data.u64 == kListener) die("was started by another version of lsw");
    }
}

void Session::accept_process() {
    int fd;
    while ((fd = accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC)) >= 0) {
        ucred peer{};
        socklen_t size = sizeof peer;
        bool ours = getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
                    (peer.uid == geteuid() || geteuid() == 0) && !leaving_;
        if (ours) welcome(fd, peer.pid);
        else close(fd);
    }
}

void Session::welcome(int raw_socket, pid_t peer) {
    UniqueFd socket(raw_socket);
    timeval limit{1, 0};  // it sends at once; a stranger who does not must not hold us
    setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    Hello hello{};
    if (recv(socket.get(), &hello, sizeof hello, 0) != sizeof hello || hello.magic != kDataMagic) return;
    bool same = hello.call_count == catalogue_.size() && hello.build == api::facade_hash();
    UniqueFd memory(memfd_create("lsw-trace", MFD_CLOEXEC));
    void* data = nullptr;
    if (same && memory.valid() && ftruncate(memory.get(), kDataBytes) == 0)
        data = mmap(nullptr, kDataBytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, memory.get(), 0);
    bool ready = data && data != MAP_FAILED;
    Welcome answer{kPlanMagic, ready ? 0u : 1u};
    if (ready) {
        auto* header = static_cast<DataHeader*>(data);
        header->magic = kDataMagic;
        header->used = kDataHeaderBytes;
        if (kernel_) kernel_->add_process(peer, hello.thread_offset, options_.pid > 0);
    }
    int fds[3] = {plan_.get(), memory.get(), wake_.get()};
    iovec body{&answer, sizeof answer};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof fds)] = {};
    msghdr message{};
    message.msg_iov = &body;
    message.msg_iovlen = 1;
    if (ready) {
        message.msg_control = control;
        message.msg_controllen = sizeof control;
        cmsghdr* header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof fds);
        memcpy(CMSG_DATA(header), fds, sizeof fds);
    }
    if (sendmsg(socket.get(), &message, MSG_NOSIGNAL) < 0 || !ready) {
        if (ready) munmap(data, kDataBytes);
        return;
    }
    UniqueFd pidfd(static_cast<int>(syscall(SYS_pidfd_open, peer, 0)));
    watch(socket.get(), kProcess + static_cast<uint64_t>(peer));
    auto process = std::make_unique<TracedProcess>(peer, std::move(socket), std::move(pidfd), std::move(memory),
                                                   static_cast<DataHeader*>(data), kDataBytes, hello.thread_offset);
    Event event;
    event.kind = Event::Kind::kProcessStart;
    event.process = process.get();
    event.tid = peer;
    event.start = event.end = ticks_now();
    processes_.push_back(std::move(process));
    if (process_count_++ == 0) first_start_ = event.start;
    events_.push_back(std::make_unique<Event>(std::move(event)));
}

void Session::deliver(std::vector<EventPtr>& events) {
    std::vector<uint32_t> order(events.size());
    std::iota(order.begin(), order.end(), 0u);
    std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return events[a]->end < events[b]->end; });
    for (uint32_t place : order) {
        Event& event = *events[place];
        if (event.kind == Event::Kind::kCall) event.process->handles.learn(catalogue_[event.call], event);
        for (auto& sink : sinks_) sink->take(event);
        if (event.kind == Event::Kind::kCall) event.process->handles.forget(catalogue_[event.call], event);
        event.process->give_back(std::move(events[place]));
    }
    events.clear();
}

void Session::drain(bool) {
    clock_.measure();
    for (auto& process : processes_) process->read(catalogue_, events_);
    deliver(events_);
}

void Session::finish_process(size_t index) {
    TracedProcess& process = *processes_[index];
    clock_.measure();
    process.read(catalogue_, events_);
    process.close_calls(catalogue_, events_);
    Event event;
    event.kind = Event::Kind::kProcessEnd;
    event.process = &process;
    event.tid = process.pid();
    event.start = event.end = last_end_ = ticks_now();
    events_.push_back(std::make_unique<Event>(std::move(event)));
    deliver(events_);
    lost_ += process.lost();
    process.add_counts(catalogue_, totals_, uncounted_);
    if (kernel_) kernel_->remove_process(process.pid());
    if (leaving_) process.give_memory_back();
    processes_.erase(processes_.begin() + static_cast<ptrdiff_t>(index));
}

void Session::detach_all() {
    leaving_ = true;
    for (auto& process : processes_) {
        sigval value{};
        sigqueue(process->pid(), lsw::trace::attach_signal(), value);
    }
}

void Session::on_signal() {
    signalfd_siginfo info;
    while (read(signals_.get(), &info, sizeof info) == sizeof info) {
        if (info.ssi_signo != SIGCHLD) {
            leaving_signal_ = static_cast<int>(info.ssi_signo);
            detach_all();
            continue;
        }
        int status;
        pid_t pid;
        while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
            if (pid == child_) child_status_ = status;
        }
    }
}

bool Session::done() const {
    if (!processes_.empty()) return false;
    if (leaving_ || child_ == 0) return true;
    return child_status_ >= 0;
}

// Wakes up to look again while records come; else sleeps until told of one. One short sleep lies between, since the
// process may have looked at the mark just before it was set.
int Session::wait_timeout(bool had_records) {
    if (had_records) {
        quiet_before_ = false;
        return kDrainEvery_ms;
    }
    bool asleep = true;
    for (auto& process : processes_) asleep &= process->sleep_until_record();
    if (!asleep) return 0;
    bool again = !quiet_before_;
    quiet_before_ = true;
    return again ? kDrainEvery_ms : -1;
}

int Session::run() {
    bool rings = options_.rings();
    while (!done()) {
        bool had_records = false;
        clock_.measure();
        if (rings) {
            for (auto& process : processes_) had_records |= process->read(catalogue_, events_);
        }
        had_records |= !events_.empty();
        deliver(events_);
        epoll_event ready[64];
        int timeout = rings ? wait_timeout(had_records) : -1;
        if (leaving_) timeout = 200;
        int count = epoll_wait(epoll_.get(), ready, 64, timeout);
        if (leaving_ && count == 0) {
            while (!processes_.empty()) finish_process(0);  // they did not answer: what is read is all there is
            break;
        }
        for (int i = 0; i < count; ++i) {
            uint64_t what = ready[i].data.u64, counter;
            if (what == kListener) accept_process();
            if (what == kWake && read(wake_.get(), &counter, sizeof counter) > 0) quiet_before_ = false;
            if (what == kSignals) on_signal();
            if (what == kKernel) kernel_->helper_ended();
            if (what < kProcess) continue;
            auto found = std::find_if(processes_.begin(), processes_.end(), [&](const auto& process) {
                return static_cast<uint64_t>(process->pid()) + kProcess == what;
            });
            if (found != processes_.end()) finish_process(static_cast<size_t>(found - processes_.begin()));
        }
    }
    for (auto& sink : sinks_) sink->finish();
    if (leaving_signal_ && child_ > 0 && child_status_ < 0) return 128 + leaving_signal_;
    if (child_ == 0 || child_status_ < 0) return 0;
    return WIFSIGNALED(child_status_) ? 128 + WTERMSIG(child_status_) : WEXITSTATUS(child_status_);
}

}  // namespace lsw::cli::trace
