// Numbers in cells that say more than a number with a unit does.
#pragma once

#include <optional>
#include <string_view>

#include "core/unit.h"
#include "text/number.h"

namespace chimera::plaintext {

struct ScaledNumber {
  text::NumberToken token;  // offsets into the cell
  core::UnitPtr unit;       // with the power of a thousand: ktok/s
};
// "1.2k tok/s", "3M req/s": a number, a letter directly behind it, and a unit of a rate or a count.
[[nodiscard]] std::optional<ScaledNumber> read_scaled_number(std::string_view cell);

struct NumberInUnit {
  text::NumberToken token;  // offsets into the cell
  std::string_view unit;    // as written, or the symbol of "1.2k tok/s"
};
// What a program says when a cell is a number and its unit: "12.5 ms", "1.2k tok/s", "45%". A word behind a number is its unit only
// where it is a known one, and a letter glued to it is not ("7B" is a model's size as often as bytes).
[[nodiscard]] std::optional<NumberInUnit> read_number_in_unit(std::string_view cell, text::DecimalMark mark = text::DecimalMark::point);

// The power of a thousand that a unit alone names, 'k', 'M', 'G' or 'T': of "k", "thousand", "M", "billion"; 0 where it
// names none.
[[nodiscard]] char scale_named(std::string_view unit);

// What a quantity in such a unit is called where nothing names it; empty where that is open.
[[nodiscard]] std::string_view quantity_name(const core::Unit& unit);

// Whether a cell that is read as text was meant as a quantity: bounds (">3k tok/s") and ranges ("10-20 ms") of it, "4k".
[[nodiscard]] bool looks_like_quantity(std::string_view cell);

// Whether it is several quantities, "19.66 / 20.50", "43.8→80.8", "81 W + 86 W": a number with a point or a unit among them.
[[nodiscard]] bool looks_like_several(std::string_view cell);
// The same where all may be whole numbers, "12 / 34", which elsewhere than below a unit is a fraction or a name.
[[nodiscard]] bool holds_several_numbers(std::string_view cell);

// Whether it is digits with separators that are no number as its table writes numbers: "12,5", "1'234". It may be a list.
[[nodiscard]] bool looks_like_number(std::string_view cell);

}  // namespace chimera::plaintext
