// A raw system call gives what the import gives, in every form of stub and however many arguments it takes; numbers are
// read from ntdll's stubs at run time, as programs do. Each form is called often, so that sites which can be rewritten are.
// Also: stubs copied from ntdll, and ntdll's exports sorted by address, which tells the numbers.
// flags: -lntdll
#include "check.h"
#include "raw_stubs.h"

#include <stdlib.h>
#include <winternl.h>

typedef long NTAPI service(void);
static raw_put forms[] = {raw_put_plain, raw_put_number_first, raw_put_loaded, raw_put_int2e};
enum { kForms = 4 };

static raw_stub make(raw_put put, const char* name) {
    unsigned char* page = raw_page();  // of its own: it is sealed, and others are not disturbed
    put(page, raw_number(name));
    raw_seal(page);
    return (raw_stub)(void*)page;
}

static void no_arguments(raw_put put) {
    raw_stub yield = make(put, "NtYieldExecution"), alert = make(put, "NtTestAlert");
    for (int i = 0; i < 4; ++i) {
        long status = yield();
        CHECK(status == 0 || status == 0x40000024);  // STATUS_NO_YIELD_PERFORMED
        CHECK_EQ(alert(), 0);
    }
}

static void few_arguments(raw_put put) {
    raw_stub set = make(put, "NtSetEvent"), reset = make(put, "NtResetEvent"), wait = make(put, "NtWaitForSingleObject");
    raw_stub query = make(put, "NtQueryEvent"), close = make(put, "NtClose");
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
    LARGE_INTEGER zero = {.QuadPart = 0};
    for (int i = 0; i < 4; ++i) {
        LONG previous = 7;
        CHECK_EQ(wait(event, FALSE, &zero), 0x102);
        CHECK_EQ(set(event, &previous), 0);
        CHECK_EQ(previous, 0);
        CHECK_EQ(wait(event, FALSE, &zero), 0);
        struct { LONG type, state; } information = {9, 9};
        ULONG length = 0;
        CHECK_EQ(query(event, 0, &information, 8, &length), 0);  // five arguments
        CHECK_EQ(information.type, 0);
        CHECK_EQ(information.state, 1);
        CHECK_EQ(length, 8);
        CHECK_EQ(reset(event, &previous), 0);
        CHECK_EQ(previous, 1);
    }
    CHECK_EQ(close(event), 0);
    CHECK_EQ(close(event), (long)0xC0000008);
}

static void six_arguments(raw_put put) {
    raw_stub allocate = make(put, "NtAllocateVirtualMemory"), release = make(put, "NtFreeVirtualMemory");
    for (int i = 0; i < 4; ++i) {
        void* base = NULL;
        SIZE_T size = 0x3000;
        CHECK_EQ(allocate((HANDLE)-1, &base, (SIZE_T)0, &size, (SIZE_T)(MEM_COMMIT | MEM_RESERVE), (SIZE_T)PAGE_READWRITE), 0);
        CHECK(base != NULL);
        memset(base, 1, 0x3000);
        size = 0;
        CHECK_EQ(release((HANDLE)-1, &base, &size, (SIZE_T)MEM_RELEASE), 0);
    }
}

static void nine_and_eleven(raw_put put) {
    raw_stub create = make(put, "NtCreateFile"), write = make(put, "NtWriteFile"), read = make(put, "NtReadFile");
    raw_stub close = make(put, "NtClose");
    wchar_t directory[MAX_PATH], path[MAX_PATH + 32] = L"\\??\\";
    GetCurrentDirectoryW(MAX_PATH, directory);
    wcscat(path, directory);
    wcscat(path, L"\\raw.tmp");
    UNICODE_STRING name = {(USHORT)(wcslen(path) * 2), (USHORT)(wcslen(path) * 2 + 2), path};
    OBJECT_ATTRIBUTES attributes = {.Length = sizeof attributes, .ObjectName = &name, .Attributes = 0x40};
    for (int i = 0; i < 3; ++i) {
        HANDLE file = NULL;
        IO_STATUS_BLOCK status = {0};
        // overwrite-if, synchronous, not a directory
        CHECK_EQ(create(&file, (SIZE_T)(GENERIC_READ | GENERIC_WRITE | SYNCHRONIZE | DELETE), &attributes, &status, NULL,
                        (SIZE_T)FILE_ATTRIBUTE_NORMAL, (SIZE_T)0, (SIZE_T)5, (SIZE_T)0x1060, NULL, (SIZE_T)0), 0);
        LARGE_INTEGER offset = {.QuadPart = 0};
        char back[16] = {0};
        CHECK_EQ(write(file, NULL, NULL, NULL, &status, "hello, raw", (SIZE_T)10, &offset, NULL), 0);
        CHECK_EQ(status.Information, 10);
        CHECK_EQ(read(file, NULL, NULL, NULL, &status, back, (SIZE_T)16, &offset, NULL), 0);
        CHECK(status.Information == 10 && memcmp(back, "hello, raw", 10) == 0);
        CHECK_EQ(close(file), 0);
    }
}

