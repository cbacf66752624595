// Commands as they stand above their output, with the options that they were given.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/document.h"
#include "plaintext/settings_lines.h"

namespace chimera::plaintext {

// "$ vllm bench serve --model m --max-concurrency 8" or the same in lines that end in backslashes: two options or more behind the name of a
// program. What installs, builds or fetches has no settings; options without values are true.
[[nodiscard]] std::optional<SettingsLines> command_line(const core::Document& document, std::size_t i, std::uint64_t end);

// What an option of one letter sets in llama.cpp's programs, "-t"; empty of what says nothing of use, a prompt or a seed. Benchmarks print
// how many tokens they took.
[[nodiscard]] std::string_view option_of_llama(std::string_view option);

}  // namespace chimera::plaintext
