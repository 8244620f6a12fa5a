// winternl.h: suspending threads, reading and writing their registers.
#include "core/exception/capture.h"
#include "core/exception/suspension.h"
#include "core/process/remote_thread.h"
#include "core/thread/thread.h"
#include "dll/ntdll/ntdll.h"

using namespace lsw;

namespace {

constexpr ACCESS_MASK kSuspendResume = 0x2;
constexpr ACCESS_MASK kGetContext = 0x8;
constexpr ACCESS_MASK kSetContext = 0x10;

}  // namespace

NTSTATUS ntdll::NtSuspendThread(HANDLE ThreadHandle, PULONG PreviousSuspendCount) {
    Ref<RemoteThread> remote = remote_thread_from_handle(ThreadHandle, kSuspendResume);
    auto thread = remote ? Result<Ref<Thread>>(Ref<Thread>()) : thread_from_handle(ThreadHandle, kSuspendResume);
    if (!thread.ok()) return thread.status();
    auto previous = remote ? remote->suspend() : seh::suspend(**thread);
    if (previous.ok() && PreviousSuspendCount) *PreviousSuspendCount = *previous;
    return previous.status();
}

NTSTATUS ntdll::NtResumeThread(HANDLE ThreadHandle, PULONG PreviousSuspendCount) {
    if (Ref<RemoteThread> remote = remote_thread_from_handle(ThreadHandle, kSuspendResume)) {
        auto before = remote->resume();
        if (before.ok() && PreviousSuspendCount) *PreviousSuspendCount = *before;
        return before.status();
    }
    auto thread = thread_from_handle(ThreadHandle, kSuspendResume);
    if (!thread.ok()) return thread.status();
    uint32_t previous = resume_thread(**thread);
    if (PreviousSuspendCount) *PreviousSuspendCount = previous;
    return STATUS_SUCCESS;
}

NTSTATUS ntdll::NtGetContextThread(HANDLE ThreadHandle, CONTEXT* ThreadContext) {
    if (Ref<RemoteThread> remote = remote_thread_from_handle(ThreadHandle, kGetContext))
        return remote->read_context(ThreadContext);
    auto thread = thread_from_handle(ThreadHandle, kGetContext);
    if (!thread.ok()) return thread.status();
    if (thread->get() != current_thread()) return seh::read_context(**thread, ThreadContext);
    CONTEXT here;
    seh::capture_caller(&here);
    seh::copy_context(ThreadContext, here, ThreadContext->ContextFlags);
    return STATUS_SUCCESS;
}

NTSTATUS ntdll::NtSetContextThread(HANDLE ThreadHandle, const CONTEXT* ThreadContext) {
    if (Ref<RemoteThread> remote = remote_thread_from_handle(ThreadHandle, kSetContext))
        return remote->write_context(*ThreadContext);
    auto thread = thread_from_handle(ThreadHandle, kSetContext);
    if (!thread.ok()) return thread.status();
    if (thread->get() != current_thread()) return seh::write_context(**thread, *ThreadContext);
    *thread = nullptr;  // this does not return
    CONTEXT here;
    seh::capture_caller(&here);
    seh::copy_context(&here, *ThreadContext, ThreadContext->ContextFlags);
    unwind::lsw_restore_context(&here);
}
