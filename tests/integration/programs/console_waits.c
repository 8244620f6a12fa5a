// Console input as something to wait for, run by console_pty.py: key events that the program writes itself end waits, a
// registered wait and a read of a line that another thread is in, as libuv does to change from lines to keys.
#include <stdio.h>
#include <windows.h>

static HANDLE in, fired;

static VOID CALLBACK on_input(PVOID context, BOOLEAN timed_out) {
    (void)context;
    if (!timed_out) SetEvent(fired);
}

static void write_key(WCHAR unit, WORD key) {
    INPUT_RECORD record = {.EventType = KEY_EVENT};
    DWORD written;
    record.Event.KeyEvent.bKeyDown = TRUE;
    record.Event.KeyEvent.wRepeatCount = 1;
    record.Event.KeyEvent.wVirtualKeyCode = key;
    record.Event.KeyEvent.uChar.UnicodeChar = unit;
    WriteConsoleInputW(in, &record, 1, &written);
}

static DWORD WINAPI read_line(void *context) {
    WCHAR text[16];
    DWORD got = 0;
    (void)context;
    BOOL read = ReadConsoleW(in, text, 16, &got, NULL);
    printf("line %d %lu %x %x\n", read, got, text[0], got > 1 ? text[got - 1] : 0);
    fflush(stdout);
    return 0;
}

static void take_key(const char *what) {
    INPUT_RECORD record;
    DWORD got = 0;
    do ReadConsoleInputW(in, &record, 1, &got);
    while (got == 1 && !(record.EventType == KEY_EVENT && record.Event.KeyEvent.bKeyDown));
    printf("%s %c\n", what, record.Event.KeyEvent.uChar.UnicodeChar);
    fflush(stdout);
}

int main(void) {
    in = CreateFileW(L"CONIN$", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
    fired = CreateEventW(NULL, FALSE, FALSE, NULL);
    printf("idle %lx\n", WaitForSingleObject(in, 0));
    HANDLE reader = CreateThread(NULL, 0, read_line, NULL, 0, NULL), registered;
    Sleep(100);
    write_key(L'q', 'Q');
    write_key(L'\r', VK_RETURN);
    WaitForSingleObject(reader, INFINITE);
    SetConsoleMode(in, ENABLE_WINDOW_INPUT);
    printf("registered %d\n", RegisterWaitForSingleObject(&registered, in, on_input, NULL, INFINITE, WT_EXECUTEONLYONCE));
    printf("quiet %lx\n", WaitForSingleObject(fired, 50));
    write_key(L'w', 'W');
    printf("fired %lx, signalled %lx\n", WaitForSingleObject(fired, 10000), WaitForSingleObject(in, 0));
    take_key("written");
    UnregisterWait(registered);
    HANDLE both[] = {fired, in};
    printf("key?\n");
    fflush(stdout);
    printf("which %lu\n", WaitForMultipleObjects(2, both, FALSE, 20000));
    take_key("typed");
    return 3;
}
