// Services for threads. Their life is in core/thread.
#include <sched.h>

#include <algorithm>
#include <cstring>

#include "core/process/object_lookup.h"
#include "core/process/remote_thread.h"
#include "core/teb.h"
#include "core/thread/thread.h"
#include "dll/ntdll/object_attributes.h"

using namespace lsw;

namespace {

enum InformationClass : ULONG {
    kBasic = 0,
    kTimes = 1,
    kPriority = 2,
    kAffinity = 4,
    kStartAddress = 9,
    kIsLast = 12,
    kName = 38,
};

struct THREAD_BASIC_INFORMATION {
    NTSTATUS ExitStatus;
    PVOID TebBaseAddress;
    CLIENT_ID ClientId;
    KAFFINITY AffinityMask;
    LONG Priority;
    LONG BasePriority;
};
static_assert(sizeof(THREAD_BASIC_INFORMATION) == 48);

struct KERNEL_USER_TIMES {
    LONGLONG CreateTime, ExitTime, KernelTime, UserTime;
};

HANDLE number_handle(uint64_t value) { return reinterpret_cast<HANDLE>(value); }

THREAD_BASIC_INFORMATION basic_of(Thread& thread) {
    constexpr LONG kNormal = 8;
    std::lock_guard guard(thread.settings_lock);
    KAFFINITY affinity = thread.settings.affinity ? thread.settings.affinity : current_peb()->ActiveProcessAffinityMask;
    NTSTATUS exit = thread.has_ended() ? static_cast<NTSTATUS>(thread.exit_code()) : STATUS_PENDING;
    return {exit,     thread.teb,
            {current_teb()->ClientId.UniqueProcess, number_handle(thread.id())},
            affinity, kNormal + thread.settings.priority, thread.settings.priority};
}

NTSTATUS name_answer(Thread& thread, PVOID buffer, ULONG length, PULONG return_length) {
    std::lock_guard guard(thread.settings_lock);
    const std::u16string& text = thread.settings.description;
    ULONG bytes = static_cast<ULONG>(text.size() * sizeof(WCHAR)), needed = sizeof(UNICODE_STRING) + bytes;
    if (return_length) *return_length = needed;
    if (length < needed) return STATUS_BUFFER_TOO_SMALL;
    auto* out = static_cast<UNICODE_STRING*>(buffer);
    auto* characters = reinterpret_cast<WCHAR*>(out + 1);
    memcpy(characters, text.data(), bytes);
    *out = {static_cast<USHORT>(bytes), static_cast<USHORT>(bytes), characters};
    return STATUS_SUCCESS;
}

NTSTATUS remote_answer(RemoteThread& thread, ULONG information_class, PVOID buffer, ULONG length, PULONG return_length) {
    auto facts = thread.facts();
    bool gone = !facts.ok() && thread.exit_code() != lsw::STILL_ACTIVE;
    if (!facts.ok() && !gone) return facts.status();
    RemoteThread::Facts known = gone ? RemoteThread::Facts{} : *facts;
    switch (information_class) {
        case kBasic: {
            constexpr LONG kNormal = 8;
            NTSTATUS exit = gone ? static_cast<NTSTATUS>(thread.exit_code()) : STATUS_PENDING;
            THREAD_BASIC_INFORMATION basic{exit, reinterpret_cast<PVOID>(known.teb),
                                           {number_handle(static_cast<uint64_t>(thread.process().pid())),
                                            number_handle(thread.id())},
                                           current_peb()->ActiveProcessAffinityMask, kNormal + known.priority, known.priority};
            return answer(basic, buffer, length, return_length);
        }
        case kTimes:
            return answer(KERNEL_USER_TIMES{known.times.creation, known.times.exit, known.times.kernel, known.times.user}, buffer,
                          length, return_length);
        case kStartAddress: return answer(known.start_address, buffer, length, return_length);
        default: return STATUS_INVALID_INFO_CLASS;
    }
}

}  // namespace

