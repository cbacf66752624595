#include "text/html_tables.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "base/one_of.h"
#include "text/markdown_lines.h"
#include "text/words.h"

namespace chimera::text {
namespace {

constexpr std::size_t kMostColumns = 256;
constexpr std::size_t kMostSpanned = 64;   // columns or rows of one cell
constexpr std::size_t kMostWrappers = 8;   // tags around the content of a cell
constexpr std::size_t kLongestName = 16;
constexpr std::size_t kLongestTag = 128;   // of those in running text

struct Tag {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;  // behind the ">"
  std::string name;       // in lower case, with the "/" of one that closes
};

// The next tag from `from` on that ends before `end`.
std::optional<Tag> next_tag(std::string_view text, std::uint64_t from, std::uint64_t end) {
  text = text.substr(0, end);  // nothing is looked for behind it
  while (from < end) {
    const std::size_t open = text.find('<', from);
    if (open == std::string_view::npos) return std::nullopt;
    if (text.substr(open, 4) == "<!--") {
      const std::size_t close = text.find("-->", open);
      if (close == std::string_view::npos) return std::nullopt;
      from = close + 3;
      continue;
    }
    std::size_t i = open + 1;
    std::string name;
    if (i < end && text[i] == '/') name += text[i++];
    while (i < end && name.size() < kLongestName && ((text[i] | 0x20) >= 'a' && (text[i] | 0x20) <= 'z')) name += static_cast<char>(text[i++] | 0x20);
    const bool ends = i < text.size() && std::string_view(" \t\r\n/>").find(text[i]) != std::string_view::npos;
    if (name.empty() || name == "/" || !ends) {
      from = open + 1;
      continue;
    }
    const std::size_t close = text.find('>', i);
    if (close == std::string_view::npos) return std::nullopt;
    return Tag{open, close + 1, std::move(name)};
  }
  return std::nullopt;
}

// The number of colspan="3"; 1 where the tag says none.
std::size_t spanned(std::string_view tag, std::string_view attribute) {
  const std::string written = lower(tag);
  std::size_t at = written.find(attribute);
  if (at == std::string::npos) return 1;
  at = written.find_first_not_of(" =\"'", at + attribute.size());
  std::size_t number = 1;
  if (at != std::string::npos) std::from_chars(written.data() + at, written.data() + written.size(), number);
  return number;
}

// Ends the cell before it.
bool is_structure(std::string_view name) {
  constexpr std::array<std::string_view, 9> kStructure = {"/td", "/th", "tr", "/tr", "tbody", "/tbody", "thead", "/thead", "tfoot"};
  return base::is_one_of(name, kStructure);
}

class HtmlRows {
 public:
  HtmlRows(std::string_view text, MarkdownSpan span) : text_(text), span_(span) {}

  // Nothing where the rows are none of a plain table.
  std::optional<MarkdownTable> read() {
    std::uint64_t from = span_.begin;
    while (const auto tag = next_tag(text_, from, span_.end)) {
      from = tag->end;
      const bool cell = tag->name == "td" || tag->name == "th";
      if (!cell && !is_structure(tag->name)) continue;
      close_cell(tag->begin);
      if (!cell) {
        if (tag->name != "/td" && tag->name != "/th") close_row();
        continue;
      }
      if (!open_cell(*tag)) return std::nullopt;
    }
    close_cell(span_.end);
    close_row();
    if (rows_.size() < 2 || heads_itself_) return std::nullopt;
    MarkdownTable table;
    table.header = std::move(rows_.front());
    table.rows.assign(std::make_move_iterator(rows_.begin() + 1), std::make_move_iterator(rows_.end()));
    table.span = span_;
    for (const auto& row : table.rows) table.broken = table.broken || row.size() != table.header.size();
    // Those of one column lay out a page.
    const auto named = std::count_if(table.header.begin(), table.header.end(), [](MarkdownSpan cell) { return !empty(cell); });
    return named > 1 ? std::optional(std::move(table)) : std::nullopt;
  }

 private:
  bool open_cell(const Tag& tag) {
    fill_from_above(tag.begin);
    const std::string_view written = text_.substr(tag.begin, tag.end - tag.begin);
    const std::size_t columns = spanned(written, "colspan");
    const std::size_t rows = spanned(written, "rowspan");
    if (columns == 0 || rows == 0 || columns > kMostSpanned || row_.size() + columns > kMostColumns) return false;
    for (std::size_t c = 0; c < columns; ++c) {
      if (below_.size() <= row_.size()) below_.resize(row_.size() + 1);
      below_[row_.size()] = std::min(rows, kMostSpanned) - 1;
      row_.push_back({tag.end, tag.end});
    }
    cell_ = row_.size() - columns;
    heads_ += tag.name == "th" ? 1 : 0;
    ++written_;
    open_ = true;
    return true;
  }

