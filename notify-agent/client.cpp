#include "notify-agent/client.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/own_program.h"
#include "notify-agent/packet.h"

extern char** environ;

namespace lsw::agent {
namespace {

bool is_ours_alone(const std::string& path) {
    struct stat info;
    return lstat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode) && info.st_uid == geteuid() &&
           (info.st_mode & 0077) == 0 && access(path.c_str(), W_OK) == 0;
}

UniqueFd try_connect(const std::string& directory) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::string path = directory + "/" + kSocketName;
    if (path.size() >= sizeof address.sun_path) return {};
    memcpy(address.sun_path, path.c_str(), path.size());
    UniqueFd fd(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
    if (!fd.valid() || connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return {};
    ucred peer;
    socklen_t size = sizeof peer;
    if (getsockopt(fd.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || peer.uid != geteuid()) return {};
    return fd;
}

// It listens before its first process ends, so that waiting for that is waiting for it.
bool start_host() {
    std::string binary = host_binary();
    if (binary.empty()) return false;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    for (int fd : {0, 1, 2}) posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_RDWR, 0);
    sigset_t none, every;
    sigemptyset(&none);
    sigfillset(&every);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &every);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    char name[] = "lswhost";
    char* arguments[] = {name, nullptr};
    pid_t pid;
    bool started = posix_spawn(&pid, binary.c_str(), &actions, &attributes, arguments, environ) == 0;
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (!started) return false;
    int status = 0;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR) return true;  // somebody else took its status: the connection will tell
    return status == 0;
}

}  // namespace

std::string runtime_directory() {
    const char* base = getenv("XDG_RUNTIME_DIR");
    std::string directories[2];
    if (base && *base == '/') directories[0] = std::string(base) + "/lsw";
    directories[1] = "/tmp/lsw-" + std::to_string(geteuid());
    for (const std::string& directory : directories) {
        if (directory.empty()) continue;
        mkdir(directory.c_str(), 0700);
        if (is_ours_alone(directory)) return directory;
    }
    return {};
}

std::string host_binary() {
    if (const char* given = getenv("LSW_HOST"); given && *given) return given;
    return own_program("lswhost");
}

UniqueFd connect_host(bool start) {
    std::string directory = runtime_directory();
    if (directory.empty()) return {};
    if (UniqueFd fd = try_connect(directory); fd.valid() || !start) return fd;
    UniqueFd lock(open((directory + "/" + kStartLockName).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!lock.valid()) return {};
    while (flock(lock.get(), LOCK_EX) != 0)
        if (errno != EINTR) return {};
    // Another may have started it while we waited for the lock.
    if (UniqueFd fd = try_connect(directory); fd.valid()) return fd;
    return start_host() ? try_connect(directory) : UniqueFd();
}

bool ask_host(int connection, const Message& message, int descriptor, Reply* reply, std::vector<UniqueFd>* received) {
    std::span<const int> sent(&descriptor, descriptor >= 0 ? 1 : 0);
    std::vector<UniqueFd> unwanted;
    return send_packet(connection, &message, sizeof message, sent, 0) &&
           receive_packet(connection, reply, sizeof *reply, received ? received : &unwanted, 0) ==
               static_cast<ssize_t>(sizeof *reply) &&
           reply->magic == kMagic;
}

bool request(const Message& message, int descriptor, bool start, Reply* reply) {
    for (int attempt = 0; attempt < 2; ++attempt) {
        UniqueFd connection = connect_host(start);
        if (!connection.valid()) return false;
        if (ask_host(connection.get(), message, descriptor, reply)) return true;
    }
    return false;
}

}  // namespace lsw::agent
