#include "facts/sizes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "facts/profile.h"
#include "text/words.h"

namespace chimera::facts {
namespace {

using core::Cell;
using core::CellKind;
using core::ColumnMeaning;
using core::Dimension;
using core::Role;

constexpr std::size_t kFewestTokenRows = 3;  // two counts are round by chance
constexpr double kLargest = 1 << 30;

constexpr std::array<std::string_view, 7> kLengths = {"len", "length", "lens", "lengths", "isl", "osl", "seqlen"};
constexpr std::array<std::string_view, 14> kSizes = {"size", "sizes", "n", "m", "k", "batch", "elements", "bytes", "elems", "nelem", "tokens", "t", "dim", "rows"};

template <std::size_t N>
bool ends_in(const std::array<std::string_view, N>& list, const std::vector<std::string>& words) {
  return !words.empty() && std::find(list.begin(), list.end(), words.back()) != list.end();
}

// As people choose them: 1, 24, 512, 1500, 3072; of what is merely counted one in ten looks so.
bool is_round(double value) {
  if (!(value > 0) || value > kLargest || value != std::floor(value)) return false;
  auto rest = static_cast<std::uint64_t>(value);
  if (rest < 100 || rest % 64 == 0) return true;
  while (rest % 2 == 0) rest /= 2;
  if (rest == 1) return true;
  rest = static_cast<std::uint64_t>(value);
  while (rest % 10 == 0) rest /= 10;
  return rest < 100;
}

class Sizes {
 public:
  Sizes(const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning)
      : document_(document), table_(table), shape_(shape), meaning_(meaning) {}

  void read() {
    if (table_.rows.empty()) return;
    for (std::uint32_t c = 0; c < table_.columns.size(); ++c) {
      ColumnMeaning& column = meaning_.columns[c];
      if (column.role != Role::response && column.role != Role::count) continue;
      if (!is_size(c)) return;  // what stands behind the first measurement was measured too
      column.metric = column.definition = column.role == Role::count ? column.metric : shape_.columns[c].reading.full_name;
      column.role = Role::factor;
      column.unit = core::no_unit();
      column.statistic = {};
      column.direction = 0;
      column.rule = "round numbers before what was measured";
    }
  }

 private:
  bool is_size(std::uint32_t c) const {
    const NameReading& reading = shape_.columns[c].reading;
    const Dimension dimension = meaning_.columns[c].unit->dimension;
    if (reading.statistic || meaning_.columns[c].rule.rfind("recipes/", 0) == 0) return false;
    if (dimension != Dimension::unknown && dimension != Dimension::count && dimension != Dimension::tokens && dimension != Dimension::information) return false;
    // The size of a model or of memory was found out, unless the table begins with it: "Size" of messages, of a problem.
    if (reading.metric != nullptr && meaning_.columns[c].role == Role::response && !(c == 0 && reading.unit == nullptr && reading.leaf == "size")) return false;
    const std::vector<std::string> words = text::split_identifier(reading.leaf);
    const bool length = ends_in(kLengths, words);
    const bool flat = table_.kind == core::TableKind::csv || table_.kind == core::TableKind::markdown;
    const bool tokens = flat && dimension == Dimension::tokens;
    const bool size = flat && (ends_in(kSizes, words) || tokens);
    if (!length && !size) return false;
    if (!std::all_of(table_.columns[c].cells.begin(), table_.columns[c].cells.end(), [](const Cell& cell) {
          return cell.kind == CellKind::number && is_round(cell.number);
        }))
      return false;
    return length || !tokens || (table_.rows.size() >= kFewestTokenRows && profile_of(document_, table_.columns[c]).distinct > 1);
  }

  const core::Document& document_;
  const core::Table& table_;
  const TableShape& shape_;
  core::TableMeaning& meaning_;
};

}  // namespace

void read_sizes(const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning) {
  Sizes(document, table, shape, meaning).read();
}

}  // namespace chimera::facts
