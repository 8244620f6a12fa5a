// Windows that only get messages, which programs wake their threads with: made, sent to from their own and from another thread,
// posted to, timed, destroyed. "Message-Only Windows", "CreateWindowExW function (winuser.h)", "SendMessage function (winuser.h)".
// flags: -luser32
#include "check.h"
#include <stdint.h>

static char trace[64];
static int traced;
static void note(char what) { trace[traced++] = what; }
static DWORD answered_by;

static LRESULT CALLBACK procedure(HWND window, UINT message, WPARAM first, LPARAM second) {
    switch (message) {
        case WM_NCCREATE: note('n'); break;
        case WM_CREATE:
            note('c');
            CHECK_EQ((intptr_t)((CREATESTRUCTW *)second)->lpCreateParams, 77);
            SetWindowLongPtrW(window, GWLP_USERDATA, 77);
            return 0;
        case WM_DESTROY: note('d'); break;
        case WM_NCDESTROY: note('x'); break;
        case WM_TIMER:
            note('t');
            CHECK_EQ(first, 5);
            KillTimer(window, 5);
            return 0;
        case WM_USER:
            note('u');
            answered_by = GetCurrentThreadId();
            return (LRESULT)first + second;
        case WM_USER + 1:
            note('q');
            PostQuitMessage(3);
            return 0;
    }
    return DefWindowProcW(window, message, first, second);
}

static DWORD WINAPI other_thread(void *window) {
    CHECK_EQ(SendMessageW(window, WM_USER, 20, 3), 23);
    CHECK_LASTERROR(DestroyWindow(window), ERROR_ACCESS_DENIED);
    CHECK(PostMessageA(window, WM_USER + 1, 0, 0));
    return 0;
}

int main(void) {
    WNDCLASSW class = {.lpfnWndProc = procedure, .cbWndExtra = 16, .hInstance = GetModuleHandleW(NULL), .lpszClassName = L"Waker"};
    CHECK_LASTERROR(CreateWindowExW(0, L"Waker", L"", 0, 0, 0, 0, 0, HWND_MESSAGE, NULL, NULL, NULL), ERROR_CANNOT_FIND_WND_CLASS);
    ATOM atom = RegisterClassW(&class);
    CHECK(atom != 0);
    CHECK_LASTERROR(RegisterClassW(&class), ERROR_CLASS_ALREADY_EXISTS);
    WNDCLASSEXA extended = {.cbSize = sizeof extended, .lpfnWndProc = DefWindowProcA, .lpszClassName = "Other"};
    CHECK(RegisterClassExA(&extended) != 0);
    HWND other = CreateWindowExA(0, "OTHER", "", 0, 0, 0, 0, 0, NULL, NULL, NULL, NULL);
    CHECK(other != NULL && SendMessageA(other, WM_USER, 0, 0) == 0);
    CHECK_LASTERROR(UnregisterClassA("Other", NULL), ERROR_CLASS_HAS_WINDOWS);
    SendMessageW(other, WM_CLOSE, 0, 0);
    CHECK(!IsWindow(other) && UnregisterClassA("other", NULL));

    HWND window = CreateWindowExW(0, (LPCWSTR)(uintptr_t)atom, L"", 0, 0, 0, 0, 0, HWND_MESSAGE, NULL, class.hInstance, (void *)77);
    CHECK(window != NULL && IsWindow(window));
    DWORD process = 0;
    CHECK_EQ(GetWindowThreadProcessId(window, &process), GetCurrentThreadId());
    CHECK_EQ(process, GetCurrentProcessId());
    CHECK_EQ(GetWindowLongPtrW(window, GWLP_USERDATA), 77);
    CHECK_EQ(GetWindowLongPtrA(window, GWLP_WNDPROC), (LONG_PTR)procedure);
    CHECK_EQ(SetWindowLongPtrA(window, 8, 99), 0);
    CHECK_EQ(GetWindowLongPtrW(window, 8), 99);
    CHECK_LASTERROR(GetWindowLongPtrW(window, 12), ERROR_INVALID_INDEX);
    CHECK_EQ(SendMessageW(window, WM_USER, 1, 2), 3);

    MSG message;
    CHECK(PostMessageW(window, WM_USER, 4, 5));
    CHECK(!PeekMessageW(&message, (HWND)-1, 0, 0, PM_REMOVE));
    CHECK(PeekMessageW(&message, window, 0, 0, PM_REMOVE) && message.hwnd == window);
    CHECK_EQ(DispatchMessageW(&message), 9);
    CHECK(SetTimer(window, 5, 10, NULL));
    CHECK(GetMessageW(&message, NULL, 0, 0) && message.message == WM_TIMER && message.hwnd == window);
    DispatchMessageW(&message);

    HANDLE thread = CreateThread(NULL, 0, other_thread, window, 0, NULL);
    BOOL more;
    while ((more = GetMessageW(&message, NULL, 0, 0)) > 0) DispatchMessageW(&message);
    CHECK_EQ(more, 0);
    CHECK_EQ(message.wParam, 3);
    CHECK_EQ(answered_by, GetCurrentThreadId());
    WaitForSingleObject(thread, INFINITE);
    CHECK(DestroyWindow(window));
    CHECK_LASTERROR(DestroyWindow(window), ERROR_INVALID_WINDOW_HANDLE);
    CHECK_LASTERROR(PostMessageW(window, WM_USER, 0, 0), ERROR_INVALID_WINDOW_HANDLE);
    CHECK_LASTERROR(GetMessageW(&message, window, 0, 0) == -1 ? 0 : 1, ERROR_INVALID_WINDOW_HANDLE);
    CHECK(!strcmp(trace, "ncuutuqdx"));
    CHECK(UnregisterClassW(L"Waker", class.hInstance));
    CHECK(MessageBeep(0));
    CHECK_EQ(WaitForInputIdle(GetCurrentProcess(), 0), WAIT_FAILED);
    return check_result();
}
