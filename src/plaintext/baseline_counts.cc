#include "plaintext/baseline_counts.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "plaintext/unit_columns.h"
#include "plaintext/written_cell.h"

namespace chimera::plaintext {
namespace {

using core::Span;

constexpr std::size_t kLongestLine = 4096;  // bytes
constexpr std::size_t kMostLines = 100000;
constexpr std::string_view kNone = "N/A";

struct Count {
  Span name;
  Span now;
  Span before;
};

class Reader {
 public:
  Reader(const core::Document& document, std::size_t first, std::uint64_t end) : document_(document), text_(document.text), end_(end), first_(first), columns_(core::TableKind::records, {}) {}

  std::optional<TableInLines> read() {
    if (!is_test(first_) || !count_in(line(first_ + 1), count_)) {
      // The first count may stand below a title of its part.
      if (!is_test(first_) || title_in(line(first_ + 1)).size() == 0 || !count_in(line(first_ + 2), count_)) return std::nullopt;
    }
    columns_.add_column("benchmark", {});
    columns_.add_column("id", {});
    columns_.add_column("arguments", {});
    columns_.add_column("part", {});
    std::size_t next = first_;
    for (; next < first_ + kMostLines; ++next) {
      const Span here = line(next);
      if (here.size() == 0) break;
      if (!is_blank(text_[here.begin])) {
        if (!is_test(next)) break;
        read_test(trimmed(text_, here));
      } else {
        read_deeper(here);
      }
    }
    if (columns_.row_count() == 0) return std::nullopt;
    return TableInLines{{line(first_).begin, columns_.finish()}, next};
  }

 private:
  [[nodiscard]] Span line(std::size_t i) const { return line_at(document_, i, end_, kLongestLine); }

  // The path of a test at the beginning of a line, above a deeper one.
  [[nodiscard]] bool is_test(std::size_t i) const {
    const Span here = line(i);
    const std::size_t mark = here.size() == 0 || is_blank(text_[here.begin]) ? std::string_view::npos : at(text_, here).find("::");
    if (mark == std::string_view::npos || at(text_, here).find(' ') < mark) return false;
    const Span below = line(i + 1);
    return below.size() > 2 && at(text_, below).substr(0, 2) == "  ";
  }

  [[nodiscard]] bool is_count(Span span) const { return span.size() > 0 && (at(text_, span) == kNone || read_written_cell(text_, span).cell.size == span.size()); }

  // "Instructions:   1822|1734   (+5.07%)".
  [[nodiscard]] bool count_in(Span here, Count& out) const {
    const std::size_t bar = at(text_, here).find('|');
    const std::size_t colon = at(text_, here).find(": ");
    if (bar == std::string_view::npos || colon == std::string_view::npos || colon > bar || at(text_, here).find('(') == std::string_view::npos) return false;
    out.name = trimmed(text_, {here.begin, here.begin + colon});
    const std::vector<Span> parts = words(text_, {here.begin + colon + 1, here.end});
    if (parts.size() < 2 || text_[parts[1].begin] != '(') return false;
    const std::size_t between = at(text_, parts[0]).find('|');
    if (between == std::string_view::npos) return false;
    out.now = {parts[0].begin, parts[0].begin + between};
    out.before = {parts[0].begin + between + 1, parts[0].end};
    return is_count(out.now) && is_count(out.before);
  }

  // "DHAT" of "  ======= DHAT =====".
  [[nodiscard]] Span title_in(Span here) const { return at(text_, here).find("===") == std::string_view::npos ? Span{} : framed_title(text_, trimmed(text_, here)); }

  void read_test(Span here) {
    const std::vector<Span> parts = words(text_, here);
    test_ = parts.front();
    part_ = id_ = arguments_ = {};
    open_ = false;
    if (parts.size() == 1) return;
    id_ = {parts[1].begin, here.end};
    const std::size_t colon = at(text_, id_).find(':');
    if (colon == std::string_view::npos) return;
    arguments_ = {id_.begin + colon + 1, id_.end};
    id_.end = id_.begin + colon;
  }

  void read_deeper(Span here) {
    if (const Span title = title_in(here); title.size() > 0) {
      part_ = title;
      open_ = false;
    } else if (count_in(here, count_)) {
      put();
    }
  }

  void put() {
    if (!open_) {
      columns_.add_row(row_at(document_, test_));
      const Span said[] = {test_, id_, arguments_, part_};
      for (std::size_t k = 0; k < 4; ++k)
        if (said[k].size() > 0) columns_.put(k, {text_cell(said[k]), {}, {}});
      open_ = true;
    }
    const std::string name(at(text_, count_.name));
    if (at(text_, count_.now) != kNone) columns_.put(column(name), read_written_cell(text_, count_.now));
    if (at(text_, count_.before) != kNone) columns_.put(column("before " + name), read_written_cell(text_, count_.before));
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
  Count count_;
  Span test_;
  Span id_;
  Span arguments_;
  Span part_;
  bool open_ = false;  // it has a row
  std::map<std::string, std::size_t> index_;
  UnitColumns columns_;
};

// The blanks in front of the line below, and a path in this one, are all that is asked of most lines.
bool may_begin(const core::Document& document, std::size_t first, std::uint64_t end) {
  if (at(document.text, line_at(document, first + 1, end, kLongestLine)).substr(0, 2) != "  ") return false;
  return at(document.text, line_at(document, first, end, kLongestLine)).find("::") != std::string_view::npos;
}

}  // namespace

std::optional<TableInLines> baseline_counts(const core::Document& document, std::size_t first, std::uint64_t end) {
  return may_begin(document, first, end) ? Reader(document, first, end).read() : std::nullopt;
}

}  // namespace chimera::plaintext
