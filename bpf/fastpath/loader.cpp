// lsw-fastpath-bpf SOCKET: loads the programs of fastpath.bpf.c, pins them, hands the descriptors to lswhost at the other
// end of the socket, and goes. A process of its own, so that lswhost need not link libbpf. Programs stay attached as long as
// somebody holds their links: lswhost, the pins, and each process that relies on them.
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "bpf/fastpath/fastpath.h"
#include "bpf/fastpath/protocol.h"
#include "bpf/loading.h"
#include "bpf/object.h"

LSW_DECLARE_BPF_OBJECT(fastpath);

namespace {

using namespace lsw::bpf;

constexpr char kProgram[] = "lsw_fast_prctl";

struct Programs {
    bpf_object* object = nullptr;
    std::vector<bpf_link*> links;

    int map(const char* name) const { return bpf_object__find_map_fd_by_name(object, name); }
};

bpf_object* open_object(bool may_write) {
    Object bytes = LSW_BPF_OBJECT(fastpath);
    if (bytes.size_bytes == 0) return nullptr;
    LIBBPF_OPTS(bpf_object_open_opts, options);
    options.object_name = "lsw_fast";
    bpf_object* object = bpf_object__open_mem(bytes.bytes, bytes.size_bytes, &options);
    if (!object) return nullptr;
    bpf_map* constants = bpf_object__find_map_by_name(object, ".rodata");
    size_t size_bytes = 0;
    if (constants) {
        auto flag = static_cast<__u32*>(const_cast<void*>(bpf_map__initial_value(constants, &size_bytes)));
        if (flag && size_bytes >= sizeof *flag) *flag = may_write;
    }
    bpf_program* program;
    bpf_object__for_each_program(program, object)
        bpf_program__set_autoload(program, strcmp(bpf_program__name(program), kProgram) == 0);
    return object;
}

std::string first_line(int directory, const char* path) {
    char text[512] = {};
    int fd = openat(directory, path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd >= 0 ? read(fd, text, sizeof text - 1) : 0;
    if (fd >= 0) close(fd);
    return std::string(text, length > 0 ? static_cast<size_t>(length) : 0);
}

// "none voluntary (full) lazy", wherever debugfs is mounted or not.
std::string preemption_modes() {
    int context = static_cast<int>(syscall(SYS_fsopen, "debugfs", FSOPEN_CLOEXEC));
    int mounted = -1;
    if (context >= 0 && syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) == 0)
        mounted = static_cast<int>(syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, 0));
    std::string modes = mounted >= 0 ? first_line(mounted, "sched/preempt") : "";
    if (mounted >= 0) close(mounted);
    if (context >= 0) close(context);
    return modes;
}

// A kernel that takes the processor from a thread in the midst of the program passes over it in the next thread's call (it
// takes that for a recursion): prctl itself would answer, and the call be lost. Seen on Linux 7.3, whose mode is lazy.
bool may_be_preempted() {
    utsname kernel;
    uname(&kernel);
    std::string modes = preemption_modes(), built = kernel.version, given = first_line(AT_FDCWD, "/proc/cmdline");
    auto has = [](const std::string& text, const char* word) { return text.find(word) != text.npos; };
    if (has(modes, "(full)") || has(modes, "(lazy)")) return true;
    if (has(given, "preempt=full") || has(given, "preempt=lazy")) return true;
    return has(built, "PREEMPT_RT") || has(built, "PREEMPT_LAZY") || (has(built, "PREEMPT") && !has(built, "PREEMPT_DYNAMIC"));
}

// Empty when all is well. A locked-down kernel has no helper that writes to a program's memory: then without.
std::string load(Programs& programs, FastpathLoaded& answer) {
    if (LSW_BPF_OBJECT(fastpath).size_bytes == 0) return "this build has no BPF programs";
    if (may_be_preempted()) return "this kernel is preemptible: calls of several threads would be lost";
    lift_memory_limit();
    for (bool may_write : {true, false}) {
        if (programs.object) bpf_object__close(programs.object);
        programs.object = open_object(may_write);
        if (!programs.object) return describe_failure("the program cannot be opened");
        answer.may_write = may_write;
        if (bpf_object__load(programs.object) == 0) break;
        if (!may_write) return describe_failure("this kernel refuses programs that answer in place of its functions");
    }
    bpf_program* program = bpf_object__find_program_by_name(programs.object, kProgram);
    bpf_link* link = bpf_program__attach(program);
    if (!link) return describe_failure("this kernel refuses to attach programs that answer in place of its functions");
    programs.links.push_back(link);
    return {};
}

// For people and their tools; nothing depends on the pins. Gives the directory.
std::string pin(const Programs& programs) {
    std::string parent = pin_directory();
    if (parent.empty()) return {};
    std::string own = parent + "/fastpath";
    remove_pins(own);  // of an lswhost that was killed; processes that rely on its programs hold them
    if (mkdir(own.c_str(), 0700) != 0) return {};
    for (const char* map : {"lsw_fast_tables", "lsw_fast_tasks"}) bpf_obj_pin(programs.map(map), (own + "/" + map).c_str());
    for (size_t i = 0; i < programs.links.size(); ++i)
        bpf_obj_pin(bpf_link__fd(programs.links[i]), (own + "/" + kProgram + (i ? std::to_string(i) : "")).c_str());
    return own;
}

bool send_answer(int socket, const FastpathLoaded& answer, const std::vector<int>& descriptors) {
    iovec data = {const_cast<FastpathLoaded*>(&answer), sizeof answer};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * (2 + kMostFastLinks))] = {};
    msghdr packet = {};
    packet.msg_iov = &data;
    packet.msg_iovlen = 1;
    if (!descriptors.empty()) {
        size_t bytes = descriptors.size() * sizeof(int);
        packet.msg_control = control;
        packet.msg_controllen = CMSG_SPACE(bytes);
        cmsghdr* header = CMSG_FIRSTHDR(&packet);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(bytes);
        memcpy(CMSG_DATA(header), descriptors.data(), bytes);
    }
    return sendmsg(socket, &packet, MSG_NOSIGNAL) == sizeof answer;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        fputs("lsw-fastpath-bpf is a part of lswhost\n", stderr);
        return 2;
    }
    listen_to_libbpf();
    Programs programs;
    FastpathLoaded answer;
    std::string text = load(programs, answer);
    answer.attached = text.empty();
    std::vector<int> descriptors;
    if (answer.attached) {
        text = pin(programs);
        answer.links = static_cast<uint32_t>(programs.links.size());
        descriptors = {programs.map("lsw_fast_tables"), programs.map("lsw_fast_tasks")};
        for (bpf_link* link : programs.links) descriptors.push_back(bpf_link__fd(link));
    }
    snprintf(answer.text, sizeof answer.text, "%s", text.c_str());
    return send_answer(atoi(argv[1]), answer, descriptors) ? 0 : 1;
}
