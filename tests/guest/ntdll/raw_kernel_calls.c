// Services that the kernel may complete itself (tier T1), called raw from code that the program may write to, give what the
// imports give, and act on the same objects: events and semaphores go to and fro between both.
// Where the kernel has no such program the same calls trap, with the same results.
// "NtSetEvent", "Event Objects", "Semaphore Objects"; services observed on Windows 10.
// env: LSW_RAW_CALLS=t1
#include "check.h"
#include "raw_stubs.h"

enum { Often = 300 };

static raw_stub processor, processor_ex, yield, counter, system_time, set, reset, clear, release, wait_one, query_event, query_semaphore,
    resolution;

static raw_stub make(const char* name) {
    static unsigned char* page;
    if (!page) page = (unsigned char*)VirtualAlloc(NULL, 0x1000, MEM_COMMIT | MEM_RESERVE, PAGE_EXECUTE_READWRITE) + 64;
    raw_stub stub = (raw_stub)(void*)page;
    raw_put_plain(page, raw_number(name));
    page += 64;
    return stub;
}

static long (*nt_query_system_time)(LARGE_INTEGER*);

static void clocks(void) {
    LARGE_INTEGER before, after, seen, frequency = {0};
    for (int i = 0; i < Often; ++i) {
        QueryPerformanceCounter(&before);
        CHECK_EQ(counter(&seen, &frequency), 0);
        QueryPerformanceCounter(&after);
        CHECK(before.QuadPart <= seen.QuadPart && seen.QuadPart <= after.QuadPart);
        nt_query_system_time(&before);
        CHECK_EQ(system_time(&seen), 0);
        nt_query_system_time(&after);
        // The kernel's fast clock may be a moment behind its exact one.
        CHECK(before.QuadPart - 100000 <= seen.QuadPart && seen.QuadPart <= after.QuadPart + 100000);
    }
    QueryPerformanceFrequency(&after);
    CHECK_EQ(frequency.QuadPart, after.QuadPart);
    CHECK_EQ(counter((void*)8, NULL), (long)0xC0000005);
    CHECK_EQ(system_time((void*)8), (long)0xC0000005);
    unsigned char* fresh = VirtualAlloc(NULL, 0x1000, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE);
    CHECK_EQ(counter(fresh, NULL), 0);  // a page that nobody touched yet
    CHECK(*(LONGLONG*)(void*)fresh > 0);
}

static void processors(void) {
    SYSTEM_INFO info;
    GetSystemInfo(&info);
    for (int i = 0; i < Often; ++i) {
        CHECK((unsigned long)processor() < info.dwNumberOfProcessors);
        PROCESSOR_NUMBER number = {9, 99, 9};
        CHECK_EQ(processor_ex(&number), 0);
        CHECK(number.Group == 0 && number.Number < info.dwNumberOfProcessors && number.Reserved == 0);
        CHECK_EQ(yield(), 0);
        ULONG most = 0, least = 0, current = 0;
        CHECK_EQ(resolution(&most, &least, &current), 0);
        CHECK(most == 156250 && least == 5000 && current == 5000);
    }
}

static void events(BOOL manual) {
    HANDLE event = CreateEventW(NULL, manual, FALSE, NULL);
    LARGE_INTEGER zero = {0};
    LONG previous = 7;
    for (int i = 0; i < Often; ++i) {
        CHECK_EQ(wait_one(event, FALSE, &zero), WAIT_TIMEOUT);
        CHECK_EQ(set(event, &previous), 0);
        CHECK_EQ(previous, 0);
        CHECK_EQ(set(event, &previous), 0);
        CHECK_EQ(previous, 1);
        LONG basic[2] = {9, 9};
        ULONG size = 0;
        CHECK_EQ(query_event(event, 0, basic, sizeof basic, i % 2 ? &size : NULL), 0);
        CHECK(basic[0] == !manual && basic[1] == 1 && size == (i % 2 ? 8u : 0u));
        CHECK_EQ(query_event(event, 0, basic, (ULONG)7, NULL), (long)0xC0000004);
        CHECK_EQ(query_semaphore(event, 0, basic, sizeof basic, NULL), (long)0xC0000024);
        if (i % 3 == 0) CHECK_EQ(WaitForSingleObject(event, 0), WAIT_OBJECT_0);
        else CHECK_EQ(wait_one(event, FALSE, i % 3 == 1 ? &zero : NULL), 0);
        if (!manual) continue;
        CHECK_EQ(wait_one(event, FALSE, NULL), 0);
        if (i % 5 == 0) ResetEvent(event);
        else if (i % 2) CHECK_EQ(reset(event, &previous), 0);
        else CHECK_EQ(clear(event), 0);
    }
    SetEvent(event);
    CHECK_EQ(reset(event, &previous), 0);
    CHECK_EQ(previous, 1);
    CHECK_EQ(set(event, (void*)8), (long)0xC0000005);
    CloseHandle(event);
    CHECK_EQ(set(event, NULL), (long)0xC0000008);
}

