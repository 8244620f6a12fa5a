#include "core/process/job.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "core/runtime.h"
#include "core/wait/arena.h"

namespace lsw {
namespace {

constexpr uint64_t kNewProcess = 6;  // JOB_OBJECT_MSG_NEW_PROCESS

// Jobs that this process put itself into.
struct OwnJobs {
    std::mutex lock;
    std::vector<Ref<JobObject>> jobs;
};
OwnJobs& own_jobs() {
    static OwnJobs& instance = *new OwnJobs;
    return instance;
}

// Processes that descend from one of `roots`, by parent ids as they are now.
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

Result<void> JobObject::assign(ProcessObject& process) {
    if (process.has_ended()) return STATUS_PROCESS_IS_TERMINATING;
    Ref<CompletionSink> target;
    {
        std::lock_guard guard(lock);
        processes_.push_back(Ref<ProcessObject>::share(&process));
        ++total_;
        target = Ref<CompletionSink>(port);
    }
    if (target)
        target->post(port_key, static_cast<uint64_t>(process.pid()), STATUS_SUCCESS, kNewProcess);
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
