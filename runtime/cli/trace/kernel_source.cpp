#include "cli/trace/kernel_source.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "api/facade.h"
#include "base/own_program.h"
#include "bpf/trace/protocol.h"

namespace lsw::cli::trace {
namespace {

using namespace lsw::bpf;

constexpr size_t kNameBytes = 48;  // LSW_NAME_BYTES

// Where a helper of this user waits that would do for us: made of the same two files, seeing the same files and processes.
std::string helper_address(const struct stat& helper) {
    struct stat files {}, processes {};
    stat("/proc/self/ns/mnt", &files);
    stat("/proc/self/ns/pid", &processes);
    char text[100];  // fits sun_path
    snprintf(text, sizeof text, "lsw-trace-bpf-%u-%lx-%lx-%lx-%lx-%lx", geteuid(), helper.st_ino,
             helper.st_mtim.tv_sec * 1'000'000'000 + helper.st_mtim.tv_nsec, static_cast<unsigned long>(api::facade_hash()),
             files.st_ino, processes.st_ino);
    return text;
}

UniqueFd share_names(const Catalogue& catalogue) {
    UniqueFd memory(memfd_create("lsw-trace-names", MFD_CLOEXEC));
    std::string names(catalogue.size() * kNameBytes, '\0');
    for (size_t i = 0; i < catalogue.size(); ++i)
        strncpy(names.data() + i * kNameBytes, catalogue.name_of(i), kNameBytes - 1);
    if (write(memory.get(), names.data(), names.size()) != static_cast<ssize_t>(names.size())) return {};
    return memory;
}

// The pins of a helper that was killed.
void remove_pins(const std::string& directory) {
    if (directory.empty()) return;
    if (DIR* listing = opendir(directory.c_str())) {
        while (dirent* entry = readdir(listing))
            if (entry->d_name[0] != '.') unlink((directory + "/" + entry->d_name).c_str());
        closedir(listing);
    }
    rmdir(directory.c_str());
}

}  // namespace

bool KernelSource::start(const Catalogue& catalogue) {
    std::string path = own_program("lsw-trace-bpf"), address;
    struct stat helper;
    if (path.empty() || stat(path.c_str(), &helper) != 0) {
        problem_ = "this build has no BPF programs";
        return false;
    }
    address = helper_address(helper);
    return use_waiting(address) || start_helper(catalogue, path, address);
}

// A helper that loaded its programs for an earlier tracer. LSW_HOST_IDLE=0: none, as none would wait.
bool KernelSource::use_waiting(const std::string& address) {
    const char* idle = getenv("LSW_HOST_IDLE");
    if (idle && !strcmp(idle, "0")) return false;
    UniqueFd line(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    memcpy(name.sun_path + 1, address.data(), std::min(address.size(), sizeof name.sun_path - 1));
    auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + address.size());
    ucred peer{};
    socklen_t peer_size = sizeof peer;
    if (connect(line.get(), reinterpret_cast<sockaddr*>(&name), size) != 0 ||
        getsockopt(line.get(), SOL_SOCKET, SO_PEERCRED, &peer, &peer_size) != 0 || peer.uid != geteuid())
        return false;
    line_ = std::move(line);
    if (hear_answer()) return true;
    line_ = UniqueFd();
    return false;
}

bool KernelSource::hear_answer() {
    TraceAnswer answer{};
    bool answered = recv(line_.get(), &answer, sizeof answer, 0) == sizeof answer;
    active_ = answered && answer.attached;
    answer.text[sizeof answer.text - 1] = 0;
    if (active_) pins_ = answer.text;
    else problem_ = answered ? answer.text : "lsw-trace-bpf cannot be run (libbpf may not be installed)";
    return active_;
}

bool KernelSource::start_helper(const Catalogue& catalogue, const std::string& path, const std::string& address) {
    UniqueFd names = share_names(catalogue);
    int ends[2];
    if (!names.valid() || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        problem_ = strerror(errno);
        return false;
    }
    line_ = UniqueFd(ends[0]);
    UniqueFd theirs(ends[1]);
    std::string tracer = std::to_string(getpid());
    std::string socket = std::to_string(theirs.get()), memory = std::to_string(names.get());
    helper_ = fork();
    if (helper_ == 0) {
        setsid();  // the terminal's signals are for the program
        fcntl(theirs.get(), F_SETFD, 0);
        fcntl(names.get(), F_SETFD, 0);
        execl(path.c_str(), "lsw-trace-bpf", socket.c_str(), memory.c_str(), tracer.c_str(), address.c_str(), nullptr);
        _exit(127);
    }
    theirs = UniqueFd();
    if (hear_answer()) return true;
    line_ = UniqueFd();
    if (helper_ > 0) waitpid(helper_, nullptr, 0);
    helper_ = 0;
    return false;
}

void KernelSource::add_process(pid_t pid, int32_t thread_offset, bool has_threads) {
    if (!active_) return;
    TraceMessage message{TraceRequest::kAdd, pid, thread_offset, has_threads, 0};
    TraceAnswer answer;
    if (send(line_.get(), &message, sizeof message, MSG_NOSIGNAL) == sizeof message)
        recv(line_.get(), &answer, sizeof answer, 0);
}

void KernelSource::remove_process(pid_t pid) {
    if (!active_) return;
    TraceMessage message{TraceRequest::kRemove, pid, 0, 0, 0};
    send(line_.get(), &message, sizeof message, MSG_NOSIGNAL);
}

void KernelSource::helper_ended() {
    if (active_) remove_pins(pins_);
    active_ = false;
    line_ = UniqueFd();
}

// The helper's last word comes when nothing is attached or pinned any more; it stays for the next tracer, or goes.
std::unordered_map<uint32_t, KernelTotals> KernelSource::finish() {
    std::unordered_map<uint32_t, KernelTotals> totals;
    TraceMessage message{TraceRequest::kFinish, 0, 0, 0, 0};
    bool ended = false;
    if (active_ && send(line_.get(), &message, sizeof message, MSG_NOSIGNAL) == sizeof message) {
        TraceWork row;
        while (recv(line_.get(), &row, sizeof row, 0) == sizeof row) {
            if ((ended = row.last)) break;
            KernelTotals& total = totals[row.call];
            total.syscalls += row.syscalls;
            total.syscall_ns += row.syscall_ns;
            total.blocked_ns += row.blocked_ns;
            total.faults += row.page_faults;
            total.bytes += row.bytes;
        }
    }
    if (active_ && !ended) remove_pins(pins_);
    line_ = UniqueFd();
    active_ = false;
    return totals;
}

}  // namespace lsw::cli::trace
