// A program that reads its own code, rewrites it, or frees it, sees what it wrote: rewritten call sites never show.
#include "check.h"
#include "raw_stubs.h"

// The stub stands a little into its page: some forms need bytes before it to be known.
static void seal(unsigned char* stub) { raw_seal(stub - 64); }

static unsigned hash(const unsigned char* at, size_t size) {
    unsigned value = 2166136261u;
    for (size_t i = 0; i < size; ++i) value = (value ^ at[i]) * 16777619u;
    return value;
}

static void call_often(raw_stub close) {
    for (int i = 0; i < 10; ++i) CHECK_EQ(close((HANDLE)0x77774), (long)0xC0000008);
}

long own_code(HANDLE handle);
asm(".p2align 12\n"  // a page that no other test reads
    "    .skip 64, 0xCC\n"
    ".globl own_code\n"
    "own_code:\n"
    "    mov %rcx, %r10\n"
    "    mov $0x0F, %eax\n"
    "    syscall\n"
    "    ret\n"
    ".p2align 12\n");

int main(void) {
    // The program's own section.
    unsigned before = hash((const unsigned char*)(void*)own_code - 64, 4096);
    call_often((raw_stub)(void*)own_code);
    CHECK_EQ(hash((const unsigned char*)(void*)own_code - 64, 4096), before);
    call_often((raw_stub)(void*)own_code);
    CHECK_EQ(hash((const unsigned char*)(void*)own_code - 64, 4096), before);

    // Code made at run time, looked at first after it has run.
    unsigned char* page = raw_page() + 64;
    size_t size = raw_put_plain(page, 0x0F);
    unsigned expected = hash(page, size);
    seal(page);
    call_often((raw_stub)(void*)page);
    CHECK_EQ(hash(page, size), expected);
    call_often((raw_stub)(void*)page);

    // Read by the system on the program's behalf.
    unsigned char* other = raw_page() + 64;
    raw_put_plain(other, 0x0F);
    seal(other);
    call_often((raw_stub)(void*)other);
    unsigned char copy[16] = {0};
    SIZE_T done = 0;
    CHECK(ReadProcessMemory(GetCurrentProcess(), other, copy, sizeof copy, &done));
    CHECK_EQ(hash(copy, size), expected);

    // Written to a file, straight from where it lies.
    HANDLE file = CreateFileW(L"code.tmp", GENERIC_READ | GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_FLAG_DELETE_ON_CLOSE, NULL);
    unsigned char* written = raw_page() + 64;
    raw_put_plain(written, 0x0F);
    seal(written);
    call_often((raw_stub)(void*)written);
    DWORD count = 0;
    CHECK(WriteFile(file, written, 16, &count, NULL) && count == 16);
    SetFilePointer(file, 0, NULL, FILE_BEGIN);
    memset(copy, 0, sizeof copy);
    CHECK(ReadFile(file, copy, 16, &count, NULL) && count == 16);
    CHECK_EQ(hash(copy, size), expected);
    CloseHandle(file);

    // Rewritten: another number at the same place counts from the next call on.
    unsigned char* third = raw_page() + 64;
    raw_put_plain(third, 0x0F);
    seal(third);
    call_often((raw_stub)(void*)third);
    for (int i = 0; i < 5; ++i) {
        DWORD old;
        CHECK(VirtualProtect(third - 64, 0x10000, PAGE_READWRITE, &old));
        CHECK_EQ(old, PAGE_EXECUTE_READ);
        CHECK_EQ(*(unsigned*)(third + 4), i % 2 ? 0x3FEu : 0x0Fu);
        raw_put_plain(third, i % 2 ? 0x0F : 0x3FE);
        seal(third);
        for (int j = 0; j < 3; ++j)
            CHECK_EQ(((raw_stub)(void*)third)((HANDLE)0x77774), i % 2 ? (long)0xC0000008 : (long)0xC000001C);
    }

    // Writable code, changed in place.
    unsigned char* fourth = VirtualAlloc(NULL, 0x1000, MEM_COMMIT | MEM_RESERVE, PAGE_EXECUTE_READWRITE);
    for (int i = 0; i < 6; ++i) {
        raw_put_plain(fourth, i % 2 ? 0x0F : 0x3FE);
        CHECK_EQ(((raw_stub)(void*)fourth)((HANDLE)0x77774), i % 2 ? (long)0xC0000008 : (long)0xC000001C);
    }

    // Freed, and other code at the same address.
    unsigned char* fifth = NULL;
    for (int i = 0; i < 4; ++i) {
        fifth = VirtualAlloc(fifth ? fifth - 64 : NULL, 0x10000, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE);
        CHECK(fifth != NULL);
        fifth += 64;
        raw_put_plain(fifth, i % 2 ? 0x0F : 0x3FE);
        seal(fifth);
        for (int j = 0; j < 3; ++j)
            CHECK_EQ(((raw_stub)(void*)fifth)((HANDLE)0x77774), i % 2 ? (long)0xC0000008 : (long)0xC000001C);
        CHECK(VirtualFree(fifth - 64, 0, MEM_RELEASE));
    }
    return check_result();
}
