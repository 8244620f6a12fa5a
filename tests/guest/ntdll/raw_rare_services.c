// Services that lswhost sees when they are called raw: refused ones give the status of an ordinary user, those for the
// process itself work as by import, from several threads at once.
#include "check.h"
#include "raw_stubs.h"

static unsigned char* page;
static raw_stub stub(int i) { return (raw_stub)(void*)(page + i * 64); }
static const char* names[] = {"NtLoadDriver", "NtAllocateLocallyUniqueId", "NtOpenProcess", "NtClose"};

typedef struct { ULONG length; void *root, *name; ULONG attributes; void *a, *b; } object_attributes;
typedef struct { void *process, *thread; } client_id;

static DWORD WINAPI ask(void* argument) {
    (void)argument;
    LONGLONG last = 0;
    for (int i = 0; i < 20; ++i) {
        CHECK_EQ(stub(0)(NULL), (long)0xC0000061);
        LONGLONG id = 0;
        long status = stub(1)(&id);
        CHECK(status == 0 && id != 0 && id != last);
        last = id;
        HANDLE process = NULL;
        object_attributes attributes = {sizeof attributes};
        client_id client = {(void*)(ULONG_PTR)GetCurrentProcessId(), NULL};
        CHECK_EQ(stub(2)(&process, (SIZE_T)PROCESS_QUERY_INFORMATION, &attributes, &client), 0);
        CHECK_EQ(GetProcessId(process), GetCurrentProcessId());
        CHECK_EQ(stub(3)(process), 0);
        client.process = (void*)(ULONG_PTR)0x3FFFFFF0;
        CHECK_EQ(stub(2)(&process, (SIZE_T)PROCESS_QUERY_INFORMATION, &attributes, &client), (long)0xC000000B);
    }
    return 0;
}

// By import and raw, before and after the site was rewritten: what an ordinary user is told.
static const char* privileged[] = {
    "NtLoadDriver", "NtUnloadDriver", "NtShutdownSystem", "NtSetSystemTime", "NtInitiatePowerAction",
    "NtSetSystemPowerState", "NtCreatePagingFile", "NtCreateToken", "NtLoadKey", "NtLoadKey2", "NtLoadKeyEx",
    "NtUnloadKey", "NtUnloadKey2", "NtUnloadKeyEx", "NtSetSystemEnvironmentValue",
    "NtSetSystemEnvironmentValueEx"};

static void refuse_all(void) {
    unsigned char* stubs = raw_page();
    enum { kCount = sizeof privileged / sizeof *privileged };
    for (int i = 0; i < kCount; ++i) raw_put_plain(stubs + i * 64, raw_number(privileged[i]));
    raw_seal(stubs);
    for (int i = 0; i < kCount; ++i) {
        raw_stub import = (raw_stub)(void*)GetProcAddress(GetModuleHandleA("ntdll"), privileged[i]);
        CHECK_EQ(import(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), (long)0xC0000061);
        for (int j = 0; j < 3; ++j) CHECK_EQ(((raw_stub)(void*)(stubs + i * 64))(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), (long)0xC0000061);
    }
}

int main(void) {
    refuse_all();
    page = raw_page();
    for (int i = 0; i < 4; ++i) raw_put_plain(page + i * 64, raw_number(names[i]));
    raw_seal(page);
    HANDLE threads[4];
    for (int i = 0; i < 4; ++i) threads[i] = CreateThread(NULL, 0, ask, NULL, 0, NULL);
    CHECK_EQ(WaitForMultipleObjects(4, threads, TRUE, 600000), 0);
    CHECK_EQ(stub(1)((void*)0x10), (long)0xC0000005);
    return check_result();
}
