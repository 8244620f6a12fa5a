// process.h: threads of the C runtime, and the small functions around the process.
// Doc: "_beginthread, _beginthreadex", "_endthread, _endthreadex".
#include <mutex>
#include <utility>

#include "abi/exception.h"
#include "core/teb.h"
#include "dll/crt/process.h"
#include "dll/kernel32/kernel32.h"
#include "dll/msvcrt/msvcrt.h"

using namespace lsw::crt;

namespace {

using StartRoutine = DWORD(WINAPI*)(void*);
using CreateThread = HANDLE(WINAPI*)(void*, SIZE_T, StartRoutine, void*, DWORD, DWORD*);

struct Start {
    clib::_beginthread_proc_type plain;
    clib::_beginthreadex_proc_type extended;
    void* argument;
    HANDLE handle;  // _beginthread's, closed at its end
};

thread_local HANDLE t_own_handle = nullptr;

DWORD WINAPI run_thread(void* parameter) {
    Start start = *static_cast<Start*>(parameter);
    delete static_cast<Start*>(parameter);
    if (start.extended) return start.extended(start.argument);
    t_own_handle = start.handle;
    start.plain(start.argument);
    clib::_endthread();
    return 0;
}

template <class Function>
Function late(const char* name) {
    return reinterpret_cast<Function>(kernel32_function(name));
}

HANDLE create(void* security, unsigned stack_size, Start* start, DWORD flags, DWORD* id) {
    static auto create_thread = late<CreateThread>("CreateThread");
    HANDLE thread = create_thread ? create_thread(security, stack_size, run_thread, start, flags, id) : nullptr;
    if (!thread) {
        delete start;
        fail_with_last_error();
    }
    return thread;
}

// _lock(n): the runtime's numbered locks, which programs may take too.
struct NumberedLocks {
    static constexpr int kCount = 64;
    std::recursive_mutex locks[kCount];
};

std::recursive_mutex& numbered_lock(int number) {
    static NumberedLocks& all = *new NumberedLocks;
    return all.locks[static_cast<unsigned>(number) % NumberedLocks::kCount];
}

}  // namespace

uintptr_t clib::_beginthread(_beginthread_proc_type start, unsigned stack_size, void* argument) {
    constexpr DWORD kSuspended = 4;
    if (!start) return invalid(), static_cast<uintptr_t>(-1);
    auto* data = new Start{start, nullptr, argument, nullptr};
    HANDLE thread = create(nullptr, stack_size, data, kSuspended, nullptr);
    if (!thread) return static_cast<uintptr_t>(-1);
    data->handle = thread;
    static auto resume = late<DWORD(WINAPI*)(HANDLE)>("ResumeThread");
    resume(thread);
    return reinterpret_cast<uintptr_t>(thread);
}

uintptr_t clib::_beginthreadex(void* security, unsigned stack_size, _beginthreadex_proc_type start, void* argument,
                               unsigned flags, unsigned* thread_id) {
    if (!start) return invalid(), 0;
    auto* data = new Start{nullptr, start, argument, nullptr};
    DWORD id = 0;
    HANDLE thread = create(security, stack_size, data, flags, &id);
    if (thread && thread_id) *thread_id = id;
    return reinterpret_cast<uintptr_t>(thread);
}

void clib::_endthread() {
    if (t_own_handle) kernel32::CloseHandle(std::exchange(t_own_handle, nullptr));
    _endthreadex(0);
}

void clib::_endthreadex(unsigned code) {
    static auto exit_thread = late<void(WINAPI*)(DWORD)>("ExitThread");
    if (exit_thread) exit_thread(code);
}

void clib::_lock(int number) { numbered_lock(number).lock(); }

void clib::_unlock(int number) { numbered_lock(number).unlock(); }

int clib::_getpid() { return static_cast<int>(kernel32::GetCurrentProcessId()); }

void clib::_sleep(ULONG milliseconds) {
    static auto sleep = late<void(WINAPI*)(DWORD)>("Sleep");
    if (sleep) sleep(milliseconds ? milliseconds : 1);
}

void clib::_beep(unsigned frequency, unsigned milliseconds) {
    static auto beep = late<BOOL(WINAPI*)(DWORD, DWORD)>("Beep");
    if (beep) beep(frequency, milliseconds);
}

void clib::_seterrormode(int mode) {
    static auto set = late<UINT(WINAPI*)(UINT)>("SetErrorMode");
    if (set) set(static_cast<UINT>(mode));
}

int clib::_crt_debugger_hook(int) { return 0; }
