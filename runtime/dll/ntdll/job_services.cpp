// Services for jobs; see rows/rare_services.inc. What they mean is core/process/job's.
#include "abi/status.h"
#include "core/process/job.h"
#include "core/runtime.h"
#include "dll/ntdll/object_attributes.h"
#include "dll/ntdll/rare_services.h"

using namespace lsw;

NTSTATUS ntdll::NtCreateJobObject(PHANDLE JobHandle, ACCESS_MASK DesiredAccess, POBJECT_ATTRIBUTES ObjectAttributes) {
    constexpr ACCESS_MASK kAllAccess = 0x1F001F;
    ACCESS_MASK access = DesiredAccess & (MAXIMUM_ALLOWED | GENERIC_ALL) ? kAllAccess : DesiredAccess & kAllAccess;
    return give_handle(JobHandle, make_object<JobObject>(), access, ObjectAttributes);
}

NTSTATUS ntdll::NtAssignProcessToJobObject(HANDLE JobHandle, HANDLE ProcessHandle) {
    constexpr ACCESS_MASK kAssign = 1;
    auto job = runtime().handles.get<JobObject>(JobHandle, kAssign);
    if (!job.ok()) return job.status();
    auto process = process_from_handle(ProcessHandle);
    return process.ok() ? (*job)->assign(**process).status() : process.status();
}

NTSTATUS ntdll::NtTerminateJobObject(HANDLE JobHandle, NTSTATUS ExitStatus) {
    constexpr ACCESS_MASK kTerminate = 8;
    auto job = runtime().handles.get<JobObject>(JobHandle, kTerminate);
    if (!job.ok()) return job.status();
    (*job)->terminate(static_cast<uint32_t>(ExitStatus));
    return STATUS_SUCCESS;
}

NTSTATUS ntdll::NtIsProcessInJob(HANDLE ProcessHandle, HANDLE JobHandle) {
    constexpr NTSTATUS kNotInJob = 0x123;  // STATUS_PROCESS_NOT_IN_JOB
    auto process = process_from_handle(ProcessHandle);
    if (!process.ok()) return process.status();
    bool is_in;
    if (!JobHandle) {
        is_in = (*process)->is_current() && current_process_is_in_job();
    } else {
        auto job = runtime().handles.get<JobObject>(JobHandle);
        if (!job.ok()) return job.status();
        is_in = (*job)->contains((*process)->pid());
    }
    return is_in ? STATUS_PROCESS_IN_JOB : kNotInJob;
}
