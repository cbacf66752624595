#include "claims/saying.h"

#include <algorithm>
#include <array>

#include "claims/cursor.h"

namespace chimera::claims {
namespace {

constexpr std::array kAbbreviations = std::to_array<std::string_view>({"approx", "cf", "e.g", "eg", "etc", "fig", "i.e", "ie", "no", "vs"});

constexpr std::uint64_t kLongestLead = 120;  // bytes
constexpr std::uint64_t kLongestSaying = 2000;
constexpr std::uint64_t kNumberedBold = 7;  // levels of headings in bold, below the six of Markdown
constexpr std::uint64_t kBold = 8;

class Cutter {
 public:
  Cutter(std::string_view text, const Scan& scan) : text_(text), scan_(scan) {}

  std::vector<Saying> run() {
    for (const text::MarkdownBlock& block : scan_.markdown.blocks)
      if ((block.kind == text::BlockKind::code && is_fenced(text_, block.span.begin)) || block.kind == text::BlockKind::html) skipped_.push_back({block.span.begin, block.span.end});
    for (const text::MarkdownTable& table : scan_.markdown.tables) skipped_.push_back({table_begin(table), table.span.end});
    std::sort(skipped_.begin(), skipped_.end());
    lines();
    cells();
    std::stable_sort(out_.begin(), out_.end(), [](const Saying& a, const Saying& b) { return a.span < b.span; });
    assign_mentions();
    return std::move(out_);
  }

 private:
  // A sentence may stand on the line of the header: "The best was a. | tag | value |".
  std::uint64_t table_begin(const text::MarkdownTable& table) const {
    if (table.header.empty()) return table.span.begin;
    std::uint64_t pipe = table.header.front().begin;
    while (pipe > table.span.begin && text_[pipe] != '|') --pipe;
    const auto before = text::trim(text_.substr(table.span.begin, pipe - table.span.begin));
    return before.empty() ? table.span.begin : pipe;
  }

  // Whether a line lies in a code block or a table; `next_` only moves forward.
  bool is_skipped(std::uint64_t begin, std::uint64_t end) {
    while (next_ < skipped_.size() && skipped_[next_].end <= begin) ++next_;
    return next_ < skipped_.size() && skipped_[next_].begin < end;
  }

  void lines() {
    for (std::uint64_t at = 0; at < text_.size();) {
      const std::uint64_t next = next_line(text_, at);
      std::uint64_t end = next;
      while (end > at && is_space(text_[end - 1])) --end;
      while (next_ < skipped_.size() && skipped_[next_].end <= at) ++next_;
      if (next_ < skipped_.size() && skipped_[next_].begin > at && skipped_[next_].begin < end) line(at, skipped_[next_].begin);
      // "text ## Heading": written on one line
      const auto heading = text_.substr(at, end - at).find(" ## ");
      if (heading != std::string_view::npos && heading > 0 && text_[at] != '#' && !is_skipped(at, end)) {
        line(at, at + heading);
        line(at + heading + 1, end);
      } else {
        line(at, end);
      }
      at = next;
    }
    flush();
  }

  void line(std::uint64_t begin, std::uint64_t end) {
    if (begin == end || is_skipped(begin, end)) return flush();
    std::uint64_t at = begin;
    while (at < end && is_space(text_[at])) ++at;
    if (at < end && text_[at] == '`' && text_.substr(at, 3) == "```") return flush();
    if (text_[at] == '#') {
      flush();
      std::uint64_t marks = at;
      while (marks < end && text_[marks] == '#') ++marks;
      const std::uint64_t level = marks - at;
      while (marks < end && text_[marks] == ' ') ++marks;
      open_section(level, {marks, end});
      heading_ = {marks, end};
      add({marks, end}, true);
      return;
    }
    if (is_bold_heading(at, end)) {
      flush();
      const bool numbered = is_digit(text_[at + 2]);
      open_section(numbered ? kNumberedBold : kBold, {at, end});
      add({at, end}, true);
      return;
    }
    if (starts_item(at, end)) flush();
    if (pending_.begin == pending_.end) {
      pending_ = {at, end};
      level_ = 2 * (at - begin) + (starts_item(at, end) ? 1 : 0);
      ++block_;
    } else {
      pending_.end = end;
    }
  }

