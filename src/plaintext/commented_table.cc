#include "plaintext/commented_table.h"

#include <algorithm>
#include <map>

#include "core/unit.h"
#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "plaintext/written_cell.h"
#include "text/number.h"

namespace chimera::plaintext {
namespace {

constexpr std::size_t kLongestLine = 4096;  // bytes
constexpr std::size_t kMostColumns = 64;
constexpr std::size_t kMostComments = 64;   // lines

class CommentedReader {
 public:
  CommentedReader(const core::Document& document, std::size_t first, std::uint64_t end)
      : document_(document), text_(document.text), end_(end), next_(first) {}

  std::optional<CommentedTable> read() {
    while (is_comment(next_) && comments_.size() < kMostComments) comments_.push_back(next_++);
    if (comments_.empty()) return std::nullopt;
    columns_ = words(text_, line(next_)).size();
    if (columns_ < 2 || columns_ > kMostColumns || !is_row(next_)) return std::nullopt;
    if (!find_names()) return std::nullopt;
    while (is_row(next_)) out_.rows.push_back(words(text_, line(next_++)));
    name_columns();
    out_.next = next_;
    return std::move(out_);
  }

 private:
  [[nodiscard]] std::string_view at(core::Span span) const { return text_.substr(span.begin, span.size()); }

  [[nodiscard]] core::Span line(std::size_t i) const { return line_at(document_, i, end_, kLongestLine); }

  [[nodiscard]] bool is_comment(std::size_t i) const {
    const core::Span here = line(i);
    return here.size() > 0 && text_[here.begin] == '#' && (here.size() == 1 || text_[here.begin + 1] != '[');
  }

  // As many words as the first row, half of them behind the first at least values or none at all ("-").
  [[nodiscard]] bool is_row(std::size_t i) const {
    const std::vector<core::Span> fields = words(text_, line(i));
    if (is_comment(i) || fields.size() != columns_) return false;
    std::size_t numbers = 0;
    std::size_t values = 0;
    for (const core::Span field : fields) {
      const core::CellKind kind = read_written_cell(text_, field).cell.kind;
      numbers += kind == core::CellKind::number ? 1U : 0U;
      values += kind == core::CellKind::number || kind == core::CellKind::absent ? 1U : 0U;
    }
    return numbers > 0 && 2 * values >= columns_;
  }

  // What a comment says, in words or, where these are too many, in fields wide apart.
  [[nodiscard]] std::vector<core::Span> fields_of(std::size_t comment) const {
    core::Span here = line(comments_[comment]);
    ++here.begin;
    std::vector<core::Span> fields = words(text_, here);
    return fields.size() == columns_ ? fields : wide_fields(text_, here);
  }

  [[nodiscard]] bool has_number(const std::vector<core::Span>& fields) const {
    return std::any_of(fields.begin(), fields.end(), [&](const core::Span& field) { return text::parse_number_with_unit(at(field)).has_value(); });
  }

  bool find_names() {
    for (std::size_t i = comments_.size(); i-- > 0;) {
      std::vector<core::Span> fields = fields_of(i);
      if (fields.size() != columns_ || has_number(fields)) continue;
      const std::vector<core::Span> above = i > 0 ? fields_of(i - 1) : std::vector<core::Span>();
      // Of two such lines the lower one holds the units, where any of it is one.
      const bool units = std::any_of(fields.begin(), fields.end(), [&](const core::Span& field) { return !unit_at(field).empty(); });
      names_ = units && above.size() == columns_ && !has_number(above) ? i - 1 : i;
      return true;
    }
    return false;
  }

  void name_columns() {
    const std::vector<core::Span> names = fields_of(names_);
    out_.units.resize(columns_);
    out_.dates.resize(columns_);
    for (const core::Span name : names) out_.keys.emplace_back(at(name));
    out_.headers = names;
    if (names_ + 1 < comments_.size()) take_units(names);
    if (names_ > 0) take_groups();
  }

  [[nodiscard]] std::string_view unit_at(core::Span field) const {
    std::string_view unit = at(field);
    if (unit.size() > 2 && unit.front() == '(' && unit.back() == ')') unit = unit.substr(1, unit.size() - 2);
    if (unit == "C") return "\xC2\xB0" "C";
    return core::find_unit(unit) == nullptr ? std::string_view() : unit;
  }

  // One below each name, or those that stand below one.
  void take_units(const std::vector<core::Span>& names) {
    const std::vector<core::Span> units = fields_of(names_ + 1);
    const std::uint64_t from = document_.lines[comments_[names_]];
    const std::uint64_t below = document_.lines[comments_[names_ + 1]];
    out_.headers.insert(out_.headers.end(), units.begin(), units.end());
    for (std::size_t u = 0; u < units.size(); ++u) {
      for (std::size_t k = 0; k < columns_; ++k) {
        const bool under = names[k].begin - from < units[u].end - below && units[u].begin - below < names[k].end - from;
        if (units.size() != columns_ ? !under : u != k) continue;
        out_.units[k] = unit_at(units[u]);
        out_.dates[k] = at(units[u]).find("YYYY") != std::string_view::npos;
      }
    }
  }

  // "out-of-place" and "in-place" above names that come as often as there are groups.
  void take_groups() {
    const std::vector<core::Span> groups = fields_of(names_ - 1);
    std::map<std::string, std::vector<std::size_t>> places;
    for (std::size_t k = 0; k < columns_; ++k) places[out_.keys[k]].push_back(k);
    const bool grouped = groups.size() > 1 && std::any_of(places.begin(), places.end(), [&](const auto& each) { return each.second.size() == groups.size(); });
    if (!grouped) return;
    out_.headers.insert(out_.headers.end(), groups.begin(), groups.end());
    for (const auto& [name, columns] : places)
      for (std::size_t g = 0; columns.size() == groups.size() && g < groups.size(); ++g)
        out_.keys[columns[g]] = std::string(at(groups[g])) + '/' + name;
  }

  const core::Document& document_;
  std::string_view text_;
  std::uint64_t end_;
  std::size_t next_;
  std::size_t columns_ = 0;
  std::size_t names_ = 0;               // of comments_
  std::vector<std::size_t> comments_;  // lines
  CommentedTable out_;
};

}  // namespace

std::optional<CommentedTable> commented_table(const core::Document& document, std::size_t first, std::uint64_t end) {
  return CommentedReader(document, first, end).read();
}

}  // namespace chimera::plaintext
