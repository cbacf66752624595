// A data file that was put into the program at build time (cmake/Embed.cmake).
#pragma once

#include <string_view>

namespace chimera::base {

struct EmbeddedFile {
  std::string_view name;   // relative to the root of the repository: recipes/llama_bench.toml
  std::string_view bytes;  // as they were; lives as long as the program
};

}  // namespace chimera::base
