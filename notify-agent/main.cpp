// lswhost: the agent behind LSW's processes, one per user, started when first needed and gone when nobody needs it. Its
// first process ends once the socket listens, which is what the starter waits for. It holds nothing of its starter's.
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "notify-agent/client.h"
#include "notify-agent/host.h"

namespace {

// Seconds without anything to do after which it goes: LSW_HOST_IDLE.
int idle_ms() {
    const char* given = getenv("LSW_HOST_IDLE");
    double seconds = given ? atof(given) : 15;
    return seconds > 0 && seconds < 1e6 ? static_cast<int>(seconds * 1000) : 15000;
}

void let_go_of_starter() {
    close_range(3, ~0u, 0);
    int null = open("/dev/null", O_RDWR);
    for (int fd : {0, 1, 2}) dup2(null, fd);
    if (null > 2) close(null);
    umask(077);
    if (chdir("/") != 0) _exit(1);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc > 1) {
        bool help = strcmp(argv[1], "--help") == 0;
        fputs("lswhost is started by lsw when it is needed; it takes no arguments. See `lsw ps`, `lsw doctor`.\n",
              help ? stdout : stderr);
        return help ? 0 : 125;
    }
    let_go_of_starter();
    std::string directory = lsw::agent::runtime_directory();
    if (directory.empty()) return 1;
    lsw::agent::Host host(directory, idle_ms());
    if (!host.listen()) return 1;
    pid_t child = fork();
    if (child != 0) _exit(child < 0 ? 1 : 0);
    setsid();
    prctl(PR_SET_NAME, "lswhost");
    if (!host.prepare()) return 1;
    host.run();
    _exit(0);  // threads of attached processes may still use the host
}
