// winuser.h: what a process without windows, and a session without a screen, is told. Programs ask these mostly to
// gather entropy or to decide between a dialog and plain text.
#include "dll/user32/user32.h"

HWND user32::GetActiveWindow() { return nullptr; }
HWND user32::GetFocus() { return nullptr; }
HWND user32::GetCapture() { return nullptr; }
HWND user32::GetForegroundWindow() { return nullptr; }
HWND user32::GetDesktopWindow() { return nullptr; }
HWND user32::GetClipboardOwner() { return nullptr; }
HWND user32::GetClipboardViewer() { return nullptr; }
HWND user32::GetOpenClipboardWindow() { return nullptr; }

BOOL user32::GetCaretPos(POINT* lpPoint) {
    *lpPoint = {};
    return TRUE;
}

BOOL user32::GetCursorPos(POINT* lpPoint) {
    *lpPoint = {};
    return TRUE;
}

// No message was ever posted to a thread that has no queue.
BOOL user32::GetInputState() { return FALSE; }
DWORD user32::GetMessagePos() { return 0; }
LONG user32::GetMessageTime() { return 0; }
DWORD user32::GetQueueStatus(UINT) { return 0; }

BOOL user32::AllowSetForegroundWindow(DWORD) { return TRUE; }
