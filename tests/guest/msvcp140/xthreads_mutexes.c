// The mutexes and condition variables behind std::mutex: all zero is a plain mutex nobody holds. Layout and results from the
// library's public header (xthreads.h).
#include "check.h"

typedef struct Mutex {
    int type;
    void* storage[8];
    int owner, count;
} Mutex;
typedef struct Condition {
    void* storage[9];
} Condition;
typedef struct XTime {
    long long sec;
    long nsec;
} XTime;
enum { Success, NoMemory, TimedOut, Busy, Error };

static int (*_Mtx_lock)(void*), (*_Mtx_unlock)(void*), (*_Mtx_trylock)(void*), (*_Mtx_current_owns)(void*);
static int (*_Cnd_wait)(void*, void*), (*_Cnd_broadcast)(void*), (*_Cnd_signal)(void*);
static int (*_Cnd_timedwait)(void*, void*, const XTime*);
static Mutex mutex;
static Condition condition;
static volatile LONG turn, sum;

static DWORD WINAPI worker(void* unused) {
    (void)unused;
    for (int i = 0; i < 1000; ++i) {
        _Mtx_lock(&mutex);
        ++sum;
        _Mtx_unlock(&mutex);
    }
    _Mtx_lock(&mutex);
    while (!turn) _Cnd_wait(&condition, &mutex);
    ++sum;
    _Mtx_unlock(&mutex);
    return 0;
}

static DWORD WINAPI tries(void* unused) {
    (void)unused;
    return (DWORD)_Mtx_trylock(&mutex);
}

static DWORD run(LPTHREAD_START_ROUTINE routine) {
    DWORD code = ~0u;
    HANDLE thread = CreateThread(NULL, 0, routine, NULL, 0, NULL);
    WaitForSingleObject(thread, INFINITE);
    GetExitCodeThread(thread, &code);
    CloseHandle(thread);
    return code;
}

#define GET(name) CHECK((name = (void*)GetProcAddress(library, #name)) != NULL)
#define CALL(type, name) ((type)(void*)GetProcAddress(library, #name))

int main(void) {
    HMODULE library = LoadLibraryW(L"msvcp140.dll");
    GET(_Mtx_lock);
    GET(_Mtx_unlock);
    GET(_Mtx_trylock);
    GET(_Mtx_current_owns);
    GET(_Cnd_wait);
    GET(_Cnd_broadcast);
    GET(_Cnd_signal);
    GET(_Cnd_timedwait);
    CHECK_EQ(_Mtx_current_owns(&mutex), 0);
    CHECK_EQ(_Mtx_lock(&mutex), Success);
    CHECK(_Mtx_current_owns(&mutex));
    CHECK_EQ(_Mtx_trylock(&mutex), Busy);
    CHECK_EQ(run(tries), Busy);
    CHECK_EQ(_Mtx_unlock(&mutex), Success);

    HANDLE threads[3];
    for (int i = 0; i < 3; ++i) threads[i] = CreateThread(NULL, 0, worker, NULL, 0, NULL);
    Sleep(20);
    _Mtx_lock(&mutex);
    turn = 1;
    CHECK_EQ(_Cnd_signal(&condition), Success);
    CHECK_EQ(_Cnd_broadcast(&condition), Success);
    _Mtx_unlock(&mutex);
    CHECK_EQ(WaitForMultipleObjects(3, threads, TRUE, 20000), WAIT_OBJECT_0);
    CHECK_EQ(sum, 3003);

    XTime past = {0, 0};
    _Mtx_lock(&mutex);
    CHECK_EQ(_Cnd_timedwait(&condition, &mutex, &past), TimedOut);
    CHECK(_Mtx_current_owns(&mutex));
    _Mtx_unlock(&mutex);

    void *made = NULL, *waits = NULL;
    CHECK_EQ(CALL(int (*)(void**, int), _Mtx_init)(&made, 0x101), Success);  // recursive
    CHECK_EQ(_Mtx_lock(made), Success);
    CHECK_EQ(_Mtx_trylock(made), Success);
    CHECK_EQ(_Mtx_unlock(made), Success);
    CHECK(_Mtx_current_owns(made));
    CHECK_EQ(_Mtx_unlock(made), Success);
    CHECK(!_Mtx_current_owns(made));
    CALL(void (*)(void*), _Mtx_destroy)(made);
    CALL(void (*)(void*, int), _Mtx_init_in_situ)(&mutex, 1);
    CALL(void (*)(void*), _Mtx_destroy_in_situ)(&mutex);
    CHECK_EQ(CALL(int (*)(void**), _Cnd_init)(&waits), Success);
    CALL(void (*)(void*), _Cnd_destroy)(waits);
    CALL(void (*)(void*), _Cnd_init_in_situ)(&condition);
    CALL(void (*)(void*), _Cnd_destroy_in_situ)(&condition);

    CHECK_EQ(CALL(unsigned (*)(void), _Thrd_id)(), GetCurrentThreadId());
    CHECK(CALL(unsigned (*)(void), _Thrd_hardware_concurrency)() >= 1);
    CALL(void (*)(void), _Thrd_yield)();
    CALL(void (*)(const XTime*), _Thrd_sleep)(&past);
    CHECK(CALL(long long (*)(void), _Xtime_get_ticks)() > 0);
    CHECK(CALL(long long (*)(void), _Query_perf_counter)() > 0);
    CHECK(CALL(long long (*)(void), _Query_perf_frequency)() > 0);
    CALL(void (*)(void), _Lock_shared_ptr_spin_lock)();
    CALL(void (*)(void), _Unlock_shared_ptr_spin_lock)();
    return check_result();
}