  // Columns that a cell of a row above reaches down to.
  void fill_from_above(std::uint64_t at) {
    while (row_.size() < below_.size() && below_[row_.size()] > 0) {
      --below_[row_.size()];
      row_.push_back({at, at});
    }
  }

  void close_cell(std::uint64_t end) {
    if (!open_) return;
    open_ = false;
    MarkdownSpan& content = row_[cell_];
    content.end = end;
    content = inner(content);
  }

  void close_row() {
    if (written_ == 0) return;
    fill_from_above(row_.back().end);
    // A row of names of columns, or of one that heads a row and its values.
    if (rows_.empty()) heads_itself_ = heads_ > 0 && heads_ < written_;
    // A title over all columns.
    if (!(rows_.empty() && written_ == 1)) rows_.push_back(std::move(row_));
    row_.clear();
    heads_ = written_ = 0;
  }

  [[nodiscard]] MarkdownSpan bare(MarkdownSpan span) const {
    const auto space = [&](std::uint64_t i) { return std::string_view(" \t\r\n").find(text_[i]) != std::string_view::npos; };
    while (span.begin < span.end && space(span.begin)) ++span.begin;
    while (span.end > span.begin && space(span.end - 1)) --span.end;
    return span;
  }

  // Without the tags around it.
  [[nodiscard]] MarkdownSpan inner(MarkdownSpan span) const {
    span = bare(span);
    for (std::size_t i = 0; i < kMostWrappers && span.end - span.begin > 2; ++i) {
      const std::string_view content = at(text_, span);
      const std::size_t first = content.find('>');
      const std::size_t last = content.rfind('<');
      if (content[0] == '<' && content[1] != '!' && first != std::string_view::npos) span.begin += first + 1;
      else if (content.back() == '>' && last != std::string_view::npos) span.end = span.begin + last;
      else break;
      span = bare(span);
    }
    return span;
  }

  std::string_view text_;
  MarkdownSpan span_;
  std::vector<std::vector<MarkdownSpan>> rows_;
  std::vector<MarkdownSpan> row_;
  std::vector<std::size_t> below_;  // by column: how many rows more its cell reaches down
  std::size_t cell_ = 0;            // the open one of the row
  bool open_ = false;
  std::size_t written_ = 0;         // cells of the row
  std::size_t heads_ = 0;           // of these, "th"
  bool heads_itself_ = false;       // the first row
};

}  // namespace

void add_html_tables(std::string_view text, Markdown& markdown) {
  std::uint64_t done = 0;
  for (std::size_t b = 0; b < markdown.blocks.size(); ++b) {
    const MarkdownBlock& block = markdown.blocks[b];
    if (block.kind != BlockKind::html) continue;
    // Where blocks of other kinds begin, the HTML ends.
    std::size_t next = b + 1;
    while (next < markdown.blocks.size() && markdown.blocks[next].kind == BlockKind::html) ++next;
    const std::uint64_t last = markdown.blocks[next - 1].span.end;
    std::uint64_t open = 0;  // behind the tag; 0: none is open
    std::uint64_t from = std::max(done, block.span.begin);
    while (const auto tag = next_tag(text, from, last)) {
      from = tag->end;
      if (tag->name == "table") open = tag->end;
      if (tag->name != "/table" || open == 0) continue;
      if (auto table = HtmlRows(text, {open, tag->begin}).read()) {
        table->heading = block.heading;
        markdown.tables.push_back(std::move(*table));
      }
      open = 0;
    }
    done = last;
    b = next - 1;
  }
}

std::string without_html(std::string_view text) {
  constexpr std::array<std::string_view, 17> kInline = {"b", "/b", "i", "/i", "em", "/em", "strong", "/strong", "code", "/code", "sub", "/sub", "sup", "/sup", "span", "/span", "br"};
  using Entity = std::pair<std::string_view, std::string_view>;
  constexpr std::array<Entity, 8> kEntities = {Entity{"&nbsp;", " "}, {"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}, {"&quot;", "\""}, {"&micro;", "\u00B5"}, {"&mu;", "\u00B5"}, {"&plusmn;", "\u00B1"}};
  if (text.find_first_of("<&") == std::string_view::npos) return std::string(text);
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const std::string_view rest = text.substr(i);
    const std::optional<Tag> tag = rest[0] == '<' ? next_tag(rest.substr(0, kLongestTag), 0, std::min(rest.size(), kLongestTag)) : std::nullopt;
    if (tag && tag->begin == 0 && base::is_one_of(tag->name, kInline)) {
      if (tag->name == "br") out += ' ';
      i += tag->end;
      continue;
    }
    const auto entity = rest[0] == '&' ? std::find_if(kEntities.begin(), kEntities.end(), [&](const Entity& each) { return rest.substr(0, each.first.size()) == each.first; }) : kEntities.end();
    out += entity != kEntities.end() ? entity->second : rest.substr(0, 1);
    i += entity != kEntities.end() ? entity->first.size() : 1;
  }
  return out;
}

}  // namespace chimera::text
