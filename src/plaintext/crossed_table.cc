#include "plaintext/crossed_table.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "plaintext/unit_columns.h"
#include "plaintext/written_cell.h"

namespace chimera::plaintext {
namespace {

using core::Span;

constexpr std::size_t kLongestLine = 4096;  // bytes
constexpr std::size_t kMostRows = 10000;
constexpr std::string_view kStep = "%] \xC2\xB7\xC2\xB7\xC2\xB7 ";  // "%] ··· "

// Of one column, in characters from the beginning of the line.
struct Extent {
  std::size_t begin = 0;
  std::size_t end = 0;
};

class Reader {
 public:
  Reader(const core::Document& document, std::size_t first, std::uint64_t end) : document_(document), text_(document.text), end_(end), first_(first), columns_(core::TableKind::records, {}) {}

  std::optional<TableInLines> read() {
    const Span here = line(first_);
    if (here.size() < 5) return std::nullopt;
    if (text_[here.end - 1] == '=') return read_table();
    const bool step = text_[here.begin] == '[' && at(text_, here).find(kStep) != std::string_view::npos;
    if (!step && text_[here.end - 1] != ']') return std::nullopt;
    const Span below = line_at(document_, first_ + 1, end_, kLongestLine);
    return step || (below.size() > 0 && is_blank(text_[below.begin])) ? read_value(here, step) : std::nullopt;
  }

 private:
  [[nodiscard]] Span line(std::size_t i) const { return trimmed(text_, line_at(document_, i, end_, kLongestLine)); }

  [[nodiscard]] static bool is_name(std::string_view word) {
    return word.size() > 2 && is_letter(word.front()) && word.find('.') != std::string_view::npos && word.find_first_of("/:=,") == std::string_view::npos;
  }

  // Of a line of a step, or of one that ends with where it ran, "[host/env]".
  [[nodiscard]] Span name_in(std::size_t i) const {
    const Span here = line(i);
    const std::size_t step = at(text_, here).find(kStep);
    const std::vector<Span> parts = words(text_, {here.begin + (step == std::string_view::npos ? 0 : step + kStep.size()), here.end});
    if (parts.empty() || !is_name(at(text_, parts.front()))) return {};
    const std::string_view last = at(text_, parts.back());
    const bool placed = parts.size() == 2 && last.front() == '[' && last.back() == ']' && last.find('/') != std::string_view::npos;
    return step != std::string_view::npos || placed ? parts.front() : Span{};
  }

  // One value: behind the name of a step, or in the deeper line below a name.
  std::optional<TableInLines> read_value(Span here, bool step) {
    const Span name = name_in(first_);
    if (name.size() == 0) return std::nullopt;
    const Span value = step ? trimmed(text_, {name.end, here.end}) : line(first_ + 1);
    const bool failed = at(text_, value) == "failed";
    const WrittenCell written = read_written_cell(text_, value);
    if (!failed && written.cell.kind != core::CellKind::number) return std::nullopt;
    columns_.add_column("Benchmark", {});
    const std::size_t column = columns_.add_column(failed ? "error_message" : "measured value", {});
    columns_.add_row(row_at(document_, {name.begin, value.end}));
    columns_.put(0, {text_cell(name), {}, {}});
    columns_.put(column, failed ? WrittenCell{text_cell(value), {}, {}} : written);
    return TableInLines{{name.begin, columns_.finish()}, step ? first_ + 1 : behind(first_ + 2)};
  }

  // The runs of a ruler at the end of a line, behind what a step says; none where it is anything else.
  [[nodiscard]] std::vector<Extent> runs(std::size_t i, char mark) const {
    std::vector<Extent> found;
    std::vector<Span> parts = words(text_, line(i));
    const auto is_run = [&](Span part) { return part.size() > 1 && at(text_, part).find_first_not_of(mark) == std::string_view::npos; };
    const auto first = std::find_if(parts.begin(), parts.end(), is_run);
    if (!std::all_of(first, parts.end(), is_run)) return {};
    for (auto part = first; part != parts.end(); ++part) found.push_back({place_of(i, part->begin), place_of(i, part->end)});
    return found;
  }

