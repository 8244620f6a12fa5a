// The keeper is a process that shares this one's memory and nothing else, and does nothing but wait for this one's end: no
// page is copied for it, and it costs no start of a program unless somebody is left to kill. Since another process's
// threads may be anywhere in the C library, it makes system calls only.
#include "core/process/job_keeper.h"

#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <mutex>
#include <set>

#include "base/unique_fd.h"
#include "core/process/process_object.h"
#include "core/thread/clean_thread.h"

namespace lsw {
namespace {

constexpr size_t kMost = 1024, kStack_bytes = 16 * 1024, kWord_bytes = 24;

// A process is known by its number and the low half of its start time: numbers are used again.
uint64_t identity(pid_t pid, uint64_t start_ticks) {
    return static_cast<uint64_t>(pid) << 32 | static_cast<uint32_t>(start_ticks);
}

struct Keeper {
    std::mutex lock;
    std::atomic<pid_t> pid{0};
    int owner = -1;  // pidfd of this process
    std::array<std::atomic<uint64_t>, kMost> kept{};
    // What the keeper makes its arguments of, and its stack.
    char words[kMost][kWord_bytes];
    const char* arguments[kMost + 3];
    alignas(16) char stack[kStack_bytes];
};

Keeper& keeper() {
    static constinit Keeper instance{};  // its untouched pages cost nothing
    return instance;
}

long raw(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0) {
    register long r10 asm("r10") = d;
    register long r8 asm("r8") = e;
    long result;
    asm volatile("syscall"
                 : "=a"(result)
                 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
                 : "rcx", "r11", "memory");
    return result;
}
template <class T>
long address(T* pointer) {
    return reinterpret_cast<long>(pointer);
}

char* put_number(char* at, uint64_t value) {
    char digits[20];
    int count = 0;
    do digits[count++] = static_cast<char>('0' + value % 10);
    while (value /= 10);
    while (count) *at++ = digits[--count];
    return at;
}

[[noreturn]] void end_what_is_left(Keeper& self) {
    size_t count = 0;
    self.arguments[0] = "lsw";
    self.arguments[1] = kEndProcesses;
    for (auto& slot : self.kept) {
        uint64_t kept = slot.load();
        if (!kept) continue;
        char* at = put_number(self.words[count], kept >> 32);
        *at++ = ':';
        *put_number(at, static_cast<uint32_t>(kept)) = '\0';
        self.arguments[2 + count] = self.words[count];
        ++count;
    }
    const char* none = nullptr;
    if (count) raw(SYS_execve, address("/proc/self/exe"), address(self.arguments), address(&none));
    raw(SYS_exit_group, 0);
    __builtin_unreachable();
}

int keep(void* argument) {
    Keeper& self = *static_cast<Keeper*>(argument);
    raw(SYS_prctl, PR_SET_NAME, address("lsw-keeper"));
    if (self.owner > 0) raw(SYS_close_range, 0, self.owner - 1);
    raw(SYS_close_range, self.owner + 1, 0xFFFF'FFFF);
    pollfd entry{self.owner, POLLIN, 0};
    while (raw(SYS_poll, address(&entry), 1, -1) != 1) {
    }
    end_what_is_left(self);
}

void start_keeper(Keeper& self) {
    UniqueFd owner(static_cast<int>(syscall(SYS_pidfd_open, getpid(), 0)));  // the keeper gets a copy
    if (!owner.valid()) return;
    self.owner = owner.get();
    run_clean([&] {
        sigset_t every, before;
        sigfillset(&every);
        pthread_sigmask(SIG_SETMASK, &every, &before);
        if (pid_t pid = clone(keep, self.stack + sizeof self.stack, CLONE_VM, &self); pid > 0) self.pid = pid;
        pthread_sigmask(SIG_SETMASK, &before, nullptr);
    });
}

void kill_with_descendants(std::set<pid_t> processes) {
    for (pid_t pid : descendants(processes)) processes.insert(pid);
    for (pid_t pid : processes)
        if (pid != getpid()) kill(pid, SIGKILL);
}

}  // namespace

bool end_with_us(pid_t pid) {
    ProcessFacts facts;
    if (pid == getpid() || !read_process(pid, facts)) return true;
    Keeper& self = keeper();
    std::lock_guard guard(self.lock);
    std::atomic<uint64_t>* free = nullptr;
    for (auto& slot : self.kept) {
        uint64_t kept = slot.load();
        if (kept == identity(pid, facts.start_ticks)) return true;
        if (!kept && !free) free = &slot;
    }
    if (!free) return false;
    if (!self.pid) start_keeper(self);
    *free = identity(pid, facts.start_ticks);
    return self.pid != 0;
}

void let_outlive_us(pid_t pid) {
    Keeper& self = keeper();
    std::lock_guard guard(self.lock);
    for (auto& slot : self.kept)
        if (static_cast<pid_t>(slot.load() >> 32) == pid) slot = 0;
}

void end_kept_processes() {
    Keeper& self = keeper();
    if (!self.pid) return;
    std::set<pid_t> left;
    for (auto& slot : self.kept) {
        uint64_t kept = slot.exchange(0);
        ProcessFacts facts;
        pid_t pid = static_cast<pid_t>(kept >> 32);
        if (kept && read_process(pid, facts) && identity(pid, facts.start_ticks) == kept) left.insert(pid);
    }
    if (!left.empty()) kill_with_descendants(std::move(left));
    kill(self.pid, SIGKILL);
    waitpid(self.pid, nullptr, __WALL);
}

int end_processes(int count, char** words) {
    std::set<pid_t> left;
    for (int i = 0; i < count; ++i) {
        unsigned long long pid = 0, start = 0;
        ProcessFacts facts;
        if (sscanf(words[i], "%llu:%llu", &pid, &start) == 2 && read_process(static_cast<pid_t>(pid), facts) &&
            static_cast<uint32_t>(facts.start_ticks) == start)
            left.insert(static_cast<pid_t>(pid));
    }
    kill_with_descendants(std::move(left));
    return 0;
}

}  // namespace lsw
