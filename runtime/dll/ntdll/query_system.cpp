// winternl.h: NtQuerySystemInformation. Each class is one small function.
#include <dirent.h>

#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "abi/nt_query.h"
#include "base/text.h"
#include "core/process/process_object.h"
#include "core/process/usage.h"
#include "core/system/system_info.h"
#include "core/time/calendar.h"
#include "core/wait/clock.h"
#include "dll/kernel32/kernel32.h"
#include "dll/ntdll/object_attributes.h"
#include "dll/ntdll/queries.h"

using namespace lsw;

namespace {

struct Query {
    PVOID buffer;
    ULONG length;
    PULONG return_length;

    NTSTATUS give_bytes(const void* bytes, size_t size) const {
        if (return_length) *return_length = static_cast<ULONG>(size);
        if (length < size) return STATUS_INFO_LENGTH_MISMATCH;
        memcpy(buffer, bytes, size);
        return STATUS_SUCCESS;
    }
    template <class T>
    NTSTATUS give(const T& value) const {
        return give_bytes(&value, sizeof value);
    }
};

NTSTATUS basic(const Query& query) {
    SYSTEM_BASIC_INFORMATION out{};
    out.TimerResolution = 156'250;
    out.PageSize = 4096;
    out.NumberOfPhysicalPages = static_cast<ULONG>(memory_info().total / 4096);
    out.LowestPhysicalPageNumber = 1;
    out.HighestPhysicalPageNumber = out.NumberOfPhysicalPages;
    out.AllocationGranularity = 0x10000;
    out.MinimumUserModeAddress = 0x10000;
    out.MaximumUserModeAddress = 0x7FFFFFFEFFFF;
    out.ActiveProcessorsAffinityMask = processor_mask();
    out.NumberOfProcessors = static_cast<BYTE>(processor_count());
    return query.give(out);
}

NTSTATUS processor(const Query& query) {
    ProcessorId id = processor_id();
    SYSTEM_PROCESSOR_INFORMATION out{9, id.level, id.revision, static_cast<USHORT>(processor_count()), 0};
    return query.give(out);
}

// As much of it as the caller has room for, as documented by its use.
NTSTATUS time_of_day(const Query& query) {
    SYSTEM_TIMEOFDAY_INFORMATION out{};
    out.BootTime.QuadPart = boot_time();
    ntdll::NtQuerySystemTime(&out.CurrentTime);
    TIME_ZONE_INFORMATION zone;
    out.TimeZoneId = kernel32::GetTimeZoneInformation(&zone);
    out.TimeZoneBias.QuadPart = int64_t{zone.Bias} * 60 * 10'000'000;
    ULONG size = std::min<ULONG>(query.length, sizeof out);
    memcpy(query.buffer, &out, size);
    if (query.return_length) *query.return_length = size;
    return query.length > sizeof out ? STATUS_INFO_LENGTH_MISMATCH : STATUS_SUCCESS;
}

NTSTATUS processor_performance(const Query& query) {
    std::vector<SYSTEM_PROCESSOR_PERFORMANCE_INFORMATION> out;
    for (const SystemTimes& times : processor_times()) {
        SYSTEM_PROCESSOR_PERFORMANCE_INFORMATION one{};
        one.IdleTime.QuadPart = static_cast<int64_t>(times.idle);
        one.KernelTime.QuadPart = static_cast<int64_t>(times.kernel);
        one.UserTime.QuadPart = static_cast<int64_t>(times.user);
        out.push_back(one);
    }
    // A shorter buffer receives the first processors.
    size_t fits = std::min<size_t>(out.size(), query.length / sizeof out[0]);
    if (fits == 0) return query.give_bytes(out.data(), out.size() * sizeof out[0]);
    return query.give_bytes(out.data(), fits * sizeof out[0]);
}

std::vector<intptr_t> thread_ids(pid_t pid) {
    std::vector<intptr_t> ids;
    if (DIR* directory = opendir(("/proc/" + std::to_string(pid) + "/task").c_str())) {
        while (const dirent* entry = readdir(directory))
            if (entry->d_name[0] != '.') ids.push_back(atoi(entry->d_name));
        closedir(directory);
    }
    return ids;
}

// One process with its threads and its name, as one record.
void append_process(std::vector<BYTE>& out, pid_t pid, size_t& previous, uintptr_t base) {
    ProcessFacts facts;
    if (!read_process(pid, facts)) return;
    std::u16string name = utf16_from_utf8(facts.name);
    auto process = ProcessObject::open(pid);
    ProcessObject::Times times = process.ok() ? (*process)->times() : ProcessObject::Times{};
    MemoryUsage usage = memory_usage(pid);
    SYSTEM_PROCESS_INFORMATION record{};
    std::vector<intptr_t> tids = thread_ids(pid);
    record.NumberOfThreads = static_cast<ULONG>(tids.size());
    record.WorkingSetPrivateSize.QuadPart = static_cast<int64_t>(usage.private_bytes);
    record.CreateTime.QuadPart = times.creation;
    record.UserTime.QuadPart = times.user, record.KernelTime.QuadPart = times.kernel;
    record.BasePriority = 8;
    record.UniqueProcessId = reinterpret_cast<HANDLE>(static_cast<intptr_t>(pid));
    record.InheritedFromUniqueProcessId = reinterpret_cast<HANDLE>(static_cast<intptr_t>(facts.parent));
    record.HandleCount = handle_count(pid);
    record.SessionId = 1;
    record.PeakVirtualSize = usage.peak_virtual_size, record.VirtualSize = usage.virtual_size;
    record.PageFaultCount = static_cast<ULONG>(usage.page_faults);
    record.PeakWorkingSetSize = usage.peak_working_set, record.WorkingSetSize = usage.working_set;
    record.PagefileUsage = record.PrivatePageCount = usage.private_bytes;
    record.IoCounters = io_counters(pid);

    size_t at = out.size(), threads = at + sizeof record;
    size_t text = threads + tids.size() * sizeof(SYSTEM_THREAD_INFORMATION);
    size_t name_bytes = name.size() * sizeof(char16_t);
    out.resize((text + name_bytes + sizeof(char16_t) + 7) & ~size_t{7});
    record.ImageName = {static_cast<USHORT>(name_bytes), static_cast<USHORT>(name_bytes + sizeof(char16_t)),
                        reinterpret_cast<PWSTR>(base + text)};
    memcpy(out.data() + at, &record, sizeof record);
    memcpy(out.data() + text, name.data(), name_bytes);
    for (size_t i = 0; i < tids.size(); ++i) {
        SYSTEM_THREAD_INFORMATION thread{};
        thread.UniqueProcess = record.UniqueProcessId;
        thread.UniqueThread = reinterpret_cast<HANDLE>(tids[i]);
        thread.Priority = thread.BasePriority = 8;
        thread.ThreadState = 5;  // waiting
        memcpy(out.data() + threads + i * sizeof thread, &thread, sizeof thread);
    }
    if (at != 0) {
        ULONG step = static_cast<ULONG>(at - previous);
        memcpy(out.data() + previous, &step, sizeof step);
    }
    previous = at;
}

NTSTATUS processes(const Query& query) {
    std::vector<BYTE> out;
    size_t previous = 0;
    for (pid_t pid : list_processes())
        append_process(out, pid, previous, reinterpret_cast<uintptr_t>(query.buffer));
    return query.give_bytes(out.data(), out.size());
}

NTSTATUS memory_performance(const Query& query) {
    // SYSTEM_PERFORMANCE_INFORMATION: the fields that have a meaning here.
    struct {
        int64_t IdleProcessTime;
        int64_t IoReadTransferCount, IoWriteTransferCount, IoOtherTransferCount;
        ULONG IoReadOperationCount, IoWriteOperationCount, IoOtherOperationCount;
        ULONG AvailablePages, CommittedPages, CommitLimit, PeakCommitment;
        BYTE rest[344 - 60];
    } out{};
    static_assert(sizeof out == 344);
    MemoryInfo memory = memory_info();
    out.IdleProcessTime = static_cast<int64_t>(system_times().idle);
    out.AvailablePages = static_cast<ULONG>(memory.available / 4096);
    out.CommitLimit = static_cast<ULONG>((memory.total + memory.swap_total) / 4096);
    out.CommittedPages = out.PeakCommitment =
        out.CommitLimit - static_cast<ULONG>((memory.available + memory.swap_free) / 4096);
    return query.give(out);
}

NTSTATUS logical_processors(const Query& query) {
    DWORD length = query.length;
    BOOL filled = kernel32::GetLogicalProcessorInformation(
        static_cast<PSYSTEM_LOGICAL_PROCESSOR_INFORMATION>(query.length ? query.buffer : nullptr), &length);
    if (query.return_length) *query.return_length = length;
    return filled ? STATUS_SUCCESS : STATUS_INFO_LENGTH_MISMATCH;
}

}  // namespace

