// The page of `lsw trace --flame`, embedded as it is; the data goes where it says so.
    .section .rodata
    .globl lsw_flame_page, lsw_flame_page_end
lsw_flame_page:
    .incbin "flame.html"
lsw_flame_page_end:
    .byte 0
    .section .note.GNU-stack, "", @progbits
