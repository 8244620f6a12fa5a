/* The plans of all exports, which facade_gen wrote: an array of CallPlan (layout.h). */
    .section .rodata.lsw_trace_plans, "a", @progbits
    .balign 64
    .globl lsw_trace_plans
    .hidden lsw_trace_plans
lsw_trace_plans:
    .incbin "trace_plans.bin"
    .section .note.GNU-stack, "", @progbits
