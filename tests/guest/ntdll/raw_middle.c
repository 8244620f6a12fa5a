// Code that enters a stub behind its first instruction: before the number is loaded, with R10 set; at the system call itself,
// with a number of its own. It finds what it would have found in the untouched stub, however often that has been called.
#include "check.h"
#include "raw_stubs.h"

enum { kThreads = 8 };
static const long kBadHandle = (long)0xC0000008, kNoService = (long)0xC000001C;

static unsigned char* code;  // stubs, sealed; the ways into them, in the second half
static raw_stub at(int offset) { return (raw_stub)(void*)(code + offset); }

// "mov r10, rcx; [mov eax, number;] jmp target"
static void put_way_in(int offset, int number, int target) {
    unsigned char* to = code + offset;
    *to++ = 0x4C, *to++ = 0x8B, *to++ = 0xD1;
    if (number >= 0) {
        *to++ = 0xB8;
        memcpy(to, &number, 4);
        to += 4;
    }
    int distance = (int)(code + target - (to + 5));
    *to++ = 0xE9;
    memcpy(to, &distance, 4);
}

enum { kPlain = 64, kFirst = 128, kSkipMove = 0x8000, kPlainCall = 0x8040, kFirstMove = 0x8080, kFirstCall = 0x80C0, kPlainKnown = 0x8100 };

static DWORD WINAPI enter_all(void* argument) {
    (void)argument;
    for (int i = 0; i < 400; ++i) {
        CHECK_EQ(at(kPlain)((HANDLE)0x77774), kBadHandle);
        CHECK_EQ(at(kSkipMove)((HANDLE)0x77774), kBadHandle);
        CHECK_EQ(at(kPlainCall)((HANDLE)0x77774), kNoService);
        CHECK_EQ(at(kFirst)((HANDLE)0x77774), kBadHandle);
        CHECK_EQ(at(kFirstMove)((HANDLE)0x77774), kNoService);
        CHECK_EQ(at(kFirstCall)((HANDLE)0x77774), kNoService);
        CHECK((unsigned long)at(kPlainKnown)() < 4096);
    }
    return 0;
}

int main(void) {
    code = raw_page();
    raw_put_plain(code + kPlain, raw_number("NtClose"));         // mov r10, rcx at 0; mov eax at 3; syscall at 8
    raw_put_number_first(code + kFirst, raw_number("NtClose"));  // mov eax at 0; mov r10, rcx at 5; syscall at 8
    put_way_in(kSkipMove, -1, kPlain + 3);
    put_way_in(kPlainCall, 0x3FE, kPlain + 8);
    put_way_in(kFirstMove, 0x3FE, kFirst + 5);
    put_way_in(kFirstCall, 0x3FE, kFirst + 8);
    put_way_in(kPlainKnown, (int)raw_number("NtGetCurrentProcessorNumber"), kPlain + 8);
    raw_seal(code);
    // From the first call on, while others have theirs.
    HANDLE threads[kThreads];
    for (int i = 0; i < kThreads; ++i) threads[i] = CreateThread(NULL, 0, enter_all, NULL, 0, NULL);
    CHECK_EQ(WaitForMultipleObjects(kThreads, threads, TRUE, 600000), 0);
    enter_all(NULL);
    return check_result();
}
