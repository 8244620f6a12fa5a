// winuser.h: message queues of threads, and timers in them. Each queue has an event that is set while a message waits, which
// makes it one more object to wait for. Doc: "GetMessageW function (winuser.h)", "MsgWaitForMultipleObjectsEx function".
#include <algorithm>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/text.h"
#include "core/teb.h"
#include "dll/kernel32/kernel32.h"
#include "dll/user32/windows.h"

using namespace lsw;

namespace {

constexpr UINT kQuit = 0x12, kTimer = 0x113;
constexpr DWORD kWaitTimeout = 258, kInvalidThread = 1444, kInvalidWindow = 1400;

struct Timer {
    HWND window;
    UINT_PTR id;
    DWORD period_ms;
    ULONGLONG due_ms;
    TIMERPROC procedure;
};

// A message from another thread, which waits for the answer.
struct Sent {
    MSG message;
    LRESULT answer = 0;
    HANDLE done = kernel32::CreateEventW(nullptr, TRUE, FALSE, nullptr);
    ~Sent() { kernel32::CloseHandle(done); }
};

struct Queue {
    std::mutex lock;
    std::deque<std::shared_ptr<Sent>> sent;
    std::deque<MSG> posted;
    std::vector<Timer> timers;
    bool quit = false;
    int exit_code = 0;
    UINT_PTR next_timer = 0x7FF0;
    HANDLE event = kernel32::CreateEventW(nullptr, TRUE, FALSE, nullptr);
    ~Queue() { kernel32::CloseHandle(event); }
};

struct Queues {
    std::mutex lock;
    std::unordered_map<DWORD, std::shared_ptr<Queue>> all;
};

Queues& queues() {
    static Queues instance;
    return instance;
}

// A thread has a queue from its first call that needs one to its end.
struct OwnQueue {
    std::shared_ptr<Queue> queue = std::make_shared<Queue>();
    DWORD thread = kernel32::GetCurrentThreadId();
    OwnQueue() {
        std::lock_guard held(queues().lock);
        queues().all[thread] = queue;
    }
    ~OwnQueue() {
        std::lock_guard held(queues().lock);
        queues().all.erase(thread);
    }
};

Queue& own_queue() {
    thread_local OwnQueue own;
    return *own.queue;
}

// Which messages a call asks for: of one window, of none (-1), of all; and of which numbers.
struct Filter {
    HWND window = nullptr;
    UINT low = 0, high = 0;
    bool takes(const MSG& message) const {
        bool none = window == reinterpret_cast<HWND>(intptr_t{-1});
        if (none ? message.hwnd != nullptr : window && message.hwnd != window) return false;
        return (low == 0 && high == 0) || (message.message >= low && message.message <= high);
    }
    bool all() const { return !window && low == 0 && high == 0; }
};

MSG make(UINT message, WPARAM first, LPARAM second, HWND window = nullptr) {
    return {window, message, first, second, kernel32::GetTickCount(), {0, 0}};
}

std::shared_ptr<Queue> queue_of(DWORD thread) {
    std::lock_guard held(queues().lock);
    auto at = queues().all.find(thread);
    return at == queues().all.end() ? nullptr : at->second;
}

// Messages that were sent are answered before any that was posted is seen.
void answer_sent(Queue& queue) {
    for (;;) {
        std::shared_ptr<Sent> next;
        {
            std::lock_guard held(queue.lock);
            if (queue.sent.empty()) return;
            next = std::move(queue.sent.front());
            queue.sent.pop_front();
            if (queue.sent.empty() && queue.posted.empty() && !queue.quit) kernel32::ResetEvent(queue.event);
        }
        const MSG& m = next->message;
        next->answer = user::call_window(m.hwnd, m.message, m.wParam, m.lParam);
        kernel32::SetEvent(next->done);
    }
}

// Takes (or looks at) the next message: posted ones, then the end, then timers that are due.
bool take(Queue& queue, MSG* out, const Filter& filter, bool remove) {
    std::lock_guard held(queue.lock);
    auto at = std::find_if(queue.posted.begin(), queue.posted.end(), [&](const MSG& m) { return filter.takes(m); });
    if (at != queue.posted.end()) {
        *out = *at;
        if (remove) queue.posted.erase(at);
        if (queue.posted.empty() && queue.sent.empty() && !queue.quit) kernel32::ResetEvent(queue.event);
        return true;
    }
    if (queue.quit && queue.posted.empty()) {
        *out = make(kQuit, static_cast<WPARAM>(queue.exit_code), 0);
        if (remove) queue.quit = false, kernel32::ResetEvent(queue.event);
        return true;
    }
    ULONGLONG now = kernel32::GetTickCount64();
    for (Timer& timer : queue.timers) {
        MSG message = make(kTimer, timer.id, reinterpret_cast<LPARAM>(timer.procedure), timer.window);
        if (timer.due_ms > now || !filter.takes(message)) continue;
        *out = message;
        if (remove) timer.due_ms = now + timer.period_ms;
        return true;
    }
    return false;
}

// How long until a timer is due, at most `limit_ms`.
DWORD until_timer(Queue& queue, DWORD limit_ms) {
    std::lock_guard held(queue.lock);
    ULONGLONG now = kernel32::GetTickCount64();
    for (const Timer& timer : queue.timers)
        limit_ms = static_cast<DWORD>(std::min<ULONGLONG>(limit_ms, timer.due_ms > now ? timer.due_ms - now : 0));
    return limit_ms;
}

BOOL post(Queue& queue, const MSG& message) {
    {
        std::lock_guard held(queue.lock);
        queue.posted.push_back(message);
    }
    return kernel32::SetEvent(queue.event);
}

UINT registered(std::u16string name) {
    static std::mutex lock;
    static std::unordered_map<std::u16string, UINT> all;
    std::transform(name.begin(), name.end(), name.begin(), upcase);
    std::lock_guard held(lock);
    return all.try_emplace(name, 0xC000 + static_cast<UINT>(all.size())).first->second;
}

}  // namespace

