// lsw_call_on_stack(function, argument, top, saved): calls function(argument) with the stack pointer at `top`; *saved gets
// what lsw_leave_stack needs to come back from any depth. The frame pointer stays on the old stack, so that unwinders can
// walk from one to the other.
    .text
    .globl lsw_call_on_stack
    .type lsw_call_on_stack, @function
lsw_call_on_stack:
    .cfi_startproc
    pushq %rbp
    .cfi_def_cfa_offset 16
    .cfi_offset %rbp, -16
    movq %rsp, %rbp
    .cfi_def_cfa_register %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    .cfi_offset %rbx, -24
    .cfi_offset %r12, -32
    .cfi_offset %r13, -40
    .cfi_offset %r14, -48
    .cfi_offset %r15, -56
    movq %rsp, (%rcx)
    movq %rsp, %rbx
    movq %rdi, %rax
    movq %rsi, %rdi
    movq %rdx, %rsp
    call *%rax
    movq %rbx, %rdi
    call lsw_leave_stack
    .cfi_endproc
    .size lsw_call_on_stack, . - lsw_call_on_stack

// lsw_leave_stack(saved): returns from the lsw_call_on_stack that filled `saved`.
    .globl lsw_leave_stack
    .type lsw_leave_stack, @function
lsw_leave_stack:
    movq %rdi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
    .size lsw_leave_stack, . - lsw_leave_stack
// lsw_switch_stack(save, to): leaves what this stack needs to go on at *save and goes on on the stack `to`, which was left
// the same way (or made to look so: fiber.cpp).
    .globl lsw_switch_stack
    .type lsw_switch_stack, @function
lsw_switch_stack:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    subq $8, %rsp
    stmxcsr (%rsp)
    fnstcw 4(%rsp)
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    ldmxcsr (%rsp)
    fldcw 4(%rsp)
    addq $8, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
    .size lsw_switch_stack, . - lsw_switch_stack

    .section .note.GNU-stack, "", @progbits