NTSTATUS ntdll::NtQuerySystemInformation(ULONG SystemInformationClass, PVOID SystemInformation,
                                         ULONG SystemInformationLength, PULONG ReturnLength) {
    Query query{SystemInformation, SystemInformationLength, ReturnLength};
    struct DebuggerInformation {
        BOOLEAN KernelDebuggerEnabled, KernelDebuggerNotPresent;
    };
    switch (SystemInformationClass) {
        case 0: case 62: return basic(query);
        case 1: case 63: return processor(query);
        case 2: return memory_performance(query);
        case 3: return time_of_day(query);
        case 5: case 57: return processes(query);
        case 8: return processor_performance(query);
        case 35: return query.give(DebuggerInformation{0, 1});
        case 73: return logical_processors(query);
        case 103: return query.give(ULONGLONG{8});  // SystemCodeIntegrityInformation: length, nothing enforced
        default: return STATUS_INVALID_INFO_CLASS;
    }
}

NTSTATUS ntdll::NtQuerySystemInformationEx(ULONG SystemInformationClass, PVOID InputBuffer, ULONG InputBufferLength,
                                           PVOID SystemInformation, ULONG SystemInformationLength,
                                           PULONG ReturnLength) {
    if (!InputBuffer || InputBufferLength < sizeof(USHORT)) return STATUS_INVALID_PARAMETER;
    if (SystemInformationClass == 107) {  // SystemLogicalProcessorAndGroupInformation: the relationship
        if (InputBufferLength < sizeof(ULONG)) return STATUS_INVALID_PARAMETER;
        DWORD length = SystemInformationLength;
        BOOL filled = kernel32::GetLogicalProcessorInformationEx(
            *static_cast<ULONG*>(InputBuffer),
            static_cast<PSYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX>(SystemInformation), &length);
        if (ReturnLength) *ReturnLength = length;
        return filled ? STATUS_SUCCESS : STATUS_INFO_LENGTH_MISMATCH;
    }
    // The others take a processor group, of which there is one.
    if (*static_cast<USHORT*>(InputBuffer) != 0) return STATUS_INVALID_PARAMETER;
    return NtQuerySystemInformation(SystemInformationClass, SystemInformation, SystemInformationLength, ReturnLength);
}
