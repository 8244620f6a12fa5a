// Threads begin and end here. The order at the end is Windows': FLS callbacks and DLL_THREAD_DETACH on the guest stack,
// then, on the host stack, owned mutants are abandoned, memory goes back, and last the handle is signalled.
#include "core/thread/thread.h"

#include <asm/prctl.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <map>
#include <memory>
#include <utility>

#include "api/trace/trace.h"
#include "base/guest_map.h"
#include "base/idle_list.h"
#include "core/debug/port.h"
#include "core/exception/faults.h"
#include "core/exception/stack_samples.h"
#include "core/process/start.h"
#include "core/runtime.h"
#include "core/teb.h"
#include "core/thread/thread_data.h"
#include "core/wait/blocking.h"
#include "core/wait/arena.h"
#include "core/wait/clock.h"

extern "C" void lsw_call_on_stack(void (*function)(void*), void* argument, void* top, void** saved);
extern "C" [[noreturn]] void lsw_leave_stack(void* saved);

namespace lsw {

struct ThreadLife {
    static void*& host_stack(Thread& thread) { return thread.host_stack_pointer_; }
    static int64_t& creation_time(Thread& thread) { return thread.creation_time_; }
    static DWORD& leaving_code(Thread& thread) { return thread.code_on_leaving_; }
};

namespace {

thread_local Thread* t_current = nullptr;

struct Threads {
    std::mutex lock;
    std::map<DWORD, Thread*> running;  // each holds a reference
    std::atomic<Thread*> exiting{nullptr};
    std::atomic<DWORD> exit_code{0};
    std::atomic<uint32_t> alive{0};
};

Threads& threads() {
    static Threads& instance = *new Threads;
    return instance;
}

// A thread and its creator both know the thread's id first, each in its turn.
struct Birth {
    Ref<Thread> thread;
    bool listed = false;                   // under the lock of the list
    // Whether the creator needs the Linux thread no more.
    static constexpr uint32_t kNotYet = 0, kTaken = 1, kAwaited = 2;
    std::atomic<uint32_t> id{kNotYet};
};

void register_running(Thread& thread, Birth* birth = nullptr) {
    std::lock_guard guard(threads().lock);
    if (birth && std::exchange(birth->listed, true)) return;
    thread.retain();
    threads().running[thread.id()] = &thread;
}

void unregister_running(Thread& thread) {
    std::unique_lock guard(threads().lock);
    threads().running.erase(thread.id());
    guard.unlock();
    thread.release();
}

// "x64 ABI conventions": the x87 control word and MXCSR at the start of a thread.
void set_guest_floating_point() {
    const uint16_t control = 0x27F;
    const uint32_t mxcsr = 0x1F80;
    asm volatile("fninit\n\tfldcw %0\n\tldmxcsr %1" : : "m"(control), "m"(mxcsr));
}

constexpr size_t kTebBytes = (sizeof(TEB) + 0xFFF) & ~size_t{0xFFF};
constinit IdleList<TEB*, 16> g_idle_tebs;

Result<TEB*> allocate_teb() {
    TEB* teb = nullptr;
    if (g_idle_tebs.take(teb))
        memset(static_cast<void*>(teb), 0, kTebBytes);
    else
        teb = reinterpret_cast<TEB*>(
            LSW_TRY(map_guest(nullptr, kTebBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)));
    teb->NtTib.Self = &teb->NtTib;
    teb->ProcessEnvironmentBlock = runtime().peb;
    teb->StaticUnicodeString = {0, sizeof teb->StaticUnicodeBuffer, teb->StaticUnicodeBuffer};
    return teb;
}

void free_teb(TEB* teb) {
    if (!g_idle_tebs.put(teb)) munmap(static_cast<void*>(teb), kTebBytes);
}

void guest_main(void* argument) {
    auto* thread = static_cast<Thread*>(argument);
    set_guest_floating_point();
    seh::wait_before_start(*thread);
    debug::thread_started();
    runtime().modules.thread_attach();
    thread->apcs.run_all();
    exit_thread(thread->attributes.routine(thread->attributes.parameter));
}

void set_id(Thread& thread, pid_t tid) { __atomic_store_n(&thread.tid, tid, __ATOMIC_RELAXED); }

void set_client_id(Thread& thread) {
    thread.teb->ClientId = {reinterpret_cast<HANDLE>(static_cast<uintptr_t>(getpid())),
                            reinterpret_cast<HANDLE>(static_cast<uintptr_t>(thread.tid))};
}

void* host_main(void* argument) {
    auto* given = static_cast<std::shared_ptr<Birth>*>(argument);
    std::shared_ptr<Birth> birth = std::move(*given);
    delete given;
    Thread& thread = *birth->thread;
    t_current = &thread;
    set_id(thread, static_cast<pid_t>(syscall(SYS_gettid)));
    set_client_id(thread);
    set_gs_base(thread.teb);
    register_running(thread, birth.get());
    seh::begin_guest_thread();
    seh::begin_sampled_thread();
    lsw_call_on_stack(guest_main, &thread, thread.stack.high() - 64, &ThreadLife::host_stack(thread));
    thread.finish(ThreadLife::leaving_code(thread));
    uint32_t state = Birth::kNotYet;
    birth->id.compare_exchange_strong(state, Birth::kAwaited);
    while (birth->id.load() != Birth::kTaken) futex_wait(&birth->id, Birth::kAwaited, FutexScope::Private);
    return nullptr;
}

// Detached, with a small stack, and deaf to signals until it is a guest thread.
const pthread_attr_t& host_thread_attributes() {
    static const pthread_attr_t attributes = [] {
        pthread_attr_t made;
        sigset_t every;
        sigfillset(&every);
        pthread_attr_init(&made);
        pthread_attr_setstacksize(&made, 128 << 10);
        pthread_attr_setdetachstate(&made, PTHREAD_CREATE_DETACHED);
        pthread_attr_setsigmask_np(&made, &every);
        return made;
    }();
    return attributes;
}

// The Linux id, without waiting for the thread to tell it: its CPU clock's number holds it ("clock_getcpuclockid(3)").
pid_t id_of(pthread_t host) {
    clockid_t clock = 0;
    pthread_getcpuclockid(host, &clock);
    return static_cast<pid_t>(~(clock >> 3));
}

Result<void> start_host_thread(Thread& thread) {
    ThreadLife::creation_time(thread) = system_time();
    auto birth = std::make_shared<Birth>();
    birth->thread = Ref<Thread>::share(&thread);
    auto* for_thread = new std::shared_ptr<Birth>(birth);
    if (pthread_create(&thread.host, &host_thread_attributes(), host_main, for_thread) != 0) {
        delete for_thread;
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    set_id(thread, id_of(thread.host));
    register_running(thread, birth.get());
    // It may have ended meanwhile, and waits for this.
    if (birth->id.exchange(Birth::kTaken) == Birth::kAwaited) futex_wake(&birth->id, 1, FutexScope::Private);
    return {};
}

[[noreturn]] void leave(Thread& thread, DWORD code) {
    // The last thread takes the process with it.
    if (threads().alive.load() > 1) debug::thread_ends(code);
    if (threads().alive.fetch_sub(1) == 1) exit_process(code);
    ThreadLife::leaving_code(thread) = code;
    lsw_leave_stack(ThreadLife::host_stack(thread));
}

}  // namespace

void set_gs_base(void* teb) {
    constexpr unsigned long kFsGsBase = 1 << 1;  // HWCAP2: user code may use wrgsbase
    static const bool direct = getauxval(AT_HWCAP2) & kFsGsBase;
    if (direct)
        asm volatile("wrgsbase %0" : : "r"(teb));
    else
        syscall(SYS_arch_prctl, ARCH_SET_GS, teb);
}

Thread* current_thread() { return t_current; }

Thread::~Thread() {
    if (record_) release_record(record_);
}

SyncRecord* Thread::record() {
    std::lock_guard guard(lock_);
    if (!record_) {
        auto made = allocate_record(SyncKind::Latch);
        if (!made.ok()) return nullptr;
        record_ = *made;
        if (ended_.load()) set_event(*record_);
    }
    return record_;
}

Thread::Times Thread::times() {
    std::lock_guard guard(lock_);
    if (ended_.load()) return final_times_;
    Times now{creation_time_, 0, 0, 0};
    // utime and stime, the 14th and 15th fields of stat, in clock ticks; the name before may hold spaces.
    char path[64], text[1024];
    snprintf(path, sizeof path, "/proc/self/task/%d/stat", tid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
    if (fd >= 0) close(fd);
    text[length > 0 ? length : 0] = 0;
    const char* rest = strrchr(text, ')');
    long long user = 0, kernel = 0;
    if (rest) sscanf(rest + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lld %lld", &user, &kernel);
    int64_t tick = kTicksPerSecond / sysconf(_SC_CLK_TCK);
    now.user = user * tick;
    now.kernel = kernel * tick;
    return now;
}

static int64_t ticks_of(const timeval& time) { return time.tv_sec * kTicksPerSecond + time.tv_usec * 10; }

void Thread::check_termination_in_wait() {
    if (terminate_requested.load() && this == t_current) terminate_current_thread(termination_code);
}

void Thread::finish(DWORD code) {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, nullptr);  // handlers look at the TEB, which goes now
    seh::end_sampled_thread();
    seh::end_guest_thread();
    trace::end_thread();
    abandon_owned_mutants();
    if (ThreadCounter* counts = std::exchange(counter, nullptr)) counts->thread_ends(blocking_depth != 0);
    free_thread_data(teb);
    apcs.close();
    unregister_running(*this);
    TEB* own_teb = teb;
    teb = nullptr;
    stack.release();
    set_gs_base(nullptr);
    free_teb(own_teb);
    rusage used = {};
    getrusage(RUSAGE_THREAD, &used);
    std::lock_guard guard(lock_);
    final_times_ = {creation_time_, system_time(), ticks_of(used.ru_stime), ticks_of(used.ru_utime)};
    exit_code_ = code;
    ended_ = true;
    if (record_) set_event(*record_);
    for (UniqueFd& pipe : told_) (void)!write(pipe.get(), &exit_code_, sizeof exit_code_);
    told_.clear();
}

void Thread::tell_end(UniqueFd pipe) {
    std::lock_guard guard(lock_);
    if (!ended_.load())
        told_.push_back(std::move(pipe));
    else
        (void)!write(pipe.get(), &exit_code_, sizeof exit_code_);
}

void adopt_first_thread(TEB* teb) {
    auto* thread = new Thread;
    thread->teb = teb;
    thread->tid = static_cast<pid_t>(syscall(SYS_gettid));
    thread->host = pthread_self();
    ThreadLife::creation_time(*thread) = system_time();
    t_current = thread;
    threads().alive = 1;
    register_running(*thread);
}

void run_first_thread(const GuestStack& stack, void (*function)(void*)) {
    Thread& thread = *t_current;
    struct Start {
        void (*function)(void*);
        static void run(void* self) {
            set_guest_floating_point();
            static_cast<Start*>(self)->function(nullptr);
        }
    } start{function};
    thread.stack = stack;
    lsw_call_on_stack(Start::run, &start, stack.high() - 64, &ThreadLife::host_stack(thread));
    // The first thread ended before others. Its Linux thread stays: /proc/self is dead without it.
    thread.finish(ThreadLife::leaving_code(thread));
    static std::atomic<uint32_t> never{0};
    for (;;) futex_wait(&never, 0, FutexScope::Private);
}

Result<Ref<Thread>> create_thread(const ThreadAttributes& attributes) {
    auto thread = make_object<Thread>();
    thread->attributes = attributes;
    thread->suspend_count = attributes.suspended ? 1 : 0;
    const pe::ImageView& program = runtime().modules.program()->image.view;
    size_t reserve = attributes.stack_reserve_bytes ? attributes.stack_reserve_bytes : program.stack_reserve();
    size_t commit = attributes.stack_commit_bytes ? attributes.stack_commit_bytes : program.stack_commit();
    thread->stack = LSW_TRY(GuestStack::allocate(std::max(reserve, commit), commit));
    auto teb = allocate_teb();
    if (!teb.ok()) {
        thread->stack.release();
        return Status(teb.status());
    }
    thread->teb = *teb;
    thread->stack.publish(*teb);
    Result<void> started = runtime().modules.allocate_tls_blocks(*teb);
    if (started.ok()) {
        threads().alive.fetch_add(1);
        started = start_host_thread(*thread);
        if (!started.ok()) threads().alive.fetch_sub(1);
    }
    if (started.ok()) return thread;
    free_thread_data(*teb);
    free_teb(*teb);
    thread->stack.release();
    return Status(started.status());
}

void exit_thread(DWORD code) {
    run_fls_callbacks();
    runtime().modules.thread_detach();
    leave(*t_current, code);
}

void terminate_current_thread(DWORD code) { leave(*t_current, code); }

uint32_t resume_thread(Thread& thread) {
    uint32_t count = thread.suspend_count.load();
    do {
        if (count == 0) return 0;
    } while (!thread.suspend_count.compare_exchange_weak(count, count - 1));
    if (count == 1) futex_wake(&thread.suspend_count, INT_MAX, FutexScope::Private);
    return count;
}

Ref<Thread> find_thread(DWORD id) {
    std::lock_guard guard(threads().lock);
    auto found = threads().running.find(id);
    return found == threads().running.end() ? Ref<Thread>() : Ref<Thread>::share(found->second);
}

std::vector<Ref<Thread>> all_threads() {
    std::vector<Ref<Thread>> all;
    std::lock_guard guard(threads().lock);
    for (const auto& [id, thread] : threads().running) all.push_back(Ref<Thread>::share(thread));
    return all;
}

// Under the registry's lock, which a thread takes before its TEB goes.
void for_each_thread_teb(void (*visit)(TEB* teb, void* argument), void* argument) {
    std::lock_guard guard(threads().lock);
    for (const auto& [id, thread] : threads().running) visit(thread->teb, argument);
}

size_t running_thread_count() { return threads().alive.load(); }

Result<Ref<Thread>> thread_from_handle(HANDLE handle, ACCESS_MASK access) {
    if (reinterpret_cast<intptr_t>(handle) == -2) return Ref<Thread>::share(t_current);
    return runtime().handles.get<Thread>(handle, access);
}

bool begin_process_exit(DWORD code) {
    Thread* nobody = nullptr;
    if (!process_is_exiting()) threads().exit_code = code;
    if (threads().exiting.compare_exchange_strong(nobody, t_current)) return true;
    park_if_process_exits();
    return false;
}

DWORD process_exit_code() { return threads().exit_code.load(); }

bool process_is_exiting() { return threads().exiting.load() != nullptr; }

void park_if_process_exits() {
    Thread* exiting = threads().exiting.load(std::memory_order_relaxed);
    if (!exiting || exiting == t_current) return;
    static std::atomic<uint32_t> never{0};
    for (;;) futex_wait(&never, 0, FutexScope::Private);
}

}  // namespace lsw
