#include "cli/guests.h"

#include <dirent.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <functional>
#include <sstream>

#include "notify-agent/client.h"

namespace lsw::cli {
namespace {

std::string contents(const std::string& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

void for_each_number(const std::string& folder, const std::function<void(pid_t)>& visit) {
    DIR* list = opendir(folder.c_str());
    if (!list) return;
    while (dirent* entry = readdir(list))
        if (pid_t pid = atoi(entry->d_name); pid > 0) visit(pid);
    closedir(list);
}

std::string program_of(const std::string& process) {
    char path[PATH_MAX];
    ssize_t length = readlink((process + "/exe").c_str(), path, sizeof path);
    return length > 0 ? std::string(path, static_cast<size_t>(length)) : std::string();
}

std::string without_line_end(std::string text) {
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
}

uint64_t age_of(const std::string& process) {
    std::string stat = contents(process + "/stat");
    std::istringstream fields(stat.substr(std::min(stat.size(), stat.rfind(')') + 1)));
    std::string skipped;
    for (int i = 0; i < 19; ++i) fields >> skipped;  // from the state on; the 22nd field is the start
    uint64_t start_ticks = 0;
    fields >> start_ticks;
    timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    uint64_t started = start_ticks / static_cast<uint64_t>(sysconf(_SC_CLK_TCK));
    return static_cast<uint64_t>(now.tv_sec) > started ? static_cast<uint64_t>(now.tv_sec) - started : 0;
}

// A process of our binary that runs a program is named after that.
bool describe(pid_t pid, const std::string& binary, Guest* guest) {
    std::string process = "/proc/" + std::to_string(pid);
    struct stat info;
    if (stat(process.c_str(), &info) != 0 || info.st_uid != geteuid() || pid == getpid()) return false;
    std::string program = program_of(process);
    if (program != binary && program != binary + " (deleted)") return false;
    guest->name = without_line_end(contents(process + "/comm"));
    if (guest->name == "lsw" || guest->name == "lsw-keeper") return false;
    guest->pid = pid;
    guest->age_seconds = age_of(process);
    guest->command_line = contents(process + "/cmdline");
    if (!guest->command_line.empty()) guest->command_line.pop_back();
    std::ranges::replace(guest->command_line, '\0', ' ');
    return true;
}

// A program in the background is lswhost's child, then lsw, before it bears the program's name.
bool is_starting(pid_t pid, const std::string& binary) {
    std::string program = program_of("/proc/" + std::to_string(pid));
    return program == binary || program == agent::host_binary();
}

}  // namespace

std::string background_folder(pid_t pid) {
    std::string folder = agent::runtime_directory() + "/" + agent::kBackgroundName + "/" + std::to_string(pid);
    return access(folder.c_str(), F_OK) == 0 ? folder : std::string();
}

std::vector<Guest> list_guests(bool ended) {
    std::vector<Guest> guests;
    std::string binary = program_of("/proc/self");
    for_each_number("/proc", [&](pid_t pid) {
        Guest guest;
        if (!describe(pid, binary, &guest)) return;
        guest.background = !background_folder(pid).empty();
        guests.push_back(std::move(guest));
    });
    if (!ended) return guests;
    for_each_number(agent::runtime_directory() + "/" + agent::kBackgroundName, [&](pid_t pid) {
        if (std::ranges::any_of(guests, [&](const Guest& guest) { return guest.pid == pid; })) return;
        std::string folder = background_folder(pid);
        Guest guest{.pid = pid, .background = true};
        guest.command_line = contents(folder + "/program");
        guest.name = guest.command_line.substr(guest.command_line.rfind('/') + 1);
        guest.exit_code = without_line_end(contents(folder + "/exit"));
        guest.running = guest.exit_code.empty() && is_starting(pid, binary);
        guests.push_back(std::move(guest));
    });
    return guests;
}

}  // namespace lsw::cli
