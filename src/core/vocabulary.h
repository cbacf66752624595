// The canonical metrics: names, definitions, dimensions, which direction is better, and what people call them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/unit.h"

namespace chimera::core {

struct Metric {
  std::string name;         // "throughput"
  std::string title;        // "decode throughput", for reports
  std::string description;  // one sentence
  Dimension dimension = Dimension::unknown;
  int direction = 0;        // +1 more is better, -1 less is better
  std::vector<std::string> aliases;  // "tokens per second", "tok/s", "tg"; lower case, words separated by one space
};

// A value: loaded by facts from vocabulary.toml, handed to analysis, claims and report by app.
struct Vocabulary {
  std::vector<Metric> metrics;  // sorted by name
  [[nodiscard]] const Metric* find(std::string_view name) const;
  // By name or alias, also in the plural; null where no metric is called that.
  [[nodiscard]] const Metric* find_alias(std::string_view words) const;
};

}  // namespace chimera::core
