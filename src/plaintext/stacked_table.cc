#include "plaintext/stacked_table.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/unit.h"
#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "plaintext/unit_columns.h"
#include "plaintext/written_cell.h"
#include "text/number.h"

namespace chimera::plaintext {
namespace {

using core::Span;

constexpr std::size_t kLongestLine = 1024;  // bytes
constexpr std::size_t kMostRows = 10000;
constexpr std::size_t kMostLines = 6;       // of a header, and of a name
constexpr std::size_t kReach = 40;          // lines above the header in which its test is named
constexpr std::string_view kGap = "        ";  // in front of the second line of a header

class Reader {
 public:
  Reader(const core::Document& document, std::size_t first, std::uint64_t end) : document_(document), text_(document.text), end_(end), first_(first), columns_(core::TableKind::records, {}) {}

  std::optional<TableInLines> read() {
    if (!read_header()) return std::nullopt;
    find_titles();
    if (!titles_.empty()) columns_.add_column("test case", {});
    for (std::size_t k = 1; k < titles_.size(); ++k) columns_.add_column(k == 1 ? "section" : "section " + std::to_string(k), {});
    first_name_ = columns_.add_column(std::string(at(text_, name_)), {});
    for (const std::vector<Span>& names : header_)
      for (const Span name : names) value_columns_.push_back(columns_.add_column(std::string(at(text_, name)), {}));
    std::size_t next = first_ + header_.size() + 1;
    while (next < first_ + kMostRows && read_row(next)) {
    }
    if (columns_.row_count() == 0) return std::nullopt;
    return TableInLines{{name_.begin, columns_.finish()}, next};
  }

 private:
  [[nodiscard]] Span line(std::size_t i) const { return trimmed(text_, line_at(document_, i, end_, kLongestLine)); }

  bool read_header() {
    text::NumberToken token;
    for (std::size_t i = first_; i < first_ + kMostLines; ++i) {
      const Span here = line(i);
      if (i > first_ + 1 && is_ruler(at(text_, here))) return true;
      std::vector<Span> names = wide_fields(text_, here);
      if (names.size() < 2 || text::NumberScanner(at(text_, here)).next(token)) return false;
      if (i == first_) {
        name_ = names.front();
        names.erase(names.begin());
      } else if (names.size() != header_.front().size()) {
        return false;
      }
      header_.push_back(std::move(names));
    }
    return false;
  }

  // "x.cc:7": where a test stands.
  [[nodiscard]] bool is_place(Span here) const {
    const std::string_view said = at(text_, here);
    const std::size_t colon = said.rfind(':');
    return colon != std::string_view::npos && colon > 0 && colon + 1 < said.size() && std::all_of(said.begin() + static_cast<std::ptrdiff_t>(colon) + 1, said.end(), is_digit) && said.substr(0, colon).find('.') != std::string_view::npos;
  }

  void find_titles() {
    for (std::size_t i = first_; i-- > 0 && i + kReach > first_;) {
      if (!is_place(line(i)) || i < 3 || !is_ruler(at(text_, line(i - 1)))) continue;
      std::size_t top = i - 2;
      while (top > 0 && top + kMostLines > i && line(top).size() > 0 && !is_ruler(at(text_, line(top)))) --top;
      if (!is_ruler(at(text_, line(top)))) return;
      for (std::size_t k = top + 1; k + 1 < i; ++k) titles_.push_back(line(k));
      return;
    }
  }

  // As many values as a line of the header names, at the end of these words; what stands before them is left in front. Nothing where there are fewer.
  [[nodiscard]] std::vector<Span> values_behind(std::vector<Span>& parts) const {
    std::vector<Span> values;
    std::vector<Span> rest = parts;
    text::NumberToken token;
    const auto is_number = [&](Span word) { return text::NumberScanner(at(text_, word)).next(token) && token.begin == 0 && token.end == word.size(); };
    while (values.size() < header_.front().size() && !rest.empty()) {
      Span value = rest.back();
      rest.pop_back();
      if (!is_number(value)) {
        if (rest.empty() || core::find_unit(at(text_, value)) == nullptr || !is_number(rest.back())) return {};
        value.begin = rest.back().begin;
        rest.pop_back();
      }
      values.insert(values.begin(), value);
    }
    if (values.size() < header_.front().size()) return {};
    parts = std::move(rest);
    return values;
  }

