// lsw-trace-bpf SOCKET NAMES PID ADDRESS: loads the programs of trace.bpf.c for the `lsw trace` with that pid, attaches
// them, and takes them away with it. A process of its own, so that `lsw` need not link libbpf, and so that the pins go when
// the tracer is killed: its end of the socket closes then. Links are not pinned: they end with this process, whatever ends it.
//
// Loading takes longer than many a traced program runs. So after a tracer the process waits some seconds for the next one,
// at ADDRESS (an abstract socket, kernel_source.cpp), with nothing attached and nothing pinned. It serves one at a time:
// while it does, nobody listens there, and who finds nobody starts a helper of his own.
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "bpf/loading.h"
#include "bpf/trace/programs.h"
#include "bpf/trace/protocol.h"

namespace {

using namespace lsw::bpf;

constexpr int kDefaultIdle_s = 5;

void add_process(const TracePrograms& programs, const TraceMessage& message) {
    lsw_process process{};
    process.thread_offset = message.thread_offset;
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/comm", message.pid);
    if (FILE* comm = fopen(path, "r")) {
        if (fgets(process.comm, sizeof process.comm, comm)) process.comm[strcspn(process.comm, "\n")] = 0;
        fclose(comm);
    }
    auto pid = static_cast<__u32>(message.pid);
    bpf_map_update_elem(programs.map("lsw_processes"), &pid, &process, BPF_ANY);
    if (message.adopt) {
        bpf_map* variables = bpf_object__find_map_by_name(programs.object(), "lsw_trac.bss");
        if (!variables) variables = bpf_object__find_map_by_name(programs.object(), ".bss");
        if (variables) {
            __u32 zero = 0, one = 1;
            bpf_map_update_elem(bpf_map__fd(variables), &zero, &one, BPF_ANY);
        }
    }
    // The first thread; those that it makes follow by themselves.
    int pidfd = static_cast<int>(syscall(SYS_pidfd_open, message.pid, 0));
    lsw_thread thread{};
    thread.thread_offset = message.thread_offset;
    thread.pid = pid;
    if (pidfd >= 0) {
        bpf_map_update_elem(programs.map("lsw_threads"), &pidfd, &thread, BPF_ANY);
        close(pidfd);
    }
}

// By call, over all processes; the map is empty then.
bool send_work(const TracePrograms& programs, int socket) {
    constexpr __u32 kAtOnce = 1024;
    std::vector<lsw_call_key> keys(kAtOnce);
    std::vector<lsw_call_work> values(kAtOnce);
    __u32 place = 0;
    int map = programs.map("lsw_calls"), result = 0;
    for (bool first = true; result == 0; first = false) {
        __u32 count = kAtOnce;
        result = bpf_map_lookup_and_delete_batch(map, first ? nullptr : &place, &place, keys.data(), values.data(), &count,
                                                 nullptr);
        if (result != 0 && result != -ENOENT) return false;
        for (__u32 i = 0; i < count; ++i) {
            const lsw_call_work& work = values[i];
            TraceWork row{0, keys[i].call, work.syscalls, work.syscall_ns, work.blocked_ns, work.page_faults, work.bytes};
            if (send(socket, &row, sizeof row, MSG_NOSIGNAL) != sizeof row) return false;
        }
    }
    return true;
}

std::vector<lsw_name> read_names(int fd) {
    struct stat info;
    if (fstat(fd, &info) != 0) return {};
    std::vector<lsw_name> names(static_cast<size_t>(info.st_size) / sizeof(lsw_name));
    if (pread(fd, names.data(), names.size() * sizeof(lsw_name), 0) < 0) return {};
    return names;
}

// From the first message of a tracer to its last. True: all it asked for was done, and nothing that it was told of can
// appear in the numbers of another: its processes are gone, and the maps are empty.
bool serve(TracePrograms& programs, int socket, const TraceAnswer& answer) {
    std::vector<pid_t> added;
    bool fresh = true, finished = false;
    TraceMessage message;
    while (!finished && recv(socket, &message, sizeof message, 0) == sizeof message) {
        auto pid = static_cast<__u32>(message.pid);
        if (message.request == TraceRequest::kAdd) {
            add_process(programs, message);
            added.push_back(message.pid);
            if (message.adopt) fresh = false;
            send(socket, &answer, sizeof answer, MSG_NOSIGNAL);  // from here on nothing of the process is missed
        }
        if (message.request == TraceRequest::kRemove) bpf_map_delete_elem(programs.map("lsw_processes"), &pid);
        if (message.request == TraceRequest::kFinish) finished = true;
    }
    programs.detach();
    bool sent = finished && send_work(programs, socket);
    programs.unpin();
    TraceWork last{};
    last.last = 1;
    send(socket, &last, sizeof last, MSG_NOSIGNAL);
    auto is_gone = [](pid_t pid) { return kill(pid, 0) != 0 && errno == ESRCH; };
    return sent && fresh && std::all_of(added.begin(), added.end(), is_gone);
}

// Attached for a tracer, and its pins made. Empty, or what the tracer is told instead.
TraceAnswer begin(TracePrograms& programs, std::string problem, int tracer) {
    if (problem.empty()) problem = programs.attach();
    if (problem.empty()) programs.pin(tracer);
    TraceAnswer answer{};
    answer.attached = problem.empty();
    snprintf(answer.text, sizeof answer.text, "%s", problem.empty() ? programs.pins().c_str() : problem.c_str());
    return answer;
}

// The next tracer's socket, and its pid; -1 when none of this user comes in time, or another helper waits already.
int wait_for_next(const char* address, pid_t& tracer) {
    int listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    size_t length = std::min(strlen(address), sizeof name.sun_path - 1);
    memcpy(name.sun_path + 1, address, length);
    auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + length);
    const char* idle = getenv("LSW_HOST_IDLE");
    int idle_ms = (idle && *idle ? atoi(idle) : kDefaultIdle_s) * 1000;
    int next = -1;
    if (bind(listener, reinterpret_cast<sockaddr*>(&name), size) == 0 && listen(listener, 4) == 0) {
        pollfd ready{listener, POLLIN, 0};
        if (poll(&ready, 1, std::max(idle_ms, 0)) == 1) next = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    }
    close(listener);
    ucred peer{};
    socklen_t peer_size = sizeof peer;
    if (next >= 0 && (getsockopt(next, SOL_SOCKET, SO_PEERCRED, &peer, &peer_size) != 0 || peer.uid != geteuid())) {
        close(next);
        next = -1;
    }
    tracer = peer.pid;
    return next;
}

// Nobody may wait for the end of a pipe that only we hold, or for a directory that we are in.
void let_go_of_surroundings() {
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd : {0, 1, 2}) dup2(null, fd);
    if (chdir("/") != 0) return;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 5) {
        fputs("lsw-trace-bpf is a part of `lsw trace`\n", stderr);
        return 2;
    }
    let_go_of_surroundings();
    int socket = atoi(argv[1]), names = atoi(argv[2]);
    pid_t tracer = atoi(argv[3]);
    for (int ignored : {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGPIPE, SIGTSTP}) signal(ignored, SIG_IGN);
    listen_to_libbpf();
    TracePrograms programs;
    std::string problem = programs.load(read_names(names));
    close(names);
    while (socket >= 0) {
        TraceAnswer answer = begin(programs, problem, tracer);
        send(socket, &answer, sizeof answer, MSG_NOSIGNAL);
        bool again = answer.attached && serve(programs, socket, answer);
        close(socket);
        socket = again ? wait_for_next(argv[4], tracer) : -1;
    }
    programs.detach();
    programs.unpin();
    return 0;
}
