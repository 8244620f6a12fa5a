# `cmake --install build/release`: lsw, the programs it starts for itself, its manual page and what bash completes.
# `cmake --install build/release --component binfmt`: Linux then runs .exe files by their names, after the next start or
# `systemctl restart systemd-binfmt`. `cpack -G DEB` in the build directory makes a package of the first.
include(GNUInstallDirs)
install(TARGETS lsw RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
foreach(helper lswhost lsw-trace-bpf lsw-fastpath-bpf)
  if(TARGET ${helper})
    install(TARGETS ${helper} RUNTIME DESTINATION libexec/lsw)  # found from bin: see base/own_program.h
  endif()
endforeach()
install(FILES runtime/cli/share/lsw.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES runtime/cli/share/lsw.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME lsw)
install(FILES LICENSE README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})

# F: the kernel keeps the interpreter open, so that containers without lsw run .exe files too.
install(CODE [[
  set(directory "${CMAKE_INSTALL_PREFIX}/lib/binfmt.d")
  message(STATUS "Installing: $ENV{DESTDIR}${directory}/lsw.conf")
  file(WRITE "$ENV{DESTDIR}${directory}/lsw.conf"
    "# Windows programs, run by LSW. Format: the kernel's binfmt_misc.\n:lsw:M::MZ::${CMAKE_INSTALL_PREFIX}/bin/lsw:F\n")
]] COMPONENT binfmt EXCLUDE_FROM_ALL)

set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "runs Windows x86-64 console programs natively")
set(CPACK_PACKAGE_CONTACT "the LSW authors")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL Unspecified)
set(CPACK_DEB_COMPONENT_INSTALL OFF)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
include(CPack)
