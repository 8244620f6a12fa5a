// winternl.h: NtQueryInformationProcess and NtSetInformationProcess. Each class is one small function.
#include <cstring>

#include "abi/nt_query.h"
#include "core/process/process_object.h"
#include "core/process/remote_calls.h"
#include "core/process/usage.h"
#include "core/runtime.h"
#include "core/system/system_info.h"
#include "core/teb.h"
#include "dll/kernel32/kernel32.h"
#include "dll/ntdll/object_attributes.h"
#include "dll/ntdll/queries.h"

using namespace lsw;

namespace {

constexpr LONG kNormalBasePriority = 8;

struct Query {
    ProcessObject& process;
    PVOID buffer;
    ULONG length;
    PULONG return_length;

    template <class T>
    NTSTATUS give(const T& value) const {
        return answer(value, buffer, length, return_length);
    }
    // A UNICODE_STRING whose text follows it.
    NTSTATUS give_text(std::u16string_view text) const {
        size_t bytes = text.size() * sizeof(char16_t), needed = sizeof(UNICODE_STRING) + bytes + sizeof(char16_t);
        if (return_length) *return_length = static_cast<ULONG>(needed);
        if (length < needed) return STATUS_INFO_LENGTH_MISMATCH;
        auto* out = static_cast<UNICODE_STRING*>(buffer);
        auto* characters = reinterpret_cast<char16_t*>(out + 1);
        memcpy(characters, text.data(), bytes);
        characters[text.size()] = 0;
        *out = {static_cast<USHORT>(bytes), static_cast<USHORT>(bytes + sizeof(char16_t)), characters};
        return STATUS_SUCCESS;
    }
};

PVOID peb_of(ProcessObject& process) {
    if (process.is_current()) return current_peb();
    return process.page() ? reinterpret_cast<PVOID>(process.page()->peb_address.load()) : nullptr;
}

NTSTATUS basic(const Query& query) {
    ProcessFacts facts;
    read_process(query.process.pid(), facts);
    PROCESS_BASIC_INFORMATION out{};
    out.ExitStatus = static_cast<NTSTATUS>(query.process.exit_code());
    out.PebBaseAddress = peb_of(query.process);
    out.AffinityMask = allowed_processors(query.process.pid());
    out.BasePriority = kNormalBasePriority;
    out.UniqueProcessId = static_cast<ULONG_PTR>(query.process.pid());
    out.InheritedFromUniqueProcessId = static_cast<ULONG_PTR>(facts.parent);
    // The extended form begins with its own size and ends with flags.
    struct Extended {
        SIZE_T Size;
        PROCESS_BASIC_INFORMATION BasicInfo;
        ULONG Flags;
    };
    if (query.length == sizeof(Extended)) return query.give(Extended{sizeof(Extended), out, 0});
    return query.give(out);
}

NTSTATUS vm_counters(const Query& query) {
    MemoryUsage usage = memory_usage(query.process.pid());
    VM_COUNTERS_EX out{};
    out.PeakVirtualSize = usage.peak_virtual_size, out.VirtualSize = usage.virtual_size;
    out.PageFaultCount = static_cast<ULONG>(usage.page_faults);
    out.PeakWorkingSetSize = usage.peak_working_set, out.WorkingSetSize = usage.working_set;
    out.PagefileUsage = out.PrivateUsage = usage.private_bytes;
    out.PeakPagefileUsage = usage.private_bytes;
    constexpr ULONG kWithoutPrivate = offsetof(VM_COUNTERS_EX, PrivateUsage);
    if (query.length == kWithoutPrivate) {
        memcpy(query.buffer, &out, kWithoutPrivate);
        if (query.return_length) *query.return_length = kWithoutPrivate;
        return STATUS_SUCCESS;
    }
    return query.give(out);
}

NTSTATUS times(const Query& query) {
    ProcessObject::Times times = query.process.times();
    KERNEL_USER_TIMES out;
    out.CreateTime.QuadPart = times.creation, out.ExitTime.QuadPart = times.exit;
    out.KernelTime.QuadPart = times.kernel, out.UserTime.QuadPart = times.user;
    return query.give(out);
}

NTSTATUS image_file_name(const Query& query, bool win32) {
    std::u16string path = process_image_path(query.process);
    if (!win32 && path.size() > 2 && path[1] == u':')
        path = (path[0] == u'C' ? u"\\Device\\HarddiskVolume1" : u"\\Device\\HarddiskVolume2") + path.substr(2);
    return query.give_text(path);
}

NTSTATUS command_line(const Query& query) {
    if (!query.process.is_current()) return STATUS_NOT_SUPPORTED;
    const UNICODE_STRING& line = current_peb()->ProcessParameters->CommandLine;
    return query.give_text({line.Buffer, line.Length / sizeof(char16_t)});
}

NTSTATUS priority_class(const Query& query, HANDLE handle) {
    struct {
        BOOLEAN Foreground;
        BYTE PriorityClass;
    } out{0, 2};
    switch (kernel32::GetPriorityClass(handle)) {
        case IDLE_PRIORITY_CLASS: out.PriorityClass = 1; break;
        case HIGH_PRIORITY_CLASS: out.PriorityClass = 3; break;
        case REALTIME_PRIORITY_CLASS: out.PriorityClass = 4; break;
        case BELOW_NORMAL_PRIORITY_CLASS: out.PriorityClass = 5; break;
        case ABOVE_NORMAL_PRIORITY_CLASS: out.PriorityClass = 6; break;
        default: break;
    }
    return query.give(out);
}

constexpr NTSTATUS kPortNotSet = static_cast<NTSTATUS>(0xC0000353);

}  // namespace

