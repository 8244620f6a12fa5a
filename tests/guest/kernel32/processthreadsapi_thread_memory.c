// A thread's memory is new, whatever threads ran before it: its stack is all zeros, with guard and protections in place, and its TEB's
// values are those of a thread that begins. And a thread is there as soon as CreateThread returns.
// "Thread Stack Size", "CreateThread function (processthreadsapi.h)", "OpenThread function (processthreadsapi.h)".
#include "check.h"

enum { kPages = 100 };

static DWORD tls_index;
static volatile LONG dirty_bytes, touched_guard;

// Writes over most of a stack of a megabyte, or looks at the same part of it.
static __attribute__((noinline)) void use_stack(BOOL write) {
    volatile unsigned char room[kPages * 4096];
    for (int at = 0; at < kPages * 4096; at += 64) {
        if (write)
            room[at] = 0xA5;
        else if (room[at] == 0xA5)
            dirty_bytes++;
    }
}

static DWORD WINAPI make_dirty(void *argument) {
    (void)argument;
    TlsSetValue(tls_index, (void *)1);
    SetLastError(1234);
    use_stack(TRUE);
    return 0;
}

static DWORD WINAPI look(void *argument) {
    (void)argument;
    CHECK(GetLastError() == 0);
    CHECK(TlsGetValue(tls_index) == NULL);
    use_stack(FALSE);
    return 0;
}

static DWORD WINAPI protect_own_page(void *argument) {
    (void)argument;
    char here;
    DWORD old;
    char *page = (char *)(((ULONG_PTR)&here & ~(ULONG_PTR)0xFFF) - 64 * 4096);
    CHECK(VirtualProtect(page, 4096, PAGE_READONLY, &old) || VirtualAlloc(page, 4096, MEM_COMMIT, PAGE_READONLY));
    return 0;
}

static DWORD WINAPI lock_dirty_page(void *argument) {
    (void)argument;
    char here;
    use_stack(TRUE);
    char *page = (char *)(((ULONG_PTR)&here & ~(ULONG_PTR)0xFFF) - 40 * 4096);
    return VirtualLock(page, 4096);
}

static LONG CALLBACK count_overflow(EXCEPTION_POINTERS *pointers) {
    if (pointers->ExceptionRecord->ExceptionCode == EXCEPTION_STACK_OVERFLOW) {
        touched_guard++;
        ExitThread(7);
    }
    return EXCEPTION_CONTINUE_SEARCH;
}

static __attribute__((noinline)) int fall(int depth) {
    volatile char room[2048];
    room[0] = (char)depth;
    if (depth < 0) return 0;
    return fall(depth + 1) + room[0];
}

static DWORD WINAPI overflow(void *argument) {
    return (DWORD)fall((int)(ULONG_PTR)argument);
}

static DWORD run(LPTHREAD_START_ROUTINE routine) {
    DWORD id = 0, code = 0;
    HANDLE thread = CreateThread(NULL, 0, routine, NULL, 0, &id);
    CHECK(thread != NULL);
    CHECK(GetThreadId(thread) == id && id != 0);
    CHECK(WaitForSingleObject(thread, 20000) == WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(thread, &code));
    FILETIME made, ended, kernel, user;
    CHECK(GetThreadTimes(thread, &made, &ended, &kernel, &user));
    CHECK(CompareFileTime(&made, &ended) <= 0);
    CHECK(CloseHandle(thread));
    return code;
}

static void there_at_once(void) {
    for (int i = 0; i < 50; i++) {
        DWORD id = 0;
        HANDLE thread = CreateThread(NULL, 0, look, NULL, CREATE_SUSPENDED, &id);
        HANDLE same = OpenThread(THREAD_ALL_ACCESS, FALSE, id);
        CHECK(thread != NULL && same != NULL);
        CHECK(SuspendThread(same) == 1);
        CHECK(ResumeThread(thread) == 2);
        CHECK(ResumeThread(thread) == 1);
        CHECK(WaitForSingleObject(same, 20000) == WAIT_OBJECT_0);
        CloseHandle(same);
        CloseHandle(thread);
    }
}

int main(void) {
    tls_index = TlsAlloc();
    AddVectoredExceptionHandler(1, count_overflow);
    for (int i = 0; i < 4; i++) {
        CHECK(run(make_dirty) == 0);
        CHECK(run(look) == 0);
        CHECK(run(lock_dirty_page) == TRUE);
        CHECK(run(look) == 0);
        CHECK(run(protect_own_page) == 0);
        CHECK(run(make_dirty) == 0);
        CHECK(run(overflow) == 7);
        CHECK(run(look) == 0);
    }
    CHECK(dirty_bytes == 0);
    CHECK(touched_guard == 4);
    there_at_once();
    return check_result();
}
