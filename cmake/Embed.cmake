# chimera_embed(<room> <files>...): call before chimera_room(<room> ...).
#
# Puts data files into the program. The generated source defines
# `std::span<const base::EmbeddedFile> chimera::<room>::embedded_data()`, declared in src/<room>/embedded.h: names
# relative to the root of the repository, sorted; the bytes as they are. Rebuilt when a file changes.
function(chimera_embed room)
  set(files ${ARGN})
  list(SORT files)
  set(output ${CMAKE_BINARY_DIR}/generated/${room}_embedded.cc)
  set(script ${PROJECT_SOURCE_DIR}/cmake/embed_script.cmake)
  list(JOIN files "|" joined)
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DROOM=${room} -DROOT=${PROJECT_SOURCE_DIR} "-DFILES=${joined}"
            -DOUTPUT=${output} -P ${script}
    DEPENDS ${files} ${script}
    COMMENT "Embedding the data files of ${room}"
    VERBATIM)
  set_property(GLOBAL PROPERTY chimera_embedded_${room} ${output})
endfunction()