static void unknown(raw_put put) {
    unsigned char* page = raw_page();
    const unsigned numbers[] = {473, 0x3FE, 0xFFF, 0x1000, 0x2000, 0x7FFFFFFF, 0xFFFFFFFF};
    for (int i = 0; i < 7; ++i) put(page + i * 64, numbers[i]);
    raw_seal(page);
    for (int i = 0; i < 7; ++i) CHECK_EQ(((raw_stub)(void*)(page + i * 64))(), (long)0xC000001C);
}

// Copies of the stub, of the lengths that programs copy, work where they are put.
static void copied_stub(void) {
    for (unsigned length = 24; length <= 32; length += 8) {
        unsigned char* page = raw_page();
        memcpy(page, (void*)GetProcAddress(GetModuleHandleA("ntdll"), "NtClose"), 32);
        memset(page + length, 0xCC, 32);
        if (length < 32) memcpy(page + 24, (unsigned char*)(void*)GetProcAddress(GetModuleHandleA("ntdll"), "NtClose") + 24, 8);
        raw_seal(page);
        CHECK_EQ(((raw_stub)(void*)page)((HANDLE)0x77774), (long)0xC0000008);
    }
}

static int by_address(const void* a, const void* b) {
    uintptr_t x = *(const uintptr_t*)a, y = *(const uintptr_t*)b;
    return x < y ? -1 : x > y;
}

// The n-th of ntdll's Zw exports by address is service n, and it is exported as Nt too.
static void sorted_exports(void) {
    unsigned char* base = (unsigned char*)GetModuleHandleA("ntdll");
    IMAGE_NT_HEADERS* headers = (IMAGE_NT_HEADERS*)(base + ((IMAGE_DOS_HEADER*)base)->e_lfanew);
    IMAGE_EXPORT_DIRECTORY* exports =
        (IMAGE_EXPORT_DIRECTORY*)(base + headers->OptionalHeader.DataDirectory[0].VirtualAddress);
    DWORD* names = (DWORD*)(base + exports->AddressOfNames);
    WORD* ordinals = (WORD*)(base + exports->AddressOfNameOrdinals);
    DWORD* functions = (DWORD*)(base + exports->AddressOfFunctions);
    static uintptr_t found[1024];
    unsigned count = 0;
    for (DWORD i = 0; i < exports->NumberOfNames; ++i) {
        const char* name = (const char*)(base + names[i]);
        if (name[0] != 'Z' || name[1] != 'w' || count == 1024) continue;
        found[count++] = (uintptr_t)(base + functions[ordinals[i]]);
        char nt[80] = "Nt";
        strncat(nt, name + 2, 70);
        CHECK((uintptr_t)GetProcAddress((HMODULE)base, nt) == found[count - 1]);
    }
    CHECK_EQ(count, 473);
    qsort(found, count, sizeof *found, by_address);
    for (unsigned i = 0; i < count; ++i) CHECK_EQ(*(unsigned*)(found[i] + 4), i);
    CHECK_EQ(raw_number("NtCreateFile"), 0x55);
    CHECK_EQ(raw_number("ZwClose"), 0x0F);
    CHECK_EQ(raw_number("NtCreateThreadEx"), 0xC2);
}

int main(void) {
    for (int i = 0; i < kForms; ++i) {
        no_arguments(forms[i]);
        few_arguments(forms[i]);
        six_arguments(forms[i]);
        nine_and_eleven(forms[i]);
        unknown(forms[i]);
    }
    copied_stub();
    sorted_exports();
    return check_result();
}