  // A row, or what went wrong with one: "thrower   Benchmark failed (…)".
  bool read_row(std::size_t& next) {
    std::size_t i = next;
    while (i < next + 2 && line(i).size() == 0) ++i;
    std::vector<Span> name;
    std::vector<Span> values;
    for (const std::size_t begin = i;; ++i) {
      const Span here = line(i);
      if (i >= begin + kMostLines || here.size() == 0 || is_ruler(at(text_, here))) return false;
      std::vector<Span> parts = words(text_, here);
      values = values_behind(parts);
      if (!values.empty() && parts.empty() && name.empty()) return false;
      if (!parts.empty()) name.push_back({parts.front().begin, parts.back().end});
      if (!values.empty()) break;
      if (const std::vector<Span> fields = wide_fields(text_, here); fields.size() == 2) {
        name.back().end = fields.front().end;
        return put_failure(name, fields.back()), next = i + 1, true;
      }
    }
    for (std::size_t k = 1; k < header_.size(); ++k) {
      std::vector<Span> parts = words(text_, line(i + k));
      const std::vector<Span> more = values_behind(parts);
      if (more.empty() || !parts.empty()) return false;
      values.insert(values.end(), more.begin(), more.end());
    }
    put_row(name, values);
    next = i + header_.size();
    return true;
  }

  void put_failure(const std::vector<Span>& name, Span message) {
    if (!failure_column_) failure_column_ = columns_.add_column("error_message", {});
    begin_row(name, message.end);
    columns_.put(*failure_column_, {text_cell(message), {}, {}});
  }

  void put_row(const std::vector<Span>& name, const std::vector<Span>& values) {
    begin_row(name, values.back().end);
    for (std::size_t k = 0; k < values.size(); ++k) columns_.put(value_columns_[k], read_written_cell(text_, values[k]));
  }

  void begin_row(const std::vector<Span>& name, std::uint64_t end) {
    columns_.add_row(row_at(document_, {name.front().begin, end}));
    for (std::size_t k = 0; k < titles_.size(); ++k) columns_.put(k, {text_cell(titles_[k]), {}, {}});
    columns_.put(first_name_, {text_cell(name.front()), {}, {}});
    while (rest_columns_.size() + 1 < name.size()) {
      const std::string nth = rest_columns_.empty() ? "" : ' ' + std::to_string(rest_columns_.size() + 1);
      rest_columns_.push_back(columns_.add_column(std::string(at(text_, name_)) + "/rest" + nth, {}));
    }
    for (std::size_t k = 1; k < name.size(); ++k) columns_.put(rest_columns_[k - 1], {text_cell(name[k]), {}, {}});
  }

  const core::Document& document_;
  std::string_view text_;
  std::uint64_t end_;
  std::size_t first_;
  Span name_;                              // what the header calls its names
  std::vector<std::vector<Span>> header_;  // the other names of each of its lines
  std::vector<Span> titles_;
  std::size_t first_name_ = 0;
  std::vector<std::size_t> rest_columns_;  // of names of several lines
  std::vector<std::size_t> value_columns_;
  std::optional<std::size_t> failure_column_;
  UnitColumns columns_;
};

}  // namespace

std::optional<TableInLines> stacked_table(const core::Document& document, std::size_t first, std::uint64_t end) {
  // The blanks in front of the line below are all that is asked of most lines.
  if (at(document.text, line_at(document, first + 1, end, kLongestLine)).substr(0, kGap.size()) != kGap) return std::nullopt;
  return Reader(document, first, end).read();
}

}  // namespace chimera::plaintext
