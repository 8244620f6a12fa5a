# cmake -DNM=nm -DOBJECT=host_bundle.so -DSOURCE=host_bundle.S -P host_bundle_imports.cmake
#
# Writes the assembly that embeds the object and lists its undefined symbols; host_library.cpp has the layout.
cmake_minimum_required(VERSION 3.25)
execute_process(COMMAND ${NM} -D --undefined-only ${OBJECT} OUTPUT_VARIABLE lines COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL " U [A-Za-z0-9_]+" undefined "${lines}")

# OpenSSL's for engines: there is nothing to load.
set(loader dlopen dlsym dlclose dlerror dladdr)

set(imports "")
set(names "")
foreach(entry IN LISTS undefined)
  string(SUBSTRING ${entry} 3 -1 name)
  if(name IN_LIST loader)
    set(address lsw_no_library)
  else()
    set(address ${name})
  endif()
  string(APPEND imports "        .long   .Lname_${name} - ., ${address} - .\n")
  string(APPEND names ".Lname_${name}: .string \"${name}\"\n")
endforeach()

file(WRITE ${SOURCE} "// Made by host_bundle_imports.cmake.
        .section .rodata.lsw_host_bundle, \"a\"
        .globl  lsw_host_bundle_begin, lsw_host_bundle_end
        .balign 4096
lsw_host_bundle_begin:
        .incbin \"${OBJECT}\"
lsw_host_bundle_end:

        .section .rodata.lsw_host_imports, \"a\"
        .globl  lsw_host_imports
        .balign 4
lsw_host_imports:
${imports}        .long   0, 0
${names}
        .text
lsw_no_library:
        xor     %eax, %eax
        ret
        .section .note.GNU-stack,\"\",@progbits
")
