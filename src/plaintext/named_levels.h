// Headers that say a setting and its level: "bs=8", "4 threads", "tps_bs8", "Q4_K_M".
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/document.h"

namespace chimera::plaintext {

// Whether one of the words is of what is varied in numbers: "Batch size", "ctx".
[[nodiscard]] bool names_varied(std::string_view words);

// One header: the level, and what is left of the name without it, "tps"; empty where the header says no more.
struct NamedLevel {
  core::Cell value;
  std::string rest;
};

struct NamedLevels {
  std::size_t first = 0;           // of the headers; all behind it are levels
  std::string name;                // of the setting
  std::vector<NamedLevel> levels;  // of the headers from `first` on
};

// The last headers where all of them name one setting and two or more levels of it, each the same quantities; nothing elsewhere.
[[nodiscard]] std::optional<NamedLevels> named_levels(const core::Document& document, const std::vector<core::Cell>& header);

}  // namespace chimera::plaintext
