// setjmp.h. The compiler passes the frame to unwind to as a second argument; null means that longjmp only
// loads registers, without running termination handlers.
#include "abi/status.h"
#include "core/exception/capture.h"
#include "core/exception/unwind.h"
#include "dll/ntdll/ntdll.h"

using namespace lsw;

#define LSW_SETJMP_BODY                                                             \
    "mov %rdx, (%rcx)\n\t"                                                          \
    "mov %rbx, 8(%rcx)\n\t"                                                         \
    "lea 8(%rsp), %rax\n\t"                                                         \
    "mov %rax, 16(%rcx)\n\t"                                                        \
    "mov %rbp, 24(%rcx)\n\t"                                                        \
    "mov %rsi, 32(%rcx)\n\t"                                                        \
    "mov %rdi, 40(%rcx)\n\t"                                                        \
    "mov %r12, 48(%rcx)\n\t"                                                        \
    "mov %r13, 56(%rcx)\n\t"                                                        \
    "mov %r14, 64(%rcx)\n\t"                                                        \
    "mov %r15, 72(%rcx)\n\t"                                                        \
    "mov (%rsp), %rax\n\t"                                                          \
    "mov %rax, 80(%rcx)\n\t"                                                        \
    "stmxcsr 88(%rcx)\n\t"                                                          \
    "fnstcw 92(%rcx)\n\t"                                                           \
    "movups %xmm6, 96(%rcx)\n\t"                                                    \
    "movups %xmm7, 112(%rcx)\n\t"                                                   \
    "movups %xmm8, 128(%rcx)\n\t"                                                   \
    "movups %xmm9, 144(%rcx)\n\t"                                                   \
    "movups %xmm10, 160(%rcx)\n\t"                                                  \
    "movups %xmm11, 176(%rcx)\n\t"                                                  \
    "movups %xmm12, 192(%rcx)\n\t"                                                  \
    "movups %xmm13, 208(%rcx)\n\t"                                                  \
    "movups %xmm14, 224(%rcx)\n\t"                                                  \
    "movups %xmm15, 240(%rcx)\n\t"                                                  \
    "xor %eax, %eax\n\t"                                                            \
    "ret"

__attribute__((naked)) int ntdll::_setjmp(void*, void*) { asm(LSW_SETJMP_BODY); }
__attribute__((naked)) int ntdll::_setjmpex(void*, void*) { asm(LSW_SETJMP_BODY); }

void ntdll::longjmp(void* buffer, int value) {
    auto jump = static_cast<seh::JumpBuffer*>(buffer);
    CONTEXT context;
    seh::capture_caller(&context);
    EXCEPTION_RECORD record = {};
    record.ExceptionCode = static_cast<DWORD>(STATUS_LONGJUMP);
    record.ExceptionAddress = reinterpret_cast<void*>(context.Rip);
    record.NumberParameters = 1;
    record.ExceptionInformation[0] = reinterpret_cast<ULONG_PTR>(buffer);
    auto result = static_cast<uint64_t>(value ? value : 1);
    if (jump->frame)
        seh::unwind_frames(jump->frame, jump->rip, &record, result, &context, nullptr);
    context.Rax = result;
    seh::restore_context(&context, &record);
}
