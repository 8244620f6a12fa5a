#include "cli/doctor_costs.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <ctime>

#include "abi/layout.h"
#include "abi/memory.h"
#include "abi/services.h"
#include "core/exception/call_sites.h"
#include "core/exception/faults.h"
#include "core/exception/kernel_calls.h"
#include "core/exception/notification.h"
#include "core/exception/raw_syscalls.h"
#include "core/memory/address_space.h"
#include "core/time/user_shared_data.h"

namespace lsw::cli {
namespace {

using Stub = uint32_t(WINAPI*)();

constexpr unsigned number_of(const char* name) {
    for (unsigned number = 0; number < kServiceCount; ++number) {
        const char* other = service_name(number);
        size_t i = 0;
        while (name[i] && name[i] == other[i]) ++i;
        if (name[i] == other[i]) return number;
    }
    return 0;
}

double now_ns() {
    timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

// The best of several batches: what it costs when nobody disturbs.
template <class Function>
double cost_of(int calls, Function function) {
    double best = 0;
    for (int batch = 0; batch < 7; ++batch) {
        double start = now_ns();
        for (int i = 0; i < calls; ++i) function();
        double cost = (now_ns() - start) / calls;
        if (batch == 0 || cost < best) best = cost;
    }
    return best;
}

double getpid_cost() {
    return cost_of(2000, [] { syscall(SYS_getpid); });
}

// A stub of the usual form, in a page of its own. RDI is 0 meanwhile: T1 leaves some of its values to T2.
Stub make_stub(unsigned number, DWORD protect) {
    auto memory = address_space().allocate(
        {.size_bytes = kPageSize, .type = MEM_COMMIT | MEM_RESERVE, .protect = PAGE_READWRITE});
    if (!memory.ok()) return nullptr;
    uint8_t code[] = {0x57, 0x31, 0xFF, 0x4C, 0x8B, 0xD1, 0xB8, 0, 0, 0, 0, 0x0F, 0x05, 0x5F, 0xC3};
    memcpy(code + 7, &number, 4);
    auto at = reinterpret_cast<uint8_t*>(memory->address) + 64;
    memcpy(at, code, sizeof code);
    if (!address_space().protect(memory->address, kPageSize, protect).ok()) return nullptr;
    return reinterpret_cast<Stub>(at);
}

// What `measure` finds in a child, whose filters cannot be taken away again. All zero when the child does not come back.
template <class Found>
Found found_in_child(void (*measure)(Found&)) {
    int ends[2];
    Found found = {};
    if (pipe2(ends, O_CLOEXEC) != 0) return found;
    pid_t child = fork();
    if (child == 0) {
        measure(found);
        ssize_t written = write(ends[1], &found, sizeof found);
        _exit(written == sizeof found ? 0 : 1);
    }
    close(ends[1]);
    if (child > 0) {
        if (read(ends[0], &found, sizeof found) != sizeof found) found = {};
        waitpid(child, nullptr, 0);
    }
    close(ends[0]);
    return found;
}

struct HostCosts {
    double host_ns, getpid_ns;
};

void measure_host(HostCosts& costs) {
    seh::RawCall call = {};
    constexpr unsigned kRefused = number_of("NtLoadDriver");
    if (!seh::complete_by_host(kRefused, &call)) return;
    costs.host_ns = cost_of(300, [&] { seh::complete_by_host(kRefused, &call); });
    costs.getpid_ns = getpid_cost();
}

struct KernelCosts {
    double number_ns, clock_ns, getpid_ns;
    bool may_write;
    char problem[240];
};

void measure_kernel(KernelCosts& costs) {
    reserve_user_shared_data();
    seh::install_fault_handlers();
    seh::install_raw_syscalls({.patch = false, .kernel = seh::UseKernel::Always, .notify = false});
    std::string problem = seh::arm_raw_syscalls() ? seh::try_kernel_calls() : "no Syscall User Dispatch";
    snprintf(costs.problem, sizeof costs.problem, "%s", problem.c_str());
    if (!problem.empty()) return;
    costs.may_write = seh::kernel_may_write();
    constexpr unsigned kNumber = number_of("NtGetCurrentProcessorNumber"), kClock = number_of("NtQueryPerformanceCounter");
    Stub number = make_stub(kNumber, PAGE_EXECUTE_READWRITE);
    auto clock = reinterpret_cast<uint32_t(WINAPI*)(uint64_t*, void*)>(
        reinterpret_cast<void*>(make_stub(kClock, PAGE_EXECUTE_READWRITE)));
    uint64_t now;
    costs.number_ns = cost_of(2000, number);
    costs.clock_ns = cost_of(2000, [&] { clock(&now, nullptr); });
    costs.getpid_ns = getpid_cost();
    if (seh::count_kernel_calls() < 1000) snprintf(costs.problem, sizeof costs.problem, "the program completes nothing");
}

}  // namespace

const char* dispatch_mode() {
    constexpr int kSetSyscallUserDispatch = 59;
    const char* mode = nullptr;
    if (prctl(kSetSyscallUserDispatch, 2, kGuestFirst, kPageSize, 0) == 0) mode = "inside";
    else if (prctl(kSetSyscallUserDispatch, 1, 0, 1ull << 47, 0) == 0) mode = "outside";
    prctl(kSetSyscallUserDispatch, 0, 0, 0, 0);
    return mode;
}

CallCosts measure_calls() {
    CallCosts costs;
    costs.getpid_ns = getpid_cost();
    auto kernel = found_in_child<KernelCosts>(measure_kernel);
    costs.kernel_problem = kernel.problem;
    if (costs.kernel_problem.empty()) {
        costs.kernel_ns = kernel.number_ns;
        costs.kernel_clock_ns = kernel.clock_ns;
        costs.getpid_guarded_ns = kernel.getpid_ns;
        costs.kernel_may_write = kernel.may_write;
    }
    auto host = found_in_child<HostCosts>(measure_host);
    costs.host_ns = host.host_ns;
    costs.getpid_filtered_ns = host.getpid_ns;
    reserve_user_shared_data();
    seh::install_fault_handlers();  // who make the page of services
    seh::install_raw_syscalls({.patch = true, .kernel = seh::UseKernel::Never, .notify = false});
    constexpr unsigned kCheap = number_of("NtGetCurrentProcessorNumber");
    auto direct = reinterpret_cast<const Stub*>(kServiceSlotsAddress)[kCheap];
    costs.import_ns = cost_of(20000, direct);
    if (!seh::arm_raw_syscalls()) return costs;
    // Writable code is never patched, so it keeps trapping.
    Stub trapping = make_stub(kCheap, PAGE_EXECUTE_READWRITE), patched = make_stub(kCheap, PAGE_EXECUTE_READ);
    if (trapping) costs.trap_ns = cost_of(500, trapping);
    if (patched && seh::can_patch_call_sites()) costs.patched_ns = cost_of(20000, patched);
    return costs;
}

}  // namespace lsw::cli