void user::make_queue() { own_queue(); }

BOOL user::post_to_thread(DWORD thread, HWND window, UINT message, WPARAM first, LPARAM second) {
    auto queue = queue_of(thread);
    return queue ? post(*queue, make(message, first, second, window)) : (set_last_error(kInvalidThread), FALSE);
}

LRESULT user::send_to_thread(DWORD thread, HWND window, UINT message, WPARAM first, LPARAM second) {
    auto queue = queue_of(thread);
    if (!queue) return set_last_error(kInvalidWindow), 0;
    auto sent = std::make_shared<Sent>();
    sent->message = make(message, first, second, window);
    {
        std::lock_guard held(queue->lock);
        queue->sent.push_back(sent);
    }
    kernel32::SetEvent(queue->event);
    kernel32::WaitForSingleObject(sent->done, INFINITE);
    return sent->answer;
}

void user::forget_window(HWND window) {
    Queue& queue = own_queue();
    std::lock_guard held(queue.lock);
    std::erase_if(queue.posted, [&](const MSG& message) { return message.hwnd == window; });
    std::erase_if(queue.timers, [&](const Timer& timer) { return timer.window == window; });
}

BOOL user32::PeekMessageW(MSG* lpMsg, HWND hWnd, UINT wMsgFilterMin, UINT wMsgFilterMax, UINT wRemoveMsg) {
    MSG message;
    answer_sent(own_queue());
    if (!take(own_queue(), &message, {hWnd, wMsgFilterMin, wMsgFilterMax}, wRemoveMsg & 1)) return FALSE;
    *lpMsg = message;
    return TRUE;
}

BOOL user32::PeekMessageA(MSG* lpMsg, HWND hWnd, UINT wMsgFilterMin, UINT wMsgFilterMax, UINT wRemoveMsg) {
    return PeekMessageW(lpMsg, hWnd, wMsgFilterMin, wMsgFilterMax, wRemoveMsg);
}

BOOL user32::GetMessageW(MSG* lpMsg, HWND hWnd, UINT wMsgFilterMin, UINT wMsgFilterMax) {
    if (hWnd && hWnd != reinterpret_cast<HWND>(intptr_t{-1}) && !user::thread_of_window(hWnd))
        return set_last_error(kInvalidWindow), -1;
    Filter filter{hWnd, wMsgFilterMin, wMsgFilterMax};
    while (!PeekMessageW(lpMsg, hWnd, wMsgFilterMin, wMsgFilterMax, 1)) {
        Queue& queue = own_queue();
        // What waits but is not wanted would keep the event set: then only a new message or a timer counts.
        kernel32::WaitForSingleObject(queue.event, until_timer(queue, INFINITE));
        if (!filter.all()) {
            MSG any;
            answer_sent(queue);
            if (take(queue, &any, {}, false) && !filter.takes(any))
                kernel32::ResetEvent(queue.event);
        }
    }
    return lpMsg->message != kQuit;
}

BOOL user32::GetMessageA(MSG* lpMsg, HWND hWnd, UINT wMsgFilterMin, UINT wMsgFilterMax) {
    return GetMessageW(lpMsg, hWnd, wMsgFilterMin, wMsgFilterMax);
}

BOOL user32::PostThreadMessageW(DWORD idThread, UINT Msg, WPARAM wParam, LPARAM lParam) {
    return user::post_to_thread(idThread, nullptr, Msg, wParam, lParam);
}

BOOL user32::PostThreadMessageA(DWORD idThread, UINT Msg, WPARAM wParam, LPARAM lParam) {
    return PostThreadMessageW(idThread, Msg, wParam, lParam);
}

BOOL user32::PostMessageW(HWND hWnd, UINT Msg, WPARAM wParam, LPARAM lParam) {
    if (!hWnd) return post(own_queue(), make(Msg, wParam, lParam));
    DWORD thread = user::thread_of_window(hWnd);
    if (!thread) return set_last_error(kInvalidWindow), FALSE;
    return user::post_to_thread(thread, hWnd, Msg, wParam, lParam);
}

