// Raw system calls from many threads through the same sites, while those are being rewritten; in exception handlers, in
// callbacks of other calls, with the direction flag set, on odd stacks and with a stack pointer that is no stack.
// timeout: 60
#include "check.h"
#include "raw_stubs.h"

enum { kThreads = 64, kRounds = 300, kSites = 8 };
static unsigned char* page;
static HANDLE start;
static LONG wrong;

static raw_stub site(int i) { return (raw_stub)(void*)(page + i * 64); }

static DWORD WINAPI hammer(void* argument) {
    WaitForSingleObject(start, INFINITE);
    HANDLE event = CreateEventW(NULL, FALSE, FALSE, NULL);
    LARGE_INTEGER zero = {.QuadPart = 0};
    for (int i = 0; i < kRounds; ++i) {
        int s = (i + (int)(INT_PTR)argument) % (kSites / 4) * 4;
        LONG previous = 5;
        if (site(s)(event, &previous) != 0 || previous != 0) InterlockedIncrement(&wrong);
        if (site(s + 1)(event, FALSE, &zero) != 0) InterlockedIncrement(&wrong);
        if (site(s + 1)(event, FALSE, &zero) != 0x102) InterlockedIncrement(&wrong);
        if (site(s + 2)((HANDLE)0x77774) != (long)0xC0000008) InterlockedIncrement(&wrong);
        if (site(s + 3)() != 0) InterlockedIncrement(&wrong);
    }
    CloseHandle(event);
    return 0;
}

static void many_threads(void) {
    page = raw_page();
    for (int i = 0; i < kSites; i += 4) {
        raw_put put = i ? raw_put_number_first : raw_put_plain;
        put(page + i * 64, raw_number("NtSetEvent"));
        put(page + (i + 1) * 64, raw_number("NtWaitForSingleObject"));
        put(page + (i + 2) * 64, raw_number("NtClose"));
        put(page + (i + 3) * 64, raw_number("NtTestAlert"));
    }
    raw_seal(page);
    start = CreateEventW(NULL, TRUE, FALSE, NULL);
    HANDLE threads[kThreads];
    for (int i = 0; i < kThreads; ++i) threads[i] = CreateThread(NULL, 0x20000, hammer, (void*)(INT_PTR)i, 0, NULL);
    SetEvent(start);
    for (int i = 0; i < kThreads; ++i) {
        CHECK_EQ(WaitForSingleObject(threads[i], 600000), 0);
        CloseHandle(threads[i]);
    }
    CHECK_EQ(wrong, 0);
}

static raw_stub close_stub;
static int handled;

static LONG CALLBACK on_exception(EXCEPTION_POINTERS* what) {
    if (what->ExceptionRecord->ExceptionCode != EXCEPTION_BREAKPOINT) return EXCEPTION_CONTINUE_SEARCH;
    for (int i = 0; i < 3; ++i) CHECK_EQ(close_stub((HANDLE)0x77774), (long)0xC0000008);
    ++handled;
    what->ContextRecord->Rip += 1;
    return EXCEPTION_CONTINUE_EXECUTION;
}

static int CALLBACK compare(const void* a, const void* b) {
    CHECK_EQ(close_stub((HANDLE)0x77774), (long)0xC0000008);
    return *(const int*)a - *(const int*)b;
}

// Calls `stub(0x77774)` with the stack pointer, direction flag and so on of our choice.
long call_on(raw_stub stub, void* stack, unsigned flags);
asm(".globl call_on\n"
    "call_on:\n"
    "    push %rbx\n push %rsi\n push %rdi\n push %r12\n"
    "    mov %rsp, %rbx\n"
    "    mov %rcx, %rax\n"
    "    mov %rdx, %rsp\n"
    "    mov $0x77774, %ecx\n"
    "    mov $0x1234567, %esi\n"
    "    mov $0x7654321, %edi\n"
    "    test %r8d, %r8d\n"
    "    jz 1f\n"
    "    std\n"
    "1:  call *%rax\n"
    "    cld\n"
    "    cmp $0x1234567, %esi\n"
    "    jne 2f\n"
    "    cmp $0x7654321, %edi\n"
    "    je 3f\n"
    "2:  mov $-1, %eax\n"
    "3:  mov %rbx, %rsp\n"
    "    pop %r12\n pop %rdi\n pop %rsi\n pop %rbx\n"
    "    ret\n");

// Makes the call itself, with nothing at the stack pointer.
long call_without_stack(void* stack);
asm(".globl call_without_stack\n"
    "call_without_stack:\n"
    "    push %rbx\n"
    "    mov %rsp, %rbx\n"
    "    mov %rcx, %rsp\n"
    "    mov $0x77774, %r10d\n"
    "    mov $0x0F, %eax\n"
    "    syscall\n"
    "    mov %rbx, %rsp\n"
    "    pop %rbx\n"
    "    ret\n");

int main(void) {
    many_threads();
    unsigned char* code = raw_page();
    raw_put_plain(code, 0x0F);
    raw_put_loaded(code + 64, 0x0F);
    raw_seal(code);
    for (int i = 0; i < 2; ++i) {
        close_stub = (raw_stub)(void*)(code + i * 64);
        void* handler = AddVectoredExceptionHandler(1, on_exception);
        asm volatile("int3");
        asm volatile("int3");
        RemoveVectoredExceptionHandler(handler);
        CHECK_EQ(handled, 2 + 2 * i);
        int numbers[] = {3, 1, 2, 9, 4};
        qsort(numbers, 5, sizeof *numbers, compare);
        CHECK(numbers[0] == 1 && numbers[4] == 9);
        char* stack = VirtualAlloc(NULL, 0x10000, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE);
        for (int odd = 0; odd < 16; ++odd)
            for (unsigned flags = 0; flags < 2; ++flags)
                CHECK_EQ(call_on(close_stub, stack + 0xF000 - odd, flags), (long)0xC0000008);
    }
    long status = call_without_stack((void*)0x10);
    CHECK(status == (long)0xC0000008 || status == (long)0xC0000005);
    return check_result();
}