  [[nodiscard]] std::size_t place_of(std::size_t i, std::uint64_t offset) const {
    const std::string_view before = at(text_, {document_.lines[i], offset});
    return static_cast<std::size_t>(std::count_if(before.begin(), before.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
  }

  // What stands in each column.
  [[nodiscard]] std::vector<Span> cells(std::size_t i) const {
    std::vector<Span> found(extents_.size());
    for (const Span word : words(text_, line(i))) {
      const std::size_t begin = place_of(i, word.begin);
      const auto column = std::find_if(extents_.begin(), extents_.end(), [&](const Extent& extent) { return begin < extent.end; });
      if (column == extents_.end()) return {};
      Span& cell = found[static_cast<std::size_t>(column - extents_.begin())];
      cell = joined(cell, word);
    }
    return found;
  }

  std::optional<TableInLines> read_table() {
    extents_ = runs(first_, '=');
    if (extents_.size() < 2 || first_ == 0) return std::nullopt;
    const std::vector<Extent> below = runs(first_ + 2, '-');
    name_ = name_in(first_ - 1);
    if (name_.size() == 0 && first_ > 1 && at(text_, line(first_ - 1)) == "ok") name_ = name_in(first_ - 2);
    if (below.size() < 2 || name_.size() == 0) return std::nullopt;
    const Span across = at(text_, line(first_ + 1)).substr(0, 2) == "--" ? trimmed(text_, {line(first_ + 1).begin + 2, line(first_ + 1).end}) : Span{};
    std::vector<Span> names = cells(across.size() > 0 ? first_ + 3 : first_ + 1);
    std::size_t next = first_ + (across.size() > 0 ? 5 : 3);
    if (names.empty() || (across.size() > 0 && runs(first_ + 4, '=').size() != extents_.size())) return std::nullopt;
    // The columns behind the first run of the ruler below are levels.
    std::size_t levels = across.size() > 0 ? 0 : extents_.size() - 1;
    while (across.size() > 0 && levels < extents_.size() && extents_[levels].begin < below[1].begin) ++levels;
    if (levels == 0 || levels == extents_.size()) return std::nullopt;
    add_columns(names, levels, across);
    for (; next < first_ + kMostRows && runs(next, '=').empty(); ++next) {
      const std::vector<Span> row = cells(next);
      if (row.size() != names.size() || line(next).size() == 0) return std::nullopt;
      put_row(row, names, levels, across.size() > 0);
    }
    if (columns_.row_count() == 0) return std::nullopt;
    return TableInLines{{line(first_).begin, columns_.finish()}, behind(next + 1)};
  }

  void add_columns(const std::vector<Span>& names, std::size_t levels, Span across) {
    columns_.add_column("Benchmark", {});
    for (std::size_t k = 0; k < levels; ++k) columns_.add_column("param:" + std::string(at(text_, names[k])), {});
    if (across.size() > 0) columns_.add_column("param:" + std::string(at(text_, across)), {});
    value_column_ = columns_.add_column("measured value", {});
  }

  void put_row(const std::vector<Span>& row, const std::vector<Span>& names, std::size_t levels, bool across) {
    for (std::size_t k = levels; k < row.size(); ++k) {
      const WrittenCell written = read_written_cell(text_, row[k]);
      if (written.cell.kind != core::CellKind::number) continue;
      columns_.add_row(row_at(document_, row[k]));
      columns_.put(0, {text_cell(name_), {}, {}});
      for (std::size_t p = 0; p < levels; ++p) columns_.put(1 + p, {text_cell(row[p]), {}, {}});
      if (across) columns_.put(1 + levels, {text_cell(names[k]), {}, {}});
      columns_.put(value_column_, written);
    }
  }

  // Behind what else is said deeper than the name; steps say nothing else.
  [[nodiscard]] std::size_t behind(std::size_t next) const {
    if (at(text_, line(first_)).find(kStep) != std::string_view::npos) return next;
    while (line(next).size() > 0 && is_blank(text_[document_.lines[next]])) ++next;
    return next;
  }

  const core::Document& document_;
  std::string_view text_;
  std::uint64_t end_;
  std::size_t first_;
  Span name_;                    // of the benchmark
  std::vector<Extent> extents_;  // of the columns
  std::size_t value_column_ = 0;
  UnitColumns columns_;
};

// The last character of a line, or its first and a mark, are all that is asked of most lines.
bool may_begin(const core::Document& document, std::size_t first, std::uint64_t end) {
  const Span here = trimmed(document.text, line_at(document, first, end, kLongestLine));
  if (here.size() < 5) return false;
  const char last = document.text[here.end - 1];
  return last == '=' || last == ']' || (document.text[here.begin] == '[' && at(document.text, here).find(kStep) != std::string_view::npos);
}

}  // namespace

std::optional<TableInLines> crossed_table(const core::Document& document, std::size_t first, std::uint64_t end) {
  return may_begin(document, first, end) ? Reader(document, first, end).read() : std::nullopt;
}

}  // namespace chimera::plaintext
