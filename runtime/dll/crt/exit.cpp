// The end of the process: exit functions, abort, terminate.
// Doc: "exit, _Exit, _exit", "_onexit, _onexit_m", "abort", "terminate (CRT)".
// No lock is held while a program's function runs: it may register more, exit again or end its thread.
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <mutex>

#include "abi/exception.h"
#include "base/touch.h"
#include "core/process/start.h"
#include "dll/crt/process.h"
#include "dll/kernel32/kernel32.h"
#include "dll/msvcrt/msvcrt.h"

using namespace lsw::crt;
using clib::_onexit_table_t;
using clib::_PVFV;

namespace {

struct ExitState {
    std::mutex lock;
    _onexit_table_t at_exit{};
    _onexit_table_t at_quick_exit{};
    clib::terminate_handler on_terminate = nullptr;
    clib::terminate_handler on_unexpected = nullptr;
};

ExitState& state() {
    static ExitState& all = *new ExitState;
    return all;
}

int append(_onexit_table_t& table, _PVFV function) {
    lsw::touch_writable(&table, sizeof table);  // ucrt's callers own theirs
    if (table._last != table._end) lsw::touch_writable(table._last, sizeof *table._last);
    auto guard = std::lock_guard(state().lock);
    if (table._last == table._end) {
        size_t count = static_cast<size_t>(table._last - table._first);
        size_t room = count ? count * 2 : 32;
        auto* grown = static_cast<_PVFV*>(clib::realloc(table._first, room * sizeof(_PVFV)));
        if (!grown) return -1;
        table = {grown, grown + count, grown + room};
    }
    *table._last++ = function;
    return 0;
}

// The last registered function, taken out; nullptr when none is left.
bool take_last(_onexit_table_t& table, _PVFV* function) {
    lsw::touch_writable(&table, sizeof table);
    if (table._last != table._first) lsw::touch_writable(table._last - 1, sizeof *table._last);
    auto guard = std::lock_guard(state().lock);
    if (table._last == table._first) return false;
    *function = *--table._last;
    return true;
}

void run(_onexit_table_t& table) {
    for (_PVFV function; take_last(table, &function);)
        if (function) function();
}

void run_thread_exit_callback() {
    auto callback = modes().thread_exit_callback;
    modes().thread_exit_callback = nullptr;
    constexpr ULONG kProcessDetach = 0;
    if (callback) callback(nullptr, kProcessDetach, nullptr);
}

void finish_in_order() {
    run_thread_exit_callback();
    run(state().at_exit);
    if (modes().flush_streams) modes().flush_streams();
}

void say(const char* text) {
    ssize_t ignored = write(2, text, strlen(text));
    static_cast<void>(ignored);
}

}  // namespace

void clib::exit(int code) {
    finish_in_order();
    kernel32::ExitProcess(static_cast<UINT>(code));
}

void clib::_exit(int code) { kernel32::ExitProcess(static_cast<UINT>(code)); }

void clib::quick_exit(int code) {
    run(state().at_quick_exit);
    kernel32::ExitProcess(static_cast<UINT>(code));
}

void clib::_cexit() { finish_in_order(); }

void clib::_c_exit() {}

void clib::abort() {
    constexpr int kSigAbrt = 22;
    constexpr unsigned kWriteMessage = 1;
    // A handler that comes back does not keep the process alive ("abort").
    clib::raise(kSigAbrt);
    if (modes().flavour == Flavour::msvcrt && modes().abort_behaviour & kWriteMessage)
        say("\nThis application has requested the Runtime to terminate it in an unusual way.\n"
            "Please contact the application's support team for more information.\n");
    kernel32::ExitProcess(3);
}

void clib::_amsg_exit(int message) {
    char text[64];
    // "C Runtime Errors R6002 through R6035"
    snprintf(text, sizeof text, "\nruntime error R60%02d\n", message);
    say(text);
    kernel32::ExitProcess(255);
}

clib::_onexit_t clib::_onexit(_onexit_t function) {
    return append(state().at_exit, reinterpret_cast<_PVFV>(function)) == 0 ? function : nullptr;
}

int clib::atexit(_PVFV function) { return append(state().at_exit, function); }

int clib::_crt_atexit(_PVFV function) { return append(state().at_exit, function); }

