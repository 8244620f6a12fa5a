// Control events: SIGINT is Ctrl-C, SIGQUIT Ctrl-Break, SIGTERM and SIGHUP the closing of the
// console. Without a handler of the program's the signals keep Linux' own dispositions: nothing is
// installed, and a Ctrl-C ends the process as it ends any Linux program. With one, a host thread
// waits for signals and each event runs the handlers, newest first, on a fresh guest thread, as on
// Windows. Doc: "SetConsoleCtrlHandler function", "HandlerRoutine callback function", "CTRL+CLOSE
// Signal".
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <vector>

#include "base/host_thread.h"
#include "core/console/console.h"
#include "core/process/process_object.h"
#include "core/process/start.h"
#include "core/thread/thread.h"

namespace lsw {
namespace {

constexpr int kSignals[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP};

struct ControlState {
    std::mutex lock;
    std::vector<PHANDLER_ROUTINE> handlers;
    int pipe[2] = {-1, -1};
};
ControlState& control() {
    static ControlState& instance = *new ControlState;
    return instance;
}

void on_signal(int signal) {
    int error = errno;
    auto byte = static_cast<unsigned char>(signal);
    if (write(control().pipe[1], &byte, 1) < 0) {
    }  // a full pipe: the event is pending a thousand times already
    errno = error;
}

DWORD event_of_signal(int signal) {
    return signal == SIGINT    ? CTRL_C_EVENT
           : signal == SIGQUIT ? CTRL_BREAK_EVENT
                               : CTRL_CLOSE_EVENT;
}

// Ends the process the way a Linux program ends by that signal, so that shells see it.
[[noreturn]] void die_by(int signal) {
    restore_terminal();
    record_exit_code(static_cast<uint32_t>(STATUS_CONTROL_C_EXIT));
    if (signal == SIGQUIT) signal = SIGINT;  // without a core dump
    ::signal(signal, SIG_DFL);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal);
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
    kill(getpid(), signal);
    for (;;) pause();
}

// On a guest thread of its own.
DWORD WINAPI run_handlers(void* argument) {
    int signal = static_cast<int>(reinterpret_cast<intptr_t>(argument));
    DWORD event = event_of_signal(signal);
    std::vector<PHANDLER_ROUTINE> handlers;
    {
        std::lock_guard guard(control().lock);
        handlers = control().handlers;
    }
    bool handled = false;
    for (size_t i = handlers.size(); i-- > 0 && !handled;) handled = handlers[i](event);
    // A console that closes takes its programs along, whatever the handler says.
    if (!handled || event == CTRL_CLOSE_EVENT) die_by(signal);
    return 0;
}

void* watch(void*) {
    unsigned char signal;
    while (read(control().pipe[0], &signal, 1) == 1 || errno == EINTR) {
        ThreadAttributes attributes{};
        attributes.routine = run_handlers;
        attributes.parameter = reinterpret_cast<void*>(static_cast<intptr_t>(signal));
        if (!create_thread(attributes).ok()) die_by(signal);
    }
    return nullptr;
}

bool start_watching() {
    ControlState& all = control();
    if (all.pipe[0] >= 0) return true;
    if (pipe2(all.pipe, O_CLOEXEC) != 0) return false;
    fcntl(all.pipe[1], F_SETFL, O_NONBLOCK);
    pthread_t thread;
    if (!start_host_thread(&thread, watch, nullptr, 64 * 1024)) return false;
    pthread_detach(thread);
    for (int signal : kSignals) {
        struct sigaction action {
        }, before;
        // A signal that the caller ignores (nohup, a background job) stays ignored.
        if (sigaction(signal, nullptr, &before) == 0 && before.sa_handler == SIG_IGN) continue;
        action.sa_handler = on_signal;
        action.sa_flags = SA_RESTART | SA_ONSTACK;
        sigaction(signal, &action, nullptr);
    }
    return true;
}

}  // namespace

bool add_control_handler(PHANDLER_ROUTINE handler) {
    std::lock_guard guard(control().lock);
    if (!start_watching()) return false;
    control().handlers.push_back(handler);
    return true;
}

bool remove_control_handler(PHANDLER_ROUTINE handler) {
    std::lock_guard guard(control().lock);
    auto& handlers = control().handlers;
    auto found = std::find(handlers.rbegin(), handlers.rend(), handler);
    if (found == handlers.rend()) return false;
    handlers.erase(std::next(found).base());
    return true;
}

void ignore_control_c(bool ignore) {
    std::lock_guard guard(control().lock);
    struct sigaction action {};
    action.sa_handler = ignore ? SIG_IGN : control().pipe[0] >= 0 ? on_signal : SIG_DFL;
    action.sa_flags = SA_RESTART | SA_ONSTACK;
    sigaction(SIGINT, &action, nullptr);
}

}  // namespace lsw
