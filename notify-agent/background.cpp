#include "notify-agent/background.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

#include "base/own_program.h"
#include "notify-agent/protocol.h"

namespace lsw::agent {
namespace {

constexpr off_t kLargestRequest_bytes = 8 << 20;
constexpr time_t kKeep_s = 24 * 3600;

struct RunRequest {
    std::string working_directory;
    std::vector<std::string> arguments, environment;
};

bool parse(int fd, RunRequest* out) {
    struct stat info;
    if (fstat(fd, &info) != 0 || info.st_size <= 0 || info.st_size > kLargestRequest_bytes) return false;
    std::string text(static_cast<size_t>(info.st_size), '\0');
    if (pread(fd, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()) || text.back() != '\0') return false;
    size_t at = 0;
    auto next = [&] {
        size_t end = text.find('\0', at);
        std::string word = text.substr(at, end - at);
        at = end + 1;
        return word;
    };
    out->working_directory = next();
    while (at < text.size()) {
        std::string word = next();
        if (word.empty()) break;
        out->arguments.push_back(std::move(word));
    }
    while (at < text.size()) out->environment.push_back(next());
    return !out->working_directory.empty() && !out->arguments.empty();
}

std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> list;
    for (std::string& word : words) list.push_back(word.data());
    list.push_back(nullptr);
    return list;
}

// In the child. Only plain system calls: other threads of lswhost may hold any lock.
[[noreturn]] void become(const char* folder, const char* binary, char* const* arguments, char* const* environment,
                         const RunRequest& request) {
    setsid();
    char path[PATH_MAX];
    auto in_folder = [&](const char* name) {
        snprintf(path, sizeof path, "%s/%d/%s", folder, getpid(), name);
        return path;
    };
    mkdir(in_folder(""), 0700);
    int log = open(in_folder("log"), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
    int name = open(in_folder("program"), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (name >= 0 && write(name, request.arguments[0].data(), request.arguments[0].size()) < 0) _exit(125);
    int null = open("/dev/null", O_RDONLY);
    if (log < 0 || null < 0) _exit(125);
    dup2(null, 0);
    dup2(log, 1);
    dup2(log, 2);
    close_range(3, ~0u, 0);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    if (chdir(request.working_directory.c_str()) != 0) _exit(126);
    // The exit code is written by the program's own process, whoever is left to see it end.
    static char exit_file[PATH_MAX];
    snprintf(exit_file, sizeof exit_file, "%s", in_folder("exit"));
    const_cast<char**>(arguments)[3] = exit_file;
    execve(binary, arguments, environment);
    _exit(127);
}

}  // namespace

pid_t run_in_background(const std::string& directory, int request_fd) {
    RunRequest request;
    if (!parse(request_fd, &request)) return -EINVAL;
    std::string binary = own_program("lsw");
    if (binary.empty()) return -ENOENT;
    std::string folder = directory + "/" + kBackgroundName;
    mkdir(folder.c_str(), 0700);
    std::vector<std::string> words = {"lsw", "exec", "--exit-code-file", "", "--"};
    words.insert(words.end(), request.arguments.begin(), request.arguments.end());
    std::vector<char*> arguments = pointers(words), environment = pointers(request.environment);
    int made[2];  // closed when the folder is there: who is told the process id finds what it leads to
    if (pipe2(made, O_CLOEXEC) != 0) return -errno;
    pid_t pid = fork();
    if (pid == 0) become(folder.c_str(), binary.c_str(), arguments.data(), environment.data(), request);
    int problem = errno;
    close(made[1]);
    char none;
    while (pid > 0 && read(made[0], &none, 1) < 0 && errno == EINTR) {}
    close(made[0]);
    return pid < 0 ? -problem : pid;
}

void tidy_background(const std::string& directory) {
    std::string folder = directory + "/" + kBackgroundName;
    DIR* list = opendir(folder.c_str());
    if (!list) return;
    while (dirent* entry = readdir(list)) {
        pid_t pid = atoi(entry->d_name);
        std::string path = folder + "/" + entry->d_name;
        struct stat info;
        if (pid <= 0 || kill(pid, 0) == 0 || stat(path.c_str(), &info) != 0) continue;
        if (time(nullptr) - info.st_mtime < kKeep_s) continue;
        for (const char* name : {"/log", "/program", "/exit"}) unlink((path + name).c_str());
        rmdir(path.c_str());
    }
    closedir(list);
}

}  // namespace lsw::agent