int clib::_crt_at_quick_exit(_PVFV function) { return append(state().at_quick_exit, function); }

// The caller's own table, which it allocated with malloc and grows with us.
clib::_onexit_t clib::__dllonexit(_onexit_t function, _PVFV** first, _PVFV** last) {
    size_t count = static_cast<size_t>(*last - *first);
    auto* grown = static_cast<_PVFV*>(clib::realloc(*first, (count + 1) * sizeof(_PVFV)));
    if (!grown) return nullptr;
    grown[count] = reinterpret_cast<_PVFV>(function);
    *first = grown;
    *last = grown + count + 1;
    return function;
}

int clib::_initialize_onexit_table(_onexit_table_t* table) {
    if (!table) return -1;
    if (table->_first == table->_end) *table = {};
    return 0;
}

int clib::_register_onexit_function(_onexit_table_t* table, _onexit_t function) {
    return table ? append(*table, reinterpret_cast<_PVFV>(function)) : -1;
}

int clib::_execute_onexit_table(_onexit_table_t* table) {
    if (!table) return -1;
    run(*table);
    clib::free(table->_first);
    *table = {};
    return 0;
}

void clib::_register_thread_local_exe_atexit_callback(_tls_callback_type callback) {
    modes().thread_exit_callback = callback;
}

unsigned clib::_set_abort_behavior(unsigned flags, unsigned mask) {
    unsigned old = modes().abort_behaviour;
    modes().abort_behaviour = (old & ~mask) | (flags & mask);
    return old;
}

int clib::_set_error_mode(int mode) {
    constexpr int kReport = 3;  // _REPORT_ERRMODE
    int old = modes().error_mode;
    if (mode == kReport) return old;
    if (mode < 0 || mode > 2) return invalid(), -1;
    modes().error_mode = mode;
    return old;
}

void clib::terminate() {
    if (state().on_terminate) state().on_terminate();
    clib::abort();
}

void clib::unexpected() {
    if (state().on_unexpected) state().on_unexpected();
    clib::terminate();
}

clib::terminate_handler clib::set_terminate(terminate_handler handler) {
    return std::exchange(state().on_terminate, handler);
}

clib::terminate_handler clib::_get_terminate() {
    return state().on_terminate ? state().on_terminate : &clib::abort;
}

clib::terminate_handler clib::set_unexpected(terminate_handler handler) {
    return std::exchange(state().on_unexpected, handler);
}

clib::terminate_handler clib::_get_unexpected() {
    return state().on_unexpected ? state().on_unexpected : &clib::terminate;
}

void clib::_purecall() {
    if (modes().purecall_handler) modes().purecall_handler();
    say("\nruntime error R6025\n- pure virtual function call\n");
    clib::abort();
}

clib::_purecall_handler clib::_set_purecall_handler(_purecall_handler handler) {
    return std::exchange(modes().purecall_handler, handler);
}

clib::_purecall_handler clib::_get_purecall_handler() { return modes().purecall_handler; }

clib::_invalid_parameter_handler clib::_set_invalid_parameter_handler(_invalid_parameter_handler handler) {
    return std::exchange(process_invalid_parameter_handler(), handler);
}

clib::_invalid_parameter_handler clib::_get_invalid_parameter_handler() {
    return process_invalid_parameter_handler();
}

clib::_invalid_parameter_handler clib::_set_thread_local_invalid_parameter_handler(
    _invalid_parameter_handler handler) {
    return std::exchange(thread_invalid_parameter_handler(), handler);
}

clib::_invalid_parameter_handler clib::_get_thread_local_invalid_parameter_handler() {
    return thread_invalid_parameter_handler();
}

void clib::_invalid_parameter_noinfo() { invalid(guest_errno()); }

void clib::_invalid_parameter_noinfo_noreturn() {
    invalid(guest_errno());
    _invoke_watson(nullptr, nullptr, nullptr, 0, 0);
}

void clib::_invoke_watson(const WCHAR*, const WCHAR*, const WCHAR*, unsigned, uintptr_t) {
    constexpr uint32_t kInvalidCruntimeParameter = 0xC0000417;
    lsw::exit_now(kInvalidCruntimeParameter);
}
