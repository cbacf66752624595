// Units and quantities: one table of symbols, dimensions and factors, and no arithmetic across dimensions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chimera::core {

enum class Dimension {
  unknown,      // no unit was given and none could be derived: the number stays bare
  none,         // a pure number: ratio, score, probability, identifier
  count,        // things counted: runs, files, requests
  time,         // base: s
  tokens,       // base: tok
  token_rate,   // base: tok/s
  token_time,   // base: s/tok
  information,  // base: B
  bandwidth,    // base: B/s
  fraction,     // base: 1 (100 % = 1)
  frequency,    // base: Hz
  request_rate, // base: req/s
  temperature,  // base: degC (no conversion offered)
  power,        // base: W
  energy,       // base: J
  token_energy, // base: J/tok
  flop_rate,    // base: FLOP/s
  operations,   // base: FLOP
  operation_rate // base: op/s
};

struct Unit {
  std::string_view symbol;  // as printed: "ms", "tok/s", "GiB", "%"
  Dimension dimension = Dimension::unknown;
  double factor = 1.0;  // value in base units = value * factor
};

using UnitPtr = const Unit*;  // into the table; never null

[[nodiscard]] UnitPtr no_unit();       // dimension unknown, symbol ""
[[nodiscard]] UnitPtr count_unit();    // dimension count, symbol ""
[[nodiscard]] UnitPtr unit_of(std::string_view symbol);  // by exact symbol; CHECKs that it exists
// By symbol or any spelling people use ("tokens/s", "tokens_per_second", "msec", "GB/s", "percent"); case matters
// only where two units differ by it (mb/Mb is not guessed: null). Null where the spelling is not known.
[[nodiscard]] UnitPtr find_unit(std::string_view spelling);
// Whether the last word of `text` (behind '/', ' ' or '_') is the last word of any spelling; without it find_unit gives null.
[[nodiscard]] bool ends_some_unit(std::string_view text);
// A thousand, million, … of it: 'k' or 'K', 'M', 'G', 'T' before "tok/s" is "ktok/s", before a plain count "thousand". Of rates
// and counts alone; null for others and where no such unit is known.
[[nodiscard]] UnitPtr scaled_unit(UnitPtr unit, char prefix);
[[nodiscard]] const std::vector<Unit>& all_units();
[[nodiscard]] std::string_view to_string(Dimension dimension);

struct Quantity {
  double value = 0;
  UnitPtr unit = no_unit();
  int decimals = 0;  // digits after the point as written; an exponent lowers it: 1.5e3 has -2
};

// In another unit of the same dimension; nothing across dimensions or from an unknown unit to a known one.
[[nodiscard]] std::optional<double> convert(double value, UnitPtr from, UnitPtr to);
// Of times and sizes the unit in which a positive value has one to three digits before the point; others keep their own.
[[nodiscard]] UnitPtr readable_unit(double value, UnitPtr unit);

// `value` with `decimals` digits after the point, half away from zero on the decimal representation, as people do.
[[nodiscard]] std::string format_fixed(double value, int decimals);
// The shortest text with `digits` significant digits, without an exponent between 1e-5 and 1e15.
[[nodiscard]] std::string format_significant(double value, int digits);

}  // namespace chimera::core
