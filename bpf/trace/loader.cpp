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
#include "bpf/object.h"
#include "bpf/trace/protocol.h"
#include "bpf/trace/trace.h"

LSW_DECLARE_BPF_OBJECT(trace);

namespace {

using namespace lsw::bpf;

struct Programs {
    bpf_object* object = nullptr;
    std::vector<bpf_link*> links;
    std::string pins;

    int map(const char* name) const { return bpf_object__find_map_fd_by_name(object, name); }
};

// Of tracers that were killed together with their helper.
void sweep(const std::string& parent) {
    DIR* directory = opendir(parent.c_str());
    if (!directory) return;
    while (dirent* entry = readdir(directory)) {
        int pid = 0;
        if (sscanf(entry->d_name, "trace-%d", &pid) == 1 && kill(pid, 0) != 0 && errno == ESRCH)
            remove_pins(parent + "/" + entry->d_name);
    }
    closedir(directory);
}

// The directory of the user, and in it that of this tracer. Tracing works without.
void pin(Programs& programs, int tracer) {
    std::string parent = pin_directory();
    if (parent.empty()) return;
    sweep(parent);
    std::string own = parent + "/trace-" + std::to_string(tracer);
    if (mkdir(own.c_str(), 0700) != 0) return;
    programs.pins = own;
    bpf_program* program;
    bpf_object__for_each_program(program, programs.object)
        bpf_program__pin(program, (own + "/" + bpf_program__name(program)).c_str());
    for (const char* name : {"lsw_threads", "lsw_processes", "lsw_calls", "lsw_names"})
        bpf_obj_pin(programs.map(name), (own + "/" + name).c_str());
}

void unpin(const Programs& programs) {
    if (programs.pins.empty()) return;
    remove_pins(programs.pins);
    rmdir(programs.pins.substr(0, programs.pins.rfind('/')).c_str());
}

void fill_names(const Programs& programs, const std::vector<lsw_name>& names) {
    size_t size_bytes = names.size() * sizeof(lsw_name);
    void* values = mmap(nullptr, size_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, programs.map("lsw_names"), 0);
    if (values == MAP_FAILED) return;  // calls go without names in what bpftool prints
    memcpy(values, names.data(), size_bytes);
    munmap(values, size_bytes);
}

// Empty when all is well.
std::string load(Programs& programs, const std::vector<lsw_name>& names) {
    Object bytes = LSW_BPF_OBJECT(trace);
    if (bytes.size_bytes == 0) return "this build has no BPF programs";
    lift_memory_limit();
    LIBBPF_OPTS(bpf_object_open_opts, options);
    options.object_name = "lsw_trace";
    programs.object = bpf_object__open_mem(bytes.bytes, bytes.size_bytes, &options);
    if (!programs.object) return describe_failure("the programs cannot be opened");
    bpf_map* map = bpf_object__find_map_by_name(programs.object, "lsw_names");
    bpf_map__set_max_entries(map, static_cast<__u32>(names.size()));
    if (bpf_object__load(programs.object) != 0) return describe_failure("the kernel refused the programs");
    fill_names(programs, names);
    bpf_program* program;
    bpf_object__for_each_program(program, programs.object) {
        bpf_link* link = bpf_program__attach(program);
        if (!link) return describe_failure("the kernel refused to attach");
        programs.links.push_back(link);
    }
    return {};
}

void add_process(Programs& programs, const TraceMessage& message) {
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
        bpf_map* variables = bpf_object__find_map_by_name(programs.object, "lsw_trac.bss");
        if (!variables) variables = bpf_object__find_map_by_name(programs.object, ".bss");
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
void send_work(const Programs& programs, int socket) {
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
    Programs programs;
    std::string problem = load(programs, read_names(atoi(argv[2])));
    if (problem.empty()) pin(programs, tracer);
    TraceAnswer answer{};
    answer.attached = problem.empty();
    snprintf(answer.text, sizeof answer.text, "%s", problem.empty() ? programs.pins.c_str() : problem.c_str());
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
    unpin(programs);
    return 0;
}
