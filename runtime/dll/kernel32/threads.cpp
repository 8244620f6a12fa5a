// processthreadsapi.h: threads. Their life is in core/thread.
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

#include "base/text.h"
#include "core/runtime.h"
#include "core/process/remote_thread.h"
#include "core/memory/heap.h"
#include "core/thread/thread.h"
#include "core/wait/clock.h"
#include "dll/kernel32/object_names.h"

using namespace lsw;

namespace {

constexpr HRESULT kOk = 0;

HRESULT hresult_from(NTSTATUS status) { return static_cast<HRESULT>(0x10000000 | static_cast<uint32_t>(status)); }

// The thread of a handle, or an empty reference with the last error set.
Ref<Thread> thread_of(HANDLE handle, ACCESS_MASK access = 0) {
    auto thread = thread_from_handle(handle, access);
    if (thread.ok()) return std::move(*thread);
    set_last_error_from(thread.status());
    return {};
}

KAFFINITY all_processors() { return current_peb()->ActiveProcessAffinityMask; }

FILETIME filetime(int64_t ticks) { return {static_cast<DWORD>(ticks), static_cast<DWORD>(ticks >> 32)}; }

}  // namespace

HANDLE kernel32::CreateThread(LPSECURITY_ATTRIBUTES lpThreadAttributes, SIZE_T dwStackSize,
                              LPTHREAD_START_ROUTINE lpStartAddress, LPVOID lpParameter, DWORD dwCreationFlags,
                              LPDWORD lpThreadId) {
    ThreadAttributes attributes{lpStartAddress, lpParameter};
    (dwCreationFlags & STACK_SIZE_PARAM_IS_A_RESERVATION ? attributes.stack_reserve_bytes
                                                         : attributes.stack_commit_bytes) = dwStackSize;
    // The handle comes first: once the thread runs, failing is too late. Hence suspended until then.
    attributes.suspended = true;
    auto thread = create_thread(attributes);
    if (!thread.ok()) return set_last_error_from(thread.status()), nullptr;
    Ref<Thread> created = *thread;
    HANDLE handle = new_handle(Ref<Object>(std::move(*thread)), THREAD_ALL_ACCESS, inherits(lpThreadAttributes));
    if (!handle) {
        terminate_thread(*created, 0);
        return nullptr;
    }
    if (lpThreadId) *lpThreadId = created->id();
    if (!(dwCreationFlags & CREATE_SUSPENDED)) resume_thread(*created);
    return handle;
}

HANDLE kernel32::CreateRemoteThread(HANDLE hProcess, LPSECURITY_ATTRIBUTES lpThreadAttributes, SIZE_T dwStackSize,
                                    LPTHREAD_START_ROUTINE lpStartAddress, LPVOID lpParameter, DWORD dwCreationFlags,
                                    LPDWORD lpThreadId) {
    constexpr ACCESS_MASK kCreateThread = 2;  // PROCESS_CREATE_THREAD
    auto process = process_from_handle(hProcess, kCreateThread);
    if (!process.ok()) return set_last_error_from(process.status()), nullptr;
    if ((*process)->is_current())
        return CreateThread(lpThreadAttributes, dwStackSize, lpStartAddress, lpParameter, dwCreationFlags, lpThreadId);
    ThreadAttributes attributes{lpStartAddress, lpParameter};
    (dwCreationFlags & STACK_SIZE_PARAM_IS_A_RESERVATION ? attributes.stack_reserve_bytes
                                                         : attributes.stack_commit_bytes) = dwStackSize;
    attributes.suspended = dwCreationFlags & CREATE_SUSPENDED;
    auto thread = create_remote_thread(std::move(*process), attributes);
    if (!thread.ok()) return set_last_error_from(thread.status()), nullptr;
    if (lpThreadId) *lpThreadId = (*thread)->id();
    return new_handle(Ref<Object>(std::move(*thread)), THREAD_ALL_ACCESS, inherits(lpThreadAttributes));
}

HANDLE kernel32::CreateRemoteThreadEx(HANDLE hProcess, LPSECURITY_ATTRIBUTES lpThreadAttributes, SIZE_T dwStackSize,
                                      LPTHREAD_START_ROUTINE lpStartAddress, LPVOID lpParameter, DWORD dwCreationFlags,
                                      PVOID, LPDWORD lpThreadId) {
    return CreateRemoteThread(hProcess, lpThreadAttributes, dwStackSize, lpStartAddress, lpParameter, dwCreationFlags,
                              lpThreadId);
}

void kernel32::ExitThread(DWORD dwExitCode) { exit_thread(dwExitCode); }

