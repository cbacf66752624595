# Run by chimera_embed: cmake -DROOM= -DROOT= -DFILES=a|b -DOUTPUT= -P embed_script.cmake
string(REPLACE "|" ";" files "${FILES}")
set(table "")
list(LENGTH files count)
foreach(file IN LISTS files)
  file(READ ${file} hex HEX)
  string(REGEX REPLACE "(................................)" "\\1\"\n     \"" hex "${hex}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" hex "${hex}")
  file(SIZE ${file} size)
  file(RELATIVE_PATH name ${ROOT} ${file})
  string(APPEND table "    {\"${name}\",\n     {\"${hex}\", ${size}}},\n")
endforeach()
set(type "std::array<base::EmbeddedFile, ${count}>")
file(WRITE ${OUTPUT} "// Generated from data files by cmake/embed_script.cmake.
#include \"${ROOM}/embedded.h\"

#include <array>

namespace chimera::${ROOM} {

std::span<const base::EmbeddedFile> embedded_data() {
  static constexpr ${type} kFiles{{
${table}  }};
  return kFiles;
}

}  // namespace chimera::${ROOM}
")
