// Percentiles that names write as numbers: {"percentiles": {"99.9": 12}}, "10% percentile latency", "99% KLD".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/statistic.h"

namespace chimera::facts {

// The percentile that `key` is inside an object called `parent`: "99.000000" in "clat percentile", "0.99" in "quantiles", "99%".
// Nothing where the parent speaks of no percentiles or the key is no number of one.
[[nodiscard]] std::optional<core::Statistic> percentile_key(std::string_view parent, std::string_view key);

// The percentile that stands in `name`, and is removed from it: "10% percentile latency" leaves "latency", "99% KLD" "KLD", "50%" nothing,
// "ttft_ms/25%" "ttft_ms".
[[nodiscard]] std::optional<core::Statistic> take_percentile(std::string& name);

}  // namespace chimera::facts
