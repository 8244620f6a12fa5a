// A thread's message queue: posting, waiting, timers, the end. "PostThreadMessageW function (winuser.h)", "GetMessage function".
// flags: -luser32
#include "check.h"

static DWORD main_thread;
static int ticks;

static DWORD WINAPI poster(void* unused) {
    (void)unused;
    CHECK(PostThreadMessageW(main_thread, WM_USER + 1, 11, 22));
    CHECK(PostThreadMessageW(main_thread, WM_USER + 2, 0, 0));
    return 0;
}

static void CALLBACK tick(HWND window, UINT message, UINT_PTR id, DWORD time) {
    CHECK(window == NULL && message == WM_TIMER && id != 0 && time != 0);
    if (++ticks == 2) PostQuitMessage(7);
}

int main(void) {
    MSG message;
    main_thread = GetCurrentThreadId();
    CHECK(!PeekMessageW(&message, NULL, 0, 0, PM_NOREMOVE));
    HANDLE thread = CreateThread(NULL, 0, poster, NULL, 0, NULL);
    CHECK_EQ(GetMessageW(&message, NULL, 0, 0), TRUE);
    CHECK(message.message == WM_USER + 1 && message.wParam == 11 && message.lParam == 22 && !message.hwnd);
    CHECK_EQ(GetMessageW(&message, NULL, WM_USER + 2, WM_USER + 2), TRUE);
    WaitForSingleObject(thread, INFINITE);
    CHECK(!PeekMessageW(&message, NULL, 0, 0, PM_REMOVE));
    CHECK_EQ(MsgWaitForMultipleObjects(1, &thread, FALSE, 0, QS_ALLINPUT), WAIT_OBJECT_0);
    CHECK_EQ(MsgWaitForMultipleObjects(0, NULL, FALSE, 0, QS_ALLINPUT), WAIT_TIMEOUT);
    CHECK(PostMessageW(NULL, WM_USER, 0, 0));
    CHECK_EQ(MsgWaitForMultipleObjects(0, NULL, FALSE, 1000, QS_ALLINPUT), WAIT_OBJECT_0);
    CHECK(PeekMessageW(&message, NULL, 0, 0, PM_REMOVE));
    CHECK_LASTERROR(PostThreadMessageW(0xFFFFFFF0, WM_USER, 0, 0), ERROR_INVALID_THREAD_ID);

    UINT_PTR timer = SetTimer(NULL, 0, 10, tick);
    CHECK(timer != 0);
    while (GetMessageW(&message, NULL, 0, 0) > 0) DispatchMessageW(&message);
    CHECK(message.message == WM_QUIT && message.wParam == 7);
    CHECK_EQ(ticks, 2);
    CHECK(KillTimer(NULL, timer));
    CHECK(!KillTimer(NULL, timer));
    CHECK_EQ(RegisterWindowMessageA("lsw one"), RegisterWindowMessageW(L"LSW ONE"));
    CHECK_EQ(MapVirtualKeyW('A', 0), 0x1E);
    return check_result();
}
