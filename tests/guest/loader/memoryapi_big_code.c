// A program with more code than it runs: all of it is there for whoever calls, reads, writes or protects it, in any order.
// "VirtualProtect function (memoryapi.h)": the old protection is that of the first page, other pages keep theirs.
#include "check.h"

// 12 MB of `ret`, and in each of its 64 KB a mark.
__asm__(
    ".text\n .balign 4096\n .globl big_code\n"
    "big_code:\n"
    ".rept 192\n .byte 0xB8, 0x34, 0x12, 0, 0, 0xC3\n .fill 65530, 1, 0xC3\n .endr\n");
extern unsigned char big_code[];

enum { kUnit = 65536, kUnits = 192, kPage = 4096 };
typedef int (*function)(void);

static BOOL is_whole(int unit) {
    const unsigned char* at = big_code + (size_t)unit * kUnit;
    if (at[0] != 0xB8 || at[1] != 0x34 || at[5] != 0xC3) return FALSE;
    for (int i = 6; i < kUnit; ++i)
        if (at[i] != 0xC3) return FALSE;
    return TRUE;
}

static int call(int unit) { return ((function)(big_code + (size_t)unit * kUnit))(); }

static DWORD WINAPI call_some(void* first) {
    int good = 0;
    for (int unit = 10; unit < 30; ++unit) good += call(unit) == 0x1234;
    (void)first;
    return good;
}

static void call_from_threads(void) {
    HANDLE threads[4];
    for (int i = 0; i < 4; ++i) threads[i] = CreateThread(NULL, 0, call_some, NULL, 0, NULL);
    WaitForMultipleObjects(4, threads, TRUE, INFINITE);
    for (int i = 0; i < 4; ++i) {
        DWORD good = 0;
        CHECK(GetExitCodeThread(threads[i], &good));
        CHECK_EQ(good, 20);
    }
}

static void patch_untouched(void) {
    unsigned char* at = big_code + 40 * kUnit;
    DWORD old = 0;
    CHECK(VirtualProtect(at, 1, PAGE_EXECUTE_READWRITE, &old));
    CHECK_EQ(old, PAGE_EXECUTE_READ);
    at[1] = 0x35;
    CHECK(VirtualProtect(at, 1, PAGE_EXECUTE_READ, &old));
    FlushInstructionCache(GetCurrentProcess(), at, kPage);
    CHECK_EQ(call(40), 0x1235);
    CHECK(IsBadWritePtr(at, 1));
    CHECK(IsBadWritePtr(at + 2 * kPage, 1));
    CHECK_EQ(at[kUnit - 1], 0xC3);
}

// What mingw's runtime does: all code writable for a moment.
static void protect_all(void) {
    size_t size = (size_t)100 * kUnit;
    unsigned char* start = big_code + 50 * kUnit;
    DWORD old = 0;
    CHECK(VirtualProtect(start, size, PAGE_EXECUTE_READWRITE, &old));
    start[3 * kUnit + 1] = 0x36;
    CHECK_EQ(call(53), 0x1236);
    CHECK(!IsBadWritePtr(start + 7 * kUnit, 1));
    CHECK(VirtualProtect(start, size, PAGE_EXECUTE_READ, &old));
    CHECK(old == PAGE_EXECUTE_READWRITE || old == PAGE_EXECUTE_WRITECOPY);
    CHECK(IsBadWritePtr(start + 3 * kUnit, 1));
    CHECK(IsBadWritePtr(start + 60 * kUnit, 1));
    CHECK_EQ(call(53), 0x1236);
    CHECK(is_whole(57));
    CHECK(is_whole(149));
    // No access, and back.
    CHECK(VirtualProtect(start + 20 * kUnit, 2 * kUnit + kPage, PAGE_NOACCESS, &old));
    CHECK(IsBadReadPtr(start + 20 * kUnit, 1));
    CHECK(IsBadReadPtr(start + 22 * kUnit, 1));
    CHECK(!IsBadReadPtr(start + 22 * kUnit + kPage, 1));
    CHECK(VirtualProtect(start + 20 * kUnit, 2 * kUnit + kPage, PAGE_EXECUTE_READ, &old));
    CHECK(is_whole(70) && is_whole(71) && is_whole(72));
}

static void write_untouched(void) {
    DWORD done = 0;
    HANDLE out = CreateFileA("code.out", GENERIC_READ | GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_FLAG_DELETE_ON_CLOSE, NULL);
    CHECK(WriteFile(out, big_code + 160 * kUnit, 3 * kUnit, &done, NULL));
    CHECK_EQ(done, 3 * kUnit);
    unsigned char* back = HeapAlloc(GetProcessHeap(), 0, 3 * kUnit);
    SetFilePointer(out, 0, NULL, FILE_BEGIN);
    CHECK(ReadFile(out, back, 3 * kUnit, &done, NULL));
    CHECK(memcmp(back, big_code + 160 * kUnit, 3 * kUnit) == 0);
    CHECK(is_whole(162));
    CloseHandle(out);
}

int main(void) {
    call_from_threads();
    patch_untouched();
    protect_all();
    write_untouched();
    for (int unit = 164; unit < kUnits; ++unit) CHECK(is_whole(unit));
    return check_result();
}
