# lsw_guest_program(source): builds one Windows test program as its directives say and adds its test.

# The toolchain's own link line with the universal C runtime in place of msvcrt.
set(lsw_ucrt_specs ${CMAKE_CURRENT_BINARY_DIR}/ucrt.specs)
execute_process(COMMAND ${LSW_MINGW_GCC} -dumpspecs OUTPUT_VARIABLE specs)
string(REPLACE "-lmsvcrt" "-lucrt" specs "${specs}")
file(CONFIGURE OUTPUT ${lsw_ucrt_specs} CONTENT "${specs}" @ONLY)

# _lsw_compile(output source [LINK] FLAGS…): one compile and one link, so that ccache can serve the former.
function(_lsw_compile output source)
  cmake_parse_arguments(C "" "" "LINK;FLAGS;DEPENDS" ${ARGN})
  if(source MATCHES "\\.cpp$")
    set(compiler ${LSW_MINGW_GXX})
    set(standard -std=gnu++20)
  else()
    set(compiler ${LSW_MINGW_GCC})
    set(standard -std=gnu17)
  endif()
  set(object ${output}.o)
  add_custom_command(
    OUTPUT ${output}
    BYPRODUCTS ${object}
    COMMAND ${LSW_CCACHE} ${compiler} ${standard} -O1 -g1 -Wall -D_WIN32_WINNT=0x0A00
            -I${CMAKE_CURRENT_SOURCE_DIR} -MD -MF ${object}.d -MT ${output} ${C_FLAGS} -c ${source} -o ${object}
    COMMAND ${compiler} -o ${output} ${object} ${C_LINK} ${C_FLAGS}
    DEPENDS ${source} ${C_DEPENDS}
    DEPFILE ${object}.d
    COMMENT "Windows program ${output}"
    VERBATIM)
  set(lsw_guest_outputs ${lsw_guest_outputs} ${output} PARENT_SCOPE)
endfunction()

# _lsw_directive(variable lines name): the values of all "// name: value" lines, as a list.
function(_lsw_directive variable name)
  set(found "")
  foreach(line IN LISTS ARGN)
    if(line MATCHES "^// ${name}: *(.*[^ ]) *$")
      list(APPEND found "${CMAKE_MATCH_1}")
    endif()
  endforeach()
  set(${variable} "${found}" PARENT_SCOPE)
endfunction()

