#include "cli/host_commands.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/log.h"
#include "base/unique_fd.h"
#include "cli/arguments.h"
#include "cli/guests.h"
#include "cli/help.h"
#include "cli/json.h"
#include "core/process/start.h"
#include "notify-agent/client.h"

extern char** environ;

namespace lsw::cli {
namespace {

bool wants_help(const Arguments& arguments, const char* text) {
    if (!arguments.is("--help", "-h")) return false;
    fputs(text, stdout);
    return true;
}

// The process ids on the line. Ends the process for a word that is none.
std::vector<pid_t> process_ids(Arguments& arguments, const char* command) {
    std::vector<pid_t> ids;
    while (const char* word = arguments.next_word()) {
        char* end;
        long id = strtol(word, &end, 10);
        if (*end || id <= 0 || id > INT_MAX) fatal(kExitInternal, "%s: %s is no process id (lsw ps lists them)", command, word);
        ids.push_back(static_cast<pid_t>(id));
    }
    if (ids.empty()) fatal(kExitInternal, "no process id given (usage: lsw %s PID...)", command);
    return ids;
}

const Guest* find(const std::vector<Guest>& guests, pid_t pid) {
    for (const Guest& guest : guests)
        if (guest.pid == pid) return &guest;
    return nullptr;
}

std::string age_text(uint64_t seconds) {
    char text[32];
    snprintf(text, sizeof text, "%llu:%02llu:%02llu", static_cast<unsigned long long>(seconds / 3600),
             static_cast<unsigned long long>(seconds / 60 % 60), static_cast<unsigned long long>(seconds % 60));
    return text;
}

void print_json(const std::vector<Guest>& guests) {
    Json json;
    json.begin_array();
    for (const Guest& guest : guests) {
        json.begin_object();
        json.count("pid", static_cast<uint64_t>(guest.pid));
        json.field("name", guest.name);
        json.field("running", guest.running);
        json.field("background", guest.background);
        if (guest.running) json.count("age_seconds", guest.age_seconds);
        if (!guest.exit_code.empty()) json.count("exit_code", strtoull(guest.exit_code.c_str(), nullptr, 10));
        json.field("command_line", guest.command_line);
        json.end_object();
    }
    json.end_array();
    fputs(json.string().c_str(), stdout);
}

UniqueFd open_process(pid_t pid) { return UniqueFd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0))); }

void copy_log(int fd) {
    char buffer[16384];
    for (ssize_t got; (got = read(fd, buffer, sizeof buffer)) > 0;)
        fwrite(buffer, 1, static_cast<size_t>(got), stdout);
    fflush(stdout);
}

// Until the program ends: what it writes, as it writes it.
void follow_log(int fd, const std::string& path, pid_t pid) {
    UniqueFd process = open_process(pid), watch(inotify_init1(IN_CLOEXEC));
    if (!process.valid() || !watch.valid() || inotify_add_watch(watch.get(), path.c_str(), IN_MODIFY) < 0) return;
    for (bool running = true; running;) {
        copy_log(fd);
        pollfd waits[2] = {{watch.get(), POLLIN, 0}, {process.get(), POLLIN, 0}};
        if (poll(waits, 2, -1) < 0 && errno != EINTR) return;
        char events[4096];
        if (waits[0].revents && read(watch.get(), events, sizeof events) < 0) return;
        running = !(waits[1].revents & POLLIN);
    }
}

}  // namespace

int ps(int count, char** words) {
    Arguments arguments("ps", count, words);
    bool json = false, all = false;
    while (arguments.next_option()) {
        if (wants_help(arguments, kHelpPs)) return 0;
        if (arguments.is("--json")) json = true;
        else if (arguments.is("--all", "-a")) all = true;
        else arguments.unknown();
    }
    std::vector<Guest> guests = list_guests(all);
    if (json) return print_json(guests), 0;
    printf("%7s  %-10s %9s  %s\n", "PID", "STATE", "TIME", "PROGRAM");
    for (const Guest& guest : guests) {
        std::string state = guest.running ? (guest.background ? "background" : "running")
                            : guest.exit_code.empty() ? "ended" : "exit " + guest.exit_code;
        printf("%7d  %-10s %9s  %s\n", guest.pid, state.c_str(), guest.running ? age_text(guest.age_seconds).c_str() : "-",
               guest.command_line.c_str());
    }
    return 0;
}

