// JSON Lines of events: {"event": "start", "num_gpu": 33} says how what the records below it tell was run, until the next one.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "core/config.h"
#include "core/document.h"
#include "core/fact.h"
#include "facts/recipe.h"

namespace chimera::facts {

class StartRecords {
 public:
  // Records are told apart by a text "event", "type", …; one that starts a run holds settings and measures nothing. Some recipes may be null:
  // what a known tool writes is left to its recipe.
  StartRecords(const std::vector<const Recipe*>& recipes, const core::Document& document, const std::vector<core::TableMeaning>& meanings);

  [[nodiscard]] bool empty() const { return starts_.empty(); }
  // The settings of the last start above a record; null where none stands there, and of records within others.
  [[nodiscard]] const core::RunConfig* above(const core::Row& row) const;

 private:
  std::vector<std::pair<std::uint64_t, core::RunConfig>> starts_;  // by where they begin, in bytes
};

}  // namespace chimera::facts
