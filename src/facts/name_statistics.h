// Statistics that a name says in its words: "mean_ttft", "p99 latency", "acc_stderr".
#pragma once

#include <optional>
#include <string_view>

#include "core/statistic.h"
#include "facts/catalog.h"
#include "facts/name_units.h"

namespace chimera::facts {

// Whether "P40" may be a percentile, or is what something is called.
enum class Percentiles { any, usual };

// Statistics that are also plain words, "total", "n": they count as one only where a metric is left without them.
[[nodiscard]] bool is_weak_statistic(std::string_view word);

// A percentile that few ask for is as likely what something is called: a prompt P1, a Tesla P40. Nobody writes P100 for a maximum of its own.
[[nodiscard]] bool is_odd_percentile(std::string_view word);

// A statistic at either end of the words, up to three words long, removed from them. Weak ones stay.
// `peaks`: a peak of what is meant is its maximum, and not what a device could do.
[[nodiscard]] std::optional<core::Statistic> take_statistic(const Catalog& catalog, Words& words, bool peaks, Percentiles percentiles);

// "stderr", "std error" at the end of the words, removed from them.
[[nodiscard]] bool take_standard_error(Words& words);

}  // namespace chimera::facts
