# Language level, warnings and code generation, the same for every target of ours.

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# Line tables only: enough for a backtrace, a tenth of the size.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1 -DNDEBUG")
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

# No fused multiply-add: the same input gives the same bytes on every machine.
add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -ffp-contract=off -pthread)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  # GCC 12 and later see overflows in the std::string of libstdc++ that are not there (GCC bugs 105329, 105651). The
  # sanitizers of ./check --full look for the real ones.
  add_compile_options(-Wno-array-bounds -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread)
endif()
if(CHIMERA_WERROR)
  add_compile_options(-Werror)
endif()

# Paths of the build machine stay out of the binary, and compiler caches work across checkouts.
add_compile_options(-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)

find_program(CHIMERA_CCACHE ccache)
mark_as_advanced(CHIMERA_CCACHE)
if(CHIMERA_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
    CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
    CCACHE_SLOPPINESS=pch_defines,time_macros ${CHIMERA_CCACHE})
endif()

find_program(CHIMERA_MOLD mold)
mark_as_advanced(CHIMERA_MOLD)
if(CHIMERA_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# A sanitizer opens libraries in the program's place, and only the older kind of run path holds for what others open.
if(CMAKE_CXX_FLAGS MATCHES "-fsanitize")
  add_link_options(-Wl,--disable-new-dtags)
endif()
