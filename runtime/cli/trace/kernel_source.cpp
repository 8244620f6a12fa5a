#include "cli/trace/kernel_source.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "bpf/trace/protocol.h"

namespace lsw::cli::trace {
namespace {

using namespace lsw::bpf;

constexpr size_t kNameBytes = 48;  // LSW_NAME_BYTES

// Beside the lsw binary.
std::string helper_path() {
    char self[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    if (length <= 0) return {};
    std::string path(self, static_cast<size_t>(length));
    return path.substr(0, path.rfind('/') + 1) + "lsw-trace-bpf";
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
    std::string path = helper_path();
    if (path.empty() || access(path.c_str(), X_OK) != 0) {
        problem_ = "this build has no BPF programs";
        return false;
    }
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
        execl(path.c_str(), "lsw-trace-bpf", socket.c_str(), memory.c_str(), tracer.c_str(), nullptr);
        _exit(127);
    }
    theirs = UniqueFd();
    TraceAnswer answer{};
    bool answered = helper_ > 0 && recv(line_.get(), &answer, sizeof answer, 0) == sizeof answer;
    active_ = answered && answer.attached;
    answer.text[sizeof answer.text - 1] = 0;
    if (active_) {
        pins_ = answer.text;
        return true;
    }
    problem_ = answered ? answer.text : "lsw-trace-bpf cannot be run (libbpf may not be installed)";
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

void KernelSource::child_ended(pid_t pid) {
    if (pid != helper_) return;
    helper_ = 0;
    active_ = false;
    remove_pins(pins_);
}

std::unordered_map<uint32_t, KernelTotals> KernelSource::finish() {
    std::unordered_map<uint32_t, KernelTotals> totals;
    TraceMessage message{TraceRequest::kFinish, 0, 0, 0, 0};
    if (active_ && send(line_.get(), &message, sizeof message, MSG_NOSIGNAL) == sizeof message) {
        TraceWork row;
        while (recv(line_.get(), &row, sizeof row, 0) == sizeof row && !row.last) {
            KernelTotals& total = totals[row.call];
            total.syscalls += row.syscalls;
            total.syscall_ns += row.syscall_ns;
            total.blocked_ns += row.blocked_ns;
            total.faults += row.page_faults;
            total.bytes += row.bytes;
        }
    }
    line_ = UniqueFd();
    if (helper_ > 0) waitpid(helper_, nullptr, 0);
    helper_ = 0;
    active_ = false;
    return totals;
}

}  // namespace lsw::cli::trace