function(lsw_guest_program source)
  get_filename_component(name ${source} NAME_WE)
  get_filename_component(folder ${source} DIRECTORY)
  get_filename_component(dll ${folder} NAME)
  file(STRINGS ${source} head LIMIT_COUNT 30 REGEX "^// [a-z]+: " ENCODING UTF-8)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})

  _lsw_directive(flags flags ${head})
  _lsw_directive(links link ${head})
  _lsw_directive(args args ${head})
  _lsw_directive(env env ${head})
  _lsw_directive(stdin stdin ${head})
  _lsw_directive(exit exit ${head})
  _lsw_directive(stdout stdout ${head})
  _lsw_directive(stderr stderr ${head})
  _lsw_directive(xfail xfail ${head})
  _lsw_directive(parts with ${head})
  _lsw_directive(timeout timeout ${head})
  separate_arguments(flags UNIX_COMMAND "${flags}")
  separate_arguments(links UNIX_COMMAND "${links}")
  if(NOT links)
    set(links static)
  endif()

  foreach(link ${links})
    if(link STREQUAL "static")
      set(test guest.${dll}.${name})
    else()
      set(test guest.${dll}.${name}.${link})
    endif()
    set(directory ${CMAKE_CURRENT_BINARY_DIR}/bin/${test})
    file(MAKE_DIRECTORY ${directory})
    set(program ${directory}/${name}.exe)

    if(link STREQUAL "static")       # everything of the compiler's in the program; the C runtime is msvcrt
      set(link_flags -static)
    elseif(link STREQUAL "shared")   # libgcc, libstdc++ and winpthread as the toolchain's DLLs
      set(link_flags "")
    elseif(link STREQUAL "ucrt")     # static, upon the universal C runtime
      set(link_flags -static -specs=${lsw_ucrt_specs})
      list(APPEND flags -D_UCRT)
    else()
      message(FATAL_ERROR "${source}: unknown link variant ${link}")
    endif()

    # Companions, "// with: parts/x.KIND [flags]", built beside the program:
    #   x.c, x.cpp   x.exe, or x.dll when the flags say -shared; "link" links that DLL to the program,
    #                "delay" delay-loads it; among the flags, x.def names the exports and y.dll is
    #                an earlier companion that this one needs
    #   x.def        an import library for a DLL that need not exist, linked to the program
    #   x.rc         resources, linked to the program
    set(needed "")
    set(libraries "")
    foreach(part IN LISTS parts)
      separate_arguments(part UNIX_COMMAND "${part}")
      list(POP_FRONT part part_source)
      get_filename_component(part_name ${part_source} NAME_WE)
      get_filename_component(part_kind ${part_source} EXT)
      if(part_kind STREQUAL ".rc")
        set(part_output ${directory}/${part_name}.res.o)
        add_custom_command(OUTPUT ${part_output} DEPENDS ${folder}/${part_source} VERBATIM
          COMMAND ${LSW_MINGW_WINDRES} -i ${folder}/${part_source} -o ${part_output})
        list(APPEND libraries ${part_output})
        continue()
      elseif(part_kind STREQUAL ".def")
        set(part_output ${directory}/lib${part_name}.a)
        add_custom_command(OUTPUT ${part_output} DEPENDS ${folder}/${part_source} VERBATIM
          COMMAND ${LSW_MINGW_DLLTOOL} -d ${folder}/${part_source} -l ${part_output})
        list(APPEND libraries ${part_output})
        continue()
      endif()
      set(definition ${part})
      list(FILTER definition INCLUDE REGEX "\\.def$")
      list(TRANSFORM definition PREPEND ${folder}/)
      set(uses ${part})
      list(FILTER uses INCLUDE REGEX "\\.dll$")
      list(TRANSFORM uses PREPEND ${directory}/)
      list(FILTER part EXCLUDE REGEX "\\.(def|dll)$")
      if("-shared" IN_LIST part)
        set(part_output ${directory}/${part_name}.dll)
        if("link" IN_LIST part)
          list(REMOVE_ITEM part link)
          if(definition)  # exports without a name can be linked to through an import library only
            set(import_library ${directory}/lib${part_name}.a)
            add_custom_command(OUTPUT ${import_library} DEPENDS ${definition} VERBATIM
              COMMAND ${LSW_MINGW_DLLTOOL} -d ${definition} -l ${import_library})
            list(APPEND libraries ${import_library})
            list(APPEND needed ${part_output})
          else()
            list(APPEND libraries ${part_output})
          endif()
        elseif("delay" IN_LIST part)
          list(REMOVE_ITEM part delay)
          set(delay_library ${directory}/lib${part_name}_delay.a)
          add_custom_command(OUTPUT ${delay_library} DEPENDS ${definition} VERBATIM
            COMMAND ${LSW_MINGW_DLLTOOL} -d ${definition} --output-delaylib ${delay_library})
          list(APPEND libraries ${delay_library})
          list(APPEND needed ${part_output})
        endif()
      else()
        set(part_output ${directory}/${part_name}.exe)
      endif()
      _lsw_compile(${part_output} ${folder}/${part_source} LINK -static ${definition} ${uses}
                   FLAGS ${part} DEPENDS ${definition} ${uses})
    endforeach()
    list(APPEND link_flags ${libraries})
    list(APPEND needed ${libraries})
    if(libraries MATCHES "_delay\\.a")
      list(APPEND link_flags -ldelayimp)
    endif()

    _lsw_compile(${program} ${source} LINK ${link_flags} FLAGS ${flags} DEPENDS ${needed})

    if(LSW_GUEST_RUNNER)
      set(wrap "")
      foreach(what exit stdout stderr stdin args xfail)
        if(NOT "${${what}}" STREQUAL "")
          list(APPEND wrap "--${what}=${${what}}")
        endif()
      endforeach()
      if(wrap)
        list(PREPEND wrap sh ${CMAKE_CURRENT_SOURCE_DIR}/expect.sh)
        list(APPEND wrap --)
      endif()
      add_test(NAME ${test} COMMAND ${wrap} ${LSW_GUEST_RUNNER} ${program}
               WORKING_DIRECTORY ${directory})
      if(NOT timeout)
        set(timeout 60)
      endif()
      set_tests_properties(${test} PROPERTIES LABELS guest TIMEOUT ${timeout} SKIP_RETURN_CODE 77
                           ENVIRONMENT "${env}")
    endif()
  endforeach()
  set(lsw_guest_outputs ${lsw_guest_outputs} PARENT_SCOPE)
endfunction()
