// lsw_suspend_return: a function of ours has returned to here instead of into guest code; see hijack.h.
// RAX and xmm0 hold its result, rsp is as after the return: the slot of the return address lies below it.
        .text
        .globl  lsw_suspend_return
        .type   lsw_suspend_return, @function
        .balign 16
        nop                                     // walks look up the address before a return address
lsw_suspend_return:
        .cfi_startproc
        .cfi_def_cfa %rsp, 0
        sub     $8, %rsp
        .cfi_adjust_cfa_offset 8
        push    %rax
        .cfi_adjust_cfa_offset 8
        push    %rdx
        .cfi_adjust_cfa_offset 8
        sub     $40, %rsp
        .cfi_adjust_cfa_offset 40
        movups  %xmm0, (%rsp)
        mov     %rsi, 16(%rsp)
        .cfi_rel_offset %rsi, 16
        mov     %rdi, 24(%rsp)
        .cfi_rel_offset %rdi, 24
        lea     56(%rsp), %rdi
        call    lsw_take_hijack
        mov     %rax, 56(%rsp)
        mov     48(%rsp), %rdi
        mov     %rsp, %rsi
        call    lsw_wait_while_suspended
        movups  (%rsp), %xmm0
        mov     16(%rsp), %rsi
        mov     24(%rsp), %rdi
        add     $40, %rsp
        .cfi_adjust_cfa_offset -40
        pop     %rdx
        .cfi_adjust_cfa_offset -8
        pop     %rax
        .cfi_adjust_cfa_offset -8
        ret
        .cfi_endproc
        .size   lsw_suspend_return, .-lsw_suspend_return
        .section .note.GNU-stack,"",@progbits
