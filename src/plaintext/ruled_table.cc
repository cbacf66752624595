#include "plaintext/ruled_table.h"

#include <algorithm>
#include <string_view>

#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "text/number.h"

namespace chimera::plaintext {
namespace {

using core::Span;

constexpr std::size_t kLongestLine = 4096;  // bytes
constexpr std::size_t kMostColumns = 64;
constexpr std::size_t kSubjectReach = 200;  // lines

class RuledReader {
 public:
  RuledReader(const core::Document& document, std::size_t first, std::uint64_t end)
      : document_(document), text_(document.text), end_(end), first_(first) {}

  std::optional<RuledTable> read() {
    const bool framed = read_rule(first_, ' ');
    if (!framed && !read_rule(first_ + 1, '|')) return std::nullopt;
    const std::size_t header = framed ? first_ + 1 : first_;
    if (framed && at(line(first_ + 2)) != at(line(first_))) return std::nullopt;
    out_.header = cells(header);
    const bool named = !out_.header.empty() && std::all_of(out_.header.begin(), out_.header.end(), [](const Span& cell) { return cell.size() > 0; });
    // Headers drawn with as many bars as the rule are tables of another kind.
    const std::string_view names = at(line(header));
    if (!named || (!framed && static_cast<std::size_t>(std::count(names.begin(), names.end(), '|')) + 1 >= starts_.size())) return std::nullopt;
    read_rows(framed ? first_ + 3 : first_ + 2, framed ? ' ' : '|');
    if (out_.rows.empty()) return std::nullopt;
    if (framed) find_subject();
    return std::move(out_);
  }

 private:
  [[nodiscard]] std::string_view at(Span span) const { return text_.substr(span.begin, span.size()); }

  // Whole, with the blanks before it; empty where there is none.
  [[nodiscard]] Span line(std::size_t i) const {
    const Span whole = line_at(document_, i, end_, kLongestLine);
    return {whole.begin, trimmed(text_, whole).end};
  }

  [[nodiscard]] static std::size_t indent(std::string_view line) { return std::min(line.find_first_not_of(" \t"), line.size()); }

  // Two runs of dashes or more between single marks; of a rule with bars three.
  [[nodiscard]] bool is_rule(std::string_view all, char mark) const {
    const std::size_t from = indent(all);
    std::size_t runs = 1;
    for (std::size_t i = from; i < all.size(); ++i) {
      const bool joins = all[i] == mark && i > from && all[i - 1] == '-' && i + 1 < all.size() && all[i + 1] == '-';
      if (all[i] != '-' && !joins) return false;
      runs += joins ? 1U : 0U;
    }
    return from + 2 < all.size() && runs >= (mark == '|' ? 3U : 2U) && runs <= kMostColumns;
  }

  bool read_rule(std::size_t i, char mark) {
    const std::string_view all = at(line(i));
    if (!is_rule(all, mark)) return false;
    starts_ = {indent(all)};
    for (std::size_t i_mark = all.find(mark, starts_[0]); i_mark != std::string_view::npos; i_mark = all.find(mark, i_mark + 1))
      starts_.push_back(i_mark + 1);
    return true;
  }

  // What stands below each run; fields wide apart where one is longer than its run and moves the rest. Empty where neither fits.
  [[nodiscard]] std::vector<Span> cells(std::size_t i) const {
    const Span here = line(i);
    std::vector<Span> found;
    bool fits = true;
    for (std::size_t k = 0; k < starts_.size() && fits; ++k) {
      const std::uint64_t begin = std::min(here.begin + starts_[k], here.end);
      const std::uint64_t next = k + 1 < starts_.size() ? std::min(here.begin + starts_[k + 1] - 1, here.end) : here.end;
      fits = next == here.end || is_blank(text_[next]) || text_[next] == '|';
      found.push_back(trimmed(text_, {std::min(begin, next), next}));
    }
    if (fits && starts_[0] <= here.size() && (starts_[0] == 0 || indent(at(here)) >= starts_[0])) return found;
    found.clear();
    for (std::uint64_t begin = here.begin; begin < here.end;) {
      const std::uint64_t bar = std::min<std::uint64_t>(text_.find(" |", begin), here.end);
      for (const Span field : wide_fields(text_, {begin, bar})) found.push_back(field);
      begin = bar + 2;
    }
    return found.size() == starts_.size() ? found : std::vector<Span>();
  }

  [[nodiscard]] bool has_number(const std::vector<Span>& row) const {
    return std::any_of(row.begin(), row.end(), [&](const Span& cell) { return text::parse_number_with_unit(at(cell)).has_value(); });
  }

  void read_rows(std::size_t i, char mark) {
    for (;; ++i) {
      out_.next = i;
      const Span here = line(i);
      if (trimmed(text_, here).size() == 0) return;
      if (is_rule(at(here), mark)) {
        if (mark == '|') continue;
        out_.next = i + 1;
        return;
      }
      std::vector<Span> row = cells(i);
      if (row.empty() || (mark == '|' && !has_number(row))) return;
      out_.rows.push_back(std::move(row));
    }
  }

  // "kernel (1, 1, 1)x(32, 1, 1), Device 0" above sections that stand deeper.
  void find_subject() {
    const std::size_t deep = indent(at(line(first_)));
    for (std::size_t i = first_; i-- > 0 && first_ - i < kSubjectReach;) {
      const Span here = line(i);
      if (trimmed(text_, here).size() == 0 || indent(at(here)) >= deep) continue;
      out_.subject = trimmed(text_, here);
      return;
    }
  }

  const core::Document& document_;
  std::string_view text_;
  std::uint64_t end_;
  std::size_t first_;
  std::vector<std::size_t> starts_;  // bytes from the beginning of the line
  RuledTable out_;
};

}  // namespace

std::optional<RuledTable> ruled_table(const core::Document& document, std::size_t first, std::uint64_t end) {
  return RuledReader(document, first, end).read();
}

}  // namespace chimera::plaintext
