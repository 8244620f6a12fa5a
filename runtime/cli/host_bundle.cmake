# lsw_host_bundle(target): puts OpenSSL and SQLite into a static lsw, for runtime/base/host_library.cpp.
#
# They become one shared object without a C library. It is embedded as bytes, which costs a start nothing, together with the
# addresses that lsw's own C library has for the functions it misses.
function(lsw_host_bundle target)
  set(object ${CMAKE_CURRENT_BINARY_DIR}/host_bundle.so)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/host_bundle.S)
  add_custom_command(OUTPUT ${object}
    COMMAND ${CMAKE_CXX_COMPILER} -shared -nodefaultlibs -o ${object} -Wl,-Bsymbolic,-z,now,-z,pack-relative-relocs
      -Wl,--hash-style=sysv,--strip-all -Wl,--whole-archive ${LSW_BUNDLED_LIBRARIES} -Wl,--no-whole-archive
      ${LSW_BUNDLED_DEPENDENCIES}
    DEPENDS ${LSW_BUNDLED_LIBRARIES} VERBATIM COMMENT "Libraries that lsw carries")
  add_custom_command(OUTPUT ${source}
    COMMAND ${CMAKE_COMMAND} -DNM=${CMAKE_NM} -DOBJECT=${object} -DSOURCE=${source}
      -P ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/host_bundle_imports.cmake
    DEPENDS ${object} ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/host_bundle_imports.cmake VERBATIM COMMENT "")
  set_source_files_properties(${source} PROPERTIES OBJECT_DEPENDS ${object})
  target_sources(${target} PRIVATE ${source})
endfunction()
