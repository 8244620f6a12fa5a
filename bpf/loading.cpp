#include "bpf/loading.h"

#include <bpf/libbpf.h>
#include <dirent.h>
#include <linux/magic.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>

namespace lsw::bpf {
namespace {

constexpr char kBpfFs[] = "/sys/fs/bpf";

std::string g_libbpf_said;

// The verifier's complaint is what a person wants to read; libbpf's chatter around it is not.
int keep_message(libbpf_print_level level, const char* format, va_list arguments) {
    char text[512];
    if (level != LIBBPF_WARN) return 0;
    vsnprintf(text, sizeof text, format, arguments);
    if (g_libbpf_said.empty()) g_libbpf_said = text;
    return 0;
}

// CAP_BPF and CAP_PERFMON, or the CAP_SYS_ADMIN that was both before.
bool has_rights() {
    unsigned long long effective = 0;
    char line[128];
    if (FILE* status = fopen("/proc/self/status", "re")) {
        while (fgets(line, sizeof line, status))
            if (sscanf(line, "CapEff: %llx", &effective) == 1) break;
        fclose(status);
    }
    constexpr unsigned long long kAdmin = 1ull << 21, kBpf = 1ull << 39, kPerfmon = 1ull << 38;
    return (effective & kAdmin) || ((effective & kBpf) && (effective & kPerfmon));
}

// A filter refuses bpf(2) whatever it is asked; the kernel itself finds such a command invalid.
bool a_filter_refuses() {
    constexpr int kNoCommand = 0x7FFFFFFF;
    return syscall(SYS_bpf, kNoCommand, nullptr, 0) != 0 && errno != EINVAL && errno != E2BIG;
}

bool mount_bpffs() {
    struct statfs info;
    if (statfs(kBpfFs, &info) == 0 && static_cast<unsigned long>(info.f_type) == BPF_FS_MAGIC) return true;
    return mount("bpf", kBpfFs, "bpf", 0, "mode=0700") == 0;
}

}  // namespace

void listen_to_libbpf() { libbpf_set_print(keep_message); }

std::string describe_failure(const char* what) {
    int error = errno;
    if (error == EPERM && !has_rights()) return "no rights for BPF (CAP_BPF and CAP_PERFMON)";
    if (error == ENOSYS || (error == EPERM && a_filter_refuses()))
        return "bpf(2) is refused by a seccomp filter (a container's), or missing";
    if (error == EPERM) return std::string(what) + ", whoever asks";
    std::string said = g_libbpf_said.substr(0, g_libbpf_said.find('\n'));
    return std::string(what) + ": " + (said.empty() ? strerror(error) : said);
}

void lift_memory_limit() {
    rlimit unlimited{RLIM_INFINITY, RLIM_INFINITY};
    setrlimit(RLIMIT_MEMLOCK, &unlimited);
}

std::string pin_directory() {
    if (!mount_bpffs()) return {};
    std::string parent = std::string(kBpfFs) + "/lsw-" + std::to_string(geteuid());
    mkdir(parent.c_str(), 0700);
    return parent;
}

void remove_pins(const std::string& path) {
    if (DIR* directory = opendir(path.c_str())) {
        while (dirent* entry = readdir(directory))
            if (entry->d_name[0] != '.') unlink((path + "/" + entry->d_name).c_str());
        closedir(directory);
    }
    rmdir(path.c_str());
}

}  // namespace lsw::bpf