  // "**5. Recommendations**" on a line of its own: headings of people who write none.
  bool is_bold_heading(std::uint64_t at, std::uint64_t end) const {
    if (end - at < 6 || end - at > kLongestLead || text_.substr(at, 2) != "**" || text_.substr(end - 2, 2) != "**") return false;
    auto inside = text_.substr(at + 2, end - at - 4);
    if (inside.find("**") != std::string_view::npos || inside.back() == ':' || inside.back() == '.') return false;
    while (!inside.empty() && (is_digit(inside.front()) || inside.front() == '.' || inside.front() == ' ')) inside.remove_prefix(1);
    return std::none_of(inside.begin(), inside.end(), is_digit);  // a number in it is a claim
  }

  void open_section(std::uint64_t level, core::Span span) {
    while (!sections_.empty() && sections_.back().level >= level) sections_.pop_back();
    sections_.push_back({level, span});
    leads_.clear();
    ++block_;
  }

  // "**Rust:**", "- TTFT for JSON files:": what follows further in, or as its list, is said of it.
  void open_lead(core::Span span) {
    std::uint64_t end = span.end;
    while (end > span.begin && (is_space(text_[end - 1]) || text_[end - 1] == '*' || text_[end - 1] == '_')) --end;
    if (end == span.begin || text_[end - 1] != ':' || span.size() > kLongestLead) return;
    leads_.push_back({level_, span});
  }

  // A bullet, a numbered item, or "**Name:** value": lines that begin something of their own.
  bool starts_item(std::uint64_t at, std::uint64_t end) const {
    const char c = text_[at];
    if ((c == '-' || c == '*' || c == '+') && at + 1 < end && (text_[at + 1] == ' ' || text_[at + 1] == '*')) return true;
    if (c == '>' || c == '|') return true;
    std::uint64_t digits = at;
    while (digits < end && is_digit(text_[digits])) ++digits;
    return digits > at && digits < end && (text_[digits] == '.' || text_[digits] == ')');
  }

  void flush() {
    if (pending_.begin < pending_.end) {
      while (!leads_.empty() && leads_.back().level >= level_) leads_.pop_back();
      sentences(pending_);
      open_lead(pending_);
    }
    pending_ = {};
  }

  void sentences(core::Span span) {
    std::uint64_t begin = span.begin;
    for (std::uint64_t i = span.begin; i < span.end; ++i) {
      const char c = text_[i];
      if ((c != '.' && c != '!' && c != '?') || i + 1 >= span.end) continue;
      std::uint64_t after = i + 1;
      while (after < span.end && (text_[after] == '*' || text_[after] == '"' || text_[after] == ')' || text_[after] == '_')) ++after;
      if (after >= span.end || !is_space(text_[after])) continue;
      while (after < span.end && is_space(text_[after])) ++after;
      if (after >= span.end) break;
      const char next = text_[after];
      const bool opens = (next >= 'A' && next <= 'Z') || next == '"' || next == '*' || next == '`' || next == '[' || (next & '\x80') != 0;
      if (!opens || ends_abbreviation(i)) continue;
      add({begin, i + 1}, false);
      begin = after;
    }
    if (begin < span.end) add({begin, span.end}, false);
  }

  bool ends_abbreviation(std::uint64_t dot) const {
    std::uint64_t begin = dot;
    while (begin > 0 && dot - begin < 8 && (is_letter(text_[begin - 1]) || text_[begin - 1] == '.')) --begin;
    const std::string word = text::lower(text_.substr(begin, dot - begin));
    return std::binary_search(kAbbreviations.begin(), kAbbreviations.end(), word);
  }

  // What is longer than any sentence is judged in parts, so that the work stays linear whatever the text.
  void add(core::Span span, bool title) {
    while (span.size() > kLongestSaying) {
      const auto blank = text_.rfind(' ', span.begin + kLongestSaying);
      const std::uint64_t cut = blank == std::string_view::npos || blank <= span.begin ? span.begin + kLongestSaying : blank + 1;
      add_part({span.begin, cut}, title);
      span.begin = cut;
    }
    if (span.begin < span.end) add_part(span, title);
  }

