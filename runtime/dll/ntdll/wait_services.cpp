// Services for waits, delays, APCs, alerts and keyed events.
#include <sched.h>

#include "core/runtime.h"
#include "core/process/remote_thread.h"
#include "core/thread/thread.h"
#include "core/wait/keyed_event.h"
#include "core/wait/signal_handle.h"
#include "core/wait/wait_handles.h"
#include "dll/ntdll/object_attributes.h"

using namespace lsw;

namespace {

int64_t deadline_of(const LARGE_INTEGER* timeout) { return deadline_from_nt(timeout ? &timeout->QuadPart : nullptr); }

NTSTATUS keyed(HANDLE handle, PVOID key, KeyedSide side, const LARGE_INTEGER* timeout) {
    if (reinterpret_cast<uintptr_t>(key) & 1) return STATUS_INVALID_PARAMETER_1;
    Ref<KeyedEvent> event;
    if (handle) {
        auto found = runtime().handles.get<KeyedEvent>(handle);
        if (!found.ok()) return found.status();
        event = std::move(*found);
    }
    return meet_by_key(event.get(), key, side, deadline_of(timeout));
}

}  // namespace

NTSTATUS ntdll::NtWaitForSingleObject(HANDLE Handle, BOOLEAN Alertable, PLARGE_INTEGER Timeout) {
    return wait_for_handle(Handle, Alertable, deadline_of(Timeout));
}

NTSTATUS ntdll::NtWaitForMultipleObjects(ULONG Count, const HANDLE* Handles, ULONG WaitType, BOOLEAN Alertable,
                                         PLARGE_INTEGER Timeout) {
    constexpr ULONG kWaitAll = 0;
    return wait_for_handles(std::span(Handles, Count), {WaitType == kWaitAll, Alertable != 0, deadline_of(Timeout)});
}

NTSTATUS ntdll::NtSignalAndWaitForSingleObject(HANDLE SignalHandle, HANDLE WaitHandle, BOOLEAN Alertable,
                                               PLARGE_INTEGER Timeout) {
    NTSTATUS status = signal_handle(SignalHandle);
    return NT_SUCCESS(status) ? wait_for_handle(WaitHandle, Alertable, deadline_of(Timeout)) : status;
}

NTSTATUS ntdll::NtDelayExecution(BOOLEAN Alertable, PLARGE_INTEGER DelayInterval) {
    if (!Alertable && DelayInterval && DelayInterval->QuadPart == 0) return NtYieldExecution();
    return delay(Alertable, deadline_of(DelayInterval));
}

NTSTATUS ntdll::NtYieldExecution() {
    sched_yield();
    park_if_process_exits();
    return STATUS_SUCCESS;
}

NTSTATUS ntdll::NtTestAlert() {
    current_thread()->apcs.run_all();
    return STATUS_SUCCESS;
}

NTSTATUS ntdll::NtQueueApcThread(HANDLE ThreadHandle, PVOID ApcRoutine, PVOID ApcArgument1, PVOID ApcArgument2,
                                 PVOID ApcArgument3) {
    Apc apc{reinterpret_cast<Apc::Routine>(ApcRoutine),
            {reinterpret_cast<ULONG_PTR>(ApcArgument1), reinterpret_cast<ULONG_PTR>(ApcArgument2),
             reinterpret_cast<ULONG_PTR>(ApcArgument3)}};
    if (Ref<RemoteThread> remote = remote_thread_from_handle(ThreadHandle, THREAD_SET_CONTEXT)) return remote->queue_apc(apc);
    auto thread = thread_from_handle(ThreadHandle, THREAD_SET_CONTEXT);
    if (!thread.ok()) return thread.status();
    return (*thread)->apcs.queue(apc) ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
}

NTSTATUS ntdll::NtQueueApcThreadEx(HANDLE ThreadHandle, HANDLE, PVOID ApcRoutine, PVOID ApcArgument1, PVOID ApcArgument2,
                                   PVOID ApcArgument3) {
    return NtQueueApcThread(ThreadHandle, ApcRoutine, ApcArgument1, ApcArgument2, ApcArgument3);
}

NTSTATUS ntdll::NtAlertThreadByThreadId(HANDLE ThreadId) {
    Ref<Thread> thread = find_thread(static_cast<DWORD>(reinterpret_cast<uintptr_t>(ThreadId)));
    if (!thread) return STATUS_INVALID_CID;
    if (thread->alerted_by_id.exchange(1) == 0) futex_wake(&thread->alerted_by_id, 1, FutexScope::Private);
    return STATUS_SUCCESS;
}

NTSTATUS ntdll::NtWaitForAlertByThreadId(PVOID, PLARGE_INTEGER Timeout) {
    Thread& self = *current_thread();
    int64_t deadline = deadline_of(Timeout);
    while (self.alerted_by_id.exchange(0) == 0) {
        int error = futex_wait(&self.alerted_by_id, 0, FutexScope::Private, deadline);
        if (error == EINTR) self.check_termination_in_wait();
        park_if_process_exits();
        if (error == ETIMEDOUT) return self.alerted_by_id.exchange(0) ? STATUS_ALERTED : STATUS_TIMEOUT;
    }
    return STATUS_ALERTED;
}

NTSTATUS ntdll::NtCreateKeyedEvent(PHANDLE KeyedEventHandle, ACCESS_MASK, POBJECT_ATTRIBUTES ObjectAttributes, ULONG Flags) {
    constexpr ACCESS_MASK kAllAccess = 0xF0003;
    if (Flags != 0) return STATUS_INVALID_PARAMETER;
    return give_handle(KeyedEventHandle, Ref<Object>(make_object<KeyedEvent>()), kAllAccess, ObjectAttributes);
}

NTSTATUS ntdll::NtWaitForKeyedEvent(HANDLE KeyedEventHandle, PVOID Key, BOOLEAN, PLARGE_INTEGER Timeout) {
    return keyed(KeyedEventHandle, Key, KeyedSide::Wait, Timeout);
}

NTSTATUS ntdll::NtReleaseKeyedEvent(HANDLE KeyedEventHandle, PVOID Key, BOOLEAN, PLARGE_INTEGER Timeout) {
    return keyed(KeyedEventHandle, Key, KeyedSide::Release, Timeout);
}
