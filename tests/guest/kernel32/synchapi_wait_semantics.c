// What waits take and return: hand-over of signals to threads that wait, waits for all, abandoned mutexes, limits.
// "SetEvent function", "PulseEvent function", "WaitForMultipleObjects function", "ReleaseSemaphore function",
// "Mutex Objects", "SignalObjectAndWait function".
#include "check.h"

static HANDLE event, mutex_a, semaphore;
static volatile LONG released, waiting;

static DWORD WINAPI wait_event(void* unused) {
    InterlockedIncrement(&waiting);
    if (WaitForSingleObject(event, 5000) == WAIT_OBJECT_0) InterlockedIncrement(&released);
    return 0;
}

static void start_waiters(HANDLE* threads, int count) {
    released = waiting = 0;
    for (int i = 0; i < count; i++) threads[i] = CreateThread(NULL, 0, wait_event, NULL, 0, NULL);
    while (waiting < count) Sleep(1);
    Sleep(60);
}

static void finish(HANDLE* threads, int count) {
    CHECK_EQ(WaitForMultipleObjects(count, threads, TRUE, 8000), WAIT_OBJECT_0);
    for (int i = 0; i < count; i++) CloseHandle(threads[i]);
}

static void signals_reach_who_waits(void) {
    HANDLE threads[4];
    // Set and reset at once releases all that waited.
    event = CreateEventW(NULL, TRUE, FALSE, NULL);
    start_waiters(threads, 4);
    SetEvent(event);
    ResetEvent(event);
    finish(threads, 4);
    CHECK_EQ(released, 4);
    CHECK_EQ(WaitForSingleObject(event, 0), WAIT_TIMEOUT);
    start_waiters(threads, 3);
    PulseEvent(event);
    finish(threads, 3);
    CHECK_EQ(released, 3);
    CloseHandle(event);
    // Two sets of an auto-reset event release two waiters, not one.
    event = CreateEventW(NULL, FALSE, FALSE, NULL);
    start_waiters(threads, 2);
    SetEvent(event);
    SetEvent(event);
    finish(threads, 2);
    CHECK_EQ(released, 2);
    CHECK_EQ(WaitForSingleObject(event, 0), WAIT_TIMEOUT);
    PulseEvent(event);
    CHECK_EQ(WaitForSingleObject(event, 0), WAIT_TIMEOUT);
    SetEvent(event);
    CHECK_EQ(WaitForSingleObject(event, 0), WAIT_OBJECT_0);
    CHECK_EQ(WaitForSingleObject(event, 0), WAIT_TIMEOUT);
}

static void wait_all_takes_all_or_nothing(void) {
    HANDLE both[2] = {CreateEventW(NULL, FALSE, TRUE, NULL), CreateSemaphoreW(NULL, 0, 2, NULL)};
    CHECK_EQ(WaitForMultipleObjects(2, both, TRUE, 20), WAIT_TIMEOUT);
    CHECK_EQ(WaitForSingleObject(both[0], 0), WAIT_OBJECT_0);
    SetEvent(both[0]);
    CHECK(ReleaseSemaphore(both[1], 1, NULL));
    CHECK_EQ(WaitForMultipleObjects(2, both, TRUE, 1000), WAIT_OBJECT_0);
    CHECK_EQ(WaitForMultipleObjects(2, both, FALSE, 0), WAIT_TIMEOUT);
    HANDLE twice[2] = {both[0], both[0]};
    CHECK_LASTERROR(WaitForMultipleObjects(2, twice, TRUE, 0) != WAIT_FAILED, ERROR_INVALID_PARAMETER);
    CHECK_LASTERROR(WaitForMultipleObjects(0, both, TRUE, 0) != WAIT_FAILED, ERROR_INVALID_PARAMETER);
    CHECK_LASTERROR(WaitForMultipleObjects(65, both, TRUE, 0) != WAIT_FAILED, ERROR_INVALID_PARAMETER);
    CloseHandle(both[0]);
    CloseHandle(both[1]);
}

static DWORD WINAPI own_and_end(void* unused) {
    WaitForSingleObject(mutex_a, INFINITE);
    WaitForSingleObject(mutex_a, INFINITE);
    return 0;
}

static void mutexes(void) {
    mutex_a = CreateMutexW(NULL, FALSE, NULL);
    HANDLE thread = CreateThread(NULL, 0, own_and_end, NULL, 0, NULL);
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    HANDLE both[2] = {event, mutex_a};
    CHECK_EQ(WaitForMultipleObjects(2, both, FALSE, 1000), WAIT_ABANDONED_0 + 1);
    CHECK_EQ(WaitForSingleObject(mutex_a, 0), WAIT_OBJECT_0);
    CHECK(ReleaseMutex(mutex_a));
    CHECK(ReleaseMutex(mutex_a));
    CHECK_LASTERROR(ReleaseMutex(mutex_a), ERROR_NOT_OWNER);
    CloseHandle(mutex_a);
}

static void semaphores(void) {
    LONG previous = -1;
    semaphore = CreateSemaphoreW(NULL, 1, 3, NULL);
    CHECK(ReleaseSemaphore(semaphore, 2, &previous));
    CHECK_EQ(previous, 1);
    CHECK_LASTERROR(ReleaseSemaphore(semaphore, 1, &previous), ERROR_TOO_MANY_POSTS);
    for (int i = 0; i < 3; i++) CHECK_EQ(WaitForSingleObject(semaphore, 0), WAIT_OBJECT_0);
    CHECK_EQ(WaitForSingleObject(semaphore, 0), WAIT_TIMEOUT);
    CHECK_LASTERROR(CreateSemaphoreW(NULL, 2, 1, NULL), ERROR_INVALID_PARAMETER);
    CHECK_EQ(SignalObjectAndWait(semaphore, semaphore, 100, FALSE), WAIT_OBJECT_0);
    CloseHandle(semaphore);
}

static void names(void) {
    HANDLE first = CreateEventW(NULL, TRUE, FALSE, L"Local\\lsw-test-names");
    CHECK(first != NULL);
    CHECK_EQ(GetLastError(), ERROR_SUCCESS);
    HANDLE second = CreateEventA(NULL, FALSE, TRUE, "lsw-test-names");
    CHECK(second != NULL);
    CHECK_EQ(GetLastError(), ERROR_ALREADY_EXISTS);
    CHECK_EQ(WaitForSingleObject(second, 0), WAIT_TIMEOUT);
    SetEvent(first);
    CHECK_EQ(WaitForSingleObject(second, 0), WAIT_OBJECT_0);
    CHECK_LASTERROR(CreateMutexW(NULL, FALSE, L"lsw-test-names"), ERROR_INVALID_HANDLE);
    CHECK_LASTERROR(OpenEventW(SYNCHRONIZE, FALSE, L"lsw-test-other"), ERROR_FILE_NOT_FOUND);
    HANDLE third = OpenEventW(SYNCHRONIZE, FALSE, L"lsw-test-names");
    CHECK(third != NULL);
    CHECK_LASTERROR(SetEvent(third), ERROR_ACCESS_DENIED);
    CloseHandle(first);
    CloseHandle(second);
    CloseHandle(third);
    CHECK_LASTERROR(OpenEventW(SYNCHRONIZE, FALSE, L"lsw-test-names"), ERROR_FILE_NOT_FOUND);
}

int main(void) {
    signals_reach_who_waits();
    wait_all_takes_all_or_nothing();
    mutexes();
    semaphores();
    names();
    CHECK_LASTERROR(WaitForSingleObject((HANDLE)0x7ff4, 0) != WAIT_FAILED, ERROR_INVALID_HANDLE);
    return check_result();
}
