/* The blob that facade_gen wrote, page-aligned so that it can be mapped from the lsw binary itself. */
    .section .lsw_facades, "a", @progbits
    .balign 4096
    .globl lsw_facade_blob
    .hidden lsw_facade_blob
lsw_facade_blob:
    .incbin "facades.bin"
    .balign 4096
    .globl lsw_facade_blob_end
    .hidden lsw_facade_blob_end
lsw_facade_blob_end:
    .section .note.GNU-stack, "", @progbits