BOOL kernel32::TerminateThread(HANDLE hThread, DWORD dwExitCode) {
    if (Ref<RemoteThread> remote = remote_thread_from_handle(hThread, THREAD_TERMINATE))
        return win32_result(remote->terminate(dwExitCode));
    Ref<Thread> thread = thread_of(hThread, THREAD_TERMINATE);
    if (!thread) return FALSE;
    if (thread.get() == current_thread()) {
        thread = nullptr;
        terminate_current_thread(dwExitCode);
    }
    return win32_result(terminate_thread(*thread, dwExitCode));
}

void kernel32::FreeLibraryAndExitThread(HMODULE hLibModule, DWORD dwExitCode) {
    FreeLibrary(hLibModule);
    exit_thread(dwExitCode);
}

HANDLE kernel32::OpenThread(DWORD dwDesiredAccess, BOOL bInheritHandle, DWORD dwThreadId) {
    ACCESS_MASK access = specific_access(dwDesiredAccess, THREAD_ALL_ACCESS, 0x48, 0x37);
    Ref<Thread> thread = find_thread(dwThreadId);
    if (!thread) {
        auto remote = open_remote_thread(dwThreadId);
        if (!remote.ok()) return set_last_error_from(remote.status()), nullptr;
        return new_handle(Ref<Object>(std::move(*remote)), access, bInheritHandle);
    }
    return new_handle(Ref<Object>(std::move(thread)), access, bInheritHandle);
}

DWORD kernel32::GetThreadId(HANDLE Thread) {
    if (Ref<RemoteThread> remote = remote_thread_from_handle(Thread)) return remote->id();
    Ref<lsw::Thread> thread = thread_of(Thread);
    return thread ? thread->id() : 0;
}

DWORD kernel32::GetProcessIdOfThread(HANDLE Thread) {
    if (Ref<RemoteThread> remote = remote_thread_from_handle(Thread)) return static_cast<DWORD>(remote->process().pid());
    Ref<lsw::Thread> thread = thread_of(Thread);
    return thread ? static_cast<DWORD>(getpid()) : 0;
}

BOOL kernel32::GetExitCodeThread(HANDLE hThread, LPDWORD lpExitCode) {
    if (Ref<RemoteThread> remote = remote_thread_from_handle(hThread)) return *lpExitCode = remote->exit_code(), TRUE;
    Ref<Thread> thread = thread_of(hThread);
    if (!thread) return FALSE;
    *lpExitCode = thread->exit_code();
    return TRUE;
}

DWORD kernel32::SuspendThread(HANDLE hThread) {
    ULONG previous = 0;
    NTSTATUS status = ntdll::NtSuspendThread(hThread, &previous);
    return win32_result(status) ? previous : static_cast<DWORD>(-1);
}

BOOL kernel32::GetThreadContext(HANDLE hThread, CONTEXT* lpContext) {
    return win32_result(ntdll::NtGetContextThread(hThread, lpContext));
}

BOOL kernel32::SetThreadContext(HANDLE hThread, const CONTEXT* lpContext) {
    return win32_result(ntdll::NtSetContextThread(hThread, lpContext));
}

DWORD kernel32::ResumeThread(HANDLE hThread) {
    ULONG previous = 0;
    NTSTATUS status = ntdll::NtResumeThread(hThread, &previous);
    return win32_result(status) ? previous : static_cast<DWORD>(-1);
}

BOOL kernel32::SwitchToThread() {
    sched_yield();
    park_if_process_exits();
    return TRUE;
}

HRESULT kernel32::SetThreadDescription(HANDLE hThread, PCWSTR lpThreadDescription) {
    auto thread = thread_from_handle(hThread);
    if (!thread.ok()) return hresult_from(thread.status());
    std::u16string text = lpThreadDescription ? lpThreadDescription : u"";
    std::string name = utf8_from_utf16(text).substr(0, 15);
    if (!(*thread)->has_ended()) pthread_setname_np((*thread)->host, name.c_str());  // for ps, top and gdb
    std::lock_guard guard((*thread)->settings_lock);
    (*thread)->settings.description = std::move(text);
    return kOk;
}

HRESULT kernel32::GetThreadDescription(HANDLE hThread, PWSTR* ppszThreadDescription) {
    auto thread = thread_from_handle(hThread);
    if (!thread.ok()) return hresult_from(thread.status());
    std::u16string text;
    {
        std::lock_guard guard((*thread)->settings_lock);
        text = (*thread)->settings.description;
    }
    // The caller frees it with LocalFree.
    auto* copy = static_cast<PWSTR>(LocalAlloc(0, (text.size() + 1) * sizeof(WCHAR)));
    if (!copy) return static_cast<HRESULT>(0x8007000E);  // E_OUTOFMEMORY
    std::copy_n(text.c_str(), text.size() + 1, copy);
    *ppszThreadDescription = copy;
    return kOk;
}

