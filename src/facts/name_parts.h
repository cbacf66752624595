// One piece of a name taken apart into words, statistic and unit.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "facts/catalog.h"
#include "facts/name_statistics.h"

namespace chimera::facts {

// One piece of a path or one header, taken apart.
struct NamePart {
  std::vector<std::string> words;  // lower case, without the unit; statistic words still among them
  std::vector<std::string> bare;   // without statistic words too
  std::optional<core::Statistic> statistic;
  core::UnitPtr unit = nullptr;    // written in the name; null where none is
  std::string unknown_unit;        // stood in brackets behind the name and is no unit we know
  bool only_unit = false;          // the name is a unit, and the words say of what: "t/s (main)"
  std::string share;               // "per_gpu" of "tokens_per_second_per_gpu" and "tok/s/GPU": the rate is that of one of them
  bool divided = false;            // "tok/s/W": by a unit, so that the words above it name no value
  bool per_second = false;         // "(per sec)" stood behind it: so much of what the name counts
  bool standard_error = false;     // "StdErr", "acc_stderr": of the mean, and no spread of the values
  bool odd_percentile = false;     // the statistic is a percentile that few ask for, and so may be a name: "p2", "P40", "P100"
};

[[nodiscard]] NamePart take_apart(const Catalog& catalog, std::string_view name, Percentiles percentiles = Percentiles::any);

// "thread(s)" is one or several of them, "mAP50(B)" of boxes: what is in brackets is no unit, as it is in "wall(s)" and "size(B)".
[[nodiscard]] bool has_brackets_of_no_unit(const Catalog& catalog, std::string_view name);

[[nodiscard]] std::string join(const std::vector<std::string>& words, std::string_view between);

}  // namespace chimera::facts
