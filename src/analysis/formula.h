// The formulas of derived facts: by name, so that anyone can compute them again from the inputs.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace chimera::analysis {

// "name" or "name;parameter;…" on the values of the inputs, in their order. docs/statistics.md lists all names with
// their parameters and sources; the common ones:
//   count sum mean median min max range stddev (n-1) variance geomean; cv = 100 stddev / mean; percentile;P
//   difference(a, b) = b - a; ratio(a, b) = b / a; product(a, b, …); percent_change(a, b) = 100 (b - a) / a;
//   percent_of(a, b) = 100 a / b; spread = 100 (max - min) / mean; constant;V is V
// Nothing where the formula is unknown or the inputs do not fit (empty, zero divisor, too few), or the result is not
// a finite number. Deterministic.
[[nodiscard]] std::optional<double> evaluate(std::string_view formula, const std::vector<double>& inputs);

// Every name that evaluate() knows, sorted: for the test that holds the documentation against it.
[[nodiscard]] std::vector<std::string_view> formula_names();

}  // namespace chimera::analysis