BOOL kernel32::SetThreadPriority(HANDLE hThread, int nPriority) {
    constexpr int kBackgroundBegin = 0x10000, kBackgroundEnd = 0x20000;
    Ref<Thread> thread = thread_of(hThread);
    if (!thread) return FALSE;
    if (nPriority == kBackgroundBegin || nPriority == kBackgroundEnd) return TRUE;
    if (nPriority < -15 || nPriority > 15) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    std::lock_guard guard(thread->settings_lock);
    thread->settings.priority = nPriority;
    return TRUE;
}

int kernel32::GetThreadPriority(HANDLE hThread) {
    constexpr int kError = 0x7FFFFFFF;  // THREAD_PRIORITY_ERROR_RETURN
    Ref<Thread> thread = thread_of(hThread);
    if (!thread) return kError;
    std::lock_guard guard(thread->settings_lock);
    return thread->settings.priority;
}

BOOL kernel32::SetThreadPriorityBoost(HANDLE hThread, BOOL bDisablePriorityBoost) {
    Ref<Thread> thread = thread_of(hThread);
    if (!thread) return FALSE;
    std::lock_guard guard(thread->settings_lock);
    thread->settings.boost_disabled = bDisablePriorityBoost;
    return TRUE;
}

BOOL kernel32::GetThreadPriorityBoost(HANDLE hThread, PBOOL pDisablePriorityBoost) {
    Ref<Thread> thread = thread_of(hThread);
    if (!thread) return FALSE;
    std::lock_guard guard(thread->settings_lock);
    *pDisablePriorityBoost = thread->settings.boost_disabled;
    return TRUE;
}

DWORD_PTR kernel32::SetThreadAffinityMask(HANDLE hThread, DWORD_PTR dwThreadAffinityMask) {
    Ref<Thread> thread = thread_of(hThread);
    if (!thread) return 0;
    KAFFINITY all = all_processors();
    if (!(dwThreadAffinityMask & all) || (dwThreadAffinityMask & ~all && dwThreadAffinityMask != ~DWORD_PTR{0}))
        return set_last_error(ERROR_INVALID_PARAMETER), 0;
    cpu_set_t set;
    CPU_ZERO(&set);
    for (int i = 0; i < 64; ++i)
        if (dwThreadAffinityMask & all & (KAFFINITY{1} << i)) CPU_SET(i, &set);
    // The mask is a wish where a container allows fewer processors than it shows.
    sched_setaffinity(thread->tid, sizeof set, &set);
    std::lock_guard guard(thread->settings_lock);
    KAFFINITY previous = thread->settings.affinity ? thread->settings.affinity : all;
    thread->settings.affinity = dwThreadAffinityMask & all;
    return previous;
}

BOOL kernel32::SetThreadGroupAffinity(HANDLE hThread, const GROUP_AFFINITY* GroupAffinity,
                                      PGROUP_AFFINITY PreviousGroupAffinity) {
    if (GroupAffinity->Group != 0) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    DWORD_PTR previous = SetThreadAffinityMask(hThread, GroupAffinity->Mask);
    if (!previous) return FALSE;
    if (PreviousGroupAffinity) *PreviousGroupAffinity = {previous, 0, {}};
    return TRUE;
}

BOOL kernel32::GetThreadGroupAffinity(HANDLE hThread, PGROUP_AFFINITY GroupAffinity) {
    Ref<Thread> thread = thread_of(hThread);
    if (!thread) return FALSE;
    std::lock_guard guard(thread->settings_lock);
    *GroupAffinity = {thread->settings.affinity ? thread->settings.affinity : all_processors(), 0, {}};
    return TRUE;
}

DWORD kernel32::SetThreadIdealProcessor(HANDLE hThread, DWORD dwIdealProcessor) {
    constexpr DWORD kMaximumProcessors = 64;  // asks for the value without changing it
    Ref<Thread> thread = thread_of(hThread);
    if (!thread) return static_cast<DWORD>(-1);
    if (dwIdealProcessor > kMaximumProcessors) return set_last_error(ERROR_INVALID_PARAMETER), static_cast<DWORD>(-1);
    std::lock_guard guard(thread->settings_lock);
    DWORD previous = thread->settings.ideal_processor;
    if (dwIdealProcessor < kMaximumProcessors) thread->settings.ideal_processor = dwIdealProcessor;
    return previous;
}

