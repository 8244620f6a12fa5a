#include "loader/unwind/host_unwind.h"

#include <execinfo.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <cstdlib>
#include <cstring>

#include "loader/unwind/context_switch.h"

// A frame whose nonvolatile registers hold known values: calls the ms_abi function in rdi.
asm(R"(
        .text
        .globl  call_with_known_registers
        .type   call_with_known_registers, @function
call_with_known_registers:
        .cfi_startproc
        push    %rbp
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %rbp, 0
        push    %rbx
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %rbx, 0
        push    %r12
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %r12, 0
        push    %r13
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %r13, 0
        push    %r14
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %r14, 0
        push    %r15
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %r15, 0
        sub     $40, %rsp
        .cfi_adjust_cfa_offset 40
        mov     %rdi, %rax
        mov     %rsi, %rcx
        mov     $0x1001, %ebx
        mov     $0x1002, %ebp
        mov     $0x1003, %esi
        mov     $0x1004, %edi
        mov     $0x1005, %r12d
        mov     $0x1006, %r13d
        mov     $0x1007, %r14d
        mov     $0x1008, %r15d
        movq    %r12, %xmm6
        movq    %r13, %xmm7
        movq    %r14, %xmm8
        movq    %r15, %xmm15
        mov     %rsp, (%rdx)
        call    *%rax
        .globl  known_registers_return
known_registers_return:
        add     $40, %rsp
        .cfi_adjust_cfa_offset -40
        pop     %r15
        .cfi_adjust_cfa_offset -8
        pop     %r14
        .cfi_adjust_cfa_offset -8
        pop     %r13
        .cfi_adjust_cfa_offset -8
        pop     %r12
        .cfi_adjust_cfa_offset -8
        pop     %rbx
        .cfi_adjust_cfa_offset -8
        pop     %rbp
        .cfi_adjust_cfa_offset -8
        ret
        .cfi_endproc
        .size   call_with_known_registers, .-call_with_known_registers
)");

extern "C" void call_with_known_registers(void(WINAPI* function)(void*), void* argument,
                                          uint64_t* rsp);
extern "C" const char known_registers_return[];

namespace lsw::unwind {
namespace {

bool unwind_to(CONTEXT* context, uint64_t target, bool after_call) {
    for (int depth = 0; depth < 100; ++depth) {
        if (context->Rip == target) return true;
        HostFrame frame;
        if (!host_unwind(context, after_call, &frame)) return false;
        after_call = !frame.caller_interrupted;
    }
    return false;
}

CONTEXT unwound;
bool arrived;

void capture_and_unwind() {
    lsw_capture_context(&unwound);
    arrived = unwind_to(&unwound, reinterpret_cast<uint64_t>(known_registers_return), true);
}

[[gnu::noinline]] void clobber_and_capture(int depth) {
    asm volatile("pxor %%xmm6, %%xmm6; pxor %%xmm7, %%xmm7; pxor %%xmm8, %%xmm8; pxor %%xmm15, %%xmm15"
                 :
                 :
                 : "xmm6", "xmm7", "xmm8", "xmm15", "rbx", "r12", "r13", "r14", "r15");
    if (depth > 0)
        clobber_and_capture(depth - 1);
    else
        capture_and_unwind();
    asm volatile("" : : : "memory");
}

WINAPI void through_sort(void*) {
    int values[] = {3, 1, 2};
    qsort(values, 3, sizeof(int), [](const void* a, const void* b) {
        clobber_and_capture(3);
        return *static_cast<const int*>(a) - *static_cast<const int*>(b);
    });
}

void expect_known_registers(const CONTEXT& context, uint64_t rsp) {
    EXPECT_EQ(context.Rsp, rsp);
    EXPECT_EQ(context.Rbx, 0x1001u);
    EXPECT_EQ(context.Rbp, 0x1002u);
    EXPECT_EQ(context.Rsi, 0x1003u);
    EXPECT_EQ(context.Rdi, 0x1004u);
    EXPECT_EQ(context.R12, 0x1005u);
    EXPECT_EQ(context.R13, 0x1006u);
    EXPECT_EQ(context.R14, 0x1007u);
    EXPECT_EQ(context.R15, 0x1008u);
}

void expect_known_xmm(const CONTEXT& context) {
    EXPECT_EQ(context.Xmm[6].Low, 0x1005u);
    EXPECT_EQ(context.Xmm[7].Low, 0x1006u);
    EXPECT_EQ(context.Xmm[8].Low, 0x1007u);
    EXPECT_EQ(context.Xmm[15].Low, 0x1008u);
}

TEST(HostUnwind, RestoresWhatTheWindowsConventionKeeps) {
    uint64_t rsp = 0;
    call_with_known_registers(through_sort, nullptr, &rsp);
    ASSERT_TRUE(arrived);
    expect_known_registers(unwound, rsp);
    expect_known_xmm(unwound);
}

[[gnu::noinline]] int walk(void** mine, int capacity) {
    CONTEXT context;
    lsw_capture_context(&context);
    int count = 0;
    HostFrame frame;
    while (count < capacity) {
        mine[count++] = reinterpret_cast<void*>(context.Rip);
        if (!host_unwind(&context, true, &frame)) break;
    }
    return count;
}

TEST(HostUnwind, WalksTheSameFramesAsTheCompilersUnwinder) {
    void* mine[64];
    void* theirs[64];
    int count = walk(mine, 64);
    int expected = backtrace(theirs, 64);
    ASSERT_GE(count, 5);
    // The innermost frames differ by construction; from the caller of this test on they are the same.
    EXPECT_EQ(count - 1, expected);
    for (int i = 2; i < count; ++i) EXPECT_EQ(mine[i], theirs[i - 1]) << i;
}

sig_atomic_t walked_to_fault;

WINAPI void fault_by_null(void*) {
    asm volatile("xor %%eax, %%eax; movl $1, (%%rax)" : : : "rax", "memory");
}

// Through a signal frame, whose registers are described by DWARF expressions.
TEST(HostUnwind, SignalFrame) {
    static uint64_t rsp;
    struct sigaction action = {}, old;
    action.sa_flags = SA_SIGINFO;
    action.sa_sigaction = [](int, siginfo_t*, void* raw) {
        CONTEXT context;
        lsw_capture_context(&context);
        HostFrame frame;
        if (unwind_to(&context, reinterpret_cast<uint64_t>(known_registers_return), true)) {
            walked_to_fault = 1;
            expect_known_registers(context, rsp);
        }
        auto machine = static_cast<ucontext_t*>(raw);
        machine->uc_mcontext.gregs[REG_RIP] += 6;  // past the movl
    };
    sigaction(SIGSEGV, &action, &old);
    call_with_known_registers(fault_by_null, nullptr, &rsp);
    sigaction(SIGSEGV, &old, nullptr);
    EXPECT_EQ(walked_to_fault, 1);
}

TEST(HostUnwind, UnknownCodeIsRefused) {
    CONTEXT context = {};
    context.Rip = 0x1000;
    HostFrame frame;
    EXPECT_FALSE(host_unwind(&context, true, &frame));
    EXPECT_EQ(context.Rip, 0x1000u);
}

TEST(ContextSwitch, RestoreContinuesAfterTheCapture) {
    static volatile int passes;
    static CONTEXT context;
    passes = 0;
    lsw_capture_context(&context);
    passes = passes + 1;
    if (passes < 3) lsw_restore_context(&context);
    EXPECT_EQ(passes, 3);
}

}  // namespace
}  // namespace lsw::unwind