static void semaphores(void) {
    HANDLE semaphore = CreateSemaphoreW(NULL, 0, 3, NULL);
    LARGE_INTEGER zero = {0};
    ULONG previous = 9;
    for (int i = 0; i < Often; ++i) {
        CHECK_EQ(wait_one(semaphore, FALSE, &zero), WAIT_TIMEOUT);
        CHECK_EQ(release(semaphore, 2, &previous), 0);
        CHECK_EQ(previous, 0);
        CHECK_EQ(release(semaphore, 2, &previous), (long)0xC0000047);
        CHECK_EQ(release(semaphore, 0, &previous), (long)0xC000000D);
        LONG basic[2] = {9, 9};
        CHECK_EQ(query_semaphore(semaphore, 0, basic, sizeof basic, NULL), 0);
        CHECK(basic[0] == 2 && basic[1] == 3);
        CHECK_EQ(set(semaphore, NULL), (long)0xC0000024);
        if (i % 4 == 0) CHECK_EQ(WaitForSingleObject(semaphore, INFINITE), WAIT_OBJECT_0);
        else CHECK_EQ(wait_one(semaphore, FALSE, NULL), 0);
        CHECK_EQ(wait_one(semaphore, FALSE, NULL), 0);
    }
    CloseHandle(semaphore);
}

// What a handle was says nothing of what it is.
static void handles(void) {
    LARGE_INTEGER zero = {0};
    HANDLE first = CreateEventW(NULL, TRUE, FALSE, NULL), second, reader, early[40];
    for (int i = 0; i < Often; ++i) set(first, NULL);
    CHECK(DuplicateHandle(GetCurrentProcess(), first, GetCurrentProcess(), &second, 0, FALSE, DUPLICATE_SAME_ACCESS));
    CHECK(DuplicateHandle(GetCurrentProcess(), first, GetCurrentProcess(), &reader, SYNCHRONIZE, FALSE, 0));
    CHECK_EQ(wait_one(second, FALSE, &zero), 0);
    CHECK_EQ(set(reader, NULL), (long)0xC0000022);
    LONG basic[2];
    CHECK_EQ(query_event(reader, 0, basic, sizeof basic, NULL), (long)0xC0000022);
    CHECK_EQ(wait_one(reader, FALSE, &zero), 0);
    CHECK_EQ(set(reader, NULL), (long)0xC0000022);
    for (int i = 0; i < 40; ++i) early[i] = CreateEventW(NULL, TRUE, FALSE, NULL);
    CloseHandle(first);
    for (int i = 0; i < 40; ++i) CloseHandle(early[i]);  // so that its value comes round
    static HANDLE made[2000];
    HANDLE other = NULL;
    int count = 0;
    while (count < 2000 && other != first) made[count++] = other = CreateEventW(NULL, TRUE, FALSE, NULL);
    CHECK(other == first);
    CHECK_EQ(wait_one(other, FALSE, &zero), WAIT_TIMEOUT);
    CHECK_EQ(wait_one(second, FALSE, &zero), 0);
    while (count) CloseHandle(made[--count]);
    CloseHandle(second);
    CloseHandle(reader);
}

static HANDLE ping, pong;

static DWORD WINAPI answer(void* raw) {
    (void)raw;
    for (int i = 0; i < Often; ++i) {
        if (i % 2) CHECK_EQ(WaitForSingleObject(ping, INFINITE), WAIT_OBJECT_0);
        else CHECK_EQ(wait_one(ping, FALSE, NULL), 0);
        if (i % 3) CHECK_EQ(set(pong, NULL), 0);
        else CHECK(SetEvent(pong));
    }
    return 0;
}

// A signal by the kernel's hand never misses one who waits.
static void waiters(void) {
    ping = CreateEventW(NULL, FALSE, FALSE, NULL);
    pong = CreateEventW(NULL, FALSE, FALSE, NULL);
    HANDLE thread = CreateThread(NULL, 0, answer, NULL, 0, NULL);
    for (int i = 0; i < Often; ++i) {
        CHECK_EQ(set(ping, NULL), 0);
        CHECK_EQ(WaitForSingleObject(pong, 20000), WAIT_OBJECT_0);
    }
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
}

static HANDLE shared_count;

static DWORD WINAPI take_and_give(void* raw) {
    LARGE_INTEGER zero = {0};
    long taken = 0;
    (void)raw;
    for (int i = 0; i < 2000; ++i) {
        long status = i % 7 ? wait_one(shared_count, FALSE, &zero) : (long)WaitForSingleObject(shared_count, 0);
        if (status == 0) ++taken;
        if (taken && i % 3 == 0) {
            --taken;
            if (i % 2) CHECK_EQ(release(shared_count, 1, NULL), 0);
            else CHECK(ReleaseSemaphore(shared_count, 1, NULL));
        }
    }
    while (taken--) CHECK_EQ(release(shared_count, 1, NULL), 0);
    return 0;
}

