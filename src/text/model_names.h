// Names of models as their programs spell them.
#pragma once

#include <string_view>

namespace chimera::text {

// "llama3:8b", "qwen2.5:0.5b-instruct-q4_K_M", "phi3:mini": a model as Ollama names it.
[[nodiscard]] bool is_model(std::string_view word);

// "tiny-7b", "Qwen/Qwen2.5-0.5B-Instruct", "mixtral-8x7b", "gemma-270m": a name with the number of its parameters, as files and hubs have it.
[[nodiscard]] bool names_parameters(std::string_view word);

}  // namespace chimera::text
