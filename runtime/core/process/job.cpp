#include "core/process/job.h"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "core/process/job_keeper.h"
#include "core/runtime.h"
#include "core/system/system_info.h"
#include "core/threadpool/items.h"
#include "core/wait/arena.h"

namespace lsw {
namespace {

// JOB_OBJECT_MSG_*: "JOBOBJECT_ASSOCIATE_COMPLETION_PORT structure (winnt.h)".
constexpr uint64_t kActiveProcessLimit = 3, kActiveProcessZero = 4, kNewProcess = 6, kExitProcess = 7,
                   kAbnormalExitProcess = 8;

// Exit codes that a process has by an exception nobody handled, not by its own choice.
bool is_abnormal(DWORD code) { return code >= 0xC0000000; }

int nice_of(DWORD priority_class) {
    switch (priority_class) {
        case IDLE_PRIORITY_CLASS: return 15;
        case BELOW_NORMAL_PRIORITY_CLASS: return 5;
        default: return 0;  // raising takes a right that users seldom have
    }
}

// Jobs that this process put itself into.
struct OwnJobs {
    std::mutex lock;
    std::vector<Ref<JobObject>> jobs;
};
OwnJobs& own_jobs() {
    static OwnJobs& instance = *new OwnJobs;
    return instance;
}

}  // namespace

JobObject::~JobObject() {
    if (record_) release_record(record_);
}

SyncRecord* JobObject::record() {
    std::lock_guard guard(lock);
    if (!record_) {
        auto made = allocate_record(SyncKind::ManualEvent);
        if (made.ok()) record_ = *made;
    }
    return record_;
}

// What the kernel can hold a single process to.
void JobObject::apply_limits(ProcessObject& process) {
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION now;
    {
        std::lock_guard guard(lock);
        now = limits;
    }
    const auto& basic = now.BasicLimitInformation;
    auto limit = [&](__rlimit_resource resource, uint64_t value) {
        rlimit bounds{value, value};
        prlimit(process.pid(), resource, &bounds, nullptr);
    };
    // Committed memory is what Linux calls data: private and writable.
    if (basic.LimitFlags & JOB_OBJECT_LIMIT_PROCESS_MEMORY) limit(RLIMIT_DATA, now.ProcessMemoryLimit);
    if (basic.LimitFlags & JOB_OBJECT_LIMIT_PROCESS_TIME)
        limit(RLIMIT_CPU, static_cast<uint64_t>((basic.PerProcessUserTimeLimit.QuadPart + 9'999'999) / 10'000'000));
    if (basic.LimitFlags & JOB_OBJECT_LIMIT_AFFINITY) set_allowed_processors(process.pid(), basic.Affinity);
    if (basic.LimitFlags & JOB_OBJECT_LIMIT_PRIORITY_CLASS)
        setpriority(PRIO_PROCESS, static_cast<id_t>(process.pid()), nice_of(basic.PriorityClass));
}

void JobObject::bind_end(ProcessObject& process, bool ends_with_job) {
    if (ends_with_job)
        (void)end_with_us(process.pid());
    else
        let_outlive_us(process.pid());
}

void JobObject::set_limits(const JOBOBJECT_EXTENDED_LIMIT_INFORMATION& wanted) {
    bool before, after = wanted.BasicLimitInformation.LimitFlags & JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
    std::vector<Ref<ProcessObject>> processes;
    {
        std::lock_guard guard(lock);
        before = limits.BasicLimitInformation.LimitFlags & JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
        limits = wanted;
        processes = processes_;
    }
    for (auto& process : processes) {
        if (process->has_ended()) continue;
        apply_limits(*process);
        if (before != after) bind_end(*process, after);
    }
}

void JobObject::report_to(Ref<CompletionSink> target, uint64_t key) {
    std::vector<Ref<ProcessObject>> processes;
    {
        std::lock_guard guard(lock);
        bool another = static_cast<bool>(port);
        port = std::move(target);
        port_key = key;
        if (another) return;  // the members are watched already
        processes = processes_;
    }
    for (auto& process : processes) {
        if (process->has_ended()) continue;
        port->post(key, static_cast<uint64_t>(process->pid()), STATUS_SUCCESS, kNewProcess);
        watch(*process);
    }
}

// The pool's item holds the job until the process has ended.
void JobObject::watch(ProcessObject& process) {
    {
        std::lock_guard guard(lock);
        ++reported_running_;
    }
    if (process.is_current()) return;
    auto item = make_object<WaitItem>(
        Ref<Pool>::share(&Pool::standard_for_wait()),
        [job = Ref<JobObject>::share(this), member = Ref<ProcessObject>::share(&process)](const Fired&) {
            job->process_ended(*member);
        },
        /*repeats=*/false);
    (void)item->arm(Ref<Object>(Ref<ProcessObject>::share(&process)), kForever);
}

void JobObject::process_ended(ProcessObject& process) {
    DWORD code = process.exit_code();
    // Under the lock, so that the job is said to be empty once, and after every member is said to have ended.
    std::lock_guard guard(lock);
    port->post(port_key, static_cast<uint64_t>(process.pid()), STATUS_SUCCESS,
               is_abnormal(code) ? kAbnormalExitProcess : kExitProcess);
    if (--reported_running_ == 0) port->post(port_key, 0, STATUS_SUCCESS, kActiveProcessZero);
}

// A job that lives long has seen many processes; half of those remembered still run when this is done again.
void JobObject::forget_ended() {
    std::erase_if(processes_, [](auto& process) {
        if (process->has_ended()) let_outlive_us(process->pid());
        return process->has_ended();
    });
    forget_at_ = std::max<size_t>(16, processes_.size() * 2);
}

Result<void> JobObject::assign(ProcessObject& process) {
    if (process.has_ended()) return STATUS_PROCESS_IS_TERMINATING;
    size_t running = members().size();
    Ref<CompletionSink> target;
    bool full, ends_with_job;
    {
        std::lock_guard guard(lock);
        const auto& basic = limits.BasicLimitInformation;
        ends_with_job = basic.LimitFlags & JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
        if (processes_.size() >= forget_at_) forget_ended();
        full = basic.LimitFlags & JOB_OBJECT_LIMIT_ACTIVE_PROCESS && running >= basic.ActiveProcessLimit;
        if (!full) {
            processes_.push_back(Ref<ProcessObject>::share(&process));
            ++total_;
        }
        target = port;
    }
    if (full) {
        if (target) target->post(port_key, 0, STATUS_SUCCESS, kActiveProcessLimit);
        return STATUS_QUOTA_EXCEEDED;
    }
    apply_limits(process);
    if (ends_with_job) bind_end(process, true);
    if (target) {
        target->post(port_key, static_cast<uint64_t>(process.pid()), STATUS_SUCCESS, kNewProcess);
        watch(process);
    }
    if (process.is_current()) {
        std::lock_guard guard(own_jobs().lock);
        own_jobs().jobs.push_back(Ref<JobObject>::share(this));
    }
    return {};
}

std::vector<pid_t> JobObject::members() {
    std::lock_guard guard(lock);
    std::vector<pid_t> out;
    for (auto& process : processes_)
        if (!process->has_ended()) out.push_back(process->pid());
    return out;
}

bool JobObject::contains(pid_t pid) {
    auto list = members();
    return std::find(list.begin(), list.end(), pid) != list.end();
}

void JobObject::terminate(uint32_t code) {
    std::vector<Ref<ProcessObject>> processes;
    {
        std::lock_guard guard(lock);
        processes = processes_;
    }
    std::set<pid_t> roots;
    for (auto& process : processes)
        if (!process->has_ended() && !process->is_current()) roots.insert(process->pid());
    std::vector<pid_t> below = descendants(roots);
    bool self = false;
    for (auto& process : processes) {
        if (process->is_current())
            self = true;
        else if (!process->has_ended())
            (void)process->terminate(code);
    }
    for (pid_t pid : below)
        if (pid != getpid()) kill(pid, SIGKILL);
    if (self) (void)(*process_from_handle(reinterpret_cast<HANDLE>(intptr_t{-1})))->terminate(code);
}

void JobObject::on_last_handle_closed() {
    if (limits.BasicLimitInformation.LimitFlags & JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE) terminate(0);
    std::lock_guard guard(lock);
    for (auto& process : processes_) let_outlive_us(process->pid());
}

void join_jobs_of_parent(ProcessObject& child, std::span<const HANDLE> listed, bool breakaway) {
    std::vector<Ref<JobObject>> jobs;
    {
        std::lock_guard guard(own_jobs().lock);
        jobs = own_jobs().jobs;
    }
    for (auto& job : jobs) {
        DWORD flags = job->limits.BasicLimitInformation.LimitFlags;
        bool leaves = flags & JOB_OBJECT_LIMIT_SILENT_BREAKAWAY_OK ||
                      (breakaway && flags & JOB_OBJECT_LIMIT_BREAKAWAY_OK);
        if (!leaves) (void)job->assign(child);
    }
    for (HANDLE handle : listed) {
        auto job = runtime().handles.get<JobObject>(handle);
        if (job.ok()) (void)(*job)->assign(child);
    }
}

bool current_process_is_in_job() {
    std::lock_guard guard(own_jobs().lock);
    return !own_jobs().jobs.empty();
}

}  // namespace lsw
