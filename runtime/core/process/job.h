// Job objects as build tools and runtimes use them: a set of processes that end together.
// A job lives in the process that made it: members are those assigned by it, and what they start in
// turn is found by descent when the job is ended. Members' ends are watched by the thread pool once the
// job reports to a completion port; what a member has started itself is not reported.
// Limits: number of processes, memory and processor time of each process, affinity, priority; those of the
// job as a whole are kept and given back.
#pragma once

#include <sys/types.h>

#include <mutex>
#include <span>
#include <vector>

#include "abi/job.h"
#include "core/io/completion.h"
#include "core/process/process_object.h"

namespace lsw {

class JobObject final : public Object, public Waitable {
public:
    static constexpr ObjectType kType = ObjectType::Job;
    JobObject() : Object(kType) {}

    Waitable* waitable() override { return this; }
    SyncRecord* record() override;
    void on_last_handle_closed() override;

    Result<void> assign(ProcessObject& process);
    bool contains(pid_t pid);
    std::vector<pid_t> members();  // that still run
    void terminate(uint32_t code);

    void set_limits(const JOBOBJECT_EXTENDED_LIMIT_INFORMATION& limits);
    // Members that run already are reported too, as they join.
    void report_to(Ref<CompletionSink> port, uint64_t key);

    std::mutex lock;
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
    DWORD ui_restrictions = 0;
    Ref<CompletionSink> port;
    uint64_t port_key = 0;

private:
    ~JobObject() override;
    void apply_limits(ProcessObject& process);
    static void bind_end(ProcessObject& process, bool ends_with_job);
    void forget_ended();
    void watch(ProcessObject& process);
    void process_ended(ProcessObject& process);

    std::vector<Ref<ProcessObject>> processes_;
    SyncRecord* record_ = nullptr;
    uint32_t total_ = 0;
    size_t forget_at_ = 16;  // so many processes
    size_t reported_running_ = 0;  // members whose start was reported and whose end was not
};

// The new child joins the jobs of this process that it assigned itself to, and those listed.
void join_jobs_of_parent(ProcessObject& child, std::span<const HANDLE> listed, bool breakaway);

// Jobs this process has been put in by itself.
bool current_process_is_in_job();

}  // namespace lsw
