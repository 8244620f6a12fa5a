// jobapi.h: job objects. See core/process/job.
#include <cstring>
#include <string>

#include "base/text.h"
#include "core/process/job.h"
#include "core/runtime.h"
#include "core/teb.h"
#include "dll/kernel32/kernel32.h"

using namespace lsw;

namespace {

BOOL fail(DWORD error) { return set_last_error(error), FALSE; }

constexpr DWORD kBasicAccounting = 1, kBasicLimit = 2, kProcessIdList = 3, kUiRestrictions = 4,
                kEndOfJobTime = 6, kCompletionPort = 7, kAccountingAndIo = 8, kExtendedLimit = 9;

}  // namespace

HANDLE kernel32::CreateJobObjectW(LPSECURITY_ATTRIBUTES lpJobAttributes, LPCWSTR) {
    bool inherit = lpJobAttributes && lpJobAttributes->bInheritHandle;
    auto handle = runtime().handles.insert(make_object<JobObject>(), 0x1F001F, inherit);
    if (handle.ok()) return set_last_error(ERROR_SUCCESS), *handle;
    set_last_error_from(handle.status());
    return nullptr;
}

HANDLE kernel32::CreateJobObjectA(LPSECURITY_ATTRIBUTES lpJobAttributes, LPCSTR) {
    return CreateJobObjectW(lpJobAttributes, nullptr);
}

BOOL kernel32::AssignProcessToJobObject(HANDLE hJob, HANDLE hProcess) {
    auto job = runtime().handles.get<JobObject>(hJob);
    if (!job.ok()) return set_last_error_from(job.status());
    auto process = process_from_handle(hProcess);
    if (!process.ok()) return set_last_error_from(process.status());
    return win32_result((*job)->assign(**process).status());
}

BOOL kernel32::TerminateJobObject(HANDLE hJob, UINT uExitCode) {
    auto job = runtime().handles.get<JobObject>(hJob);
    if (!job.ok()) return set_last_error_from(job.status());
    (*job)->terminate(uExitCode);
    return TRUE;
}

BOOL kernel32::IsProcessInJob(HANDLE ProcessHandle, HANDLE JobHandle, PBOOL Result) {
    auto process = process_from_handle(ProcessHandle);
    if (!process.ok()) return set_last_error_from(process.status());
    if (!JobHandle) return *Result = (*process)->is_current() && current_process_is_in_job(), TRUE;
    auto job = runtime().handles.get<JobObject>(JobHandle);
    if (!job.ok()) return set_last_error_from(job.status());
    *Result = (*job)->contains((*process)->pid());
    return TRUE;
}

BOOL kernel32::SetInformationJobObject(HANDLE hJob, JOBOBJECTINFOCLASS JobObjectInformationClass,
                                       LPVOID lpJobObjectInformation,
                                       DWORD cbJobObjectInformationLength) {
    auto found = runtime().handles.get<JobObject>(hJob);
    if (!found.ok()) return set_last_error_from(found.status());
    JobObject& job = **found;
    DWORD size = cbJobObjectInformationLength;
    switch (JobObjectInformationClass) {
        case kBasicLimit:
        case kExtendedLimit: {
            size_t wanted = JobObjectInformationClass == kBasicLimit
                                ? sizeof job.limits.BasicLimitInformation
                                : sizeof job.limits;
            if (size < wanted) return fail(ERROR_BAD_LENGTH);
            JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = job.limits;
            memcpy(&limits, lpJobObjectInformation, wanted);
            job.set_limits(limits);
            return TRUE;
        }
        case kUiRestrictions:
            if (size < sizeof(DWORD)) return fail(ERROR_BAD_LENGTH);
            job.ui_restrictions = *static_cast<DWORD*>(lpJobObjectInformation);
            return TRUE;
        case kCompletionPort: {
            if (size < sizeof(JOBOBJECT_ASSOCIATE_COMPLETION_PORT)) return fail(ERROR_BAD_LENGTH);
            auto info = *static_cast<JOBOBJECT_ASSOCIATE_COMPLETION_PORT*>(lpJobObjectInformation);
            auto entry = runtime().handles.lookup(info.CompletionPort);
            if (!entry.ok() || entry->object->type() != ObjectType::IoCompletion)
                return fail(ERROR_INVALID_PARAMETER);
            job.report_to(Ref<CompletionSink>::adopt(static_cast<CompletionSink*>(entry->object.detach())),
                          reinterpret_cast<uint64_t>(info.CompletionKey));
            return TRUE;
        }
        case kEndOfJobTime:
            return TRUE;
        default:
            return fail(ERROR_INVALID_PARAMETER);
    }
}

BOOL kernel32::QueryInformationJobObject(HANDLE hJob, JOBOBJECTINFOCLASS JobObjectInformationClass,
                                         LPVOID lpJobObjectInformation,
                                         DWORD cbJobObjectInformationLength,
                                         LPDWORD lpReturnLength) {
    Ref<JobObject> job;
    if (hJob) {
        auto found = runtime().handles.get<JobObject>(hJob);
        if (!found.ok()) return set_last_error_from(found.status());
        job = std::move(*found);
    } else {
        job = make_object<JobObject>();  // the caller's own job, of which nothing limits anything
    }
    auto give = [&](const void* data, size_t size) {
        if (lpReturnLength) *lpReturnLength = static_cast<DWORD>(size);
        if (cbJobObjectInformationLength < size) return fail(ERROR_BAD_LENGTH);
        memcpy(lpJobObjectInformation, data, size);
        return TRUE;
    };
    switch (JobObjectInformationClass) {
        case kBasicLimit:
            return give(&job->limits.BasicLimitInformation,
                        sizeof job->limits.BasicLimitInformation);
        case kExtendedLimit:
            return give(&job->limits, sizeof job->limits);
        case kUiRestrictions:
            return give(&job->ui_restrictions, sizeof job->ui_restrictions);
        case kBasicAccounting:
        case kAccountingAndIo: {
            struct {
                JOBOBJECT_BASIC_ACCOUNTING_INFORMATION basic;
                IO_COUNTERS io;
            } info{};
            info.basic.ActiveProcesses = static_cast<DWORD>(job->members().size());
            info.basic.TotalProcesses = info.basic.ActiveProcesses;
            return give(&info, JobObjectInformationClass == kBasicAccounting ? sizeof info.basic
                                                                             : sizeof info);
        }
        case kProcessIdList: {
            if (cbJobObjectInformationLength < sizeof(JOBOBJECT_BASIC_PROCESS_ID_LIST))
                return fail(ERROR_BAD_LENGTH);
            auto* list = static_cast<JOBOBJECT_BASIC_PROCESS_ID_LIST*>(lpJobObjectInformation);
            auto members = job->members();
            size_t room = (cbJobObjectInformationLength - 8) / sizeof(ULONG_PTR);
            list->NumberOfAssignedProcesses = static_cast<DWORD>(members.size());
            list->NumberOfProcessIdsInList = static_cast<DWORD>(std::min(room, members.size()));
            for (DWORD i = 0; i < list->NumberOfProcessIdsInList; ++i)
                list->ProcessIdList[i] = static_cast<ULONG_PTR>(members[i]);
            if (lpReturnLength) *lpReturnLength = 8 + list->NumberOfProcessIdsInList * 8;
            return members.size() > room ? fail(ERROR_MORE_DATA) : TRUE;
        }
        default:
            return fail(ERROR_INVALID_PARAMETER);
    }
}
