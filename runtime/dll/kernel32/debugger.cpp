// debugapi.h: the debugger's functions. What lies behind is core/debug. Doc: "Debugging Functions".
#include <unistd.h>

#include <memory>

#include "base/text.h"
#include "core/debug/port.h"
#include "core/debug/session.h"
#include "core/path/linux_names.h"
#include "core/process/remote_calls.h"
#include "core/process/remote_thread.h"
#include "core/runtime.h"
#include "core/teb.h"
#include "core/wait/futex.h"
#include "dll/kernel32/debugger.h"
#include "dll/kernel32/pipes.h"

using namespace lsw;

namespace {

LPVOID pointer(uint64_t address) { return reinterpret_cast<LPVOID>(address); }

// The debugger gets the image's file open; a built-in module has none.
HANDLE open_image(const char* path) {
    if (!*path) return nullptr;
    constexpr DWORD kShareAll = 7, kOpenExisting = 3;
    HANDLE file = kernel32::CreateFileW(dos_path_from_linux(path).c_str(), GENERIC_READ, kShareAll, nullptr, kOpenExisting, 0,
                                        nullptr);
    return file == INVALID_HANDLE_VALUE ? nullptr : file;
}

void fill(DEBUG_EVENT& out, const debug::SessionEvent& from) {
    using debug::EventKind;
    const debug::Event& event = from.event;
    out = {};
    out.dwDebugEventCode = static_cast<DWORD>(event.kind);
    out.dwProcessId = from.process_id;
    out.dwThreadId = event.thread;
    switch (event.kind) {
        case EventKind::Exception: out.u.Exception = {event.record, event.first_chance}; break;
        case EventKind::CreateThread: out.u.CreateThread = {from.thread, pointer(event.teb), pointer(event.start)}; break;
        case EventKind::CreateProcess:
            out.u.CreateProcessInfo = {open_image(event.path), from.process, from.thread, pointer(event.base), 0, 0,
                                       pointer(event.teb), pointer(event.start), pointer(event.name), TRUE};
            break;
        case EventKind::ExitThread:
        case EventKind::ExitProcess: out.u.ExitThread = {event.code}; break;
        case EventKind::LoadDll:
            out.u.LoadDll = {open_image(event.path), pointer(event.base), 0, 0, pointer(event.name), TRUE};
            break;
        case EventKind::UnloadDll: out.u.UnloadDll = {pointer(event.base)}; break;
        case EventKind::OutputString:
            out.u.DebugString = {pointer(event.base), static_cast<WORD>(event.code), static_cast<WORD>(event.start)};
            break;
    }
}

}  // namespace

BOOL kernel32::DebugActiveProcess(DWORD dwProcessId) { return win32_result(debug::attach_to(dwProcessId)); }

BOOL kernel32::DebugActiveProcessStop(DWORD dwProcessId) { return win32_result(debug::detach_from(dwProcessId)); }

BOOL kernel32::WaitForDebugEvent(PVOID lpDebugEvent, DWORD dwMilliseconds) {
    constexpr int64_t kMillisecond_ns = 1'000'000;
    int64_t deadline = dwMilliseconds == INFINITE ? kForever : monotonic_ns() + dwMilliseconds * kMillisecond_ns;
    auto event = std::make_unique<debug::SessionEvent>();
    NTSTATUS status = debug::wait_for_event(deadline, *event);
    if (status == STATUS_TIMEOUT) return set_last_error(ERROR_SEM_TIMEOUT), FALSE;
    if (!NT_SUCCESS(status)) return win32_result(status);
    DEBUG_EVENT out;
    fill(out, *event);
    event = nullptr;
    *static_cast<DEBUG_EVENT*>(lpDebugEvent) = out;
    return TRUE;
}

BOOL kernel32::WaitForDebugEventEx(PVOID lpDebugEvent, DWORD dwMilliseconds) {
    return WaitForDebugEvent(lpDebugEvent, dwMilliseconds);
}

BOOL kernel32::ContinueDebugEvent(DWORD dwProcessId, DWORD dwThreadId, DWORD dwContinueStatus) {
    return win32_result(debug::continue_event(dwProcessId, dwThreadId, dwContinueStatus));
}

BOOL kernel32::DebugSetProcessKillOnExit(BOOL KillOnExit) { return win32_result(debug::set_kill_on_exit(KillOnExit)); }

// A thread that runs into a breakpoint, as on Windows.
BOOL kernel32::DebugBreakProcess(HANDLE Process) {
    auto process = process_from_handle(Process);
    if (!process.ok()) return win32_result(process.status());
    if ((*process)->is_current()) return DebugBreak(), TRUE;
    auto code = remote_breakpoint(**process);
    if (!code.ok()) return win32_result(code.status());
    auto thread = create_remote_thread(std::move(*process), {reinterpret_cast<ThreadRoutine>(*code), nullptr, 0, 0, false});
    return win32_result(thread.status());
}

BOOL kernel32::IsDebuggerPresent() { return current_peb()->BeingDebugged; }

BOOL kernel32::CheckRemoteDebuggerPresent(HANDLE hProcess, PBOOL pbDebuggerPresent) {
    if (!pbDebuggerPresent) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    auto process = process_from_handle(hProcess);
    if (!process.ok()) return win32_result(process.status());
    *pbDebuggerPresent = is_being_debugged(**process);
    return TRUE;
}
