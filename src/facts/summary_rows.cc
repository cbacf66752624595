#include "facts/summary_rows.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/one_of.h"
#include "facts/exceptions.h"
#include "facts/meanings.h"
#include "text/words.h"

namespace chimera::facts {
namespace {

using core::CellKind;
using core::ColumnMeaning;
using core::Role;
using Kind = core::Statistic::Kind;

constexpr std::size_t kMostRows = 1024;
constexpr std::size_t kLongestWord = 24;

// A statistic of rows; "geomean" is a mean of its own kind.
struct Summary {
  core::Statistic statistic;
  bool geometric = false;
};

class SummaryRows {
 public:
  SummaryRows(const Catalog& catalog, const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning)
      : catalog_(catalog), document_(document), table_(table), shape_(shape), meaning_(meaning) {}

  void read() {
    if (!has_written_rows(document_, table_) || table_.rows.size() < 2 || table_.rows.size() > kMostRows) return;
    sort_exceptions(meaning_);
    for (std::uint32_t c = 0; c < table_.columns.size(); ++c)
      if (may_say_what_rows_are(c)) read_column(c), read_changes(c);
    for (const Found& found : found_) add_exception(meaning_, found.row, found.column, found.meaning);
  }

 private:
  bool may_say_what_rows_are(std::uint32_t c) const {
    const ColumnShape& shape = shape_.columns[c];
    if (by_recipe(meaning_.columns[c]) || shape.metrics || shape.leaf_metrics || shape.units || shape.leaf_units || shape.statistics || shape.phase) return false;
    return counts_rows(c) || meaning_.columns[c].role == Role::factor || meaning_.columns[c].role == Role::identity;
  }

  // "Run", "#", "Trial": what stands there instead of a number can only be said of several of them.
  bool counts_rows(std::uint32_t c) const {
    const std::string& leaf = shape_.columns[c].reading.leaf;
    return meaning_.columns[c].role == Role::index || (catalog_.is(Word::index, leaf) && meaning_.columns[c].role == Role::identity) || table_.columns[c].key == "#";
  }

  void read_column(std::uint32_t c) {
    std::vector<std::optional<Summary>> found(table_.rows.size());
    std::size_t summaries = 0;
    std::size_t others = 0;
    const bool counts = counts_rows(c);
    for (std::uint32_t r = 0; r < table_.rows.size(); ++r) {
      const core::Cell& cell = table_.columns[c].cells[r];
      if (cell.kind == CellKind::text) found[r] = summary_in(document_.at(cell.span()), counts);
      if (found[r]) ++summaries;
    }
    if (summaries == 0) return;
    for (std::uint32_t r = 0; r < table_.rows.size(); ++r) {
      const core::Cell& cell = table_.columns[c].cells[r];
      if (found[r] || !holds_value(cell)) continue;
      if (cell.kind != CellKind::text || !catalog_.statistic_named(text::lower(document_.at(cell.span())))) ++others;  // "count", "min" of a table of statistics
    }
    // Below names two things at least: an average of one says nothing, and it may be a name among others.
    if (others < (counts ? 1U : 2U)) return;
    for (std::uint32_t r = 1; r < table_.rows.size(); ++r)
      if (found[r] && stands_below(c, r, found)) make_summary(c, r, *found[r]);
  }

  // "delta (b faster)" below "a" and "b", with signs before its numbers: how much they differ, and no measurement of a third.
  void read_changes(std::uint32_t c) {
    constexpr std::size_t kFewestBelow = 2;
    for (auto r = static_cast<std::uint32_t>(kFewestBelow); r < table_.rows.size(); ++r) {
      const core::Cell& cell = table_.columns[c].cells[r];
      if (cell.kind != CellKind::text || cell.size == 0 || !may_name_a_change(document_.at(cell.span()).front())) continue;
      const std::vector<std::string> words = text::split_identifier(document_.at(cell.span()));
      if (words.empty() || !(base::is_one_of(words.front(), {"delta", "diff", "difference", "change"}) || document_.at(cell.span()).substr(0, 2) == "\xCE\x94") || !has_signs(r)) continue;
      for (std::uint32_t other = 0; other < table_.columns.size(); ++other) {
        ColumnMeaning variant = meaning_.at(r, other);
        if (table_.columns[other].cells[r].kind != CellKind::number || variant.role != Role::response || by_recipe(variant)) continue;
        variant.definition += (variant.definition.find(':') == std::string::npos ? ":" : "+") + std::string("change");
        variant.rule += "; a row of differences";
        variant.direction = 0;
        found_.push_back({r, other, variant});
      }
    }
  }

