# cmake --install: the program, its documents and examples. With CHIMERA_PORTABLE also every shared library but glibc's,
# found relative to the program, so that the folder runs wherever it is put.

install(FILES README.md DESTINATION ${CMAKE_INSTALL_DOCDIR} OPTIONAL)
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR} OPTIONAL FILES_MATCHING PATTERN *.md PATTERN *.png)
install(DIRECTORY examples DESTINATION ${CMAKE_INSTALL_DATADIR}/chimera OPTIONAL)

set(not_bundled "^ld-linux" "^lib(c|m|dl|rt|pthread)[.]so")

# libcurl and all it needs: the program loads it when a server is first asked, so CMake sees no dependency.
function(chimera_install_curl)
  list(GET CURL_LIBRARIES 0 linked)
  file(REAL_PATH ${linked} library)
  install(PROGRAMS ${library} DESTINATION lib/chimera RENAME libcurl.so.4)
  install(CODE "
    set(not_bundled \"${not_bundled}\")
    file(GET_RUNTIME_DEPENDENCIES LIBRARIES \"${library}\" RESOLVED_DEPENDENCIES_VAR needed PRE_EXCLUDE_REGEXES \${not_bundled})
    file(INSTALL \${needed} DESTINATION \"\${CMAKE_INSTALL_PREFIX}/lib/chimera\" FOLLOW_SYMLINK_CHAIN)")
endfunction()

# A module of ours, which the program loads.
function(chimera_install_module name)
  set_target_properties(${name} PROPERTIES INSTALL_RPATH "$ORIGIN" BUILD_WITH_INSTALL_RPATH ON)
  if(NOT CHIMERA_PORTABLE)
    install(TARGETS ${name} LIBRARY DESTINATION lib/chimera)
    return()
  endif()
  target_link_options(${name} PRIVATE -Wl,--disable-new-dtags)
  install(TARGETS ${name}
    RUNTIME_DEPENDENCIES PRE_EXCLUDE_REGEXES ${not_bundled}
    LIBRARY DESTINATION lib/chimera)
endfunction()

function(chimera_install_program name)
  if(CHIMERA_BUNDLES_DUCKDB OR CHIMERA_PORTABLE)  # loaded at run time, so no dependency that CMake sees
    file(REAL_PATH ${DUCKDB_LIBRARY} duckdb_library)
    install(PROGRAMS ${duckdb_library} DESTINATION lib/chimera RENAME libduckdb.so)
  endif()
  # One run path, in the build folder too: CMake puts colons behind one that it is to change later, and behind a colon stands the current
  # folder, from which nothing is ever to be loaded.
  set_target_properties(${name} PROPERTIES INSTALL_RPATH "$ORIGIN/../lib/chimera" BUILD_WITH_INSTALL_RPATH ON)
  if(NOT CHIMERA_PORTABLE)
    install(TARGETS ${name} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
    return()
  endif()
  # DT_RPATH, not DT_RUNPATH: it also holds for what the bundled libraries need themselves.
  target_link_options(${name} PRIVATE -Wl,--disable-new-dtags)
  chimera_install_curl()
  install(TARGETS ${name}
    RUNTIME_DEPENDENCIES PRE_EXCLUDE_REGEXES ${not_bundled}
    RUNTIME DESTINATION bin
    LIBRARY DESTINATION lib/chimera)
endfunction()