int kill_guests(int count, char** words) {
    Arguments arguments("kill", count, words);
    int signal = SIGTERM;
    while (arguments.next_option()) {
        if (wants_help(arguments, kHelpKill)) return 0;
        if (arguments.is("--force", "-9")) signal = SIGKILL;
        else arguments.unknown();
    }
    int result = 0;
    std::vector<Guest> guests = list_guests(false);
    for (pid_t pid : process_ids(arguments, "kill")) {
        // By descriptor, so that it is the process that was looked at.
        UniqueFd process = open_process(pid);
        bool ours = process.valid() && find(guests, pid) != nullptr;
        if (ours && syscall(SYS_pidfd_send_signal, process.get(), signal, nullptr, 0) == 0) continue;
        fprintf(stderr, "lsw: %d: no Windows program of yours runs under this id\n", pid);
        result = 1;
    }
    return result;
}

int wait_for_guests(int count, char** words) {
    Arguments arguments("wait", count, words);
    while (arguments.next_option()) {
        if (wants_help(arguments, kHelpWait)) return 0;
        arguments.unknown();
    }
    std::vector<pid_t> ids = process_ids(arguments, "wait");
    std::vector<Guest> guests = list_guests(true);
    int result = 0;
    for (pid_t pid : ids) {
        const Guest* guest = find(guests, pid);
        if (!guest) {
            fprintf(stderr, "lsw: %d: no Windows program of yours has this id\n", pid);
            result = kExitNotFound;
            continue;
        }
        UniqueFd process = guest->running ? open_process(pid) : UniqueFd();
        pollfd wait = {process.get(), POLLIN, 0};
        while (process.valid() && poll(&wait, 1, -1) < 0 && errno == EINTR) {}
        result = 0;
        for (const Guest& ended : list_guests(true))
            if (ended.pid == pid && !ended.exit_code.empty())
                result = linux_exit_status(static_cast<uint32_t>(strtoul(ended.exit_code.c_str(), nullptr, 10)));
    }
    return result;
}

int logs(int count, char** words) {
    Arguments arguments("logs", count, words);
    bool follow = false;
    while (arguments.next_option()) {
        if (wants_help(arguments, kHelpLogs)) return 0;
        if (arguments.is("--follow", "-f")) follow = true;
        else arguments.unknown();
    }
    pid_t pid = process_ids(arguments, "logs").front();
    std::string folder = background_folder(pid), path = folder + "/log";
    UniqueFd fd(folder.empty() ? -1 : open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd.valid()) fatal(kExitNotFound, "%d: not a program in the background (lsw ps --all lists them)", pid);
    if (follow) follow_log(fd.get(), path, pid);
    copy_log(fd.get());
    return 0;
}

int shutdown(int count, char** words) {
    Arguments arguments("shutdown", count, words);
    while (arguments.next_option()) {
        if (wants_help(arguments, kHelpShutdown)) return 0;
        arguments.unknown();
    }
    agent::Message message;
    message.request = agent::Request::Shutdown;
    agent::Reply reply;
    UniqueFd connection = agent::connect_host(false);
    if (!connection.valid()) return 0;  // none runs: it is done
    bool answered = agent::ask_host(connection.get(), message, -1, &reply);
    if (answered && reply.error == 0) return 0;
    connection.reset();
    if (!agent::connect_host(false).valid()) return 0;  // it was leaving by itself
    fatal(kExitInternal, "lswhost does not go: %s", answered ? strerror(reply.error) : "it gave no answer (`lsw ps` shows more)");
}

int run_detached(const std::vector<std::string>& words) {
    char directory[PATH_MAX];
    if (!getcwd(directory, sizeof directory)) fatal(kExitInternal, "working directory: %s", strerror(errno));
    std::string text = std::string(directory) + '\0';
    for (const std::string& word : words) text += word + '\0';
    text += '\0';
    for (char** variable = environ; *variable; ++variable) text += std::string(*variable) + '\0';
    UniqueFd memory(memfd_create("lsw-run", MFD_CLOEXEC));
    if (!memory.valid() || write(memory.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
        fatal(kExitInternal, "no memory for the request");
    agent::Message message;
    message.request = agent::Request::Run;
    agent::Reply reply;
    if (!agent::request(message, memory.get(), true, &reply))
        fatal(kExitInternal, "lswhost cannot be started (it belongs beside lsw)");
    if (reply.error) fatal(kExitInternal, "lswhost: %s", strerror(reply.error));
    printf("%d\n", reply.pid);
    return 0;
}

}  // namespace lsw::cli