  // How "delta", "Change" and U+0394 begin; most texts begin otherwise.
  static bool may_name_a_change(char first) { return first == '\xCE' || (first | 0x20) == 'd' || (first | 0x20) == 'c'; }

  bool has_signs(std::uint32_t r) const {
    return std::any_of(table_.columns.begin(), table_.columns.end(), [&](const core::Column& column) {
      const core::Cell& cell = column.cells[r];
      return cell.kind == CellKind::number && (document_.at(cell.span()).front() == '+' || document_.at(cell.span()).front() == '-');
    });
  }

  // "Average", "Avg.", "Mean:", "Average (3 runs)". Levels of an effort or of a size may be called "min" and "max", a quality "average".
  std::optional<Summary> summary_in(std::string_view written, bool counts) const {
    if (written.size() > kLongestWord) return std::nullopt;
    std::string word = text::lower(written.substr(0, std::min(written.find('('), written.find("\xC2\xB1"))));  // "Mean ± SD"
    const auto is_mark = [](char c) { return c == ' ' || c == '*' || c == '_' || c == ':' || c == '.'; };
    while (!word.empty() && is_mark(word.back())) word.pop_back();
    while (!word.empty() && is_mark(word.front())) word.erase(word.begin());
    for (std::size_t dot = word.find(". "); dot != std::string::npos; dot = word.find(". ")) word.erase(dot, 1);  // "std. dev"
    if (base::is_one_of(word, {"geomean", "geo mean", "geo-mean", "geometric mean", "gmean"})) return Summary{{Kind::mean, 0}, true};
    if (base::is_one_of(word, {"overall", "n", "count", "sample", "range", "peak", "q1", "q3", "sigma", "lowest", "highest"})) return std::nullopt;
    std::optional<core::Statistic> statistic = catalog_.statistic_named(word);
    if (!statistic) return std::nullopt;
    const bool of_any = statistic->kind == Kind::mean || statistic->kind == Kind::stddev;
    return counts || of_any ? std::optional(Summary{*statistic, false}) : std::nullopt;
  }

  // Behind the last row of what it sums up: the next is another statistic, or of something else, or there is none.
  bool stands_below(std::uint32_t c, std::uint32_t row, const std::vector<std::optional<Summary>>& found) const {
    if (found[row - 1] || row + 1 >= table_.rows.size() || found[row + 1]) return true;
    for (std::uint32_t other = 0; other < table_.columns.size(); ++other) {
      if (other == c || meaning_.columns[other].role != Role::factor) continue;
      if (document_.at(table_.columns[other].cells[row].span()) != document_.at(table_.columns[other].cells[row + 1].span())) return true;
    }
    return false;
  }

  void make_summary(std::uint32_t column, std::uint32_t row, const Summary& summary) {
    ColumnMeaning word = meaning_.columns[column];
    word.role = Role::identity;
    word.rule = std::string(kSaysStatistic);
    found_.push_back({row, column, word});
    for (std::uint32_t c = 0; c < table_.columns.size(); ++c) {
      if (c == column || table_.columns[c].cells[row].kind != CellKind::number) continue;
      const ColumnMeaning before = meaning_.at(row, c);
      const bool spread = before.statistic.kind == Kind::stddev && summary.statistic.kind == Kind::mean;  // of that mean
      if (before.role != Role::response || by_recipe(before) || spread) continue;
      ColumnMeaning variant = before;
      // The mean of what are means stays one; of percentiles and maxima it is a statistic of statistics.
      const bool of_means = before.statistic.kind == Kind::mean && summary.statistic.kind != Kind::sum;
      const bool same = before.statistic == core::Statistic{} || before.statistic == summary.statistic || of_means;
      if (same) variant.statistic = summary.statistic;
      const std::string of = summary.geometric ? "geomean" : same ? std::string() : core::to_string(summary.statistic);
      if (!of.empty()) variant.definition += (variant.definition.find(':') == std::string::npos ? ':' : '+') + of;
      if (summary.statistic.kind == Kind::stddev || summary.statistic.kind == Kind::variance) variant.direction = 0;
      variant.rule += kStatisticOfRow;
      found_.push_back({row, c, variant});
    }
  }

  const Catalog& catalog_;
  const core::Document& document_;
  const core::Table& table_;
  const TableShape& shape_;
  core::TableMeaning& meaning_;
  struct Found {
    std::uint32_t row = 0;
    std::uint32_t column = 0;
    ColumnMeaning meaning;
  };
  std::vector<Found> found_;  // added when all columns were looked at
};

}  // namespace

void read_summary_rows(const Catalog& catalog, const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning) {
  SummaryRows(catalog, document, table, shape, meaning).read();
}

}  // namespace chimera::facts
