// See name_service.h.
#include "base/name_service.h"

#include <fcntl.h>
#include <netdb.h>
#include <nss.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/unique_fd.h"

namespace lsw {
namespace {

// "name:x:id:…", the form of passwd(5), group(5) and getent's answers.
std::optional<HostAccount> parse(const std::string& line) {
    size_t first = line.find(':');
    size_t second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) return std::nullopt;
    return HostAccount{line.substr(0, first), static_cast<unsigned>(strtoul(line.c_str() + second + 1, nullptr, 10))};
}

template <class Matches>
std::optional<HostAccount> search(const char* path, Matches matches) {
    FILE* file = fopen(path, "re");
    if (!file) return std::nullopt;
    std::optional<HostAccount> found;
    char* line = nullptr;
    size_t room = 0;
    while (!found && getline(&line, &room, file) > 0) {
        auto account = parse(line);
        if (account && matches(*account)) found = std::move(account);
    }
    free(line);
    fclose(file);
    return found;
}

std::optional<HostAccount> find_id(const char* path, const char* database, unsigned id) {
    auto found = search(path, [&](const HostAccount& account) { return account.id == id; });
    if (!found && has_more_sources(database)) found = parse(ask_getent(database, std::to_string(id)));
    return found;
}

std::optional<HostAccount> find_name(const char* path, const char* database, const std::string& name) {
    auto found = search(path, [&](const HostAccount& account) { return account.name == name; });
    if (found || name.empty() || name.find_first_not_of("0123456789") == std::string::npos) return found;
    return has_more_sources(database) ? parse(ask_getent(database, name)) : std::nullopt;
}

std::string read_all(int fd) {
    std::string text;
    char block[1024];
    for (;;) {
        ssize_t got = read(fd, block, sizeof block);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return text;
        text.append(block, static_cast<size_t>(got));
    }
}

}  // namespace

std::optional<HostAccount> host_user(uid_t id) { return find_id("/etc/passwd", "passwd", id); }
std::optional<HostAccount> host_user(const std::string& name) { return find_name("/etc/passwd", "passwd", name); }
std::optional<HostAccount> host_group(gid_t id) { return find_id("/etc/group", "group", id); }
std::optional<HostAccount> host_group(const std::string& name) { return find_name("/etc/group", "group", name); }

void use_plain_name_service() {
#ifdef LSW_STATIC
    static const bool done = [] {
        __nss_configure_lookup("hosts", "files dns");
        for (const char* database : {"services", "protocols", "networks", "passwd", "group"})
            __nss_configure_lookup(database, "files");
        return true;
    }();
    static_cast<void>(done);
#endif
}

bool has_more_sources(const char* database) {
    FILE* file = fopen("/etc/nsswitch.conf", "re");
    if (!file) return false;
    char line[512];
    bool more = false;
    size_t length = strlen(database);
    while (fgets(line, sizeof line, file)) {
        if (strncmp(line, database, length) != 0 || line[length] != ':') continue;
        line[strcspn(line, "#\n")] = 0;
        char* state;
        for (char* word = strtok_r(line + length + 1, " \t", &state); word; word = strtok_r(nullptr, " \t", &state))
            if (*word != '[' && strcmp(word, "files") != 0 && strcmp(word, "dns") != 0 && strcmp(word, "compat") != 0)
                more = true;
    }
    fclose(file);
    return more;
}

std::string ask_getent(const char* database, const std::string& key) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0) return {};
    UniqueFd reader(ends[0]), writer(ends[1]);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, writer.get(), 1);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    std::string name = database, wanted = key;
    char program[] = "getent", end_of_options[] = "--";
    char* arguments[] = {program, end_of_options, name.data(), wanted.data(), nullptr};
    pid_t child;
    int error = posix_spawnp(&child, program, &actions, nullptr, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    writer = UniqueFd();
    if (error) return {};
    std::string text = read_all(reader.get());
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? text : std::string();
}

}  // namespace lsw
