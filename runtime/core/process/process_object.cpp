#include "core/process/process_object.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>

#include "base/status.h"
#include "base/text.h"
#include "core/path/linux_names.h"
#include "core/process/start.h"
#include "core/runtime.h"
#include "core/wait/arena.h"
#include "core/wait/bridge.h"
#include "core/wait/clock.h"
#include "core/wait/futex.h"

namespace lsw {
namespace {

struct Own {
    ProcessPage* page = nullptr;
    int memory_fd = -1;
};
Own& own() {
    static Own instance;
    return instance;
}

// Children that have an object: a second OpenProcess must share the one that can still learn the
// exit status.
struct Children {
    std::mutex lock;
    std::map<pid_t, ProcessObject*> by_pid;
    Ref<ProcessObject> current;
};
Children& children() {
    static Children& instance = *new Children;
    return instance;
}

// Children without handles that still run; the SIGCHLD handler reaps them, so it may take no lock.
constexpr size_t kOrphans = 1024;
std::atomic<pid_t>* orphans() {
    static std::atomic<pid_t> table[kOrphans];
    return table;
}

void reap_orphans(int) {
    int error = errno;
    std::atomic<pid_t>* table = orphans();
    for (size_t i = 0; i < kOrphans; ++i) {
        pid_t pid = table[i].load();
        if (pid > 0 && waitpid(pid, nullptr, WNOHANG) != 0)
            table[i].compare_exchange_strong(pid, 0);
    }
    errno = error;
}

void leave_to_reaper(pid_t pid) {
    static const bool installed = [] {
        struct sigaction action {};
        action.sa_handler = reap_orphans;
        action.sa_flags = SA_RESTART | SA_NOCLDSTOP | SA_ONSTACK;
        sigaction(SIGCHLD, &action, nullptr);
        return true;
    }();
    (void)installed;
    std::atomic<pid_t>* table = orphans();
    for (size_t i = 0; i < kOrphans; ++i) {
        pid_t free = 0;
        if (table[i].compare_exchange_strong(free, pid)) break;
    }
    reap_orphans(0);  // it may have ended before it was in the table
}

std::string read_text(const std::string& path) {
    std::string text;
    UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    char chunk[1024];
    ssize_t got;
    while (fd.valid() && (got = read(fd.get(), chunk, sizeof chunk)) > 0)
        text.append(chunk, static_cast<size_t>(got));
    return text;
}

// The fields of /proc/PID/stat behind the name, the first being the state.
std::vector<std::string> stat_fields(const std::string& text) {
    std::vector<std::string> fields;
    size_t at = text.rfind(')');
    if (at == std::string::npos) return fields;
    for (at += 2; at < text.size();) {
        size_t end = std::min(text.find(' ', at), text.size());
        fields.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return fields;
}

int64_t boot_time_ticks() {
    static const int64_t value = system_time() - interrupt_time();
    return value;
}

// The page of a Windows process that another one started, found among its descriptors.
ProcessPage* map_page_of(pid_t pid, UniqueFd& memory) {
    std::string folder = "/proc/" + std::to_string(pid) + "/fd";
    DIR* directory = opendir(folder.c_str());
    if (!directory) return nullptr;
    ProcessPage* page = nullptr;
    while (dirent* entry = readdir(directory)) {
        std::string link = folder + "/" + entry->d_name;
        char target[64] = {};
        if (readlink(link.c_str(), target, sizeof target - 1) <= 0 ||
            !strstr(target, "memfd:lsw-process"))
            continue;
        UniqueFd fd(open(link.c_str(), O_RDWR | O_CLOEXEC));
        if (!fd.valid()) continue;
        void* mapped = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd.get(), 0);
        if (mapped == MAP_FAILED) continue;
        auto* candidate = static_cast<ProcessPage*>(mapped);
        if (candidate->magic == ProcessPage::kMagic) {
            page = candidate;
            memory = std::move(fd);
            break;
        }
        munmap(mapped, 4096);
    }
    closedir(directory);
    return page;
}

}  // namespace

ProcessPage* own_process_page() { return own().page; }

void set_own_process_page(ProcessPage* page, int memory_fd) { own() = {page, memory_fd}; }

void record_exit_code(uint32_t code) {
    ProcessPage* page = own().page;
    if (!page || page->has_exit_code.load())
        return;  // TerminateProcess may have left its own before
    page->exit_code = code;
    page->has_exit_code = 1;
}

bool waits_for_resume() {
    ProcessPage* page = own().page;
    return page && page->suspend_count.load() > 0;
}

void wait_for_resume() {
    ProcessPage* page = own().page;
    if (!page) return;
    while (uint32_t count = page->suspend_count.load())
        futex_wait(&page->suspend_count, count, FutexScope::Shared);
}

uint32_t code_of_exit(int status) { return static_cast<uint32_t>(status); }

uint32_t code_of_signal(int signal) {
    switch (signal) {
        case SIGINT:
        case SIGQUIT:
        case SIGTERM:
        case SIGHUP:
            return static_cast<uint32_t>(STATUS_CONTROL_C_EXIT);
        case SIGSEGV:
        case SIGBUS:
            return static_cast<uint32_t>(STATUS_ACCESS_VIOLATION);
        case SIGILL:
            return static_cast<uint32_t>(STATUS_ILLEGAL_INSTRUCTION);
        case SIGTRAP:
            return static_cast<uint32_t>(STATUS_BREAKPOINT);
        case SIGFPE:
            return static_cast<uint32_t>(STATUS_INTEGER_DIVIDE_BY_ZERO);
        case SIGABRT:
            return 3;  // what abort() of a C runtime ends with
        default:
            return 1;  // killed
    }
}

ProcessObject::ProcessObject(pid_t pid, UniqueFd pidfd, ProcessPage* page, UniqueFd memory,
                             bool is_child)
    : Object(kType),
      pid_(pid),
      pidfd_(std::move(pidfd)),
      page_(page),
      memory_(std::move(memory)),
      is_child_(is_child) {
    if (is_child_) {
        std::lock_guard guard(children().lock);
        children().by_pid[pid_] = this;
    }
}

ProcessObject::~ProcessObject() {
    if (is_child_) {
        {
            std::lock_guard guard(children().lock);
            auto found = children().by_pid.find(pid_);
            if (found != children().by_pid.end() && found->second == this)
                children().by_pid.erase(found);
        }
        if (!ended_) leave_to_reaper(pid_);
    }
    if (record_) {
        bridge_forget(*this);
        release_record(record_);
    }
    if (page_ && page_ != own().page) munmap(page_, 4096);
}

Result<Ref<ProcessObject>> ProcessObject::open(pid_t pid) {
    if (pid == getpid()) return process_from_handle(reinterpret_cast<HANDLE>(intptr_t{-1}));
    {
        std::lock_guard guard(children().lock);
        auto found = children().by_pid.find(pid);
        if (found != children().by_pid.end()) return Ref<ProcessObject>::share(found->second);
    }
    UniqueFd pidfd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
    if (!pidfd.valid()) return Status(errno == EPERM ? STATUS_ACCESS_DENIED : STATUS_INVALID_CID);
    UniqueFd memory;
    ProcessPage* page = map_page_of(pid, memory);
    return make_object<ProcessObject>(pid, std::move(pidfd), page, std::move(memory), false);
}

bool ProcessObject::is_current() const { return pid_ == getpid(); }

SyncRecord* ProcessObject::record() {
    std::lock_guard guard(lock_);
    if (!record_) {
        auto made = allocate_record(SyncKind::Descriptor);
        if (made.ok()) record_ = *made;
    }
    return record_;
}

void ProcessObject::reap() {
    if (ended_ || is_current()) return;
    pollfd entry{pidfd_.get(), POLLIN, 0};
    if (poll(&entry, 1, 0) != 1) return;
    last_times_ = read_times();
    last_times_.exit = system_time();
    ended_ = true;
    siginfo_t info{};
    constexpr auto kPidfd = static_cast<idtype_t>(3);  // P_PIDFD
    bool known = is_child_ &&
                 waitid(kPidfd, static_cast<id_t>(pidfd_.get()), &info, WEXITED | WNOHANG) == 0 &&
                 info.si_pid;
    if (page_ && page_->has_exit_code.load())
        code_ = page_->exit_code.load();
    else if (known)
        code_ = info.si_code == CLD_EXITED ? code_of_exit(info.si_status)
                                           : code_of_signal(info.si_status);
}

bool ProcessObject::has_ended() {
    std::lock_guard guard(lock_);
    reap();
    return ended_;
}

DWORD ProcessObject::exit_code() {
    std::lock_guard guard(lock_);
    reap();
    return ended_ ? code_ : STILL_ACTIVE;
}

Result<void> ProcessObject::terminate(uint32_t code) {
    if (is_current()) exit_now(code);
    if (has_ended()) return STATUS_PROCESS_IS_TERMINATING;
    if (page_) {
        uint32_t none = 0;
        if (page_->has_exit_code.load() == 0) {
            page_->exit_code = code;
            page_->has_exit_code.compare_exchange_strong(none, 1);
        }
    }
    if (syscall(SYS_pidfd_send_signal, pidfd_.get(), SIGKILL, nullptr, 0) != 0) {
        if (errno != ESRCH) return status_from_errno(errno);
        return STATUS_PROCESS_IS_TERMINATING;
    }
    if (!page_ && is_child_) {  // a Linux program: the code is only ours to tell
        pollfd entry{pidfd_.get(), POLLIN, 0};
        while (poll(&entry, 1, -1) < 0 && errno == EINTR) {
        }
        std::lock_guard guard(lock_);
        reap();
        code_ = code;
    }
    return {};
}

ProcessObject::Times ProcessObject::read_times() const {
    Times times;
    auto fields = stat_fields(read_text("/proc/" + std::to_string(pid_) + "/stat"));
    if (fields.size() < 20) return times;
    int64_t tick = kTicksPerSecond / sysconf(_SC_CLK_TCK);
    times.user = atoll(fields[11].c_str()) * tick;
    times.kernel = atoll(fields[12].c_str()) * tick;
    times.creation = boot_time_ticks() + atoll(fields[19].c_str()) * tick;
    return times;
}

ProcessObject::Times ProcessObject::times() {
    std::lock_guard guard(lock_);
    reap();
    return ended_ ? last_times_ : read_times();
}

Result<Ref<ProcessObject>> process_from_handle(HANDLE handle, ACCESS_MASK access) {
    if (handle != reinterpret_cast<HANDLE>(intptr_t{-1}))
        return runtime().handles.get<ProcessObject>(handle, access);
    Children& all = children();
    std::lock_guard guard(all.lock);
    if (!all.current) {
        UniqueFd pidfd(static_cast<int>(syscall(SYS_pidfd_open, getpid(), 0)));
        UniqueFd memory(own().memory_fd >= 0 ? fcntl(own().memory_fd, F_DUPFD_CLOEXEC, 3) : -1);
        all.current = make_object<ProcessObject>(getpid(), std::move(pidfd), own().page,
                                                 std::move(memory), false);
    }
    return Ref<ProcessObject>(all.current);
}

bool read_process(pid_t pid, ProcessFacts& out) {
    std::string text = read_text("/proc/" + std::to_string(pid) + "/stat");
    size_t open = text.find('('), close = text.rfind(')');
    auto fields = stat_fields(text);
    if (open == std::string::npos || close == std::string::npos || fields.size() < 20) return false;
    out.pid = pid;
    out.name = text.substr(open + 1, close - open - 1);
    out.parent = atoi(fields[1].c_str());
    out.threads = static_cast<unsigned>(atoi(fields[17].c_str()));
    out.start_ticks = strtoull(fields[19].c_str(), nullptr, 10);
    return true;
}

std::vector<pid_t> list_processes() {
    std::vector<pid_t> out;
    DIR* directory = opendir("/proc");
    if (!directory) return out;
    while (dirent* entry = readdir(directory)) {
        pid_t pid = atoi(entry->d_name);
        if (pid > 0) out.push_back(pid);
    }
    closedir(directory);
    return out;
}

std::vector<pid_t> descendants(std::set<pid_t> roots) {
    std::vector<ProcessFacts> all;
    for (pid_t pid : list_processes()) {
        ProcessFacts facts;
        if (read_process(pid, facts)) all.push_back(facts);
    }
    std::vector<pid_t> out;
    for (bool grew = true; grew;) {
        grew = false;
        for (const ProcessFacts& facts : all)
            if (roots.contains(facts.parent) && roots.insert(facts.pid).second) {
                out.push_back(facts.pid);
                grew = true;
            }
    }
    return out;
}

std::u16string process_image_path(ProcessObject& process) {
    if (process.is_current()) {
        const UNICODE_STRING& path = runtime().peb->ProcessParameters->ImagePathName;
        return {path.Buffer, path.Length / 2u};
    }
    if (process.page() && process.page()->image_path[0]) return process.page()->image_path;
    char target[4096];
    std::string link = "/proc/" + std::to_string(process.pid()) + "/exe";
    ssize_t length = readlink(link.c_str(), target, sizeof target);
    return length > 0 ? dos_path_from_linux({target, static_cast<size_t>(length)})
                      : std::u16string();
}

}  // namespace lsw
