// lsw-trace-bpf SOCKET NAMES PID: loads the programs of trace.bpf.c for the `lsw trace` with that pid, and takes them
// away with it. A process of its own, so that `lsw` need not link libbpf, and so that the pins go when the tracer is
// killed: its end of the socket closes then. Links are not pinned: they end with this process, whatever ends it.
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "bpf/loading.h"
#include "bpf/trace/protocol.h"
#include "bpf/trace/programs.h"

namespace {

using namespace lsw::bpf;

void add_process(TracePrograms& programs, const TraceMessage& message) {
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

// By call, over all processes.
void send_work(const TracePrograms& programs, int socket) {
    int map = programs.map("lsw_calls");
    lsw_call_key key, next;
    lsw_call_work work;
    for (bool more = bpf_map_get_next_key(map, nullptr, &next) == 0; more;
         more = bpf_map_get_next_key(map, &key, &next) == 0) {
        key = next;
        if (bpf_map_lookup_elem(map, &key, &work) != 0) continue;
        TraceWork row{0, key.call, work.syscalls, work.syscall_ns, work.blocked_ns, work.page_faults, work.bytes};
        if (send(socket, &row, sizeof row, MSG_NOSIGNAL) != sizeof row) return;
    }
    TraceWork last{};
    last.last = 1;
    send(socket, &last, sizeof last, MSG_NOSIGNAL);
}

std::vector<lsw_name> read_names(int fd) {
    struct stat info;
    if (fstat(fd, &info) != 0) return {};
    std::vector<lsw_name> names(static_cast<size_t>(info.st_size) / sizeof(lsw_name));
    if (pread(fd, names.data(), names.size() * sizeof(lsw_name), 0) < 0) return {};
    return names;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        fputs("lsw-trace-bpf is a part of `lsw trace`\n", stderr);
        return 2;
    }
    int socket = atoi(argv[1]), tracer = atoi(argv[3]);
    for (int ignored : {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGPIPE, SIGTSTP}) signal(ignored, SIG_IGN);
    listen_to_libbpf();
    TracePrograms programs;
    std::string problem = programs.load(read_names(atoi(argv[2])));
    if (problem.empty()) problem = programs.attach();
    if (problem.empty()) programs.pin(tracer);
    TraceAnswer answer{};
    answer.attached = problem.empty();
    snprintf(answer.text, sizeof answer.text, "%s", problem.empty() ? programs.pins().c_str() : problem.c_str());
    send(socket, &answer, sizeof answer, MSG_NOSIGNAL);
    TraceMessage message;
    while (problem.empty() && recv(socket, &message, sizeof message, 0) == sizeof message) {
        auto pid = static_cast<__u32>(message.pid);
        if (message.request == TraceRequest::kAdd) {
            add_process(programs, message);
            send(socket, &answer, sizeof answer, MSG_NOSIGNAL);  // from here on nothing of the process is missed
        }
        if (message.request == TraceRequest::kRemove) bpf_map_delete_elem(programs.map("lsw_processes"), &pid);
        if (message.request == TraceRequest::kFinish) {
            send_work(programs, socket);
            break;
        }
    }
    programs.unpin();
    return 0;
}
