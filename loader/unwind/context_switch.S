// lsw_capture_context and lsw_restore_context; see context_switch.h. Offsets are those of CONTEXT.
        .text

        .set    kFlags, 0x30
        .set    kMxCsr, 0x34
        .set    kRax, 0x78
        .set    kRcx, 0x80
        .set    kRdx, 0x88
        .set    kRbx, 0x90
        .set    kRsp, 0x98
        .set    kRbp, 0xA0
        .set    kRsi, 0xA8
        .set    kRdi, 0xB0
        .set    kR8, 0xB8
        .set    kRip, 0xF8
        .set    kFltSave, 0x100
        .set    kVector, 0x300
        .set    kVectorControl, 0x4A0

        .globl  lsw_capture_context
        .type   lsw_capture_context, @function
        .balign 16
lsw_capture_context:
        .cfi_startproc
        pushfq
        .cfi_adjust_cfa_offset 8
        mov     %rax, kRax(%rcx)
        mov     %rcx, kRcx(%rcx)
        mov     %rdx, kRdx(%rcx)
        mov     %rbx, kRbx(%rcx)
        mov     %rbp, kRbp(%rcx)
        mov     %rsi, kRsi(%rcx)
        mov     %rdi, kRdi(%rcx)
        mov     %r8, kR8(%rcx)
        mov     %r9, kR8+8(%rcx)
        mov     %r10, kR8+16(%rcx)
        mov     %r11, kR8+24(%rcx)
        mov     %r12, kR8+32(%rcx)
        mov     %r13, kR8+40(%rcx)
        mov     %r14, kR8+48(%rcx)
        mov     %r15, kR8+56(%rcx)
        lea     16(%rsp), %rax
        mov     %rax, kRsp(%rcx)
        mov     8(%rsp), %rax
        mov     %rax, kRip(%rcx)
        mov     (%rsp), %eax
        mov     %eax, 0x44(%rcx)
        movl    $0x002B0033, 0x38(%rcx)         // cs, ds
        movl    $0x0053002B, 0x3C(%rcx)         // es, fs
        movl    $0x002B002B, 0x40(%rcx)         // gs, ss
        movl    $0x0010000F, kFlags(%rcx)       // control, integer, segments, floating point
        fxsave64 kFltSave(%rcx)
        stmxcsr kMxCsr(%rcx)
        mov     kRax(%rcx), %rax
        popfq
        .cfi_adjust_cfa_offset -8
        ret
        .cfi_endproc
        .size   lsw_capture_context, .-lsw_capture_context

        .globl  lsw_restore_context
        .type   lsw_restore_context, @function
        .balign 16
lsw_restore_context:
        .cfi_startproc
        and     $-16, %rsp
        .cfi_undefined %rip                     // from here on there is no way back
        sub     $48, %rsp
        mov     kRip(%rcx), %rax                // the frame for iretq
        mov     %rax, (%rsp)
        movq    $0x33, 8(%rsp)
        mov     0x44(%rcx), %eax
        and     $0x00240DD5, %eax               // status, direction, trap, alignment and id flags
        or      $0x202, %eax
        mov     %rax, 16(%rsp)
        mov     kRsp(%rcx), %rax
        mov     %rax, 24(%rsp)
        movq    $0x2B, 32(%rsp)

        testb   $8, kFlags(%rcx)
        jz      1f
        fxrstor64 kFltSave(%rcx)
        ldmxcsr kMxCsr(%rcx)
        movabs  $0x4C5357594D4D4849, %rax
        cmp     %rax, kVectorControl(%rcx)
        jne     1f
        vinsertf128 $1, kVector+0x00(%rcx), %ymm0, %ymm0
        vinsertf128 $1, kVector+0x10(%rcx), %ymm1, %ymm1
        vinsertf128 $1, kVector+0x20(%rcx), %ymm2, %ymm2
        vinsertf128 $1, kVector+0x30(%rcx), %ymm3, %ymm3
        vinsertf128 $1, kVector+0x40(%rcx), %ymm4, %ymm4
        vinsertf128 $1, kVector+0x50(%rcx), %ymm5, %ymm5
        vinsertf128 $1, kVector+0x60(%rcx), %ymm6, %ymm6
        vinsertf128 $1, kVector+0x70(%rcx), %ymm7, %ymm7
        vinsertf128 $1, kVector+0x80(%rcx), %ymm8, %ymm8
        vinsertf128 $1, kVector+0x90(%rcx), %ymm9, %ymm9
        vinsertf128 $1, kVector+0xA0(%rcx), %ymm10, %ymm10
        vinsertf128 $1, kVector+0xB0(%rcx), %ymm11, %ymm11
        vinsertf128 $1, kVector+0xC0(%rcx), %ymm12, %ymm12
        vinsertf128 $1, kVector+0xD0(%rcx), %ymm13, %ymm13
        vinsertf128 $1, kVector+0xE0(%rcx), %ymm14, %ymm14
        vinsertf128 $1, kVector+0xF0(%rcx), %ymm15, %ymm15
1:
        testb   $2, kFlags(%rcx)
        jz      2f
        mov     kRbx(%rcx), %rbx
        mov     kRsi(%rcx), %rsi
        mov     kRdi(%rcx), %rdi
        mov     kR8+8(%rcx), %r9
        mov     kR8+16(%rcx), %r10
        mov     kR8+24(%rcx), %r11
        mov     kR8+32(%rcx), %r12
        mov     kR8+40(%rcx), %r13
        mov     kR8+48(%rcx), %r14
        mov     kR8+56(%rcx), %r15
        mov     kR8(%rcx), %r8
        mov     kRbp(%rcx), %rbp
        mov     kRdx(%rcx), %rdx
        mov     kRax(%rcx), %rax
        mov     kRcx(%rcx), %rcx
2:
        iretq
        .cfi_endproc
        .size   lsw_restore_context, .-lsw_restore_context

        .section .note.GNU-stack,"",@progbits