NTSTATUS ntdll::NtCreateThreadEx(PHANDLE ThreadHandle, ACCESS_MASK, POBJECT_ATTRIBUTES ObjectAttributes, HANDLE ProcessHandle,
                                 PVOID StartRoutine, PVOID Argument, ULONG CreateFlags, SIZE_T, SIZE_T StackSize,
                                 SIZE_T MaximumStackSize, PVOID) {
    constexpr ULONG kCreateSuspended = 1;
    constexpr ACCESS_MASK kCreateThread = 2;  // PROCESS_CREATE_THREAD
    ThreadAttributes attributes{reinterpret_cast<ThreadRoutine>(StartRoutine), Argument, MaximumStackSize, StackSize, true};
    auto process = process_from_handle(ProcessHandle, kCreateThread);
    if (!process.ok()) return process.status();
    if (!(*process)->is_current()) {
        attributes.suspended = CreateFlags & kCreateSuspended;
        auto remote = create_remote_thread(std::move(*process), attributes);
        if (!remote.ok()) return remote.status();
        return give_handle(ThreadHandle, Ref<Object>(std::move(*remote)), THREAD_ALL_ACCESS, ObjectAttributes);
    }
    auto thread = create_thread(attributes);
    if (!thread.ok()) return thread.status();
    Ref<Thread> created = *thread;
    NTSTATUS status = give_handle(ThreadHandle, Ref<Object>(std::move(*thread)), THREAD_ALL_ACCESS, ObjectAttributes);
    if (!NT_SUCCESS(status)) return terminate_thread(*created, 0), status;
    if (!(CreateFlags & kCreateSuspended)) resume_thread(*created);
    return STATUS_SUCCESS;
}

NTSTATUS ntdll::RtlCreateUserThread(HANDLE ProcessHandle, PVOID, BOOLEAN CreateSuspended, ULONG, SIZE_T MaximumStackSize,
                                    SIZE_T CommittedStackSize, PVOID StartAddress, PVOID Parameter, PHANDLE ThreadHandle,
                                    PCLIENT_ID ClientId) {
    HANDLE handle;
    NTSTATUS status = NtCreateThreadEx(&handle, THREAD_ALL_ACCESS, nullptr, ProcessHandle, StartAddress, Parameter,
                                       CreateSuspended ? 1 : 0, 0, CommittedStackSize, MaximumStackSize, nullptr);
    if (!NT_SUCCESS(status)) return status;
    if (ClientId) {
        Ref<RemoteThread> remote = remote_thread_from_handle(handle);
        auto thread = thread_from_handle(handle);
        if (remote)
            *ClientId = {number_handle(static_cast<uint64_t>(remote->process().pid())), number_handle(remote->id())};
        else
            *ClientId = {current_teb()->ClientId.UniqueProcess, number_handle(thread.ok() ? (*thread)->id() : 0)};
    }
    if (ThreadHandle)
        *ThreadHandle = handle;
    else
        NtClose(handle);
    return STATUS_SUCCESS;
}

void ntdll::RtlExitUserThread(NTSTATUS ExitStatus) { exit_thread(static_cast<DWORD>(ExitStatus)); }

NTSTATUS ntdll::NtTerminateThread(HANDLE ThreadHandle, NTSTATUS ExitStatus) {
    DWORD code = static_cast<DWORD>(ExitStatus);
    if (!ThreadHandle || is_current_thread_handle(ThreadHandle)) terminate_current_thread(code);
    if (Ref<RemoteThread> remote = remote_thread_from_handle(ThreadHandle, THREAD_TERMINATE)) return remote->terminate(code);
    auto thread = thread_from_handle(ThreadHandle, THREAD_TERMINATE);
    if (!thread.ok()) return thread.status();
    if (thread->get() == current_thread()) {
        *thread = nullptr;
        terminate_current_thread(code);
    }
    return terminate_thread(**thread, code);
}

