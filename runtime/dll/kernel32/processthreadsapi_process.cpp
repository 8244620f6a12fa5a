// processthreadsapi.h: what is asked of and done to processes. See core/process/process_object.
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <string>

#include "base/text.h"
#include "core/process/usage.h"
#include "core/process/spawn.h"
#include "core/runtime.h"
#include "core/system/system_info.h"
#include "core/teb.h"
#include "dll/kernel32/kernel32.h"

using namespace lsw;

namespace {

BOOL fail(DWORD error) { return set_last_error(error), FALSE; }

Ref<ProcessObject> process_of(HANDLE handle, ACCESS_MASK access = 0) {
    auto process = process_from_handle(handle, access);
    if (process.ok()) return std::move(*process);
    set_last_error_from(process.status());
    return nullptr;
}

FILETIME filetime(int64_t ticks) {
    return {static_cast<DWORD>(ticks), static_cast<DWORD>(ticks >> 32)};
}

constexpr ACCESS_MASK kQuery = PROCESS_QUERY_LIMITED_INFORMATION;

}  // namespace

HANDLE kernel32::OpenProcess(DWORD dwDesiredAccess, BOOL bInheritHandle, DWORD dwProcessId) {
    auto process = ProcessObject::open(static_cast<pid_t>(dwProcessId));
    if (!process.ok() || dwProcessId == 0) {
        set_last_error(process.status() == STATUS_ACCESS_DENIED ? ERROR_ACCESS_DENIED
                                                                : ERROR_INVALID_PARAMETER);
        return nullptr;
    }
    ACCESS_MASK access = dwDesiredAccess & MAXIMUM_ALLOWED ? PROCESS_ALL_ACCESS : dwDesiredAccess;
    if (access & PROCESS_QUERY_INFORMATION) access |= kQuery;  // implied
    auto handle = runtime().handles.insert(std::move(*process), access, bInheritHandle);
    if (handle.ok()) return *handle;
    set_last_error_from(handle.status());
    return nullptr;
}

BOOL kernel32::TerminateProcess(HANDLE hProcess, UINT uExitCode) {
    auto process = process_of(hProcess, PROCESS_TERMINATE);
    return process ? win32_result(process->terminate(uExitCode).status()) : FALSE;
}

BOOL kernel32::GetExitCodeProcess(HANDLE hProcess, LPDWORD lpExitCode) {
    auto process = process_of(hProcess, kQuery);
    if (!process) return FALSE;
    *lpExitCode = process->exit_code();
    return TRUE;
}

DWORD kernel32::GetProcessId(HANDLE Process) {
    auto process = process_of(Process, kQuery);
    return process ? static_cast<DWORD>(process->pid()) : 0;
}

BOOL kernel32::GetProcessTimes(HANDLE hProcess, LPFILETIME lpCreationTime, LPFILETIME lpExitTime,
                               LPFILETIME lpKernelTime, LPFILETIME lpUserTime) {
    auto process = process_of(hProcess, kQuery);
    if (!process) return FALSE;
    auto times = process->times();
    if (process->is_current()) {  // finer than /proc's clock ticks
        rusage usage;
        getrusage(RUSAGE_SELF, &usage);
        times.user = usage.ru_utime.tv_sec * 10'000'000 + usage.ru_utime.tv_usec * 10;
        times.kernel = usage.ru_stime.tv_sec * 10'000'000 + usage.ru_stime.tv_usec * 10;
    }
    *lpCreationTime = filetime(times.creation), *lpExitTime = filetime(times.exit);
    *lpKernelTime = filetime(times.kernel), *lpUserTime = filetime(times.user);
    return TRUE;
}

BOOL kernel32::QueryFullProcessImageNameW(HANDLE hProcess, DWORD dwFlags, LPWSTR lpExeName,
                                          PDWORD lpdwSize) {
    auto process = process_of(hProcess, kQuery);
    if (!process) return FALSE;
    std::u16string path = process_image_path(*process);
    if (dwFlags & 1)
        path = u"\\Device\\HarddiskVolume1" + path.substr(std::min<size_t>(2, path.size()));
    if (*lpdwSize <= path.size()) return fail(ERROR_INSUFFICIENT_BUFFER);
    memcpy(lpExeName, path.c_str(), (path.size() + 1) * sizeof(WCHAR));
    *lpdwSize = static_cast<DWORD>(path.size());
    return TRUE;
}

