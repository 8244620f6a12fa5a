// winuser.h: classes of windows, and windows, which are procedures that messages are sent to. Nothing is shown, no class of the
// system's exists. Doc: "CreateWindowExW function (winuser.h)", "Message-Only Windows".
#include "dll/user32/windows.h"

#include <cstring>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/text.h"
#include "core/teb.h"
#include "dll/kernel32/kernel32.h"

using namespace lsw;

namespace {

constexpr UINT kCreate = 0x1, kDestroy = 0x2, kClose = 0x10, kNcCreate = 0x81, kNcDestroy = 0x82;
constexpr DWORD kInvalidWindow = 1400, kNoClass = 1407, kClassExists = 1410, kClassMissing = 1411, kClassUsed = 1412,
                kInvalidIndex = 1413;
constexpr int kProcedure = -4, kInstance = -6, kId = -12, kStyle = -16, kExStyle = -20, kUserData = -21;

struct Class {
    WNDPROC procedure;
    int extra_bytes;
    HINSTANCE instance;
    ATOM atom;
    int windows = 0;
};

struct Window {
    std::u16string of;
    DWORD thread;
    std::map<int, LONG_PTR> values;  // by the index of GetWindowLongPtr
    std::vector<char> extra;
};

struct Desktop {
    std::mutex lock;
    std::map<std::u16string, Class> classes;
    std::map<HWND, Window> windows;
    ATOM next_atom = 0xC100;
    uintptr_t next_window = 0x10010;
};

Desktop& desktop() {
    static Desktop all;
    return all;
}

// A class is meant by its name, in any case, or by its atom. Takes the lock itself, and not while it reads the name.
std::u16string class_name(LPCWSTR name) {
    if (auto atom = reinterpret_cast<uintptr_t>(name); atom < 0x10000) {
        std::lock_guard held(desktop().lock);
        for (const auto& [known, about] : desktop().classes)
            if (about.atom == atom) return known;
        return {};
    }
    std::u16string folded(name);
    for (WCHAR& c : folded) c = upcase(c);
    return folded;
}

ATOM add_class(LPCWSTR name, WNDPROC procedure, int extra_bytes, HINSTANCE instance) {
    if (reinterpret_cast<uintptr_t>(name) < 0x10000 || !procedure || extra_bytes < 0)
        return set_last_error(ERROR_INVALID_PARAMETER), ATOM{0};
    std::u16string folded = class_name(name);
    Desktop& all = desktop();
    std::lock_guard held(all.lock);
    auto [at, added] = all.classes.try_emplace(folded, Class{procedure, extra_bytes, instance, all.next_atom});
    if (!added) return set_last_error(kClassExists), ATOM{0};
    ++all.next_atom;
    return at->second.atom;
}

// Names of bytes, and atoms as they are.
class WideName {
public:
    explicit WideName(const void* name) : name_(static_cast<LPCWSTR>(name)) {
        if (reinterpret_cast<uintptr_t>(name) < 0x10000) return;
        text_ = utf16_from_utf8(static_cast<LPCSTR>(name));
        name_ = text_.c_str();
    }
    operator LPCWSTR() const { return name_; }

private:
    std::u16string text_;
    LPCWSTR name_;
};

void remove_window(HWND window) {
    user::forget_window(window);
    Desktop& all = desktop();
    std::lock_guard held(all.lock);
    auto at = all.windows.find(window);
    if (at == all.windows.end()) return;
    if (auto of = all.classes.find(at->second.of); of != all.classes.end()) --of->second.windows;
    all.windows.erase(at);
}

// Reads the value, and writes it when `fresh` is given.
LONG_PTR window_value(HWND window, int index, const LONG_PTR* fresh) {
    Desktop& all = desktop();
    std::lock_guard held(all.lock);
    auto at = all.windows.find(window);
    if (at == all.windows.end()) return set_last_error(kInvalidWindow), 0;
    Window& found = at->second;
    LONG_PTR old = 0;
    if (index >= 0) {
        if (static_cast<size_t>(index) + sizeof old > found.extra.size()) return set_last_error(kInvalidIndex), 0;
        memcpy(&old, &found.extra[static_cast<size_t>(index)], sizeof old);
        if (fresh) memcpy(&found.extra[static_cast<size_t>(index)], fresh, sizeof old);
        return old;
    }
    auto value = found.values.find(index);
    if (value == found.values.end()) return set_last_error(kInvalidIndex), 0;
    old = value->second;
    if (fresh) value->second = *fresh;
    return old;
}

}  // namespace

