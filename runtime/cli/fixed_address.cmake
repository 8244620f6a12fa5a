# lsw_fixed_address(target): a static lsw lies at one address, so that starting it relocates nothing.
#
# As a position-independent executable it wrote its 11,000 pointers at every start: 100,000 instructions and 31 copied pages, a
# tenth of a hello. It is still linked as one, since the C library's and the compiler's parts for a fixed address are made for the
# lowest 2 GB, which are Windows programs'. The linker puts the pointers right for the address it was given; then the header says
# that the program must lie there (ET_EXEC), and static_start.cpp leaves out the relocation. What the address is chosen for: nothing
# of Linux's own lies there, be address randomisation on or off, nor of a Windows program (abi/layout.h).
function(lsw_fixed_address target)
  target_compile_definitions(${target} PRIVATE LSW_FIXED_ADDRESS)
  target_link_options(${target} PRIVATE -Wl,-Ttext-segment=0x600000000000)
  # ET_EXEC is 2; e_type is at offset 16.
  add_dependencies(${target} facade_fill)
  add_custom_command(TARGET ${target} POST_BUILD VERBATIM
    COMMAND sh -c "printf '\\002' | dd of=$<TARGET_FILE:${target}> bs=1 seek=16 conv=notrunc status=none"
    COMMAND facade_fill $<TARGET_FILE:${target}>)
endfunction()