NTSTATUS ntdll::NtQueryInformationProcess(HANDLE ProcessHandle, ULONG ProcessInformationClass,
                                          PVOID ProcessInformation, ULONG ProcessInformationLength,
                                          PULONG ReturnLength) {
    auto process = process_from_handle(ProcessHandle);
    if (!process.ok()) return process.status();
    Query query{**process, ProcessInformation, ProcessInformationLength, ReturnLength};
    switch (ProcessInformationClass) {
        case 0: return basic(query);
        case 2: return query.give(io_counters((*process)->pid()));
        case 3: return vm_counters(query);
        case 4: return times(query);
        case 7: return query.give(is_being_debugged(**process) ? ~ULONG_PTR{0} : ULONG_PTR{0});  // ProcessDebugPort
        case 12: return query.give(ULONG{0});     // ProcessDefaultHardErrorMode
        case 18: return priority_class(query, ProcessHandle);
        case 20: return query.give(ULONG{handle_count((*process)->pid())});
        case 21: return query.give(ULONG_PTR{allowed_processors((*process)->pid())});
        case 22: return query.give(ULONG{0});  // ProcessPriorityBoost: not disabled
        case 24: return query.give(ULONG{1});  // ProcessSessionInformation
        case 26: return query.give(ULONG_PTR{0});  // ProcessWow64Information: a native process
        case 27: return image_file_name(query, false);
        case 29: return query.give(ULONG{0});   // ProcessBreakOnTermination
        case 30: return kPortNotSet;    // ProcessDebugObjectHandle: no debugger
        case 31: return query.give(ULONG{!is_being_debugged(**process)});  // ProcessDebugFlags: 1 when it is not
        case 43: return image_file_name(query, true);
        case 60: return command_line(query);
        default: return STATUS_INVALID_INFO_CLASS;
    }
}

NTSTATUS ntdll::NtSetInformationProcess(HANDLE ProcessHandle, ULONG ProcessInformationClass, PVOID ProcessInformation,
                                        ULONG ProcessInformationLength) {
    auto process = process_from_handle(ProcessHandle, PROCESS_SET_INFORMATION);
    if (!process.ok()) return process.status();
    switch (ProcessInformationClass) {
        case 21:  // ProcessAffinityMask
            if (ProcessInformationLength != sizeof(ULONG_PTR)) return STATUS_INFO_LENGTH_MISMATCH;
            return set_allowed_processors((*process)->pid(), *static_cast<ULONG_PTR*>(ProcessInformation))
                       ? STATUS_SUCCESS
                       : STATUS_INVALID_PARAMETER;
        case 12: case 18: case 22: case 29: case 33: case 39: case 77:
            return STATUS_SUCCESS;  // error modes, priorities, throttling: accepted without effect
        default: return STATUS_INVALID_INFO_CLASS;
    }
}
