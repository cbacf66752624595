# Two precompiled headers, one for the rooms and one for their tests: half a second and a second less for every file.
# A source still includes what it uses.
function(chimera_precompile)
  set(common <algorithm> <array> <cstdint> <map> <memory> <optional> <span> <string> <string_view> <unordered_map>
             <utility> <variant> <vector> <fmt/format.h> <tl/expected.hpp>)
  file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/nothing.cc CONTENT "")
  add_library(chimera_pch OBJECT ${CMAKE_CURRENT_BINARY_DIR}/nothing.cc)
  target_link_libraries(chimera_pch PRIVATE fmt::fmt tl::expected)
  target_precompile_headers(chimera_pch PRIVATE ${common})
  if(CHIMERA_TESTS)
    add_library(chimera_test_pch OBJECT ${CMAKE_CURRENT_BINARY_DIR}/nothing.cc)
    target_link_libraries(chimera_test_pch PRIVATE fmt::fmt tl::expected GTest::gtest)
    target_precompile_headers(chimera_test_pch PRIVATE ${common} <gtest/gtest.h>)
  endif()
endfunction()

# chimera_room(<name> [DEPS <rooms>...] [LIBS <libraries>...])
#
# A room is a folder under src/, a static library chimera_<name> and a namespace. DEPS are the arrows: the rooms
# whose headers it may include. LIBS are third-party libraries that no other room sees. Every *_test.cc beside the
# sources goes into one GoogleTest program, <name>_test, which runs in the root of the repository.
function(chimera_room name)
  cmake_parse_arguments(ARG "" "" "DEPS;LIBS" ${ARGN})
  set(dir ${PROJECT_SOURCE_DIR}/src/${name})
  file(GLOB sources CONFIGURE_DEPENDS ${dir}/*.cc)
  file(GLOB tests CONFIGURE_DEPENDS ${dir}/*_test.cc)
  get_property(embedded GLOBAL PROPERTY chimera_embedded_${name})
  list(APPEND sources ${embedded})
  list(REMOVE_ITEM sources ${dir}/main.cc ${tests})
  list(TRANSFORM ARG_DEPS PREPEND chimera_)

  set(target chimera_${name})
  if(sources)
    add_library(${target} STATIC ${sources})
    target_precompile_headers(${target} REUSE_FROM chimera_pch)
    set(scope PUBLIC)
    set(hidden PRIVATE)
  else()  # nothing to compile yet
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
    set(hidden INTERFACE)
  endif()
  target_include_directories(${target} ${scope} ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${target} ${scope} ${ARG_DEPS} fmt::fmt tl::expected ${hidden} ${ARG_LIBS})

  if(CHIMERA_TESTS AND tests)
    chimera_test(${name}_test SOURCES ${tests} LIBS ${target} ${ARG_LIBS})
  endif()
endfunction()

# chimera_module(<room> <folder> [SHARES <sources>...] [LIBS <libraries>...])
#
# chimera_<room>.so, beside the other libraries that the program loads when they are needed: the sources of the folder within the room, and
# those of the room that they need. LIBS come with the module, not with the program.
function(chimera_module room folder)
  cmake_parse_arguments(ARG "" "" "SHARES;LIBS" ${ARGN})
  set(dir ${PROJECT_SOURCE_DIR}/src/${room})
  file(GLOB sources CONFIGURE_DEPENDS ${dir}/${folder}/*.cc)
  list(TRANSFORM ARG_SHARES PREPEND ${dir}/)
  set(target chimera_${room}_${folder})
  add_library(${target} MODULE ${sources} ${ARG_SHARES})
  get_target_property(libraries chimera_${room} LINK_LIBRARIES)
  list(FILTER libraries EXCLUDE REGEX "^chimera_")  # a room is made for a program; only its headers are for a module
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${target} PRIVATE ${libraries} ${ARG_LIBS})
  set_target_properties(${target} PROPERTIES PREFIX "" OUTPUT_NAME chimera_${room} LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib/chimera)
  chimera_install_module(${target})
endfunction()

# chimera_test(<name> SOURCES <files>... LIBS <libraries>...): one GoogleTest program, run in the root of the repository.
function(chimera_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_precompile_headers(${name} REUSE_FROM chimera_test_pch)
  target_link_libraries(${name} PRIVATE ${ARG_LIBS} GTest::gtest GTest::gtest_main)
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
endfunction()

# Target headers_alone: every header compiles as a translation unit of its own.
function(chimera_headers_alone)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/src/*.h)
  set(stubs)
  foreach(header IN LISTS headers)
    set(stub ${CMAKE_CURRENT_BINARY_DIR}/headers_alone/${header}.cc)
    file(CONFIGURE OUTPUT ${stub} CONTENT "#include \"${header}\"\n")
    list(APPEND stubs ${stub})
  endforeach()
  if(NOT stubs)
    add_custom_target(headers_alone)
    return()
  endif()
  add_library(headers_alone OBJECT EXCLUDE_FROM_ALL ${stubs})
  target_compile_options(headers_alone PRIVATE -O0 -g0)
  target_include_directories(headers_alone PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(headers_alone PRIVATE fmt::fmt tl::expected)
endfunction()

# chimera_program(<name> MAIN <file> LIBS <libraries>...): the binary; left out while its main is not written.
function(chimera_program name)
  cmake_parse_arguments(ARG "" "MAIN" "LIBS" ${ARGN})
  file(GLOB main CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${ARG_MAIN})
  if(NOT main)
    message(STATUS "src/${ARG_MAIN} is not there yet: no binary")
    return()
  endif()
  add_executable(${name} ${main})
  target_link_libraries(${name} PRIVATE ${ARG_LIBS})
  chimera_install_program(${name})
endfunction()