NTSTATUS ntdll::NtOpenThread(PHANDLE ThreadHandle, ACCESS_MASK DesiredAccess, POBJECT_ATTRIBUTES ObjectAttributes,
                             PCLIENT_ID ClientId) {
    auto id = static_cast<DWORD>(reinterpret_cast<uintptr_t>(ClientId->UniqueThread));
    Ref<Object> thread = find_thread(id);
    if (!thread) {
        auto remote = open_remote_thread(id);
        if (!remote.ok()) return remote.status();
        thread = std::move(*remote);
    }
    ACCESS_MASK access = DesiredAccess & (MAXIMUM_ALLOWED | GENERIC_ALL) ? THREAD_ALL_ACCESS : DesiredAccess & 0x1FFFFF;
    return give_handle(ThreadHandle, std::move(thread), access, ObjectAttributes);
}

NTSTATUS ntdll::NtQueryInformationThread(HANDLE ThreadHandle, ULONG ThreadInformationClass, PVOID ThreadInformation,
                                         ULONG ThreadInformationLength, PULONG ReturnLength) {
    if (Ref<RemoteThread> remote = remote_thread_from_handle(ThreadHandle))
        return remote_answer(*remote, ThreadInformationClass, ThreadInformation, ThreadInformationLength, ReturnLength);
    auto found = thread_from_handle(ThreadHandle);
    if (!found.ok()) return found.status();
    Thread& thread = **found;
    switch (ThreadInformationClass) {
        case kBasic: return answer(basic_of(thread), ThreadInformation, ThreadInformationLength, ReturnLength);
        case kTimes: {
            Thread::Times times = thread.times();
            return answer(KERNEL_USER_TIMES{times.creation, times.exit, times.kernel, times.user}, ThreadInformation,
                          ThreadInformationLength, ReturnLength);
        }
        case kStartAddress:
            return answer(reinterpret_cast<PVOID>(thread.attributes.routine), ThreadInformation, ThreadInformationLength,
                          ReturnLength);
        case kIsLast:
            return answer(ULONG{running_thread_count() == 1}, ThreadInformation, ThreadInformationLength, ReturnLength);
        case kName: return name_answer(thread, ThreadInformation, ThreadInformationLength, ReturnLength);
        default: return STATUS_INVALID_INFO_CLASS;
    }
}

NTSTATUS ntdll::NtSetInformationThread(HANDLE ThreadHandle, ULONG ThreadInformationClass, PVOID ThreadInformation,
                                       ULONG ThreadInformationLength) {
    auto found = thread_from_handle(ThreadHandle);
    if (!found.ok()) return found.status();
    Thread& thread = **found;
    if (ThreadInformationClass == kName) {
        if (ThreadInformationLength != sizeof(UNICODE_STRING)) return STATUS_INFO_LENGTH_MISMATCH;
        const auto& name = *static_cast<const UNICODE_STRING*>(ThreadInformation);
        std::u16string text(name.Buffer, name.Length / sizeof(WCHAR));
        std::lock_guard guard(thread.settings_lock);
        thread.settings.description = std::move(text);
    } else if (ThreadInformationClass == kPriority && ThreadInformationLength == sizeof(LONG)) {
        LONG priority = *static_cast<const LONG*>(ThreadInformation);
        std::lock_guard guard(thread.settings_lock);
        thread.settings.priority = priority;
    } else if (ThreadInformationClass == kAffinity && ThreadInformationLength == sizeof(KAFFINITY)) {
        KAFFINITY mask = *static_cast<const KAFFINITY*>(ThreadInformation);
        cpu_set_t set;
        CPU_ZERO(&set);
        for (int i = 0; i < 64; ++i)
            if (mask & (KAFFINITY{1} << i)) CPU_SET(i, &set);
        sched_setaffinity(thread.tid, sizeof set, &set);
        std::lock_guard guard(thread.settings_lock);
        thread.settings.affinity = mask;
    }
    return STATUS_SUCCESS;
}
