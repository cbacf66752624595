# Every third-party library that the program links, found on the system (deps/apt-build.txt).
# Which room may use which is written in src/CMakeLists.txt and checked by tools/check_arrows.py.
# No versions here: some packages accept none but their own minor version. The releases that tools/launcher.sh supports
# are new enough.

set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(tl-expected REQUIRED)
find_package(spdlog REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(ZLIB REQUIRED)
find_package(simdjson REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(Boost REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)

# The program's allocator: a report is a quarter allocation with glibc's. Not with sanitizers, which bring their own.
if(NOT CMAKE_CXX_FLAGS MATCHES "-fsanitize")
  find_package(mimalloc REQUIRED)
  set(CHIMERA_ALLOCATOR mimalloc)
endif()

# cmark-gfm ships no package configuration in Debian.
find_path(CMARK_GFM_INCLUDE_DIR cmark-gfm.h REQUIRED)
find_library(CMARK_GFM_LIBRARY cmark-gfm REQUIRED)
find_library(CMARK_GFM_EXTENSIONS_LIBRARY cmark-gfm-extensions REQUIRED)
mark_as_advanced(CMARK_GFM_INCLUDE_DIR CMARK_GFM_LIBRARY CMARK_GFM_EXTENSIONS_LIBRARY)
add_library(cmark_gfm INTERFACE)
target_include_directories(cmark_gfm SYSTEM INTERFACE ${CMARK_GFM_INCLUDE_DIR})
target_link_libraries(cmark_gfm INTERFACE
  ${CMARK_GFM_EXTENSIONS_LIBRARY} ${CMARK_GFM_LIBRARY})

# cpp-httplib as Debian builds it: a library, with TLS and compression that its header must see declared.
find_path(HTTPLIB_INCLUDE_DIR httplib.h REQUIRED)
find_library(HTTPLIB_LIBRARY cpp-httplib REQUIRED)
mark_as_advanced(HTTPLIB_INCLUDE_DIR HTTPLIB_LIBRARY)
add_library(httplib INTERFACE)
# The classes of the header differ with what the library was built with; its pkg-config file says which that is.
cmake_path(GET HTTPLIB_LIBRARY PARENT_PATH httplib_folder)
set(httplib_flags "-DCPPHTTPLIB_OPENSSL_SUPPORT -DCPPHTTPLIB_ZLIB_SUPPORT -DCPPHTTPLIB_BROTLI_SUPPORT")
if(EXISTS ${httplib_folder}/pkgconfig/cpp-httplib.pc)
  file(STRINGS ${httplib_folder}/pkgconfig/cpp-httplib.pc httplib_flags REGEX "^Cflags:")
endif()
string(REGEX MATCHALL "CPPHTTPLIB_[A-Z_]+" httplib_flags "${httplib_flags}")
target_compile_definitions(httplib INTERFACE ${httplib_flags})
target_include_directories(httplib SYSTEM INTERFACE ${HTTPLIB_INCLUDE_DIR})
target_link_libraries(httplib INTERFACE ${HTTPLIB_LIBRARY} OpenSSL::Crypto Threads::Threads)

# libcurl's headers. The library is loaded when a server is first asked (src/engines/curl_api.h).
find_package(CURL REQUIRED)
add_library(curl_headers INTERFACE)
target_include_directories(curl_headers SYSTEM INTERFACE ${CURL_INCLUDE_DIRS})

# DuckDB's C API: the system's, else the copy that tools/fetch_archives unpacked. The library is loaded when a store is
# opened (src/store/duck_api.h), not linked; the unpacked copy gets a name in the build folder, where programs look for it,
# so that what is built there does not depend on a cache.
find_path(DUCKDB_INCLUDE_DIR duckdb.h PATHS ${PROJECT_SOURCE_DIR}/.cache/duckdb/include)
find_library(DUCKDB_LIBRARY duckdb PATHS ${PROJECT_SOURCE_DIR}/.cache/duckdb/lib)
mark_as_advanced(DUCKDB_INCLUDE_DIR DUCKDB_LIBRARY)
if(NOT DUCKDB_INCLUDE_DIR OR NOT DUCKDB_LIBRARY)
  message(FATAL_ERROR "No DuckDB. `tools/fetch_archives duckdb` brings it; ./chimera and ./check do so themselves.")
endif()
cmake_path(IS_PREFIX PROJECT_SOURCE_DIR ${DUCKDB_LIBRARY} NORMALIZE CHIMERA_BUNDLES_DUCKDB)
if(CHIMERA_BUNDLES_DUCKDB)
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/lib/chimera)
  file(CREATE_LINK ${DUCKDB_LIBRARY} ${CMAKE_BINARY_DIR}/lib/chimera/libduckdb.so COPY_ON_ERROR)
endif()
set(CMAKE_BUILD_RPATH "$ORIGIN/../lib/chimera")
add_library(duckdb INTERFACE)
target_include_directories(duckdb SYSTEM INTERFACE ${DUCKDB_INCLUDE_DIR})

if(CHIMERA_TESTS)
  find_package(GTest REQUIRED)
endif()
