// A program that reads its own code, rewrites it, or frees it, sees what it wrote: rewritten call sites never show.
#include "check.h"
#include "raw_stubs.h"

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
    ".globl own_code\n"
    "own_code:\n"
    "    mov %rcx, %r10\n"
    "    mov $0x0F, %eax\n"
    "    syscall\n"
    "    ret\n"
    ".p2align 12\n");

int main(void) {
    // The program's own section.
    unsigned before = hash((const unsigned char*)(void*)own_code, 4096);
    call_often((raw_stub)(void*)own_code);
    CHECK_EQ(hash((const unsigned char*)(void*)own_code, 4096), before);
    call_often((raw_stub)(void*)own_code);
    CHECK_EQ(hash((const unsigned char*)(void*)own_code, 4096), before);

    // Code made at run time, looked at first after it has run.
    unsigned char* page = raw_page();
    size_t size = raw_put_plain(page, 0x0F);
    unsigned expected = hash(page, size);
    raw_seal(page);
    call_often((raw_stub)(void*)page);
    CHECK_EQ(hash(page, size), expected);
    call_often((raw_stub)(void*)page);

    // Read by the system on the program's behalf.
    unsigned char* other = raw_page();
    raw_put_plain(other, 0x0F);
    raw_seal(other);
    call_often((raw_stub)(void*)other);
    unsigned char copy[16] = {0};
    SIZE_T done = 0;
    CHECK(ReadProcessMemory(GetCurrentProcess(), other, copy, sizeof copy, &done));
    CHECK_EQ(hash(copy, size), expected);

    // Rewritten: another number at the same place counts from the next call on.
    unsigned char* third = raw_page();
    raw_put_plain(third, 0x0F);
    raw_seal(third);
    call_often((raw_stub)(void*)third);
    for (int i = 0; i < 5; ++i) {
        DWORD old;
        CHECK(VirtualProtect(third, 0x10000, PAGE_READWRITE, &old));
        CHECK_EQ(old, PAGE_EXECUTE_READ);
        CHECK_EQ(*(unsigned*)(third + 4), i % 2 ? 0x3FEu : 0x0Fu);
        raw_put_plain(third, i % 2 ? 0x0F : 0x3FE);
        raw_seal(third);
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
        fifth = VirtualAlloc(fifth, 0x10000, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE);
        CHECK(fifth != NULL);
        raw_put_plain(fifth, i % 2 ? 0x0F : 0x3FE);
        raw_seal(fifth);
        for (int j = 0; j < 3; ++j)
            CHECK_EQ(((raw_stub)(void*)fifth)((HANDLE)0x77774), i % 2 ? (long)0xC0000008 : (long)0xC000001C);
        CHECK(VirtualFree(fifth, 0, MEM_RELEASE));
    }
    return check_result();
}
