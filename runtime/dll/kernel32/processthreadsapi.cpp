// processthreadsapi.h: processes and threads.
#include "core/process/start.h"
#include "core/teb.h"
#include "dll/kernel32/kernel32.h"

using namespace lsw;

void kernel32::ExitProcess(UINT uExitCode) { exit_process(uExitCode); }

HANDLE kernel32::GetCurrentProcess() { return reinterpret_cast<HANDLE>(static_cast<intptr_t>(-1)); }

HANDLE kernel32::GetCurrentThread() { return reinterpret_cast<HANDLE>(static_cast<intptr_t>(-2)); }

DWORD kernel32::GetCurrentProcessId() {
    return static_cast<DWORD>(reinterpret_cast<uintptr_t>(current_teb()->ClientId.UniqueProcess));
}

DWORD kernel32::GetCurrentThreadId() {
    return static_cast<DWORD>(reinterpret_cast<uintptr_t>(current_teb()->ClientId.UniqueThread));
}
