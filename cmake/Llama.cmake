# llama.cpp for the embedded engine: headers now, libraries when the program runs (src/engines/llama_library.h). Both come
# with `tools/fetch_archives llama`; without them the program is built without that engine.
#
# llama_headers is an interface library, empty where the headers are not there.

set(llama_cache ${PROJECT_SOURCE_DIR}/.cache/llama)
set(llama_bundle ${llama_cache}/gitRelease.bundle)
set(llama_headers ${llama_cache}/include)

# The bundle is a git repository in one file. Its headers are taken out, and the vocabularies that `chimera model synth` uses.
set(llama_vocabularies models/ggml-vocab-gemma-4.gguf models/ggml-vocab-llama-bpe.gguf models/ggml-vocab-qwen2.gguf)
if(EXISTS ${llama_bundle} AND NOT (EXISTS ${llama_headers}/llama.h AND EXISTS ${llama_cache}/vocab))
  find_package(Git REQUIRED)
  set(clone ${CMAKE_BINARY_DIR}/llama.git)
  set(draft ${llama_cache}/include.draft)
  file(REMOVE_RECURSE ${clone} ${draft})
  file(MAKE_DIRECTORY ${draft})
  execute_process(COMMAND ${GIT_EXECUTABLE} clone --quiet --bare ${llama_bundle} ${clone} COMMAND_ERROR_IS_FATAL ANY ERROR_QUIET)
  execute_process(COMMAND ${GIT_EXECUTABLE} --git-dir=${clone} archive --output=${draft}/headers.tar HEAD LICENSE include ggml/include ${llama_vocabularies}
    COMMAND_ERROR_IS_FATAL ANY)
  file(ARCHIVE_EXTRACT INPUT ${draft}/headers.tar DESTINATION ${draft})
  file(REMOVE_RECURSE ${clone})
  file(GLOB headers ${draft}/include/*.h ${draft}/ggml/include/*.h)
  file(COPY ${draft}/LICENSE DESTINATION ${llama_cache}/licence)
  file(COPY ${headers} DESTINATION ${draft}.flat)
  file(REMOVE_RECURSE ${llama_headers})
  file(RENAME ${draft}.flat ${llama_headers})
  file(RENAME ${draft}/models ${llama_cache}/vocab)
  file(REMOVE_RECURSE ${draft})
endif()

add_library(llama_headers INTERFACE)
if(EXISTS ${llama_headers}/llama.h)
  target_include_directories(llama_headers SYSTEM INTERFACE ${llama_headers})
else()
  message(STATUS "No llama.cpp: built without the embedded engine. `tools/fetch_archives llama` brings it.")
endif()

# Beside the program as it will be installed, so that it finds them from the build folder too.
file(GLOB llama_libraries ${llama_cache}/lib/*.so)
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/lib/chimera/llama)
foreach(library IN LISTS llama_libraries)
  cmake_path(GET library FILENAME name)
  file(CREATE_LINK ${library} ${CMAKE_BINARY_DIR}/lib/chimera/llama/${name} COPY_ON_ERROR)
endforeach()

file(GLOB vocabularies ${llama_cache}/vocab/*.gguf)
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/lib/chimera/llama/vocab)
foreach(vocabulary IN LISTS vocabularies)
  cmake_path(GET vocabulary FILENAME name)
  file(CREATE_LINK ${vocabulary} ${CMAKE_BINARY_DIR}/lib/chimera/llama/vocab/${name} COPY_ON_ERROR)
endforeach()

install(FILES ${llama_libraries} DESTINATION lib/chimera/llama)
install(FILES ${llama_cache}/licence/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR}/licences RENAME llama.cpp OPTIONAL)
# What `chimera model get` needs.
install(PROGRAMS tools/fetch_archives DESTINATION share/chimera/tools)
install(FILES tools/launcher.sh DESTINATION share/chimera/tools)
install(FILES deps/archives.lock deps/apt-npm.txt deps/apt-pip.txt DESTINATION share/chimera/deps)
