#include "notify-agent/log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdarg>
#include <cstdio>
#include <ctime>

namespace lsw::agent {
namespace {

constexpr off_t kLargestLog_bytes = 1 << 20;

int& log_fd() {
    static int fd = -1;
    return fd;
}

}  // namespace

void open_log(const std::string& directory) {
    std::string name = directory + "/host.log";
    struct stat info;
    bool anew = stat(name.c_str(), &info) == 0 && info.st_size > kLargestLog_bytes;
    log_fd() = open(name.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | (anew ? O_TRUNC : 0), 0600);
}

void log_line(const char* format, ...) {
    if (log_fd() < 0) return;
    char line[512];
    timespec now;
    tm parts;
    clock_gettime(CLOCK_REALTIME, &now);
    localtime_r(&now.tv_sec, &parts);
    size_t used = strftime(line, sizeof line, "%F %T ", &parts);
    va_list arguments;
    va_start(arguments, format);
    int more = vsnprintf(line + used, sizeof line - used - 1, format, arguments);
    va_end(arguments);
    used += more < 0 ? 0 : static_cast<size_t>(more);
    if (used > sizeof line - 2) used = sizeof line - 2;
    line[used++] = '\n';
    if (write(log_fd(), line, used) < 0) return;  // a full disk loses lines, nothing else
}

}  // namespace lsw::agent
