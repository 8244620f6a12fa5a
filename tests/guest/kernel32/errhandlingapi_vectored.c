// Vectored handlers see every kind of hardware fault with the context of the moment, may change it, and are
// called in their order. "Vectored Exception Handling", "EXCEPTION_RECORD structure", "AddVectoredExceptionHandler".
#include "check.h"

static char order[64];
static DWORD code, parameters;
static ULONG_PTR information[2];
static CONTEXT seen;
static void* address;
static int skip;  // bytes of the faulting instruction

static LONG CALLBACK second(EXCEPTION_POINTERS* p) {
    strcat(order, "2");
    code = p->ExceptionRecord->ExceptionCode;
    parameters = p->ExceptionRecord->NumberParameters;
    information[0] = p->ExceptionRecord->ExceptionInformation[0];
    information[1] = p->ExceptionRecord->ExceptionInformation[1];
    address = p->ExceptionRecord->ExceptionAddress;
    seen = *p->ContextRecord;
    p->ContextRecord->Rip += skip;
    return EXCEPTION_CONTINUE_EXECUTION;
}
static LONG CALLBACK first(EXCEPTION_POINTERS* p) {
    strcat(order, "1");
    return EXCEPTION_CONTINUE_SEARCH;
}
static LONG CALLBACK after(EXCEPTION_POINTERS* p) {
    strcat(order, "c");
    return EXCEPTION_CONTINUE_SEARCH;
}

static void expect(DWORD want_code, DWORD want_parameters) {
    CHECK_EQ(code, want_code);
    CHECK_EQ(parameters, want_parameters);
    CHECK(address == (void*)seen.Rip);
    code = 0;
}

static void memory_faults(void) {
    char* page = VirtualAlloc(NULL, 4096, MEM_COMMIT | MEM_RESERVE, PAGE_READONLY);
    skip = 2;
    asm volatile("movl %%eax, (%0)" : : "r"(page) : "memory");
    expect(EXCEPTION_ACCESS_VIOLATION, 2);
    CHECK_EQ(information[0], 1);
    CHECK_EQ(information[1], page);
    asm volatile("movl (%0), %%eax" : : "c"((void*)0x20) : "rax", "memory");
    expect(EXCEPTION_ACCESS_VIOLATION, 2);
    CHECK_EQ(information[0], 0);
    CHECK_EQ(information[1], 0x20);
    // An address that no processor can have: Windows says all ones.
    asm volatile("movl (%0), %%eax" : : "c"((void*)0x8000000000000000) : "rax", "memory");
    expect(EXCEPTION_ACCESS_VIOLATION, 2);
    CHECK_EQ(information[1], -1);

    char* guarded = VirtualAlloc(NULL, 4096, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE | PAGE_GUARD);
    skip = 0;
    *(volatile char*)guarded = 7;
    expect(STATUS_GUARD_PAGE_VIOLATION, 2);
    CHECK_EQ(information[1], guarded);
    CHECK_EQ(*guarded, 7);
    CHECK_EQ(code, 0);  // once only
}

static void instructions(void) {
    skip = 1;
    asm volatile("int3");
    expect(EXCEPTION_BREAKPOINT, 1);
    asm volatile("hlt");
    expect(EXCEPTION_PRIV_INSTRUCTION, 0);
    skip = 2;
    asm volatile("ud2");
    expect(EXCEPTION_ILLEGAL_INSTRUCTION, 0);
    skip = 0;
    asm volatile("pushfq\n\torl $0x100, (%%rsp)\n\tpopfq\n\tnop" : : : "cc");
    expect(EXCEPTION_SINGLE_STEP, 0);
}

static void arithmetic(void) {
    skip = 2;
    asm volatile("xorl %%edx, %%edx\n\tidivl %%ecx" : : "c"(0), "a"(5) : "rdx", "cc");
    expect(EXCEPTION_INT_DIVIDE_BY_ZERO, 0);
    asm volatile("cltd\n\tidivl %%ecx" : : "c"(-1), "a"(0x80000000) : "rdx", "cc");
    expect(EXCEPTION_INT_OVERFLOW, 0);
    unsigned control = 0x1F80 & ~0x200u, old;  // divisions by zero are not masked
    double zero = 0, one = 1;
    asm volatile("stmxcsr %0" : "=m"(old));
    skip = 4;
    asm volatile("ldmxcsr %0\n\tdivsd %2, %1\n\t" : : "m"(control), "x"(one), "x"(zero));
    asm volatile("ldmxcsr %0" : : "m"(old));
    CHECK_EQ(code, EXCEPTION_FLT_DIVIDE_BY_ZERO);
}

// All registers reach the handler and come back from it.
static void registers(void) {
    unsigned long long r12 = 0, r13 = 0, xmm[4] = {1, 2, 3, 4}, back[4] = {0};
    skip = 1;
    asm volatile(
        "movdqu %[in], %%xmm7\n\tmovdqu 16+%[in], %%xmm13\n\t"
        "movabsq $0x1122334455667788, %%r12\n\tmovl $0x77, %%r13d\n\tint3\n\t"
        "movq %%r12, %[a]\n\tmovq %%r13, %[b]\n\tmovdqu %%xmm7, %[out]\n\tmovdqu %%xmm13, 16+%[out]"
        : [a] "=m"(r12), [b] "=m"(r13), [out] "=m"(back)
        : [in] "m"(xmm)
        : "r12", "r13", "xmm7", "xmm13", "memory");
    CHECK_EQ(seen.R12, 0x1122334455667788);
    CHECK_EQ(seen.R13, 0x77);
    CHECK_EQ(seen.Xmm7.Low, 1);
    CHECK_EQ(seen.Xmm13.High, 4);
    CHECK_EQ(r12, 0x1122334455667788);
    CHECK(memcmp(xmm, back, sizeof xmm) == 0);
}

int main(void) {
    void* b = AddVectoredExceptionHandler(0, second);
    void* a = AddVectoredExceptionHandler(1, first);
    void* c = AddVectoredContinueHandler(1, after);
    CHECK(a && b && c);
    memory_faults();
    instructions();
    arithmetic();
    registers();
    order[0] = 0;
    skip = 1;
    asm volatile("int3");
    CHECK_STR(order, "12c");
    CHECK(RemoveVectoredExceptionHandler(a));
    CHECK(!RemoveVectoredExceptionHandler(a));
    CHECK(RemoveVectoredContinueHandler(c));
    order[0] = 0;
    asm volatile("int3");
    CHECK_STR(order, "2");
    skip = 0;
    ULONG_PTR arguments[3] = {10, 20, 30};
    RaiseException(0xE0123456, 0, 3, arguments);
    CHECK_EQ(code, 0xE0123456);
    CHECK_EQ(parameters, 3);
    CHECK_EQ(information[1], 20);
    return check_result();
}
