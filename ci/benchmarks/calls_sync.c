// Waits and locks that nobody contends for, and two threads that take turns.
// linux-flags: -pthread
#include "bench.h"

#ifdef _WIN32

static CRITICAL_SECTION section;
static SRWLOCK lock = SRWLOCK_INIT;
static HANDLE event, automatic, ping, pong;
static volatile LONG stop;

static void critical_section(void* context, long count) {
    (void)context;
    for (long i = 0; i < count; i++) {
        EnterCriticalSection(&section);
        LeaveCriticalSection(&section);
    }
}

static void srw_exclusive(void* context, long count) {
    (void)context;
    for (long i = 0; i < count; i++) {
        AcquireSRWLockExclusive(&lock);
        ReleaseSRWLockExclusive(&lock);
    }
}

static void srw_shared(void* context, long count) {
    (void)context;
    for (long i = 0; i < count; i++) {
        AcquireSRWLockShared(&lock);
        ReleaseSRWLockShared(&lock);
    }
}

static void event_set(void* context, long count) {
    (void)context;
    for (long i = 0; i < count; i++) SetEvent(event);
}

static void event_set_wait(void* context, long count) {
    (void)context;
    for (long i = 0; i < count; i++) {
        SetEvent(automatic);
        WaitForSingleObject(automatic, INFINITE);
    }
}

static void event_poll(void* context, long count) {
    (void)context;
    for (long i = 0; i < count; i++) WaitForSingleObject(ping, 0);
}

static DWORD WINAPI echo(void* context) {
    (void)context;
    for (;;) {
        WaitForSingleObject(ping, INFINITE);
        if (stop) return 0;
        SetEvent(pong);
    }
}

static void ping_pong(void* context, long count) {
    (void)context;
    for (long i = 0; i < count; i++) {
        SetEvent(ping);
        WaitForSingleObject(pong, INFINITE);
    }
}

static DWORD WINAPI nothing(void* context) {
    (void)context;
    return 0;
}

static void thread_start(void* context, long count) {
    (void)context;
    for (long i = 0; i < count; i++) {
        HANDLE thread = CreateThread(NULL, 0, nothing, NULL, 0, NULL);
        BENCH_MUST(thread != NULL);
        WaitForSingleObject(thread, INFINITE);
        CloseHandle(thread);
    }
}

static void event_create(void* context, long count) {
    (void)context;
    for (long i = 0; i < count; i++) CloseHandle(CreateEventW(NULL, FALSE, FALSE, NULL));
}

static HANDLE start_echo(void) {
    return CreateThread(NULL, 0, echo, NULL, 0, NULL);
}

static void prepare(void) {
    InitializeCriticalSection(&section);
    event = CreateEventW(NULL, TRUE, FALSE, NULL);
    automatic = CreateEventW(NULL, FALSE, FALSE, NULL);
    ping = CreateEventW(NULL, FALSE, FALSE, NULL);
    pong = CreateEventW(NULL, FALSE, FALSE, NULL);
    BENCH_MUST(event && automatic && ping && pong);
}

static void finish(HANDLE thread) {
    stop = 1;
    SetEvent(ping);
    WaitForSingleObject(thread, INFINITE);
}

typedef HANDLE bench_thread;

#else

// The counterpart of an event object that a Linux programmer writes: a word and a futex, entered only when
// somebody waits.
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

typedef struct {
    _Atomic int set;
    _Atomic int waiters;
} word_event;

static pthread_mutex_t section = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static word_event event, automatic, ping, pong;
static atomic_int stop;

static __attribute__((noinline)) void set(word_event* e) {
    atomic_store(&e->set, 1);
    if (atomic_load(&e->waiters)) syscall(SYS_futex, &e->set, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
}

static __attribute__((noinline)) int take(word_event* e, int wait) {
    for (;;) {
        int one = 1;
        if (atomic_compare_exchange_strong(&e->set, &one, 0)) return 1;
        if (!wait) return 0;
        atomic_fetch_add(&e->waiters, 1);
        syscall(SYS_futex, &e->set, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
        atomic_fetch_sub(&e->waiters, 1);
    }
}

static void critical_section(void* context, long count) {
    (void)context;
    for (long i = 0; i < count; i++) {
        pthread_mutex_lock(&section);
        pthread_mutex_unlock(&section);
    }
}

static void srw_exclusive(void* context, long count) {
    (void)context;
    for (long i = 0; i < count; i++) {
        pthread_rwlock_wrlock(&lock);
        pthread_rwlock_unlock(&lock);
    }
}

static void srw_shared(void* context, long count) {
    (void)context;
    for (long i = 0; i < count; i++) {
        pthread_rwlock_rdlock(&lock);
        pthread_rwlock_unlock(&lock);
    }
}

static void event_set(void* context, long count) {
    (void)context;
    for (long i = 0; i < count; i++) set(&event);
}

static void event_set_wait(void* context, long count) {
    (void)context;
    for (long i = 0; i < count; i++) {
        set(&automatic);
        take(&automatic, 1);
    }
}

static void event_poll(void* context, long count) {
    (void)context;
    for (long i = 0; i < count; i++) take(&ping, 0);
}

static void* echo(void* context) {
    (void)context;
    for (;;) {
        take(&ping, 1);
        if (atomic_load(&stop)) return NULL;
        set(&pong);
    }
}

static void ping_pong(void* context, long count) {
    (void)context;
    for (long i = 0; i < count; i++) {
        set(&ping);
        take(&pong, 1);
    }
}

static void* nothing(void* context) {
    return context;
}

static void thread_start(void* context, long count) {
    (void)context;
    for (long i = 0; i < count; i++) {
        pthread_t thread;
        BENCH_MUST(pthread_create(&thread, NULL, nothing, NULL) == 0);
        pthread_join(thread, NULL);
    }
}

static void event_create(void* context, long count) {
    (void)context;
    for (long i = 0; i < count; i++) {
        word_event* volatile made = (word_event*)calloc(1, sizeof *made);
        free(made);
    }
}

typedef pthread_t bench_thread;

static pthread_t start_echo(void) {
    pthread_t thread;
    BENCH_MUST(pthread_create(&thread, NULL, echo, NULL) == 0);
    return thread;
}

static void prepare(void) {}

static void finish(pthread_t thread) {
    atomic_store(&stop, 1);
    set(&ping);
    pthread_join(thread, NULL);
}

#endif

int main(int argc, char** argv) {
    bench_begin(argc, argv);
    prepare();
    bench_call("critical_section", "EnterCriticalSection + Leave; a recursive pthread mutex", critical_section, NULL);
    bench_call("srw_exclusive", "AcquireSRWLockExclusive + Release; pthread_rwlock_wrlock", srw_exclusive, NULL);
    bench_call("srw_shared", "AcquireSRWLockShared + Release; pthread_rwlock_rdlock", srw_shared, NULL);
    bench_call("event_set", "SetEvent, nobody waits; a word and a futex", event_set, NULL);
    bench_call("event_set_wait", "SetEvent + WaitForSingleObject, one thread", event_set_wait, NULL);
    bench_call("event_poll", "WaitForSingleObject of an unset event, no time", event_poll, NULL);
    bench_call("event_create", "CreateEvent + CloseHandle; calloc + free", event_create, NULL);
    bench_thread thread = start_echo();
    bench_call_threads("ping_pong", "two threads take turns: one round", ping_pong, NULL);
    finish(thread);
    bench_call_threads("thread_start", "CreateThread + wait + CloseHandle", thread_start, NULL);
    return bench_end();
}
