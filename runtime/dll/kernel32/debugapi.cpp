// debugapi.h: there is no Windows debugger; one of Linux is not for the program to see.
#include "base/log.h"
#include "base/text.h"
#include "core/teb.h"
#include "dll/kernel32/pipes.h"

using namespace lsw;

BOOL kernel32::IsDebuggerPresent() { return current_peb()->BeingDebugged; }

BOOL kernel32::CheckRemoteDebuggerPresent(HANDLE, PBOOL pbDebuggerPresent) {
    if (!pbDebuggerPresent) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    *pbDebuggerPresent = FALSE;
    return TRUE;
}

// The breakpoint instruction is ours, and one byte like any other: a handler steps over it by adding 1 to RIP.
void kernel32::DebugBreak() { asm volatile("int3"); }

// Without a listener the text goes nowhere; --verbose is one.
void kernel32::OutputDebugStringA(LPCSTR lpOutputString) {
    if (lpOutputString) log_debug("debug output: %s", lpOutputString);
}

void kernel32::OutputDebugStringW(LPCWSTR lpOutputString) {
    if (g_verbose && lpOutputString)
        log_debug("debug output: %s", utf8_from_utf16(lpOutputString).c_str());
}
