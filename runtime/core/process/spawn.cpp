#include "core/process/spawn.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>

#include "api/trace/trace.h"
#include "base/own_program.h"
#include "base/status.h"
#include "base/text.h"
#include "core/process/descriptor_limit.h"
#include "core/process/environment.h"
#include "core/thread/clean_thread.h"

namespace lsw {
namespace {

constexpr size_t kChildStackBytes = 64 * 1024;

// Everything the child needs, made beforehand: between clone and execve it shares our memory and
// may not allocate.
struct ChildPlan {
    const char* path;
    char* const* arguments;
    char* const* environment;
    const char* directory;
    const int* std_fds;
    const int* kept_fds;
    size_t kept_count;
    bool new_group, detached;
    int nice;  // INT_MIN: as it is
    sigset_t mask;
    int error;  // errno of what failed
    bool failed_directory;
};

void place_std_descriptors(const int* wanted) {
    int from[3];
    for (int i = 0; i < 3; ++i) {
        from[i] = wanted[i] >= 0 ? wanted[i] : open("/dev/null", O_RDWR | O_CLOEXEC);
        if (from[i] >= 0 && from[i] < 3) from[i] = fcntl(from[i], F_DUPFD_CLOEXEC, 3);
    }
    for (int i = 0; i < 3; ++i)
        if (from[i] >= 0) dup2(from[i], i);
}

int child_main(void* argument) {
    auto& plan = *static_cast<ChildPlan*>(argument);
    // Ignored signals would stay ignored: a Linux program expects SIGPIPE to end it.
    signal(SIGPIPE, SIG_DFL);
    restore_descriptor_limit();
    if (plan.detached)
        setsid();
    else if (plan.new_group)
        setpgid(0, 0);
    if (plan.nice != INT_MIN) setpriority(PRIO_PROCESS, 0, plan.nice);
    if (plan.directory && chdir(plan.directory) != 0) {
        plan.error = errno;
        plan.failed_directory = true;
        _exit(127);
    }
    for (size_t i = 0; i < plan.kept_count; ++i) fcntl(plan.kept_fds[i], F_SETFD, 0);
    place_std_descriptors(plan.std_fds);
    sigprocmask(SIG_SETMASK, &plan.mask, nullptr);
    execve(plan.path, plan.arguments, plan.environment);
    plan.error = errno;
    _exit(127);
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
    std::vector<char*> out;
    for (std::string& text : strings) out.push_back(text.data());
    out.push_back(nullptr);
    return out;
}

// The memfd with page and block, mapped (the page only). The descriptor's number is the same in the
// child.
Result<ProcessPage*> make_startup_memory(const SpawnRequest& request, UniqueFd& memory) {
    memory = UniqueFd(memfd_create("lsw-process", MFD_CLOEXEC));
    std::string bytes = request.block.encode();
    if (!memory.valid() || ftruncate(memory.get(), 4096) != 0 ||
        pwrite(memory.get(), bytes.data(), bytes.size(), 4096) !=
            static_cast<ssize_t>(bytes.size()))
        return Status(STATUS_NO_MEMORY);
    void* mapped = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, memory.get(), 0);
    if (mapped == MAP_FAILED) return Status(STATUS_NO_MEMORY);
    auto* page = static_cast<ProcessPage*>(mapped);
    page->magic = ProcessPage::kMagic;
    page->parent_pid = static_cast<uint32_t>(getpid());
    page->suspend_count = request.suspended ? 1 : 0;
    page->priority_class = request.priority_class ? request.priority_class : NORMAL_PRIORITY_CLASS;
    size_t length = std::min(request.block.image_path.size(), std::size(page->image_path) - 1);
    memcpy(page->image_path, request.block.image_path.data(), length * 2);
    return page;
}

// The child is in the making; the calling thread sleeps until it has its own program.
pid_t clone_child(ChildPlan& plan, int* pidfd) {
    void* stack = mmap(nullptr, kChildStackBytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED) return errno = ENOMEM, -1;
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &plan.mask);
    pid_t pid = -1;
    int error = 0;
    run_clean([&] {
        pid = clone(child_main, static_cast<char*>(stack) + kChildStackBytes, CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD,
                    &plan, pidfd);
        error = errno;
    });
    pthread_sigmask(SIG_SETMASK, &plan.mask, nullptr);
    munmap(stack, kChildStackBytes);
    errno = error;
    return pid;
}

Result<Ref<ProcessObject>> run(ChildPlan& plan, ProcessPage* page, UniqueFd memory) {
    int pidfd = -1;
    pid_t pid = clone_child(plan, &pidfd);
    auto drop = [&](NTSTATUS status) {
        if (page) munmap(page, 4096);
        return Status(status);
    };
    if (pid < 0)
        return drop(errno == EAGAIN ? STATUS_INSUFFICIENT_RESOURCES : status_from_errno(errno));
    auto process = make_object<ProcessObject>(pid, UniqueFd(pidfd), page, std::move(memory), true);
    if (plan.error == 0) return process;
    // It never became a program; its object reaps it.
    (void)process->exit_code();
    if (plan.failed_directory) return Status(STATUS_NOT_A_DIRECTORY);
    return Status(status_from_errno(plan.error));
}

}  // namespace

int nice_of_class(DWORD priority_class) {
    switch (priority_class) {
        case IDLE_PRIORITY_CLASS:
            return 15;
        case BELOW_NORMAL_PRIORITY_CLASS:
            return 7;
        case ABOVE_NORMAL_PRIORITY_CLASS:
            return -5;
        case HIGH_PRIORITY_CLASS:
            return -10;
        case REALTIME_PRIORITY_CLASS:
            return -20;
        default:
            return 0;
    }
}

Result<Ref<ProcessObject>> spawn(SpawnRequest& request) {
    bool windows = request.program.kind == ProgramKind::Windows;
    UniqueFd memory;
    ProcessPage* page = nullptr;
    if (windows) {
        request.block.own_file = own_file();
        page = LSW_TRY(make_startup_memory(request, memory));
    }

    std::vector<std::string> arguments, environment = linux_environment(request.block.environment);
    for (const std::u16string& argument : split_command_line(request.block.command_line))
        arguments.push_back(linux_from_utf16(argument));
    if (windows) {
        arguments[0] = request.program.linux_path;  // what ps shows
        environment.push_back(std::string(kStartupVariable) + "=" + std::to_string(memory.get()));
        if (int tracer = trace::tracer_of_children())
            environment.push_back(std::string(trace::kTracerVariable) + "=" + std::to_string(tracer));
    }
    std::vector<char*> argument_pointers = pointers(arguments),
                       environment_pointers = pointers(environment);
    std::vector<int> kept;
    if (windows) {
        kept.push_back(memory.get());
        if (request.block.own_file >= 0) kept.push_back(request.block.own_file);
        if (request.block.debug_fd) kept.push_back(static_cast<int>(request.block.debug_fd));
        for (const InheritedHandle& handle : request.block.handles) kept.push_back(handle.fd);
    }
    ChildPlan plan{};
    plan.path = windows ? "/proc/self/exe" : request.program.linux_path.c_str();
    plan.arguments = argument_pointers.data();
    plan.environment = environment_pointers.data();
    plan.directory = request.directory.empty() ? nullptr : request.directory.c_str();
    plan.std_fds = request.std_fds;
    plan.kept_fds = kept.data();
    plan.kept_count = kept.size();
    plan.new_group = request.new_process_group;
    plan.detached = request.detached;
    plan.nice = request.priority_class ? nice_of_class(request.priority_class) : INT_MIN;
    return run(plan, page, std::move(memory));
}

}  // namespace lsw