DWORD user::thread_of_window(HWND window) {
    Desktop& all = desktop();
    std::lock_guard held(all.lock);
    auto at = all.windows.find(window);
    return at == all.windows.end() ? 0 : at->second.thread;
}

LRESULT user::call_window(HWND window, UINT message, WPARAM first, LPARAM second) {
    WNDPROC procedure = nullptr;
    {
        Desktop& all = desktop();
        std::lock_guard held(all.lock);
        auto at = all.windows.find(window);
        if (at != all.windows.end()) procedure = reinterpret_cast<WNDPROC>(at->second.values[kProcedure]);
    }
    return procedure ? procedure(window, message, first, second) : 0;
}

ATOM user32::RegisterClassExW(const WNDCLASSEXW* lpwcx) {
    if (lpwcx->cbSize != sizeof *lpwcx) return set_last_error(ERROR_INVALID_PARAMETER), ATOM{0};
    return add_class(lpwcx->lpszClassName, lpwcx->lpfnWndProc, lpwcx->cbWndExtra, lpwcx->hInstance);
}

ATOM user32::RegisterClassExA(const WNDCLASSEXW* lpwcx) {
    if (lpwcx->cbSize != sizeof *lpwcx) return set_last_error(ERROR_INVALID_PARAMETER), ATOM{0};
    return add_class(WideName(lpwcx->lpszClassName), lpwcx->lpfnWndProc, lpwcx->cbWndExtra, lpwcx->hInstance);
}

ATOM user32::RegisterClassW(const WNDCLASSW* lpWndClass) {
    return add_class(lpWndClass->lpszClassName, lpWndClass->lpfnWndProc, lpWndClass->cbWndExtra, lpWndClass->hInstance);
}

ATOM user32::RegisterClassA(const WNDCLASSW* lpWndClass) {
    return add_class(WideName(lpWndClass->lpszClassName), lpWndClass->lpfnWndProc, lpWndClass->cbWndExtra,
                     lpWndClass->hInstance);
}

BOOL user32::UnregisterClassW(LPCWSTR lpClassName, HINSTANCE) {
    std::u16string name = class_name(lpClassName);
    Desktop& all = desktop();
    std::lock_guard held(all.lock);
    auto at = all.classes.find(name);
    if (at == all.classes.end()) return set_last_error(kClassMissing), FALSE;
    if (at->second.windows > 0) return set_last_error(kClassUsed), FALSE;
    all.classes.erase(at);
    return TRUE;
}

BOOL user32::UnregisterClassA(LPCSTR lpClassName, HINSTANCE hInstance) {
    return UnregisterClassW(WideName(lpClassName), hInstance);
}

