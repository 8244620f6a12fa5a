#include "cli/doctor.h"

#include <cpuid.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>
#include <vector>

#include "base/own_program.h"
#include "cli/arguments.h"
#include "cli/doctor_costs.h"
#include "cli/help.h"
#include "cli/json.h"
#include "core/exception/call_sites.h"
#include "iouring-io/engine.h"
#include "notify-agent/client.h"

namespace lsw::cli {
namespace {

enum class State { Good, Slower, Broken };

// One thing looked at: what was found, and what to do when it could be better.
struct Finding {
    const char* name;
    State state;
    std::string found;
    std::string advice;
};

bool exists(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0) {
    return syscall(number, a, b, c, d, e) >= 0 || errno != ENOSYS;
}

Finding check_dispatch() {
    const char* mode = dispatch_mode();
    if (!mode)
        return {"raw call protection", State::Broken, "Syscall User Dispatch is missing",
                "Use Linux 5.11 or newer, or let the container's seccomp profile pass prctl(PR_SET_SYSCALL_USER_DISPATCH). "
                "Programs that make no system calls of their own run all the same."};
    bool inside = std::string_view(mode) == "inside";
    return {"raw call protection", inside ? State::Good : State::Slower,
            inside ? "Syscall User Dispatch, inclusive mode: ordinary calls pay nothing"
                   : "Syscall User Dispatch, exclusive mode: each ordinary call pays a little",
            inside ? "" : "Linux 6.18 or newer has the inclusive mode."};
}

Finding check_patching() {
    if (seh::can_patch_call_sites()) return {"T0 patched call sites", State::Good, "memory protection keys watch them", ""};
    unsigned a, b, c = 0, d;
    constexpr unsigned kKeysInUse = 1u << 4;  // OSPKE
    if (__get_cpuid_count(7, 0, &a, &b, &c, &d) && (c & kKeysInUse))
        return {"T0 patched call sites", State::Slower, "pkey_alloc fails: raw calls keep trapping",
                "Let the container's seccomp profile pass pkey_alloc, pkey_free and pkey_mprotect; results are the same."};
    return {"T0 patched call sites", State::Slower, "no memory protection keys: raw calls keep trapping",
            "Nothing to do but a processor (or virtual machine) that has the feature pku; results are the same."};
}

Finding check_kernel(const CallCosts& costs) {
    static constexpr char kName[] = "T1 calls completed in the kernel";
    if (costs.kernel_problem.empty() && costs.kernel_ns > 0)
        return {kName, State::Good,
                costs.kernel_may_write ? "the BPF program lsw_fast_prctl is attached"
                                       : "the BPF program lsw_fast_prctl is attached, without writing to memory (lockdown)",
                ""};
    auto says = [&](const char* text) { return costs.kernel_problem.find(text) != std::string::npos; };
    std::string advice =
        says("CAP_BPF")          ? "Run as root, or `setcap cap_bpf,cap_perfmon,cap_sys_admin+ep` lswhost and lsw-fastpath-bpf."
        : says("seccomp filter") ? "Let the container's seccomp profile pass bpf."
        : says("preemptible")    ? "Boot with preempt=voluntary, where the kernel still has that (before Linux 7.0)."
        : says("Dispatch")       ? "It needs what raw call protection needs."
                                 : "Nothing to do but another kernel: Debian's 6.1 and 6.12 allow it, unless locked down.";
    advice += " Raw calls that T0 cannot serve trap until then; results are the same.";
    return {kName, State::Slower, costs.kernel_problem.empty() ? "it could not be measured" : costs.kernel_problem, advice};
}

Finding check_listener(const CallCosts& costs) {
    if (costs.host_ns > 0) return {"T3 calls by lswhost", State::Good, "seccomp user notification works", ""};
    if (agent::host_binary().empty())
        return {"T3 calls by lswhost", State::Slower, "lswhost was not found", "Install it beside lsw, or name it in LSW_HOST."};
    unsigned action = SECCOMP_RET_USER_NOTIF;
    bool known = syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
    if (!known && (errno == EPERM || errno == EACCES))
        return {"T3 calls by lswhost", State::Slower, "seccomp(2) is refused by a filter",
                "Let the container's seccomp profile pass seccomp. Programs run; policy does not apply."};
    return {"T3 calls by lswhost", State::Slower,
            known ? "a listener cannot be installed" : "this kernel has no seccomp user notification",
            known ? "Another supervisor (a container's, a debugger's) probably listens already. Programs run; policy does not "
                    "apply."
                  : "Use Linux 5.7 or newer with CONFIG_SECCOMP_FILTER. Programs run; policy does not apply."};
}

Finding check_engine() {
    io::Description engine = io::describe_engine();
    bool ring = std::string_view(engine.backend) == "uring";
    return {"asynchronous I/O", ring ? State::Good : State::Slower, std::string(engine.backend) + ": " + engine.reason,
            ring ? "" : "Allow io_uring (kernel.io_uring_disabled=0, and the container's seccomp profile): overlapped I/O is "
                        "faster with it."};
}

Finding check_waits() {
    bool several = exists(SYS_futex_waitv, 0, 0, 0, 0, 0);
    return {"waits for several objects", several ? State::Good : State::Broken,
            several ? "futex_waitv" : "futex_waitv is missing",
            several ? "" : "Use Linux 5.16 or newer, or let the container's seccomp profile pass futex_waitv."};
}

Finding check_processes() {
    bool works = exists(SYS_pidfd_open, -1, 0);
    return {"processes", works ? State::Good : State::Broken, works ? "pidfd" : "pidfd_open is missing",
            works ? "" : "Use Linux 5.3 or newer, or let the container's seccomp profile pass pidfd_open."};
}

Finding check_shared_memory() {
    int fd = memfd_create("lsw-doctor", MFD_CLOEXEC);
    bool works = fd >= 0 && ftruncate(fd, 4096) == 0;
    void* code = works ? mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0) : MAP_FAILED;
    bool runs = code != MAP_FAILED;
    if (runs) munmap(code, 4096);
    if (fd >= 0) close(fd);
    if (!works)
        return {"shared memory", State::Broken, "memfd_create fails", "Let the container's seccomp profile pass memfd_create."};
    return {"shared memory", runs ? State::Good : State::Slower, runs ? "memfd" : "memfd without code",
            runs ? "" : "Set vm.memfd_noexec=0: patched call sites and executable sections need it."};
}

// Whether `lsw trace` can tell what Linux does behind a call.
Finding check_tracing() {
    static constexpr char kName[] = "lsw trace: Linux's side";
    std::string helper = own_program("lsw-trace-bpf");
    if (helper.empty())
        return {kName, State::Slower, "lsw-trace-bpf was not found",
                "Install it beside lsw; the rest of lsw trace works without."};
    if (getxattr(helper.c_str(), "security.capability", nullptr, 0) > 0)
        return {kName, State::Good, "BPF, by the helper's rights", ""};
    __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct sets[2] = {};
    uint64_t effective = syscall(SYS_capget, &header, sets) == 0 ? sets[0].effective | uint64_t{sets[1].effective} << 32 : 0;
    constexpr uint64_t kNeeded = 1ull << CAP_BPF | 1ull << CAP_PERFMON;
    bool rights = (effective & kNeeded) == kNeeded || (effective >> CAP_SYS_ADMIN & 1);
    if (!rights)
        return {kName, State::Slower, "no rights for BPF (CAP_BPF and CAP_PERFMON)",
                "Run as root, or `setcap cap_bpf,cap_perfmon+ep` on lsw-trace-bpf; the rest of lsw trace works without."};
    constexpr int kNoCommand = 0x7FFFFFFF;
    if (syscall(SYS_bpf, kNoCommand, nullptr, 0) != 0 && errno != EINVAL && errno != E2BIG)
        return {kName, State::Slower, "bpf(2) is refused by a seccomp filter, or missing",
                "Let the container's seccomp profile pass bpf; the rest of lsw trace works without."};
    return {kName, State::Good, "BPF: system calls, waiting, page faults and bytes of each call", ""};
}

Finding check_directory() {
    std::string directory = agent::runtime_directory();
    if (!directory.empty()) return {"directory for sockets and logs", State::Good, directory, ""};
    return {"directory for sockets and logs", State::Slower, "none",
            "Set XDG_RUNTIME_DIR to a directory of yours; without it lswhost and programs in the background are not to be had."};
}

void print_text(const std::string& kernel, const std::vector<Finding>& findings, const CallCosts& costs, bool reached,
                const agent::Reply& host) {
    printf("lsw %s on Linux %s\n\n", LSW_VERSION, kernel.c_str());
    for (const Finding& finding : findings) {
        const char* mark = finding.state == State::Good ? "ok     " : finding.state == State::Slower ? "reduced" : "MISSING";
        printf("  %s  %-31s %s\n", mark, finding.name, finding.found.c_str());
        if (!finding.advice.empty()) printf("           %s\n", finding.advice.c_str());
    }
    printf("\nWhat a call costs here, in nanoseconds:\n");
    auto row = [](const char* name, double ns) {
        if (ns > 0) printf("  %10.0f  %s\n", ns, name);
        else printf("  %10s  %s\n", "-", name);
    };
    row("getpid, an ordinary Linux call", costs.getpid_ns);
    row("a service through its import", costs.import_ns);
    row("T0: a raw call whose site was patched", costs.patched_ns);
    row("T1: a raw call completed in the kernel", costs.kernel_ns);
    row("T1: one that writes its result to memory", costs.kernel_clock_ns);
    row("T2: a raw call that traps", costs.trap_ns);
    row("T3: a rare service, completed by lswhost", costs.host_ns);
    row("getpid in a process that asked lswhost", costs.getpid_filtered_ns);
    row("getpid in a thread that uses T1", costs.getpid_guarded_ns);
    if (reached)
        printf("\nlswhost: process %d, sees %u processes, runs %u in the background; services completed %u, refused %u, "
               "handed back %u\n",
               host.pid, host.attached, host.background, host.completed, host.refused, host.handed_back);
}

void print_json(const std::string& kernel, const std::vector<Finding>& findings, const CallCosts& costs, bool reached,
                const agent::Reply& host) {
    Json json;
    json.begin_object();
    json.field("version", LSW_VERSION);
    json.field("kernel", kernel);
    json.key("findings").begin_array();
    for (const Finding& finding : findings) {
        json.begin_object();
        json.field("name", finding.name);
        json.field("state", finding.state == State::Good ? "ok" : finding.state == State::Slower ? "reduced" : "missing");
        json.field("found", finding.found);
        json.field("advice", finding.advice);
        json.end_object();
    }
    json.end_array();
    json.key("cost_ps").begin_object();  // picoseconds: whole numbers
    auto cost = [&](const char* name, double ns) { json.count(name, static_cast<uint64_t>(ns * 1000)); };
    cost("getpid", costs.getpid_ns);
    cost("import", costs.import_ns);
    cost("t0", costs.patched_ns);
    cost("t1", costs.kernel_ns);
    cost("t1_clock", costs.kernel_clock_ns);
    cost("t2", costs.trap_ns);
    cost("t3", costs.host_ns);
    cost("getpid_filtered", costs.getpid_filtered_ns);
    cost("getpid_guarded", costs.getpid_guarded_ns);
    json.end_object();
    if (reached) {
        json.key("lswhost").begin_object();
        json.count("pid", static_cast<uint64_t>(host.pid));
        json.count("attached", host.attached);
        json.count("background", host.background);
        json.count("completed", host.completed);
        json.count("refused", host.refused);
        json.count("handed_back", host.handed_back);
        json.end_object();
    }
    json.end_object();
    fputs(json.string().c_str(), stdout);
}

}  // namespace

int doctor(int count, char** words) {
    Arguments arguments("doctor", count, words);
    bool json = false;
    while (arguments.next_option()) {
        if (arguments.is("--help", "-h")) return fputs(kHelpDoctor, stdout), 0;
        if (arguments.is("--json")) json = true;
        else arguments.unknown();
    }
    utsname kernel;
    uname(&kernel);
    Finding dispatch = check_dispatch();  // before this process is armed
    CallCosts costs = measure_calls();
    agent::Reply host;
    bool reached = agent::request({}, -1, false, &host);
    std::vector<Finding> findings = {dispatch,         check_patching(),  check_kernel(costs), check_listener(costs),
                                     check_waits(),    check_processes(), check_shared_memory(),
                                     check_engine(),   check_tracing(),  check_directory()};
    (json ? print_json : print_text)(kernel.release, findings, costs, reached, host);
    for (const Finding& finding : findings)
        if (finding.state == State::Broken) return 1;
    return 0;
}

}  // namespace lsw::cli
