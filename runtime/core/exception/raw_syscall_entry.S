// Where a thread continues that made a raw system call; see raw_syscalls.h. On entry: RAX the number; R10, RDX,
// R8, R9 the first four arguments; a return address at rsp, and above it the stack as it was at the `syscall`,
// with the fifth argument at its rsp + 0x28.
        .text
        .set    kOutgoing, 144                  // home space and 13 stack arguments, and 8 to align
        .globl  lsw_raw_syscall_entry
        .type   lsw_raw_syscall_entry, @function
        .balign 16
lsw_raw_syscall_entry:
        .cfi_startproc
        push    %rbp
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %rbp, 0
        mov     %rsp, %rbp
        .cfi_def_cfa_register %rbp
        push    %rsi
        .cfi_offset %rsi, -24
        push    %rdi
        .cfi_offset %rdi, -32
        cld
        and     $-16, %rsp
        sub     $kOutgoing+48, %rsp
        mov     %r10, kOutgoing(%rsp)
        mov     %rdx, kOutgoing+8(%rsp)
        mov     %r8, kOutgoing+16(%rsp)
        mov     %r9, kOutgoing+24(%rsp)
        mov     %eax, kOutgoing+32(%rsp)
        lea     16(%rbp), %rdi
        mov     %rdi, kOutgoing+40(%rsp)
        mov     %eax, %edi
        mov     8(%rbp), %rsi
        lea     kOutgoing(%rsp), %rdx           // struct RawCall
        call    lsw_find_service
        mov     %rax, %r11
        mov     %rdx, %rcx                      // arguments beyond four, from the caller's stack
        sub     $4, %rcx
        jle     1f
        lea     16+0x28(%rbp), %rsi
        lea     32(%rsp), %rdi
        rep movsq
1:
        mov     kOutgoing(%rsp), %rcx
        mov     kOutgoing+8(%rsp), %rdx
        mov     kOutgoing+16(%rsp), %r8
        mov     kOutgoing+24(%rsp), %r9
        mov     kOutgoing+32(%rsp), %eax
        call    *%r11
        lea     -16(%rbp), %rsp
        pop     %rdi
        pop     %rsi
        pop     %rbp
        .cfi_def_cfa %rsp, 8
        ret
        .cfi_endproc
        .size   lsw_raw_syscall_entry, .-lsw_raw_syscall_entry

// The function of every service that has none: entered with the number in EAX.
        .globl  lsw_unimplemented_service
        .type   lsw_unimplemented_service, @function
        .balign 16
lsw_unimplemented_service:
        .cfi_startproc
        mov     %eax, %ecx
        jmp     lsw_report_unimplemented
        .cfi_endproc
        .size   lsw_unimplemented_service, .-lsw_unimplemented_service
// A service that is done already, with its status in EAX.
        .globl  lsw_return_status
        .type   lsw_return_status, @function
lsw_return_status:
        ret
        .size   lsw_return_status, .-lsw_return_status

// int64_t lsw_ask_host(uint32_t number, const uint64_t arguments[6]): the one place whose system calls lswhost sees.
        .globl  lsw_ask_host, lsw_ask_host_after
        .type   lsw_ask_host, @function
        .balign 16
lsw_ask_host:
        .cfi_startproc
        mov     %edi, %eax
        mov     0(%rsi), %rdi
        mov     16(%rsi), %rdx
        mov     24(%rsi), %r10
        mov     32(%rsi), %r8
        mov     40(%rsi), %r9
        mov     8(%rsi), %rsi
        syscall
lsw_ask_host_after:
        ret
        .cfi_endproc
        .size   lsw_ask_host, .-lsw_ask_host
        .section .note.GNU-stack,"",@progbits
