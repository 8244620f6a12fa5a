// Critical sections, slim locks, condition variables, one-time initialisation, WaitOnAddress, barriers.
// "Critical Section Objects", "Slim Reader/Writer (SRW) Locks", "Condition Variables", "One-Time Initialization",
// "WaitOnAddress function", "Synchronization Barriers".
// flags: -lsynchronization
#include "check.h"

enum { kThreads = 6, kRounds = 20000 };

static CRITICAL_SECTION section;
static SRWLOCK lock = SRWLOCK_INIT;
static CONDITION_VARIABLE ready = CONDITION_VARIABLE_INIT;
static SYNCHRONIZATION_BARRIER barrier;
static INIT_ONCE once = INIT_ONCE_STATIC_INIT;
static int in_section, in_lock, queue_length, consumed;
static volatile LONG initialised, last_ones, readers, most_readers;
static volatile LONG address_value;

static BOOL CALLBACK initialise(PINIT_ONCE which, PVOID parameter, PVOID* context) {
    Sleep(20);
    InterlockedIncrement(&initialised);
    *context = parameter;
    return TRUE;
}

static DWORD WINAPI work(void* unused) {
    void* context = NULL;
    CHECK(InitOnceExecuteOnce(&once, initialise, (void*)0x40, &context));
    CHECK(context == (void*)0x40);
    for (int i = 0; i < kRounds; i++) {
        EnterCriticalSection(&section);
        EnterCriticalSection(&section);
        in_section++;
        LeaveCriticalSection(&section);
        LeaveCriticalSection(&section);
        AcquireSRWLockExclusive(&lock);
        in_lock++;
        ReleaseSRWLockExclusive(&lock);
        if (i % 8 == 0) {
            AcquireSRWLockShared(&lock);
            LONG now = InterlockedIncrement(&readers);
            if (now > most_readers) most_readers = now;
            InterlockedDecrement(&readers);
            ReleaseSRWLockShared(&lock);
        }
    }
    for (int i = 0; i < 50; i++)
        if (EnterSynchronizationBarrier(&barrier, 0)) InterlockedIncrement(&last_ones);
    return 0;
}

static DWORD WINAPI consume(void* by_section) {
    for (int i = 0; i < 200; i++) {
        if (by_section) {
            EnterCriticalSection(&section);
            while (queue_length == 0) CHECK(SleepConditionVariableCS(&ready, &section, 10000));
            queue_length--, consumed++;
            LeaveCriticalSection(&section);
        } else {
            AcquireSRWLockExclusive(&lock);
            while (queue_length == 0) CHECK(SleepConditionVariableSRW(&ready, &lock, 10000, 0));
            queue_length--, consumed++;
            ReleaseSRWLockExclusive(&lock);
        }
    }
    return 0;
}

static DWORD WINAPI wait_for_value(void* unused) {
    LONG old = 0;
    while (address_value == old)
        if (!WaitOnAddress(&address_value, &old, sizeof old, 10000)) return 1;
    return 0;
}

static void conditions(BOOL by_section) {
    HANDLE threads[3];
    consumed = queue_length = 0;
    for (int i = 0; i < 3; i++) threads[i] = CreateThread(NULL, 0, consume, (void*)(INT_PTR)by_section, 0, NULL);
    for (int i = 0; i < 600; i++) {
        if (by_section) EnterCriticalSection(&section); else AcquireSRWLockExclusive(&lock);
        queue_length++;
        if (by_section) LeaveCriticalSection(&section); else ReleaseSRWLockExclusive(&lock);
        if (i % 3) WakeConditionVariable(&ready); else WakeAllConditionVariable(&ready);
    }
    CHECK_EQ(WaitForMultipleObjects(3, threads, TRUE, 20000), WAIT_OBJECT_0);
    CHECK_EQ(consumed, 600);
    for (int i = 0; i < 3; i++) CloseHandle(threads[i]);
}

static DWORD WINAPI try_locks(void* unused) {
    CHECK(!TryEnterCriticalSection(&section));
    CHECK(!TryAcquireSRWLockExclusive(&lock));
    CHECK(TryAcquireSRWLockShared(&lock));
    ReleaseSRWLockShared(&lock);
    return 0;
}

static void addresses(void) {
    HANDLE threads[kThreads];
    BYTE small = 1, other = 1;
    CHECK_LASTERROR(WaitOnAddress(&small, &other, 1, 20), ERROR_TIMEOUT);
    other = 2;
    CHECK(WaitOnAddress(&small, &other, 1, INFINITE));
    for (int i = 0; i < kThreads; i++) threads[i] = CreateThread(NULL, 0, wait_for_value, NULL, 0, NULL);
    Sleep(50);
    InterlockedExchange(&address_value, 1);
    for (int i = 0; i < 2; i++) WakeByAddressSingle((void*)&address_value);
    WakeByAddressAll((void*)&address_value);
    CHECK_EQ(WaitForMultipleObjects(kThreads, threads, TRUE, 20000), WAIT_OBJECT_0);
    for (int i = 0; i < kThreads; i++) {
        DWORD code = 99;
        GetExitCodeThread(threads[i], &code);
        CHECK_EQ(code, 0);
        CloseHandle(threads[i]);
    }
}

int main(void) {
    HANDLE threads[kThreads];
    CHECK(InitializeCriticalSectionAndSpinCount(&section, 400));
    CHECK_EQ(section.LockCount, -1);
    CHECK(InitializeSynchronizationBarrier(&barrier, kThreads, -1));
    for (int i = 0; i < kThreads; i++) threads[i] = CreateThread(NULL, 0, work, NULL, 0, NULL);
    CHECK_EQ(WaitForMultipleObjects(kThreads, threads, TRUE, 30000), WAIT_OBJECT_0);
    for (int i = 0; i < kThreads; i++) CloseHandle(threads[i]);
    CHECK_EQ(in_section, kThreads * kRounds);
    CHECK_EQ(in_lock, kThreads * kRounds);
    CHECK_EQ(initialised, 1);
    CHECK_EQ(last_ones, 50);
    CHECK(DeleteSynchronizationBarrier(&barrier));
    conditions(TRUE);
    conditions(FALSE);
    addresses();
    EnterCriticalSection(&section);
    CHECK(section.OwningThread == (HANDLE)(ULONG_PTR)GetCurrentThreadId());
    AcquireSRWLockShared(&lock);
    HANDLE thread = CreateThread(NULL, 0, try_locks, NULL, 0, NULL);
    CHECK_EQ(WaitForSingleObject(thread, 10000), WAIT_OBJECT_0);
    CloseHandle(thread);
    ReleaseSRWLockShared(&lock);
    CHECK_LASTERROR(SleepConditionVariableCS(&ready, &section, 20), ERROR_TIMEOUT);
    LeaveCriticalSection(&section);
    DeleteCriticalSection(&section);
    BOOL pending = FALSE;
    INIT_ONCE async = INIT_ONCE_STATIC_INIT;
    CHECK(InitOnceBeginInitialize(&async, INIT_ONCE_ASYNC, &pending, NULL) && pending);
    CHECK(InitOnceComplete(&async, INIT_ONCE_ASYNC, (void*)0x80));
    CHECK(!InitOnceComplete(&async, INIT_ONCE_ASYNC, (void*)0x100));
    void* context = NULL;
    CHECK(InitOnceBeginInitialize(&async, INIT_ONCE_CHECK_ONLY, &pending, &context) && !pending);
    CHECK(context == (void*)0x80);
    return check_result();
}
