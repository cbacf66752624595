#include "plaintext/compared_line.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plaintext/spans.h"
#include "plaintext/text_pairs.h"
#include "plaintext/written_cell.h"

namespace chimera::plaintext {
namespace {

using core::Span;

constexpr std::size_t kLongestComparison = 400;  // bytes
constexpr std::string_view kArrow = " -> [";

struct Side {
  Span label;
  WrittenCell value;
};

// "[old] 6.19 us +- 0.45 us", and perhaps a remark behind a colon.
std::optional<Side> side_in(const LineView& lines, Span span) {
  const std::size_t close = lines.at(span).find("] ");
  if (close == std::string_view::npos || close < 2) return std::nullopt;
  Span value{span.begin + close + 2, span.end};
  if (const std::size_t colon = lines.at(value).find(": "); colon != std::string_view::npos) value.end = value.begin + colon;
  Side side{{span.begin + 1, span.begin + close}, read_written_cell(lines.text(), value)};
  return side.value.cell.kind == core::CellKind::number ? std::optional(side) : std::nullopt;
}

}  // namespace

bool read_compared(const LineView& lines, Span content, TableBuilder& out) {
  if (content.size() == 0 || content.size() > kLongestComparison) return false;
  const std::string_view said = lines.at(content);
  if (said.find('>') == std::string_view::npos) return false;
  const std::size_t arrow = said.find(kArrow);
  const std::size_t open = said.substr(0, std::min(arrow, said.size())).rfind('[');
  if (arrow == std::string_view::npos || open == std::string_view::npos || open < 3 || said.substr(open - 2, 2) != ": ") return false;
  const auto before = side_in(lines, {content.begin + open, content.begin + arrow});
  const auto after = side_in(lines, {content.begin + arrow + kArrow.size() - 1, content.end});
  if (!before || !after) return false;
  Span quantity{content.begin, content.begin + open - 2};
  Span name;
  if (const std::size_t colon = lines.at(quantity).rfind(": "); colon != std::string_view::npos) {
    name = {quantity.begin, quantity.begin + colon};
    quantity.begin += colon + 2;
  }
  const std::vector<std::string_view> sides = sides_of_spread(lines.at(quantity));
  GrowingTable& records = out.table(core::TableKind::records, "compared");
  for (const Side& side : {*before, *after}) {
    out.begin_row(records, content.begin);
    if (name.size() > 0) records.put("benchmark", {text_cell(name), {}, {}}, content.end);
    records.put("variant", {text_cell(side.label), {}, {}}, content.end);
    WrittenCell value = side.value;
    WrittenCell spread = value;
    spread.cell = std::exchange(value.spread, core::Cell{});
    spread.spread = core::Cell{};
    records.put(sides.empty() ? std::string(lines.at(quantity)) : std::string(sides[0]), value, content.end);
    if (!sides.empty() && spread.cell.kind == core::CellKind::number) records.put(std::string(sides[1]), spread, content.end);
  }
  out.add_key(quantity);
  return true;
}

}  // namespace chimera::plaintext
