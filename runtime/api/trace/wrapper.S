/* The thunks that stand in the façades' slots while a process is traced, one per export, and what they lead to: a
   frame around the real function, which gets the arguments where it expects them. The frame is described by CFI, so
   exceptions, longjmp, suspension and stack walks pass through it as through any function of ours.
   On entry to a thunk everything is as the caller left it; R11 is free in the Windows convention and takes the
   number of the export. Offsets are those of Frame in record.h. */
#include "facade_calls.h"

    .set kFrame, 0x60
    .set kTarget, 0x00
    .set kCall, 0x08
    .set kResult, 0x18
    .set kFloatResult, 0x20
    .set kFloats, 0x28

    .text
    .balign 16
    .globl lsw_trace_thunks
    .hidden lsw_trace_thunks
    .type lsw_trace_thunks, @function
lsw_trace_thunks:
    .cfi_startproc
    .set number, 0
    .rept LSW_FACADE_CALLS
    .balign 16
    movl $number, %r11d
    .byte 0xe9
    .long lsw_trace_entry - . - 4
    .set number, number + 1
    .endr
    .cfi_endproc
    .size lsw_trace_thunks, . - lsw_trace_thunks

    .balign 16
    .globl lsw_trace_entry
    .hidden lsw_trace_entry
    .type lsw_trace_entry, @function
lsw_trace_entry:
    .cfi_startproc
    pushq %rbp
    .cfi_def_cfa_offset 16
    .cfi_offset %rbp, -16
    movq %rsp, %rbp
    .cfi_def_cfa_register %rbp
    subq $kFrame + 32, %rsp
    movq %rcx, 16(%rbp)
    movq %rdx, 24(%rbp)
    movq %r8, 32(%rbp)
    movq %r9, 40(%rbp)
    movq %r11, kCall - kFrame(%rbp)
    movq %xmm0, kFloats - kFrame(%rbp)
    movq %xmm1, kFloats + 8 - kFrame(%rbp)
    movq %xmm2, kFloats + 16 - kFrame(%rbp)
    movq %xmm3, kFloats + 24 - kFrame(%rbp)
    leaq -kFrame(%rbp), %rcx
    call lsw_trace_enter
    testq %rax, %rax
    js 3f
    jz 2f
    leaq 0(,%rax,8), %r10
    subq %r10, %rsp
1:  movq 40(%rbp,%rax,8), %r11
    movq %r11, 24(%rsp,%rax,8)
    decq %rax
    jnz 1b
2:  movq 16(%rbp), %rcx
    movq 24(%rbp), %rdx
    movq 32(%rbp), %r8
    movq 40(%rbp), %r9
    call *kTarget - kFrame(%rbp)
    movq %rax, kResult - kFrame(%rbp)
    movq %xmm0, kFloatResult - kFrame(%rbp)
    leaq -kFrame(%rbp), %rcx
    call lsw_trace_exit
    movq kResult - kFrame(%rbp), %rax
    leave
    .cfi_remember_state
    .cfi_def_cfa %rsp, 8
    ret
    .cfi_restore_state
/* The function wants its caller's frame to be its caller's. */
3:  movq kTarget - kFrame(%rbp), %r11
    movq 16(%rbp), %rcx
    movq 24(%rbp), %rdx
    movq 32(%rbp), %r8
    movq 40(%rbp), %r9
    leave
    .cfi_def_cfa %rsp, 8
    jmp *%r11
    .cfi_endproc
    .size lsw_trace_entry, . - lsw_trace_entry

/* lsw_trace_slow(function, a, b), Windows convention: function(a, b) with the registers kept that may hold floating
   arguments or results; the recording itself uses none. */
    .globl lsw_trace_slow
    .hidden lsw_trace_slow
    .type lsw_trace_slow, @function
lsw_trace_slow:
    .cfi_startproc
    pushq %rbp
    .cfi_def_cfa_offset 16
    .cfi_offset %rbp, -16
    movq %rsp, %rbp
    .cfi_def_cfa_register %rbp
    subq $128, %rsp
    movups %xmm0, 32(%rsp)
    movups %xmm1, 48(%rsp)
    movups %xmm2, 64(%rsp)
    movups %xmm3, 80(%rsp)
    movups %xmm4, 96(%rsp)
    movups %xmm5, 112(%rsp)
    movq %rcx, %rax
    movq %rdx, %rcx
    movq %r8, %rdx
    call *%rax
    movups 32(%rsp), %xmm0
    movups 48(%rsp), %xmm1
    movups 64(%rsp), %xmm2
    movups 80(%rsp), %xmm3
    movups 96(%rsp), %xmm4
    movups 112(%rsp), %xmm5
    leave
    .cfi_def_cfa %rsp, 8
    ret
    .cfi_endproc
    .size lsw_trace_slow, . - lsw_trace_slow

/* Copies from memory that may not be there: count = f(to, from, most), Windows convention. A fault between the two
   labels ends the copy with what there is (trace.h, recover_copy). */
    .globl lsw_trace_copy_begin, lsw_trace_copy_end, lsw_trace_copy_recover
    .hidden lsw_trace_copy_begin, lsw_trace_copy_end, lsw_trace_copy_recover
    .globl lsw_trace_copy_text, lsw_trace_copy_wide, lsw_trace_copy_bytes
    .hidden lsw_trace_copy_text, lsw_trace_copy_wide, lsw_trace_copy_bytes
lsw_trace_copy_text:
    .cfi_startproc
    xorl %eax, %eax
lsw_trace_copy_begin:
1:  cmpq %r8, %rax
    jae 2f
    movzbl (%rdx,%rax), %r9d
    testl %r9d, %r9d
    jz 2f
    movb %r9b, (%rcx,%rax)
    incq %rax
    jmp 1b
2:  ret
lsw_trace_copy_wide:
    xorl %eax, %eax
1:  cmpq %r8, %rax
    jae 2f
    movzwl (%rdx,%rax,2), %r9d
    testl %r9d, %r9d
    jz 2f
    movw %r9w, (%rcx,%rax,2)
    incq %rax
    jmp 1b
2:  ret
lsw_trace_copy_bytes:
    xorl %eax, %eax
1:  cmpq %r8, %rax
    jae 2f
    movzbl (%rdx,%rax), %r9d
    movb %r9b, (%rcx,%rax)
    incq %rax
    jmp 1b
lsw_trace_copy_end:
lsw_trace_copy_recover:
2:  ret
    .cfi_endproc
    .section .note.GNU-stack, "", @progbits