// Nothing is lost and nothing comes of itself while it goes to and fro.
static void counts(void) {
    HANDLE threads[4];
    shared_count = CreateSemaphoreW(NULL, 10, 10, NULL);
    for (int i = 0; i < 4; ++i) threads[i] = CreateThread(NULL, 0, take_and_give, NULL, 0, NULL);
    WaitForMultipleObjects(4, threads, TRUE, INFINITE);
    LONG previous = -1;
    CHECK(WaitForSingleObject(shared_count, 0) == WAIT_OBJECT_0 && ReleaseSemaphore(shared_count, 1, &previous));
    CHECK_EQ(previous, 9);
}

static DWORD WINAPI make_and_free(void* raw) {
    (void)raw;
    for (int i = 0; i < 150; ++i) {
        unsigned char* page = VirtualAlloc(NULL, 0x1000, MEM_COMMIT | MEM_RESERVE, PAGE_EXECUTE_READWRITE);
        raw_put_plain(page + 64, raw_number(i % 2 ? "NtYieldExecution" : "NtResetEvent"));
        for (int j = 0; j < 4; ++j) CHECK_EQ(((raw_stub)(void*)(page + 64))(ping, NULL), 0);
        CHECK(VirtualFree(page, 0, MEM_RELEASE));
    }
    return 0;
}

// Code comes and goes, with other calls at the same addresses, while other threads do the same.
static void churn(void) {
    HANDLE threads[3];
    for (int i = 0; i < 3; ++i) threads[i] = CreateThread(NULL, 0, make_and_free, NULL, 0, NULL);
    CHECK_EQ(WaitForMultipleObjects(3, threads, TRUE, 600000), WAIT_OBJECT_0);
}

// An event that was the kernel's, inherited by another process; and what is started from here is not held by our rules.
static void children(char* self) {
    SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
    HANDLE event = CreateEventW(&inherited, TRUE, FALSE, NULL);
    for (int i = 0; i < 20; ++i) set(event, NULL), reset(event, NULL);
    char line[600];
    snprintf(line, sizeof line, "\"%s\" %llu", self, (unsigned long long)(uintptr_t)event);
    STARTUPINFOA start = {.cb = sizeof start};
    PROCESS_INFORMATION process;
    CHECK(CreateProcessA(NULL, line, NULL, NULL, TRUE, 0, NULL, NULL, &start, &process));
    CHECK_EQ(wait_one(event, FALSE, NULL), 0);
    WaitForSingleObject(process.hProcess, INFINITE);
    DWORD code = 99;
    CHECK(GetExitCodeProcess(process.hProcess, &code) && code == 0);
    // Often linked to lie where Windows code does. It does not know itself by this name, and says so with 127.
    char native[] = "Z:\\bin\\busybox";
    BOOL has = GetFileAttributesA(native) != INVALID_FILE_ATTRIBUTES;
    if (!has) strcpy(native, "Z:\\bin\\true");
    start.dwFlags = STARTF_USESTDHANDLES;
    CHECK(CreateProcessA(NULL, native, NULL, NULL, FALSE, 0, NULL, NULL, &start, &process));
    WaitForSingleObject(process.hProcess, INFINITE);
    CHECK(GetExitCodeProcess(process.hProcess, &code));
    CHECK_EQ(code, has ? 127u : 0u);
}

int main(int argc, char** argv) {
    set = make("NtSetEvent");
    if (argc > 1) {
        HANDLE event = (HANDLE)(uintptr_t)strtoull(argv[1], NULL, 10);
        for (int i = 0; i < 20; ++i) CHECK_EQ(set(event, NULL), 0);
        return check_result();
    }
    nt_query_system_time = (void*)GetProcAddress(GetModuleHandleA("ntdll"), "NtQuerySystemTime");
    processor = make("NtGetCurrentProcessorNumber");
    processor_ex = make("NtGetCurrentProcessorNumberEx");
    yield = make("NtYieldExecution");
    counter = make("NtQueryPerformanceCounter");
    system_time = make("NtQuerySystemTime");
    reset = make("NtResetEvent");
    clear = make("NtClearEvent");
    release = make("NtReleaseSemaphore");
    wait_one = make("NtWaitForSingleObject");
    query_event = make("NtQueryEvent");
    query_semaphore = make("NtQuerySemaphore");
    resolution = make("NtQueryTimerResolution");
    processors();
    clocks();
    events(FALSE);
    events(TRUE);
    semaphores();
    handles();
    waiters();
    counts();
    churn();
    children(argv[0]);
    return check_result();
}
