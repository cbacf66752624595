#include "plaintext/device_matrix.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/unit.h"
#include "plaintext/number_forms.h"
#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "plaintext/unit_columns.h"
#include "plaintext/written_cell.h"

namespace chimera::plaintext {
namespace {

using core::Span;

constexpr std::size_t kLongestLine = 4096;  // bytes
constexpr std::size_t kMostDevices = 1024;

class Reader {
 public:
  Reader(const core::Document& document, std::size_t first, std::uint64_t end) : document_(document), text_(document.text), end_(end), first_(first) {}

  std::optional<TableInLines> read() {
    const Span title = trimmed(text_, line(first_));
    unit_ = unit_of_header(at(text_, title));
    const core::UnitPtr unit = unit_.empty() ? nullptr : core::find_unit(unit_);
    const std::string_view quantity = unit == nullptr ? std::string_view() : quantity_name(*unit);
    if (quantity.empty()) return std::nullopt;
    std::size_t next = first_ + 1;
    while (read_block(next)) {
      std::size_t below = next + 1;
      if (trimmed(text_, line(next)).size() == 0 && read_block(below)) next = below;
    }
    if (values_.empty()) return std::nullopt;
    return TableInLines{{title.begin, table(title, quantity)}, next};
  }

 private:
  struct Value {
    Span of;  // the word before the numbers of the columns; may be empty
    Span row;
    Span column;
    Span value;
  };

  [[nodiscard]] Span line(std::size_t i) const { return line_at(document_, i, end_, kLongestLine); }
  [[nodiscard]] bool is_index(Span word, std::size_t index) const { return at(text_, word) == std::to_string(index); }

  // The numbers of the columns, and a row for each device; moves `next` behind them.
  bool read_block(std::size_t& next) {
    std::vector<Span> columns = words(text_, line(next));
    Span of;
    if (!columns.empty() && !is_index(columns.front(), 0)) {
      of = columns.front();
      columns.erase(columns.begin());
    }
    if (columns.empty() || columns.size() > kMostDevices || (of.size() == 0 && next > first_ + 1)) return false;
    for (std::size_t k = 0; k < columns.size(); ++k)
      if (!is_index(columns[k], k)) return false;
    std::size_t row = 0;
    for (; row < kMostDevices; ++row) {
      const std::vector<Span> cells = words(text_, line(next + 1 + row));
      if (cells.size() != columns.size() + 1 || !is_index(cells.front(), row)) break;
      for (std::size_t k = 0; k < columns.size(); ++k) values_.push_back({of, cells.front(), columns[k], cells[k + 1]});
    }
    next += row > 0 ? row + 1 : 0;
    return row > 0;
  }

  // "host_to_device_memcpy_ce" of "Running host_to_device_memcpy_ce." above the title, else the title without its unit.
  [[nodiscard]] Span name_of(Span title) const {
    constexpr std::string_view kRunning = "Running ";
    const Span above = first_ == 0 ? Span{} : trimmed(text_, line(first_ - 1));
    if (at(text_, above).substr(0, kRunning.size()) == kRunning) return {above.begin + kRunning.size(), above.end - (text_[above.end - 1] == '.' ? 1U : 0U)};
    return trimmed(text_, {title.begin, title.begin + at(text_, title).find_last_of("([")});
  }

  [[nodiscard]] core::Table table(Span title, std::string_view quantity) const {
    const Span name = name_of(title);
    const bool to_row = at(text_, title).find(" <- ") != std::string_view::npos;
    UnitColumns columns(core::TableKind::csv, std::string(at(text_, title)));
    columns.table().header_line = document_.place(title.begin).line;
    columns.add_column("case", {});
    columns.add_column(to_row ? "to device" : "from device", {});
    columns.add_column(to_row ? "from device" : "to device", {});
    columns.add_column(std::string(quantity), unit_);
    const bool told_apart = values_.front().of.size() > 0 && at(text_, values_.front().of) != at(text_, values_.back().of);
    if (told_apart) columns.add_column("between", {});
    for (const Value& each : values_) {
      columns.add_row(row_at(document_, {each.row.begin, each.value.end}));
      columns.put(0, {text_cell(name), {}, {}});
      columns.put(1, read_written_cell(text_, each.row));
      columns.put(2, read_written_cell(text_, each.column));
      columns.put(3, read_written_cell(text_, each.value));
      if (told_apart) columns.put(4, {text_cell(each.of), {}, {}});
    }
    return columns.finish();
  }

  const core::Document& document_;
  std::string_view text_;
  std::uint64_t end_;
  std::size_t first_;
  std::string_view unit_;
  std::vector<Value> values_;
};

}  // namespace

std::optional<TableInLines> device_matrix(const core::Document& document, std::size_t first, std::uint64_t end) { return Reader(document, first, end).read(); }

}  // namespace chimera::plaintext
