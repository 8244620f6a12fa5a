// Thread: a guest thread, its object and its life. Underneath is a pthread with a small host stack; the guest runs on a
// GuestStack, and a thread that ends switches back to the host stack, so that the guest's can be unmapped.
// Suspension and contexts build on this (core/exception); waiting is core/wait.
#pragma once

#include <pthread.h>

#include <mutex>
#include <string>
#include <vector>

#include "abi/peb.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "core/exception/suspension.h"
#include "core/thread/apc.h"
#include "core/thread/guest_stack.h"
#include "core/wait/waitable.h"
#include "object/object.h"

namespace lsw {

inline constexpr DWORD STILL_ACTIVE = 259;
inline constexpr ACCESS_MASK THREAD_ALL_ACCESS = 0x1FFFFF;

using ThreadRoutine = DWORD(WINAPI*)(void*);

struct ThreadAttributes {
    ThreadRoutine routine;
    void* parameter;
    size_t stack_reserve_bytes = 0;  // 0 takes the program's
    size_t stack_commit_bytes = 0;
    bool suspended = false;
};

class ThreadCounter;

class Thread final : public Object, public Waitable {
public:
    static constexpr ObjectType kType = ObjectType::Thread;
    Thread() : Object(kType) {}

    Waitable* waitable() override { return this; }
    SyncRecord* record() override;

    DWORD id() const { return static_cast<DWORD>(tid); }
    bool has_ended() const { return ended_.load(); }
    DWORD exit_code() const { return ended_.load() ? exit_code_ : STILL_ACTIVE; }

    // A wait was interrupted by a signal: ends the thread if TerminateThread asked for that. May not return.
    void check_termination_in_wait();

    TEB* teb = nullptr;  // valid until has_ended()
    pid_t tid = 0;
    pthread_t host{};
    GuestStack stack;
    ThreadAttributes attributes{};
    ApcQueue apcs;

    // SuspendThread's count and the futex word on which a suspended thread sleeps while it is not 0.
    std::atomic<uint32_t> suspend_count{0};
    seh::Suspension suspension;
    std::atomic<bool> terminate_requested{false};
    std::atomic<DWORD> termination_code{0};
    // Who wants to know when this thread sleeps (core/wait/blocking.h); set and read by the thread itself.
    ThreadCounter* counter = nullptr;
    uint32_t blocking_depth = 0;
    // NtAlertThreadByThreadId: 1 when alerted.
    std::atomic<uint32_t> alerted_by_id{0};

    // Kept for the program to read back.
    struct Settings {
        int priority = 0;
        bool boost_disabled = false;
        KAFFINITY affinity = 0;  // 0: all
        DWORD ideal_processor = 0;
        std::u16string description;
    };
    std::mutex settings_lock;
    Settings settings;

    // 100 ns ticks; creation and exit as system time, exit 0 while it runs.
    struct Times {
        int64_t creation, exit, kernel, user;
    };
    Times times();

    // Writes the exit code into this pipe when the thread ends, and closes it; at once when it has ended.
    void tell_end(UniqueFd pipe);

    void finish(DWORD code);  // on the host stack: everything but the record is gone

private:
    friend struct ThreadLife;
    ~Thread() override;

    std::mutex lock_;
    Times final_times_{};
    int64_t creation_time_ = 0;
    SyncRecord* record_ = nullptr;
    DWORD exit_code_ = 0;
    std::atomic<bool> ended_{false};
    void* host_stack_pointer_ = nullptr;
    DWORD code_on_leaving_ = 0;
    std::vector<UniqueFd> told_;  // who wants to know of the end
};

// The calling thread; every thread that runs guest code has one.
Thread* current_thread();

// Makes the first thread's object, for a TEB that is set up and in GS.
void adopt_first_thread(TEB* teb);
// Runs `function` on the first thread's guest stack; never comes back (the process ends).
[[noreturn]] void run_first_thread(const GuestStack& stack, void (*function)(void*));

// Errors: STATUS_NO_MEMORY, STATUS_INSUFFICIENT_RESOURCES.
Result<Ref<Thread>> create_thread(const ThreadAttributes& attributes);

// Ends the calling thread as ExitThread does; the last one ends the process with its code.
[[noreturn]] void exit_thread(DWORD code);
// The same without DLL_THREAD_DETACH and callbacks (TerminateThread on oneself).
[[noreturn]] void terminate_current_thread(DWORD code);
// Ends another thread, at the latest when it next waits or leaves our code.
NTSTATUS terminate_thread(Thread& thread, DWORD code);

// Counts down; returns the previous count. Wakes the thread when it gets to 0.
uint32_t resume_thread(Thread& thread);

// A running thread of this process by id; nullptr when there is none.
Ref<Thread> find_thread(DWORD id);
std::vector<Ref<Thread>> all_threads();
void for_each_thread_teb(void (*visit)(TEB* teb, void* argument), void* argument);
size_t running_thread_count();

// The object for a thread handle, with GetCurrentThread()'s pseudo handle resolved.
Result<Ref<Thread>> thread_from_handle(HANDLE handle, ACCESS_MASK access = 0);

// From here on other threads that come out of a wait sleep for ever: on Windows they are dead by now.
// False when the calling thread began already; another thread's second call never returns.
bool begin_process_exit(DWORD code);
bool process_is_exiting();
DWORD process_exit_code();  // once it is exiting
void park_if_process_exits();

void set_gs_base(void* teb);

}  // namespace lsw
