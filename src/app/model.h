// chimera model get|list|path|synth: models for the embedded engine.
#pragma once

#include <cstdint>
#include <string>

#include "app/commands.h"

namespace chimera::app {

struct ModelCommand {
  std::string action;  // get, list, path, synth
  std::string name;
  // Of synth: a model of random weights.
  std::string like;                     // a GGUF file or a known name, whose shape it gets; else:
  std::string arch;
  std::string size;
  std::string quantization = "q4_k_m";
  std::string vocab;                    // a GGUF file with the tokenizer; empty: one of llama.cpp's
  std::string out;                      // empty: a name from the shape
  std::uint64_t seed = 1;
};
[[nodiscard]] int model_command(const ModelCommand& command, const CommonOptions& common);

}  // namespace chimera::app