HWND user32::CreateWindowExW(DWORD dwExStyle, LPCWSTR lpClassName, LPCWSTR lpWindowName, DWORD dwStyle, int X, int Y,
                             int nWidth, int nHeight, HWND hWndParent, HANDLE hMenu, HINSTANCE hInstance, LPVOID lpParam) {
    HWND window;
    user::make_queue();
    std::u16string name = class_name(lpClassName);
    {
        Desktop& all = desktop();
        std::lock_guard held(all.lock);
        auto of = all.classes.find(name);
        if (of == all.classes.end()) return set_last_error(kNoClass), nullptr;
        window = reinterpret_cast<HWND>(all.next_window += 2);
        Window made{name, kernel32::GetCurrentThreadId(), {}, std::vector<char>(static_cast<size_t>(of->second.extra_bytes))};
        made.values = {{kProcedure, reinterpret_cast<LONG_PTR>(of->second.procedure)},
                       {kInstance, reinterpret_cast<LONG_PTR>(hInstance)},
                       {kId, reinterpret_cast<LONG_PTR>(hMenu)},
                       {kStyle, static_cast<LONG_PTR>(dwStyle)},
                       {kExStyle, static_cast<LONG_PTR>(dwExStyle)},
                       {kUserData, 0}};
        ++of->second.windows;
        all.windows.emplace(window, std::move(made));
    }
    CREATESTRUCTW about = {lpParam, hInstance, hMenu, hWndParent, nHeight, nWidth, Y, X, static_cast<LONG>(dwStyle),
                           lpWindowName, lpClassName, dwExStyle};
    auto given = reinterpret_cast<LPARAM>(&about);
    if (user::call_window(window, kNcCreate, 0, given) == 0) return remove_window(window), nullptr;
    if (user::call_window(window, kCreate, 0, given) == -1) return DestroyWindow(window), nullptr;
    return window;
}

HWND user32::CreateWindowExA(DWORD dwExStyle, LPCSTR lpClassName, LPCSTR lpWindowName, DWORD dwStyle, int X, int Y, int nWidth,
                             int nHeight, HWND hWndParent, HANDLE hMenu, HINSTANCE hInstance, LPVOID lpParam) {
    return CreateWindowExW(dwExStyle, WideName(lpClassName), WideName(lpWindowName), dwStyle, X, Y, nWidth, nHeight,
                           hWndParent, hMenu, hInstance, lpParam);
}

BOOL user32::DestroyWindow(HWND hWnd) {
    DWORD thread = user::thread_of_window(hWnd);
    if (!thread) return set_last_error(kInvalidWindow), FALSE;
    if (thread != kernel32::GetCurrentThreadId()) return set_last_error(ERROR_ACCESS_DENIED), FALSE;
    user::call_window(hWnd, kDestroy, 0, 0);
    user::call_window(hWnd, kNcDestroy, 0, 0);
    remove_window(hWnd);
    return TRUE;
}

LRESULT user32::DefWindowProcW(HWND hWnd, UINT Msg, WPARAM, LPARAM) {
    if (Msg == kNcCreate) return TRUE;
    if (Msg == kClose) DestroyWindow(hWnd);
    return 0;
}

LRESULT user32::DefWindowProcA(HWND hWnd, UINT Msg, WPARAM wParam, LPARAM lParam) {
    return DefWindowProcW(hWnd, Msg, wParam, lParam);
}

LRESULT user32::SendMessageW(HWND hWnd, UINT Msg, WPARAM wParam, LPARAM lParam) {
    DWORD thread = user::thread_of_window(hWnd);
    if (!thread) return set_last_error(kInvalidWindow), 0;
    if (thread == kernel32::GetCurrentThreadId()) return user::call_window(hWnd, Msg, wParam, lParam);
    return user::send_to_thread(thread, hWnd, Msg, wParam, lParam);
}

LRESULT user32::SendMessageA(HWND hWnd, UINT Msg, WPARAM wParam, LPARAM lParam) {
    return SendMessageW(hWnd, Msg, wParam, lParam);
}

LONG_PTR user32::GetWindowLongPtrW(HWND hWnd, int nIndex) { return window_value(hWnd, nIndex, nullptr); }
LONG_PTR user32::GetWindowLongPtrA(HWND hWnd, int nIndex) { return window_value(hWnd, nIndex, nullptr); }
LONG_PTR user32::SetWindowLongPtrW(HWND hWnd, int nIndex, LONG_PTR dwNewLong) { return window_value(hWnd, nIndex, &dwNewLong); }
LONG_PTR user32::SetWindowLongPtrA(HWND hWnd, int nIndex, LONG_PTR dwNewLong) { return window_value(hWnd, nIndex, &dwNewLong); }

BOOL user32::MessageBeep(UINT) { return TRUE; }
DWORD user32::WaitForInputIdle(HANDLE, DWORD) { return 0xFFFFFFFF; }  // WAIT_FAILED: a console program has no input to wait for
