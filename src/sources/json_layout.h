// Tables that JSON spells in other ways than as arrays of objects: by columns, and as lists of names and values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "sources/json_tape.h"

namespace chimera::sources {

// Members of one object that are the columns of a table.
struct JsonColumns {
  enum class Rows { numbered, keyed };  // keyed: by numbers that are no positions, {"latency_ms": {"1": 12.5, "8": 20}}
  Rows rows = Rows::numbered;
  std::uint32_t count = 0;              // rows
  std::uint32_t stride = 1;             // nodes from one value to the next
  std::vector<std::uint32_t> members;   // nodes of their keys
};

// The groups of columns in the object at `node`:
// * arrays of scalars of one length, where one of them has fractions and one tells rows apart: it varies, and holds texts or
//   booleans, is named as what fails, or has whole numbers that rise. Arrays of repetitions alone are no columns, nor are
//   the values that settings may have.
// * objects of scalars under the same whole numbers or models; also one alone, whose keys are models, whose name ends in a unit or whose values
//   have fractions. Percentiles are none.
[[nodiscard]] std::vector<JsonColumns> find_columns(std::string_view text, const JsonTape& tape, std::uint32_t node);

inline constexpr std::size_t kMostSettings = 256;  // in a list of names and values

// One of a list of names and values: nodes of both.
struct JsonNamedValue {
  std::uint32_t name = 0;
  std::uint32_t value_key = 0;
  std::uint32_t value = 0;
};
// The elements of the array at `node`, the member `key` of an object, where it lists settings: [{"Name": "TILE", "Value": 16}] under
// "Configuration". Nothing where any element has other members than texts beside these, or a name comes twice.
[[nodiscard]] std::optional<std::vector<JsonNamedValue>> list_of_settings(std::string_view text, const JsonTape& tape, std::uint32_t node, std::string_view key);

// Whether the rows of the array of arrays at `node` have a header: different texts, and numbers below.
[[nodiscard]] bool begins_with_names(std::string_view text, const JsonTape& tape, std::uint32_t node);

// "columns", "result_columns", "fields": what names the elements of arrays beside it.
[[nodiscard]] bool names_elements(std::string_view key);

}  // namespace chimera::sources