BOOL kernel32::QueryFullProcessImageNameA(HANDLE hProcess, DWORD, LPSTR lpExeName,
                                          PDWORD lpdwSize) {
    auto process = process_of(hProcess, kQuery);
    if (!process) return FALSE;
    std::string path = utf8_from_utf16(process_image_path(*process));
    if (*lpdwSize <= path.size()) return fail(ERROR_INSUFFICIENT_BUFFER);
    memcpy(lpExeName, path.c_str(), path.size() + 1);
    *lpdwSize = static_cast<DWORD>(path.size());
    return TRUE;
}

BOOL kernel32::GetProcessHandleCount(HANDLE hProcess, PDWORD pdwHandleCount) {
    auto process = process_of(hProcess, kQuery);
    if (!process) return FALSE;
    *pdwHandleCount = handle_count(process->pid());
    return TRUE;
}

DWORD kernel32::GetPriorityClass(HANDLE hProcess) {
    auto process = process_of(hProcess, kQuery);
    if (!process) return 0;
    int nice = getpriority(PRIO_PROCESS, static_cast<id_t>(process->pid()));
    if (nice >= 12) return IDLE_PRIORITY_CLASS;
    if (nice >= 4) return BELOW_NORMAL_PRIORITY_CLASS;
    if (nice > -4) return NORMAL_PRIORITY_CLASS;
    return nice > -8 ? ABOVE_NORMAL_PRIORITY_CLASS : HIGH_PRIORITY_CLASS;
}

// Raising a priority needs a right that a user seldom has; like Windows for the realtime class, the
// request then sticks to what is allowed.
BOOL kernel32::SetPriorityClass(HANDLE hProcess, DWORD dwPriorityClass) {
    auto process = process_of(hProcess, PROCESS_SET_INFORMATION);
    if (!process) return FALSE;
    constexpr DWORD kBackgroundBegin = 0x100000, kBackgroundEnd = 0x200000;
    int nice = dwPriorityClass == kBackgroundBegin ? 15
               : dwPriorityClass == kBackgroundEnd ? 0
                                                   : nice_of_class(dwPriorityClass);
    setpriority(PRIO_PROCESS, static_cast<id_t>(process->pid()), nice);
    return TRUE;
}

BOOL kernel32::GetProcessAffinityMask(HANDLE hProcess, PDWORD_PTR lpProcessAffinityMask,
                                      PDWORD_PTR lpSystemAffinityMask) {
    auto process = process_of(hProcess, kQuery);
    if (!process) return FALSE;
    // Programs count the bits to size thread pools: processors are numbered from 0 without gaps.
    *lpSystemAffinityMask = processor_mask();
    uint64_t allowed = allowed_processors(process->pid());
    auto count = static_cast<unsigned>(__builtin_popcountll(allowed));
    if (allowed & ~processor_mask()) allowed = (count >= 64 ? ~0ull : (1ull << count) - 1) & processor_mask();
    *lpProcessAffinityMask = allowed;
    return TRUE;
}

BOOL kernel32::SetProcessAffinityMask(HANDLE hProcess, DWORD_PTR dwProcessAffinityMask) {
    auto process = process_of(hProcess, PROCESS_SET_INFORMATION);
    if (!process) return FALSE;
    if (!dwProcessAffinityMask || dwProcessAffinityMask & ~processor_mask())
        return fail(ERROR_INVALID_PARAMETER);
    return set_allowed_processors(process->pid(), dwProcessAffinityMask)
               ? TRUE
               : fail(ERROR_ACCESS_DENIED);
}

BOOL kernel32::SetProcessPriorityBoost(HANDLE hProcess, BOOL) {
    return process_of(hProcess) ? TRUE : FALSE;
}

BOOL kernel32::GetProcessPriorityBoost(HANDLE hProcess, PBOOL pDisablePriorityBoost) {
    if (!process_of(hProcess)) return FALSE;
    return *pDisablePriorityBoost = FALSE, TRUE;
}

BOOL kernel32::GetProcessIoCounters(HANDLE hProcess, PIO_COUNTERS lpIoCounters) {
    auto process = process_of(hProcess, kQuery);
    if (!process) return FALSE;
    *lpIoCounters = io_counters(process->pid());
    return TRUE;
}

BOOL kernel32::SetProcessShutdownParameters(DWORD, DWORD) { return TRUE; }
DWORD kernel32::GetProcessVersion(DWORD) { return 10u << 16; }

BOOL kernel32::ProcessIdToSessionId(DWORD dwProcessId, DWORD* pSessionId) {
    if (dwProcessId && access(("/proc/" + std::to_string(dwProcessId)).c_str(), F_OK) != 0)
        return fail(ERROR_INVALID_PARAMETER);
    return *pSessionId = 1, TRUE;
}
