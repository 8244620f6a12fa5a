// consoleapi.h: modes, text in and out, control handlers, having a console at all. See
// core/console.
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <string>

#include "base/text.h"
#include "core/console/console.h"
#include "core/runtime.h"
#include "core/teb.h"
#include "dll/kernel32/kernel32.h"

using namespace lsw;

namespace {

BOOL fail(DWORD error) { return set_last_error(error), FALSE; }

// The console behind a handle. A pipe or file is none: ERROR_INVALID_HANDLE, which is how programs
// find out.
Ref<ConsoleObject> console_of(HANDLE handle) {
    auto object = runtime().handles.get<IoObject>(handle);
    ConsoleObject* console = object.ok() ? (*object)->as_console() : nullptr;
    if (!console) set_last_error(ERROR_INVALID_HANDLE);
    return Ref<ConsoleObject>::share(console);
}

template <class Char>
BOOL read_events(HANDLE handle, PINPUT_RECORD buffer, DWORD length, LPDWORD count, bool remove) {
    auto console = console_of(handle);
    if (!console) return FALSE;
    if (!console->is_input()) return fail(ERROR_INVALID_HANDLE);
    auto got = console->read_events(buffer, length, remove, remove);
    if (!got.ok()) return set_last_error_from(got.status());
    if constexpr (sizeof(Char) == 1)
        for (DWORD i = 0; i < *got; ++i)
            if (buffer[i].EventType == KEY_EVENT && buffer[i].KeyEvent.UnicodeChar > 0x7F)
                buffer[i].KeyEvent.UnicodeChar = u'?';
    if (count) *count = *got;
    return TRUE;
}

}  // namespace

BOOL kernel32::GetConsoleMode(HANDLE hConsoleHandle, LPDWORD lpMode) {
    auto console = console_of(hConsoleHandle);
    if (!console) return FALSE;
    ConsoleModes modes = Console::get().modes();
    *lpMode = console->is_input() ? modes.input : modes.output;
    return TRUE;
}

BOOL kernel32::SetConsoleMode(HANDLE hConsoleHandle, DWORD dwMode) {
    auto console = console_of(hConsoleHandle);
    if (!console) return FALSE;
    if (dwMode & ~(console->is_input() ? 0x3FFu : 0x1Fu)) return fail(ERROR_INVALID_PARAMETER);
    if (console->is_input())
        return win32_result(Console::get().set_input_mode(console->fd(), dwMode).status());
    Console::get().set_output_mode(dwMode);
    return TRUE;
}

UINT kernel32::GetConsoleCP() { return Console::get().input_code_page; }
UINT kernel32::GetConsoleOutputCP() { return Console::get().output_code_page; }

BOOL kernel32::WriteConsoleW(HANDLE hConsoleOutput, const void* lpBuffer,
                             DWORD nNumberOfCharsToWrite, LPDWORD lpNumberOfCharsWritten, LPVOID) {
    if (lpNumberOfCharsWritten) *lpNumberOfCharsWritten = 0;
    auto console = console_of(hConsoleOutput);
    if (!console) return FALSE;
    auto done = console->write_text({static_cast<const WCHAR*>(lpBuffer), nNumberOfCharsToWrite});
    if (!done.ok()) return set_last_error_from(done.status());
    if (lpNumberOfCharsWritten) *lpNumberOfCharsWritten = *done;
    return TRUE;
}

BOOL kernel32::WriteConsoleA(HANDLE hConsoleOutput, const void* lpBuffer,
                             DWORD nNumberOfCharsToWrite, LPDWORD lpNumberOfCharsWritten, LPVOID) {
    if (lpNumberOfCharsWritten) *lpNumberOfCharsWritten = 0;
    auto console = console_of(hConsoleOutput);
    if (!console) return FALSE;
    auto done = console->emit({static_cast<const char*>(lpBuffer), nNumberOfCharsToWrite});
    if (!done.ok()) return set_last_error_from(done.status());
    if (lpNumberOfCharsWritten) *lpNumberOfCharsWritten = nNumberOfCharsToWrite;
    return TRUE;
}

BOOL kernel32::ReadConsoleW(HANDLE hConsoleInput, LPVOID lpBuffer, DWORD nNumberOfCharsToRead,
                            LPDWORD lpNumberOfCharsRead, LPVOID) {
    *lpNumberOfCharsRead = 0;
    auto console = console_of(hConsoleInput);
    if (!console) return FALSE;
    auto got = console->read_text(static_cast<WCHAR*>(lpBuffer), nNumberOfCharsToRead);
    if (!got.ok()) return set_last_error_from(got.status());
    *lpNumberOfCharsRead = *got;
    return TRUE;
}

