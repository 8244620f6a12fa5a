// See trampolines.h. All but lsw_exception_entry are called with the System V convention.
        .text

        .globl  lsw_exception_entry, lsw_exception_return
        .type   lsw_exception_entry, @function
        .balign 16
lsw_exception_entry:
        .cfi_startproc
        .cfi_undefined %rip                     // the walk reads FaultFrame::context here
        lea     32(%rsp), %rdi
        lea     32+1232(%rsp), %rsi
        cld
        call    lsw_dispatch_fault
lsw_exception_return:
        ud2
        .cfi_endproc
        .size   lsw_exception_entry, .-lsw_exception_entry

        .macro  handler_call name, label
        .globl  \name, \label
        .type   \name, @function
        .balign 16
\name:
        .cfi_startproc
        sub     $40, %rsp
        .cfi_adjust_cfa_offset 40
        mov     %rcx, 32(%rsp)                  // HandlerCall::dispatcher
        mov     48(%rcx), %rax                  // DISPATCHER_CONTEXT::LanguageHandler
        mov     %rcx, %r9
        mov     %rdx, %r8
        mov     %rsi, %rdx
        mov     %rdi, %rcx
        call    *%rax
\label:
        add     $40, %rsp
        .cfi_adjust_cfa_offset -40
        ret
        .cfi_endproc
        .size   \name, .-\name
        .endm

        handler_call lsw_call_exception_handler, lsw_exception_handler_return
        handler_call lsw_call_unwind_handler, lsw_unwind_handler_return

        .globl  lsw_consolidate, lsw_consolidate_return
        .type   lsw_consolidate, @function
        .balign 16
lsw_consolidate:
        .cfi_startproc
        and     $-16, %rsp
        sub     $48, %rsp
        .cfi_undefined %rip
        mov     %rdi, 32(%rsp)                  // ConsolidateCall::context
        mov     %rsi, 40(%rsp)
        mov     %rsi, %rcx
        call    *32(%rsi)                       // ExceptionInformation[0]
lsw_consolidate_return:
        mov     32(%rsp), %rcx
        mov     %rax, 0xF8(%rcx)
        call    lsw_restore_context
        ud2
        .cfi_endproc
        .size   lsw_consolidate, .-lsw_consolidate

        .section .note.GNU-stack,"",@progbits
