#include "notify-agent/fastpath.h"

#include <fcntl.h>
#include <linux/bpf.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstring>

#include "bpf/fastpath/fastpath.h"
#include "bpf/fastpath/protocol.h"
#include "notify-agent/client.h"
#include "notify-agent/log.h"
#include "notify-agent/packet.h"

extern char** environ;

namespace lsw::agent {
namespace {

long call_bpf(int command, bpf_attr& attributes) { return syscall(SYS_bpf, command, &attributes, sizeof attributes); }

bool update_map(int map, const void* key, const void* value) {
    bpf_attr attributes = {};
    attributes.map_fd = static_cast<uint32_t>(map);
    attributes.key = reinterpret_cast<uint64_t>(key);
    attributes.value = reinterpret_cast<uint64_t>(value);
    return call_bpf(BPF_MAP_UPDATE_ELEM, attributes) == 0;
}

void delete_from_map(int map, const void* key) {
    bpf_attr attributes = {};
    attributes.map_fd = static_cast<uint32_t>(map);
    attributes.key = reinterpret_cast<uint64_t>(key);
    call_bpf(BPF_MAP_DELETE_ELEM, attributes);
}

UniqueFd make_table() {
    bpf_attr attributes = {};
    attributes.map_type = BPF_MAP_TYPE_ARRAY;
    attributes.key_size = sizeof(uint32_t);
    attributes.value_size = sizeof(lsw_fast_element);
    attributes.max_entries = LSW_FAST_ELEMENTS;
    attributes.map_flags = BPF_F_MMAPABLE;
    strcpy(attributes.map_name, "lsw_fast_table");
    return UniqueFd(static_cast<int>(call_bpf(BPF_MAP_CREATE, attributes)));
}

std::string loader_binary() {
    std::string host = host_binary();
    return host.substr(0, host.rfind('/') + 1) + "lsw-fastpath-bpf";
}

bool start_loader(int socket, pid_t* pid) {
    std::string binary = loader_binary(), number = std::to_string(socket);
    char* arguments[] = {binary.data(), number.data(), nullptr};
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    bool started = posix_spawn(pid, binary.c_str(), nullptr, &attributes, arguments, environ) == 0;
    posix_spawnattr_destroy(&attributes);
    return started;
}

}  // namespace

std::string Fastpath::load() {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return strerror(errno);
    UniqueFd ours(ends[0]), theirs(ends[1]);
    fcntl(theirs.get(), F_SETFD, 0);
    pins_ = "/sys/fs/bpf/lsw-" + std::to_string(geteuid()) + "/fastpath";
    timeval limit = {40, 0};  // it takes a tenth of a second, but under emulation
    setsockopt(ours.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    pid_t pid;
    bool started = start_loader(theirs.get(), &pid);
    theirs.reset();
    bpf::FastpathLoaded answer;
    std::vector<UniqueFd> received;
    ssize_t got = started ? receive_packet(ours.get(), &answer, sizeof answer, &received, 0) : -1;
    if (started && got < 0) kill(pid, SIGKILL);
    if (started) waitpid(pid, nullptr, 0);
    if (got != static_cast<ssize_t>(sizeof answer)) {
        unpin();
        return started && got < 0 ? "lsw-fastpath-bpf takes too long"
                                  : "lsw-fastpath-bpf cannot be run (libbpf may not be installed)";
    }
    answer.text[sizeof answer.text - 1] = 0;
    if (!answer.attached || received.size() != 2 + answer.links) return answer.text;
    tables_ = std::move(received[0]);
    tasks_ = std::move(received[1]);
    for (size_t i = 2; i < received.size(); ++i) links_.push_back(std::move(received[i]));
    may_write_ = answer.may_write;
    return {};
}

void Fastpath::drop_dead() {
    std::erase_if(owners_, [&](const auto& entry) {
        pollfd ended = {entry.second.pidfd.get(), POLLIN, 0};
        if (poll(&ended, 1, 0) == 0) return false;
        uint32_t table = entry.first;
        delete_from_map(tables_.get(), &table);
        return true;
    });
}

std::string Fastpath::give_table(pid_t pid, Grant* out) {
    drop_dead();
    uint32_t index = 0;
    while (owners_.contains(index)) ++index;
    if (index >= LSW_FAST_TABLES) return "too many processes use the program";
    UniqueFd process(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
    out->table = make_table();
    if (!process.valid() || !out->table.valid()) return std::string("no table: ") + strerror(errno);
    int table = out->table.get(), pidfd = process.get();
    lsw_fast_process known = {};
    known.table = index;
    if (!update_map(tables_.get(), &index, &table) || !update_map(tasks_.get(), &pidfd, &known))
        return std::string("no table: ") + strerror(errno);
    owners_[index] = {std::move(process)};
    return {};
}

std::string Fastpath::grant(pid_t pid, Grant* out) {
    if (!tried_) {
        tried_ = true;
        problem_ = load();
        log_line("calls completed by the kernel: %s", problem_.empty() ? "yes" : problem_.c_str());
    }
    if (!problem_.empty()) return problem_;
    std::string problem = give_table(pid, out);
    if (!problem.empty()) return problem;
    out->descriptors = {out->table.get()};
    for (const UniqueFd& link : links_) out->descriptors.push_back(link.get());
    out->may_write = may_write_;
    return {};
}

void Fastpath::unpin() {
    if (pins_.empty()) return;  // never tried
    for (const char* name : {"lsw_fast_tables", "lsw_fast_tasks", "lsw_fast_prctl"}) unlink((pins_ + "/" + name).c_str());
    rmdir(pins_.c_str());
    rmdir(pins_.substr(0, pins_.rfind('/')).c_str());  // when nothing else of the user's is pinned
}

}  // namespace lsw::agent