BOOL user32::PostMessageA(HWND hWnd, UINT Msg, WPARAM wParam, LPARAM lParam) {
    return PostMessageW(hWnd, Msg, wParam, lParam);
}

void user32::PostQuitMessage(int nExitCode) {
    Queue& queue = own_queue();
    {
        std::lock_guard held(queue.lock);
        queue.quit = true;
        queue.exit_code = nExitCode;
    }
    kernel32::SetEvent(queue.event);
}

BOOL user32::TranslateMessage(const MSG*) { return FALSE; }

LRESULT user32::DispatchMessageW(const MSG* lpMsg) {
    auto procedure = reinterpret_cast<TIMERPROC>(lpMsg->lParam);
    if (lpMsg->message == kTimer && procedure) return procedure(lpMsg->hwnd, kTimer, lpMsg->wParam, lpMsg->time), 0;
    return lpMsg->hwnd ? user::call_window(lpMsg->hwnd, lpMsg->message, lpMsg->wParam, lpMsg->lParam) : 0;
}

LRESULT user32::DispatchMessageA(const MSG* lpMsg) { return DispatchMessageW(lpMsg); }

UINT_PTR user32::SetTimer(HWND hWnd, UINT_PTR nIDEvent, UINT uElapse, TIMERPROC lpTimerFunc) {
    if (hWnd && user::thread_of_window(hWnd) != kernel32::GetCurrentThreadId()) return set_last_error(kInvalidWindow), 0;
    constexpr UINT kShortest_ms = 10, kLongest_ms = 0x7FFFFFFF;
    Queue& queue = own_queue();
    std::lock_guard held(queue.lock);
    Timer timer{hWnd, nIDEvent, std::clamp(uElapse, kShortest_ms, kLongest_ms), 0, lpTimerFunc};
    timer.due_ms = kernel32::GetTickCount64() + timer.period_ms;
    for (Timer& known : queue.timers)
        if (known.window == hWnd && known.id == nIDEvent) return known = timer, hWnd ? 1 : nIDEvent;
    if (!hWnd) timer.id = queue.next_timer--;
    queue.timers.push_back(timer);
    return hWnd ? 1 : timer.id;
}

BOOL user32::KillTimer(HWND hWnd, UINT_PTR uIDEvent) {
    Queue& queue = own_queue();
    std::lock_guard held(queue.lock);
    size_t removed =
        std::erase_if(queue.timers, [&](const Timer& timer) { return timer.window == hWnd && timer.id == uIDEvent; });
    return removed ? TRUE : (set_last_error(ERROR_INVALID_PARAMETER), FALSE);
}

DWORD user32::MsgWaitForMultipleObjectsEx(DWORD nCount, const HANDLE* pHandles, DWORD dwMilliseconds, DWORD dwWakeMask,
                                          DWORD dwFlags) {
    constexpr DWORD kWaitAll = 1, kAlertable = 2, kMost = 63, kFailed = 0xFFFFFFFF;
    constexpr DWORD kPostedOrTimer = 0x8 | 0x10 | 0x40;  // QS_POSTMESSAGE, QS_TIMER, QS_SENDMESSAGE
    if (nCount > kMost) return set_last_error(ERROR_INVALID_PARAMETER), kFailed;
    Queue& queue = own_queue();
    HANDLE handles[kMost + 1];
    std::copy_n(pHandles, nCount, handles);
    handles[nCount] = queue.event;
    bool listens = dwWakeMask & kPostedOrTimer;
    MSG ignored;
    if (listens && !(dwFlags & kWaitAll) && nCount == 0 && take(queue, &ignored, {}, false)) return 0;
    DWORD limit = listens ? until_timer(queue, dwMilliseconds) : dwMilliseconds;
    DWORD result = kernel32::WaitForMultipleObjectsEx(nCount + listens, handles, (dwFlags & kWaitAll) != 0, limit,
                                                      (dwFlags & kAlertable) != 0);
    if (result == kWaitTimeout && listens && take(queue, &ignored, {}, false)) return nCount;
    return result;
}

DWORD user32::MsgWaitForMultipleObjects(DWORD nCount, const HANDLE* pHandles, BOOL fWaitAll, DWORD dwMilliseconds,
                                        DWORD dwWakeMask) {
    return MsgWaitForMultipleObjectsEx(nCount, pHandles, dwMilliseconds, dwWakeMask, fWaitAll ? 1 : 0);
}

UINT user32::RegisterWindowMessageW(LPCWSTR lpString) { return registered(lpString); }
UINT user32::RegisterWindowMessageA(LPCSTR lpString) { return registered(utf16_from_utf8(lpString)); }
UINT user32::RegisterClipboardFormatW(LPCWSTR lpszFormat) { return registered(lpszFormat); }
UINT user32::RegisterClipboardFormatA(LPCSTR lpszFormat) { return registered(utf16_from_utf8(lpszFormat)); }
