// Values that a program says how sure it is of, "0.086 ±(99.9%) 0.052 us/op", and values alone below a quoted name:
//
//   Result "demo.Parse.encode":
//     3.533 ±(99.9%) 0.210 ops/us [Average]
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/document.h"
#include "plaintext/line_view.h"
#include "plaintext/reading_context.h"
#include "plaintext/table_builder.h"

namespace chimera::plaintext {

// "0.086 ±(99.9%) 0.052 us/op": the number behind the mark is half of the interval, of the same unit.
struct ConfidentValue {
  core::Span value;
  core::Span half;
  std::string_view unit;
  std::string_view remark;  // "Average" of "[Average]" behind it
};
[[nodiscard]] std::optional<ConfidentValue> confident_value(std::string_view text, core::Span written);

// "Iteration 1: 0.106 ±(99.9%) 0.076 us/op" and "mean = 0.086 ±(99.9%) 0.052 us/op" as values of what their unit is of.
bool read_confident(const LineView& lines, core::Span content, const ReadingContext& context, TableBuilder& out);

// A line that ends in a quoted name and a colon, with a value alone in the deeper line below: of what stands behind the last colon in the name,
// "Secondary result "Parse.encode:gc.count":", or of what its unit is of. Gives the line behind them; `i` where it is anything else.
[[nodiscard]] std::size_t read_quoted_result(const LineView& lines, std::size_t i, ReadingContext& context, TableBuilder& out);

}  // namespace chimera::plaintext
