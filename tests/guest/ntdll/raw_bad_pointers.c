// A service returns STATUS_ACCESS_VIOLATION for a pointer that cannot be used, by whatever way it is called; it raises no
// exception. Seen with NT's services in general: their arguments are probed in the kernel.
// flags: -lntdll
#include "check.h"
#include "raw_stubs.h"

static int raised;
static LONG CALLBACK count(EXCEPTION_POINTERS* what) {
    (void)what;
    ++raised;
    return EXCEPTION_CONTINUE_SEARCH;
}

static void test(raw_stub query_event, raw_stub create_event, raw_stub query_counter) {
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
    void* bad[] = {(void*)0x10, (void*)0x7FFE0000, (void*)0x4FFFFFFF0000};  // nothing there, read-only, nothing
    for (int i = 0; i < 3; ++i) {
        CHECK_EQ(query_event(event, 0, bad[i], 8, NULL), (long)0xC0000005);
        CHECK_EQ(create_event(bad[i], (SIZE_T)EVENT_ALL_ACCESS, NULL, 0, 0), (long)0xC0000005);
        CHECK_EQ(query_counter(bad[i], NULL), (long)0xC0000005);
    }
    CloseHandle(event);
}

int main(void) {
    AddVectoredExceptionHandler(1, count);
    unsigned char* page = raw_page();
    const char* names[] = {"NtQueryEvent", "NtCreateEvent", "NtQueryPerformanceCounter"};
    for (int i = 0; i < 3; ++i) {
        raw_put_plain(page + i * 64, raw_number(names[i]));
        raw_put_loaded(page + 0x1000 + i * 64, raw_number(names[i]));
    }
    raw_seal(page);
    HMODULE ntdll = GetModuleHandleA("ntdll");
    test((raw_stub)(void*)GetProcAddress(ntdll, names[0]), (raw_stub)(void*)GetProcAddress(ntdll, names[1]),
         (raw_stub)(void*)GetProcAddress(ntdll, names[2]));
    for (int round = 0; round < 2; ++round)
        for (int at = 0; at < 0x2000; at += 0x1000)
            test((raw_stub)(void*)(page + at), (raw_stub)(void*)(page + at + 64), (raw_stub)(void*)(page + at + 128));
    CHECK_EQ(raised, 0);
    return check_result();
}
