#include "plaintext/tree_table.h"

#include <map>
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
#include "text/number.h"

namespace chimera::plaintext {
namespace {

using core::Span;

constexpr std::size_t kLongestLine = 4096;  // bytes
constexpr std::size_t kMostRows = 10000;
constexpr std::size_t kMostDepth = 16;
constexpr std::size_t kStep = 3;            // characters that a level is deeper than the one above
constexpr std::string_view kBar = "\xE2\x94\x82";                                                      // U+2502
constexpr std::string_view kBranches[] = {"\xE2\x94\x9C\xE2\x94\x80 ", "\xE2\x95\xB0\xE2\x94\x80 ", "\xE2\x94\x94\xE2\x94\x80 "};  // "├─ ", "╰─ ", "└─ "

bool begins_branch(std::string_view text) {
  for (const std::string_view branch : kBranches)
    if (text.substr(0, branch.size()) == branch) return true;
  return false;
}

class Reader {
 public:
  Reader(const core::Document& document, std::size_t first, std::uint64_t end) : document_(document), text_(document.text), end_(end), first_(first), columns_(core::TableKind::records, {}) {}

  std::optional<TableInLines> read() {
    if (!read_header()) return std::nullopt;
    columns_.add_column("suite", {});
    columns_.add_column("benchmark", {});
    std::size_t next = first_ + 1;
    for (; next < first_ + kMostRows; ++next) {
      const Span here = line(next);
      if (here.size() == 0 || !(is_drawn(here) && read_line(here))) break;
    }
    if (columns_.row_count() == 0) return std::nullopt;
    return TableInLines{{root_.begin, columns_.finish()}, next};
  }

 private:
  [[nodiscard]] Span line(std::size_t i) const { return line_at(document_, i, end_, kLongestLine); }

  bool read_header() {
    const Span here = line(first_);
    std::vector<Span> cells = between_bars(here);
    const std::vector<Span> names = wide_fields(text_, cells.front());
    if (cells.size() < 2 || names.size() != 2) return false;
    root_ = names.front();
    cells.front() = names.back();
    text::NumberToken token;
    for (const Span cell : cells)
      if (cell.size() == 0 || text::NumberScanner(at(text_, cell)).next(token)) return false;
    names_ = std::move(cells);
    values_at_ = characters({here.begin, names_.front().begin});
    return true;
  }

  [[nodiscard]] std::size_t characters(Span span) const {
    std::size_t count = 0;
    for (const char c : at(text_, span)) count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1U : 0U;
    return count;
  }

  // What stands in front of the column, in characters, and what behind.
  [[nodiscard]] std::pair<Span, Span> cut(Span here) const {
    std::uint64_t at_byte = here.begin;
    for (std::size_t column = 0; at_byte < here.end && column < values_at_; ++column) {
      ++at_byte;
      while (at_byte < here.end && (static_cast<unsigned char>(text_[at_byte]) & 0xC0U) == 0x80U) ++at_byte;
    }
    return {{here.begin, at_byte}, {at_byte, here.end}};
  }

  [[nodiscard]] std::vector<Span> between_bars(Span here) const {
    std::vector<Span> cells;
    for (std::uint64_t begin = here.begin; begin <= here.end;) {
      const std::size_t bar = at(text_, {begin, here.end}).find(kBar);
      const std::uint64_t stop = bar == std::string_view::npos ? here.end : begin + bar;
      cells.push_back(trimmed(text_, {begin, stop}));
      begin = bar == std::string_view::npos ? here.end + 1 : stop + kBar.size();
    }
    return cells;
  }

  // Begins as a tree does, or with the blanks below its last branch.
  [[nodiscard]] bool is_drawn(Span here) const {
    const std::string_view said = at(text_, here);
    return begins_branch(said) || said.substr(0, kBar.size()) == kBar || said.substr(0, kStep) == "   ";
  }

  bool read_line(Span here) {
    const auto [tree, values] = cut(here);
    std::vector<Span> cells = between_bars(values);
    if (cells.size() > names_.size()) return false;
    cells.resize(names_.size());
    const bool named = read_branch(tree);
    if (named) {
      open_ = false;
      label_.clear();
    } else if (path_.empty()) {
      return false;
    }
    // "max alloc:" above lines of values.
    if (!named && at(text_, cells.front()).size() > 1 && at(text_, cells.front()).back() == ':') {
      label_ = std::string(at(text_, {cells.front().begin, cells.front().end - 1}));
      return true;
    }
    put_values(here, cells);
    return true;
  }