BOOL kernel32::SetThreadIdealProcessorEx(HANDLE hThread, PPROCESSOR_NUMBER lpIdealProcessor,
                                         PPROCESSOR_NUMBER lpPreviousIdealProcessor) {
    DWORD previous = SetThreadIdealProcessor(hThread, lpIdealProcessor->Number);
    if (previous == static_cast<DWORD>(-1)) return FALSE;
    if (lpPreviousIdealProcessor) *lpPreviousIdealProcessor = {0, static_cast<BYTE>(previous), 0};
    return TRUE;
}

BOOL kernel32::GetThreadIdealProcessorEx(HANDLE hThread, PPROCESSOR_NUMBER lpIdealProcessor) {
    Ref<Thread> thread = thread_of(hThread);
    if (!thread) return FALSE;
    std::lock_guard guard(thread->settings_lock);
    *lpIdealProcessor = {0, static_cast<BYTE>(thread->settings.ideal_processor), 0};
    return TRUE;
}

BOOL kernel32::GetThreadTimes(HANDLE hThread, LPFILETIME lpCreationTime, LPFILETIME lpExitTime, LPFILETIME lpKernelTime,
                              LPFILETIME lpUserTime) {
    Thread::Times times;
    if (Ref<RemoteThread> remote = remote_thread_from_handle(hThread)) {
        auto facts = remote->facts();
        if (!facts.ok()) return win32_result(facts.status());
        times = facts->times;
    } else {
        Ref<Thread> thread = thread_of(hThread);
        if (!thread) return FALSE;
        times = thread->times();
    }
    *lpCreationTime = filetime(times.creation);
    *lpExitTime = filetime(times.exit);
    *lpKernelTime = filetime(times.kernel);
    *lpUserTime = filetime(times.user);
    return TRUE;
}

BOOL kernel32::QueryThreadCycleTime(HANDLE ThreadHandle, PULONG64 CycleTime) {
    Ref<Thread> thread = thread_of(ThreadHandle);
    if (!thread) return FALSE;
    Thread::Times times = thread->times();
    *CycleTime = static_cast<ULONG64>(times.kernel + times.user) * 100;
    return TRUE;
}

DWORD kernel32::QueueUserAPC(PAPCFUNC pfnAPC, HANDLE hThread, ULONG_PTR dwData) {
    Apc apc{reinterpret_cast<Apc::Routine>(reinterpret_cast<void*>(pfnAPC)), {dwData, 0, 0}};
    if (Ref<RemoteThread> remote = remote_thread_from_handle(hThread, THREAD_SET_CONTEXT))
        return win32_result(remote->queue_apc(apc)) ? 1 : 0;
    Ref<Thread> thread = thread_of(hThread, THREAD_SET_CONTEXT);
    if (!thread) return 0;
    if (thread->apcs.queue(apc)) return 1;
    set_last_error(ERROR_GEN_FAILURE);
    return 0;
}

BOOL kernel32::QueueUserAPC2(PAPCFUNC ApcRoutine, HANDLE Thread, ULONG_PTR Data, DWORD) {
    return QueueUserAPC(ApcRoutine, Thread, Data) != 0;
}

BOOL kernel32::SetThreadStackGuarantee(PULONG StackSizeInBytes) {
    TEB* teb = current_teb();
    ULONG previous = teb->GuaranteedStackBytes;
    if (*StackSizeInBytes > previous) teb->GuaranteedStackBytes = (*StackSizeInBytes + 0xFFF) & ~0xFFFu;
    *StackSizeInBytes = previous;
    return TRUE;
}

void kernel32::GetCurrentThreadStackLimits(PULONG_PTR LowLimit, PULONG_PTR HighLimit) {
    *LowLimit = reinterpret_cast<ULONG_PTR>(current_teb()->DeallocationStack);
    *HighLimit = reinterpret_cast<ULONG_PTR>(current_teb()->NtTib.StackBase);
}

BOOL kernel32::GetThreadInformation(HANDLE hThread, int ThreadInformationClass, LPVOID ThreadInformation,
                                    DWORD ThreadInformationSize) {
    constexpr int kMemoryPriority = 0;
    constexpr ULONG kNormalMemoryPriority = 5;
    Ref<Thread> thread = thread_of(hThread);
    if (!thread) return FALSE;
    if (ThreadInformationSize == 0) return set_last_error(ERROR_BAD_LENGTH), FALSE;
    std::fill_n(static_cast<BYTE*>(ThreadInformation), ThreadInformationSize, BYTE{0});
    if (ThreadInformationClass == kMemoryPriority && ThreadInformationSize >= sizeof(ULONG))
        *static_cast<ULONG*>(ThreadInformation) = kNormalMemoryPriority;
    return TRUE;
}

BOOL kernel32::SetThreadInformation(HANDLE hThread, int, LPVOID, DWORD) { return thread_of(hThread) ? TRUE : FALSE; }
