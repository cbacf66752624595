# cmake --install: the program, its documents and examples. With CHIMERA_PORTABLE also every shared library but glibc's,
# found relative to the program, so that the folder runs wherever it is put.

install(FILES README.md DESTINATION ${CMAKE_INSTALL_DOCDIR} OPTIONAL)
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR} OPTIONAL FILES_MATCHING PATTERN *.md PATTERN *.png)
install(DIRECTORY examples DESTINATION ${CMAKE_INSTALL_DATADIR}/chimera OPTIONAL)

function(chimera_install_program name)
  if(CHIMERA_BUNDLES_DUCKDB OR CHIMERA_PORTABLE)  # loaded at run time, so no dependency that CMake sees
    file(REAL_PATH ${DUCKDB_LIBRARY} duckdb_library)
    install(PROGRAMS ${duckdb_library} DESTINATION lib/chimera RENAME libduckdb.so)
    set_target_properties(${name} PROPERTIES INSTALL_RPATH "$ORIGIN/../lib/chimera")
  endif()
  if(NOT CHIMERA_PORTABLE)
    install(TARGETS ${name} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
    return()
  endif()
  # DT_RPATH, not DT_RUNPATH: it also holds for what the bundled libraries need themselves.
  set_target_properties(${name} PROPERTIES INSTALL_RPATH "$ORIGIN/../lib/chimera")
  target_link_options(${name} PRIVATE -Wl,--disable-new-dtags)
  install(TARGETS ${name}
    RUNTIME_DEPENDENCIES PRE_EXCLUDE_REGEXES "^ld-linux" "^lib(c|m|dl|rt|pthread)\\.so"
    RUNTIME DESTINATION bin
    LIBRARY DESTINATION lib/chimera)
endfunction()
