// What a console program sees of a terminal: modes, size, lines, keys, Ctrl-C, the screen. One line of output per step.
#include <stdio.h>
#include <windows.h>

static volatile LONG g_signals;

static BOOL WINAPI on_control(DWORD type) {
    InterlockedIncrement(&g_signals);
    printf("control %lu\n", type);
    fflush(stdout);
    return TRUE;
}

static void step(const char* name) {
    printf("%s\n", name);
    fflush(stdout);
}

int main(void) {
    HANDLE in = GetStdHandle(STD_INPUT_HANDLE), out = GetStdHandle(STD_OUTPUT_HANDLE);
    DWORD mode = 0, count = 0;
    BOOL ok = GetConsoleMode(in, &mode);
    printf("input mode %d %lx\n", ok, mode & 7);
    ok = GetConsoleMode(out, &mode);
    printf("output mode %d %lx\n", ok, mode & 3);
    CONSOLE_SCREEN_BUFFER_INFO info;
    ok = GetConsoleScreenBufferInfo(out, &info);
    printf("window %d %dx%d\n", ok, info.srWindow.Right - info.srWindow.Left + 1,
           info.srWindow.Bottom - info.srWindow.Top + 1);
    printf("types %lu %lu pages %u %u\n", GetFileType(in), GetFileType(out), GetConsoleCP(), GetConsoleOutputCP());
    SetConsoleCtrlHandler(on_control, TRUE);

    step("line?");
    char text[64];
    ok = ReadConsoleA(in, text, sizeof text, &count, NULL);
    printf("line %d %lu %s\n", ok, count, count == 7 && memcmp(text, "hello\r\n", 7) == 0 ? "as typed" : "other");
    step("wide?");
    WCHAR wide[64];
    ok = ReadConsoleW(in, wide, 64, &count, NULL);
    printf("wide %d %lu %x\n", ok, count, wide[1]);

    SetConsoleMode(in, 0);
    step("key?");
    INPUT_RECORD record;
    ok = ReadConsoleInputW(in, &record, 1, &count);
    printf("key %d type %d down %d char %x code %x\n", ok, record.EventType, record.Event.KeyEvent.bKeyDown,
           record.Event.KeyEvent.uChar.UnicodeChar, record.Event.KeyEvent.wVirtualKeyCode);
    SetConsoleMode(in, ENABLE_PROCESSED_INPUT | ENABLE_LINE_INPUT | ENABLE_ECHO_INPUT);
    FlushConsoleInputBuffer(in);

    step("interrupt?");
    for (int i = 0; i < 1000 && g_signals == 0; ++i) Sleep(10);

    HANDLE screen = CreateFileA("CONOUT$", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                                OPEN_EXISTING, 0, NULL);
    WriteConsoleW(screen, L"caf\x00e9 \x4e2d\n", 7, &count, NULL);
    printf("written %lu\n", count);
    SetConsoleTitleW(L"a title");
    WCHAR title[32];
    GetConsoleTitleW(title, 32);
    printf("title %d\n", wcscmp(title, L"a title") == 0);
    fflush(stdout);
    return 7;
}
