// The formulas of derived facts: by name, so that anyone can compute them again from the inputs.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace chimera::analysis {

// count(x) sum(x) mean(x) median(x) min(x) max(x) range(x) stddev(x) (n-1) cv(x) percentile(x; p)
// difference(a, b) = b - a; ratio(a, b) = b / a; percent_change(a, b) = 100 (b - a) / a; percent_of(a, b) = 100 a / b;
// spread(x) = 100 (max - min) / mean; … the full list with sources is in docs/statistics.md.
// `parameters` are the numbers behind the semicolon. Nothing where the formula is unknown or the inputs do not fit
// (empty, zero divisor).
[[nodiscard]] std::optional<double> evaluate(std::string_view formula, const std::vector<double>& inputs);

}  // namespace chimera::analysis