  // Whether a branch begins in it: its name is where the path ends.
  bool read_branch(Span tree) {
    std::size_t mark = std::string_view::npos;
    for (const std::string_view branch : kBranches) mark = std::min(mark, at(text_, tree).find(branch));
    if (mark == std::string_view::npos) return false;
    const std::size_t depth = characters({tree.begin, tree.begin + mark}) / kStep;
    const Span name = trimmed(text_, {tree.begin + mark + kBranches[0].size(), tree.end});
    if (depth > path_.size() || depth >= kMostDepth || name.size() == 0) return false;
    path_.resize(depth);
    path_.push_back(name);
    return true;
  }

  void put_values(Span here, const std::vector<Span>& cells) {
    for (std::size_t k = 0; k < cells.size(); ++k) {
      const core::UnitPtr things = rate_of_things(unit_behind(cells[k]));
      WrittenCell written = read_written_cell(text_, things == nullptr ? cells[k] : Span{cells[k].begin, cells[k].begin + at(text_, cells[k]).rfind(' ')});
      if (written.cell.kind != core::CellKind::number) continue;
      if (things != nullptr) written.unit = things->symbol;
      if (!open_) begin_row(here);
      const std::string name(at(text_, names_[k]));
      // Of what a label names there are so many, and so many bytes of them.
      columns_.put(column(label_.empty() ? key_of(name, written.unit) : label_ + (written.unit.empty() ? "/" : " bytes/") + name), written);
    }
  }

  // "Gitem/s", the word behind the number of a cell.
  [[nodiscard]] std::string_view unit_behind(Span cell) const {
    const std::size_t blank = at(text_, cell).rfind(' ');
    return blank == std::string_view::npos ? std::string_view() : at(text_, cell).substr(blank + 1);
  }

  // So many items or characters a second; null where it is anything else.
  [[nodiscard]] static core::UnitPtr rate_of_things(std::string_view unit) {
    const core::UnitPtr rate = core::find_unit("op/s");
    for (const std::string_view thing : {"item/s", "char/s"}) {
      if (unit == thing) return rate;
      if (unit.size() == thing.size() + 1 && unit.substr(1) == thing) return core::scaled_unit(rate, unit.front());
    }
    return nullptr;
  }

  // "time/fastest", "rate/fastest"; what is in no unit, a count, is what its header says.
  [[nodiscard]] static std::string key_of(const std::string& name, std::string_view unit) {
    if (unit.empty()) return name;
    const core::UnitPtr known = core::find_unit(unit);
    const bool time = known != nullptr && known->dimension == core::Dimension::time;
    return (time ? "time/" : "rate/") + name;
  }

  void begin_row(Span here) {
    open_ = true;
    columns_.add_row(row_at(document_, trimmed(text_, here)));
    columns_.put(0, {text_cell(root_), {}, {}});
    for (std::size_t depth = 0; depth < path_.size(); ++depth) {
      const std::string_view name = at(text_, path_[depth]);
      const std::size_t equals = depth > 0 && depth + 1 == path_.size() ? name.find('=') : std::string_view::npos;
      if (equals != std::string_view::npos && equals > 0 && equals + 1 < name.size()) {
        columns_.put(column(std::string(name.substr(0, equals))), {text_cell({path_[depth].begin + equals + 1, path_[depth].end}), {}, {}});
        continue;
      }
      const std::size_t at_column = depth == 0 ? 1 : column(depth == 1 ? "part" : "part " + std::to_string(depth));
      columns_.put(at_column, {text_cell(path_[depth]), {}, {}});
    }
  }

  std::size_t column(const std::string& key) {
    const auto [entry, fresh] = index_.try_emplace(key, 0);
    if (fresh) entry->second = columns_.add_column(key, {});
    return entry->second;
  }

  const core::Document& document_;
  std::string_view text_;
  std::uint64_t end_;
  std::size_t first_;
  Span root_;
  std::vector<Span> names_;      // of the columns of values
  std::size_t values_at_ = 0;    // where the first of them begins, in characters
  std::vector<Span> path_;       // from the root to the branch that was named last
  std::string label_;            // of the lines below it
  bool open_ = false;            // that branch has a row
  std::map<std::string, std::size_t> index_;
  UnitColumns columns_;
};

// All that is asked of most lines.
bool may_begin(const core::Document& document, std::size_t first, std::uint64_t end) {
  if (at(document.text, line_at(document, first, end, kLongestLine)).find(kBar) == std::string_view::npos) return false;
  return begins_branch(at(document.text, line_at(document, first + 1, end, kLongestLine)));
}

}  // namespace

std::optional<TableInLines> tree_table(const core::Document& document, std::size_t first, std::uint64_t end) {
  return may_begin(document, first, end) ? Reader(document, first, end).read() : std::nullopt;
}

}  // namespace chimera::plaintext
