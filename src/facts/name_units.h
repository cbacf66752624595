// Units that a name says in its words: "ttft_ms", "tokens per second", "gpu temp c".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/unit.h"
#include "facts/catalog.h"

namespace chimera::facts {

using Words = std::vector<std::string>;

[[nodiscard]] Words slice(const Words& words, std::size_t begin, std::size_t end);

// What a name ends in behind its last slash: "Tokens/s".
struct Ratio {
  bool of_seconds = false;
  bool unknown = false;  // of things that no unit of ours counts: "Hits/sec". Its "sec" alone would be wrong.
  bool divided = false;  // of something that is measured itself by a unit: "tok/s/W", "Points/W". No value of what stands above.
};
[[nodiscard]] Ratio ratio_in(const Catalog& catalog, std::string_view name);

// The unit at the end of the words, removed from them: "tokens per second", "tok s", "gb s", "ms".
[[nodiscard]] core::UnitPtr take_unit(const Catalog& catalog, Words& words, const Ratio& ratio);

// "mean_in_ms_(ttft)": the unit after an "in" inside the name, removed from the words with it.
[[nodiscard]] core::UnitPtr take_inner_unit(Words& words);

// "%ach_bw": the rest is in per cent. A "pct" in front is called so by some that write shares of 1.
[[nodiscard]] core::UnitPtr take_percent_in_front(const Catalog& catalog, Words& words);

// "pct_change", "percent_diff": a change in per cent of whatever stands before, not a value of it.
[[nodiscard]] bool take_change_in_percent(Words& words);

}  // namespace chimera::facts