  void add_part(core::Span span, bool title) {
    Saying saying;
    saying.span = span;
    saying.block = block_;
    saying.heading = title ? core::Span{} : heading_;
    for (const Lead& section : sections_) saying.sections.push_back(section.span);
    saying.title = title;
    for (const Lead& lead : leads_) saying.leads.push_back(lead.span);
    saying.pieces = pieces_of(text_.substr(span.begin, span.size()), span.begin);
    out_.push_back(std::move(saying));
  }

  std::vector<Piece> pieces_in(text::MarkdownSpan span) const { return pieces_of(text_.substr(span.begin, span.end - span.begin), span.begin); }

  // The line above a table, where it ends in a colon.
  std::vector<core::Span> table_leads(const text::MarkdownTable& table) const {
    std::uint64_t end = table.span.begin;
    while (end > 0 && (is_space(text_[end - 1]) || text_[end - 1] == '*')) --end;
    if (end == 0 || text_[end - 1] != ':') return {};
    const auto before = text_.rfind('\n', end - 1);
    const std::uint64_t begin = before == std::string_view::npos ? 0 : before + 1;
    return end - begin > kLongestLead ? std::vector<core::Span>{} : std::vector<core::Span>{{begin, end}};
  }

  void cells() {
    // copied, as the cells are put behind the sayings that they are looked up in
    std::vector<Saying> above;
    for (const Saying& saying : out_)
      if (saying.title) above.push_back(saying);
    for (const CellPlace& place : scan_.cells) {
      if (place.row == 0 || place.span.begin >= place.span.end) continue;
      const text::MarkdownTable& table = scan_.markdown.tables[place.table];
      const std::vector<text::MarkdownSpan>& row = table.rows[place.row - 1];
      Saying saying;
      saying.cell = true;
      saying.span = {place.span.begin, place.span.end};
      saying.block = block_ + 1 + place.table;
      const auto title = std::upper_bound(above.begin(), above.end(), saying.span, [](const core::Span& a, const Saying& b) { return a.begin < b.span.begin; });
      if (title != above.begin()) {
        saying.heading = std::prev(title)->span;
        saying.sections = std::prev(title)->sections;
      }
      saying.leads = table_leads(table);
      if (place.column > 0) {
        saying.row_label = {row[0].begin, row[0].end};
        saying.pieces = pieces_in(row[0]);
      }
      if (place.column < table.header.size()) {
        saying.column_header = {table.header[place.column].begin, table.header[place.column].end};
        for (Piece& piece : pieces_in(table.header[place.column])) saying.pieces.push_back(std::move(piece));
      }
      for (Piece& piece : pieces_in(place.span)) saying.pieces.push_back(std::move(piece));
      out_.push_back(std::move(saying));
    }
  }

  void assign_mentions() {
    std::size_t at = 0;
    for (std::size_t m = 0; m < scan_.mentions.size(); ++m) {
      const std::uint64_t begin = scan_.mentions[m].span.begin;
      while (at < out_.size() && out_[at].span.end <= begin) ++at;
      if (at < out_.size() && out_[at].span.begin <= begin) out_[at].mentions.push_back(m);
    }
  }

  std::string_view text_;
  const Scan& scan_;
  std::vector<core::Span> skipped_;
  std::size_t next_ = 0;
  core::Span pending_;
  core::Span heading_;
  struct Lead {
    std::uint64_t level = 0;  // indentation; an item stands below a line of the same indentation. Of a section: its level
    core::Span span;
  };
  std::vector<Lead> leads_;
  std::vector<Lead> sections_;
  std::uint64_t level_ = 0;
  std::size_t block_ = 0;
  std::vector<Saying> out_;
};

}  // namespace

std::vector<Saying> sayings_of(std::string_view text, const Scan& scan) { return Cutter(text, scan).run(); }

}  // namespace chimera::claims