BOOL kernel32::ReadConsoleA(HANDLE hConsoleInput, LPVOID lpBuffer, DWORD nNumberOfCharsToRead,
                            LPDWORD lpNumberOfCharsRead, LPVOID) {
    *lpNumberOfCharsRead = 0;
    auto console = console_of(hConsoleInput);
    if (!console) return FALSE;
    auto got = console->read(lpBuffer, nNumberOfCharsToRead, kCurrentPosition);
    if (!got.ok()) return set_last_error_from(got.status());
    *lpNumberOfCharsRead = static_cast<DWORD>(*got);
    return TRUE;
}

BOOL kernel32::ReadConsoleInputW(HANDLE hConsoleInput, PINPUT_RECORD lpBuffer, DWORD nLength,
                                 LPDWORD lpNumberOfEventsRead) {
    return read_events<WCHAR>(hConsoleInput, lpBuffer, nLength, lpNumberOfEventsRead, true);
}
BOOL kernel32::ReadConsoleInputA(HANDLE hConsoleInput, PINPUT_RECORD lpBuffer, DWORD nLength,
                                 LPDWORD lpNumberOfEventsRead) {
    return read_events<CHAR>(hConsoleInput, lpBuffer, nLength, lpNumberOfEventsRead, true);
}
BOOL kernel32::PeekConsoleInputW(HANDLE hConsoleInput, PINPUT_RECORD lpBuffer, DWORD nLength,
                                 LPDWORD lpNumberOfEventsRead) {
    return read_events<WCHAR>(hConsoleInput, lpBuffer, nLength, lpNumberOfEventsRead, false);
}
BOOL kernel32::PeekConsoleInputA(HANDLE hConsoleInput, PINPUT_RECORD lpBuffer, DWORD nLength,
                                 LPDWORD lpNumberOfEventsRead) {
    return read_events<CHAR>(hConsoleInput, lpBuffer, nLength, lpNumberOfEventsRead, false);
}

BOOL kernel32::GetNumberOfConsoleInputEvents(HANDLE hConsoleInput, LPDWORD lpcNumberOfEvents) {
    auto console = console_of(hConsoleInput);
    if (!console) return FALSE;
    if (!console->is_input()) return fail(ERROR_INVALID_HANDLE);
    *lpcNumberOfEvents = *console->pending_events();
    return TRUE;
}

BOOL kernel32::WriteConsoleInputW(HANDLE hConsoleInput, const INPUT_RECORD* lpBuffer, DWORD nLength,
                                  LPDWORD lpNumberOfEventsWritten) {
    auto console = console_of(hConsoleInput);
    if (!console) return FALSE;
    console->put_events(lpBuffer, nLength);
    *lpNumberOfEventsWritten = nLength;
    return TRUE;
}

BOOL kernel32::FlushConsoleInputBuffer(HANDLE hConsoleInput) {
    auto console = console_of(hConsoleInput);
    if (!console) return FALSE;
    console->flush_input();
    return TRUE;
}

BOOL kernel32::SetConsoleCtrlHandler(PHANDLER_ROUTINE HandlerRoutine, BOOL Add) {
    if (!HandlerRoutine) return ignore_control_c(Add), TRUE;
    bool done = Add ? add_control_handler(HandlerRoutine) : remove_control_handler(HandlerRoutine);
    return done ? TRUE : fail(ERROR_INVALID_PARAMETER);
}

// Group 0 is everybody at this console: the process group, as a typed Ctrl-C reaches it.
BOOL kernel32::GenerateConsoleCtrlEvent(DWORD dwCtrlEvent, DWORD dwProcessGroupId) {
    if (dwCtrlEvent > CTRL_BREAK_EVENT) return fail(ERROR_INVALID_PARAMETER);
    int signal = dwCtrlEvent == CTRL_C_EVENT ? SIGINT : SIGQUIT;
    if (kill(-static_cast<pid_t>(dwProcessGroupId ? dwProcessGroupId
                                                  : static_cast<DWORD>(getpgrp())),
             signal) == 0)
        return TRUE;
    return fail(ERROR_INVALID_PARAMETER);
}

// The controlling terminal stands for the console; a process without one cannot be given a window.
BOOL kernel32::AllocConsole() {
    return fail(open_console("/dev/tty", ConsoleObject::Side::Output) ? ERROR_ACCESS_DENIED
                                                                      : ERROR_GEN_FAILURE);
}
BOOL kernel32::AttachConsole(DWORD) {
    return fail(open_console("/dev/tty", ConsoleObject::Side::Output) ? ERROR_ACCESS_DENIED
                                                                      : ERROR_INVALID_HANDLE);
}
BOOL kernel32::FreeConsole() { return TRUE; }
HWND kernel32::GetConsoleWindow() { return nullptr; }

DWORD kernel32::GetConsoleProcessList(LPDWORD lpdwProcessList, DWORD dwProcessCount) {
    if (!lpdwProcessList || !dwProcessCount)
        return static_cast<DWORD>(fail(ERROR_INVALID_PARAMETER));
    lpdwProcessList[0] = static_cast<DWORD>(getpid());
    return 1;
}
