#include "text/markdown.h"

#include <algorithm>

#include "text/markdown_lines.h"
#include "text/markdown_parts.h"
#include "text/number.h"

namespace chimera::text {
namespace {

constexpr std::size_t kMostContainers = 48;       // quotes and list items inside each other; more are running text
constexpr std::size_t kLongestFrontMatter = 200;  // lines

// A position in a line, in bytes and in columns (a tab ends at the next multiple of four).
struct Cursor {
  std::string_view text;
  std::uint64_t position = 0;
  std::uint64_t end = 0;
  std::uint64_t column = 0;

  [[nodiscard]] std::string_view rest() const { return text.substr(position, end - position); }
  [[nodiscard]] std::uint64_t indent() const {
    std::uint64_t to = column;
    for (std::uint64_t i = position; i < end && (text[i] == ' ' || text[i] == '\t'); ++i)
      to = text[i] == ' ' ? to + 1 : (to / 4 + 1) * 4;
    return to - column;
  }
  // Passes over `columns` of white space; a tab that reaches further is passed over in part.
  void skip(std::uint64_t columns) {
    const std::uint64_t to = column + columns;
    while (column < to && position < end && (text[position] == ' ' || text[position] == '\t')) {
      const std::uint64_t next = text[position] == ' ' ? column + 1 : (column / 4 + 1) * 4;
      if (next > to) break;
      column = next, ++position;
    }
    column = to;
  }
  void skip_indent() { skip(indent()); }
  void take(std::uint64_t bytes) { position += bytes, column += bytes; }
  [[nodiscard]] bool blank() const {
    const std::string_view all = rest();
    return std::all_of(all.begin(), all.end(), [](char c) { return c == ' ' || c == '\t' || c == '\r'; });
  }
};

// A number with a fraction, which names no column.
bool is_value(std::string_view cell) {
  const auto number = parse_number_with_unit(cell);
  return number && !number->token.number.integer;
}

class BlockParser {
 public:
  explicit BlockParser(std::string_view text) : text_(text) {}
  Markdown parse();

 private:
  enum class Leaf { none, text, fence, indented, html, table };
  struct Container {
    bool quote = false;
    std::uint64_t width = 0;  // columns that belong to the item, from where its marker's line began
    std::int32_t block = -1;
  };

  void read_line();
  std::size_t match_containers(Cursor& at) const;
  bool open_containers(Cursor& at, std::size_t matched);
  void open_item(Cursor& at, const ListMarker& marker);
  void close_to(std::size_t depth);
  bool continue_verbatim(const Cursor& at, std::size_t matched);
  bool start_verbatim(const Cursor& at);
  void read_leaf(Cursor at, std::size_t matched);
  [[nodiscard]] bool starts_block(const Cursor& at) const;

  void add_text(MarkdownSpan line);
  void add_heading(MarkdownSpan content, int level);
  void add_pieces(const std::vector<MarkdownSpan>& pieces);
  bool underline(std::string_view rest);
  bool add_definition(MarkdownSpan line);
  bool start_table(MarkdownSpan delimiter, std::size_t matched);
  [[nodiscard]] std::vector<MarkdownSpan> take_header(std::size_t columns);
  void drop_tail(std::uint64_t cut);
  bool add_row(MarkdownSpan line);
  bool next_header_in_table(MarkdownSpan delimiter);
  void open_table(MarkdownSpan delimiter, std::vector<MarkdownSpan> header);

  std::int32_t add_block(BlockKind kind, MarkdownSpan span, int level = 0);
  MarkdownBlock& leaf_block() { return out_.blocks[static_cast<std::size_t>(leaf_block_)]; }
  MarkdownTable& table() { return out_.tables.back(); }
  [[nodiscard]] MarkdownSpan next_line() const;
  [[nodiscard]] std::size_t cells_of_next_line() const;
  void read_front_matter();

  std::string_view text_;
  Markdown out_;
  std::vector<Fragment> fragments_;
  std::vector<Container> open_;
  Leaf leaf_ = Leaf::none;
  std::size_t leaf_depth_ = 0;  // containers around the leaf
  std::int32_t leaf_block_ = -1;
  Fence fence_;
  std::string_view html_end_;
  std::size_t columns_ = 0;     // of the open table
  bool leading_pipes_ = false;  // its header had one
  std::int32_t heading_ = -1;
  MarkdownSpan line_;  // without LF
  std::uint64_t number_ = 0;
};

Markdown BlockParser::parse() {
  read_front_matter();
  for (std::uint64_t begin = line_.end == 0 ? 0 : line_.end + 1; begin < text_.size(); begin = line_.end + 1) {
    line_ = {begin, std::min(text_.find('\n', begin), text_.size())};
    ++number_;
    read_line();
  }
  collect_pairs(text_, fragments_, out_);
  collect_inlines(text_, out_);
  collect_code_tables(text_, out_);
  return std::move(out_);
}

// "---", "key: value" lines, "---" at the very top, as static site generators and model hubs write them.
void BlockParser::read_front_matter() {
  if (text_.substr(0, 4) != "---\n" && text_.substr(0, 5) != "---\r\n") return;
  std::vector<MarkdownSpan> lines;
  std::uint64_t begin = text_.find('\n') + 1;
  while (begin < text_.size() && lines.size() < kLongestFrontMatter) {
    const MarkdownSpan line{begin, std::min(text_.find('\n', begin), text_.size())};
    const MarkdownSpan content = trimmed(text_, line);
    begin = line.end + 1;
    if (at(text_, content) == "---") {
      if (lines.empty()) return;
      const std::int32_t block = add_block(BlockKind::paragraph, {lines.front().begin, lines.back().end});
      for (std::size_t i = 0; i < lines.size(); ++i) fragments_.push_back({lines[i], block, i + 2});
      number_ = lines.size() + 2;
      line_ = line;
      return;
    }
    const bool entry =
        !empty(content) && (text_[line.begin] == ' ' || text_[line.begin] == '-' || split_pair(text_, content));
    if (!entry) return;
    lines.push_back(content);
  }
}

void BlockParser::read_line() {
  Cursor at{text_, line_.begin, line_.end, 0};
  const std::size_t matched = match_containers(at);
  if (continue_verbatim(at, matched)) return;
  if (open_containers(at, matched)) return read_leaf(at, open_.size());
  if (matched < open_.size()) {
    // A line of text goes on with the paragraph above even where it lacks the markers of what the paragraph is in.
    const bool lazy = leaf_ == Leaf::text && !at.blank() && !starts_block(at);
    if (!lazy) close_to(matched);
  }
  read_leaf(at, matched);
}

std::size_t BlockParser::match_containers(Cursor& at) const {
  std::size_t matched = 0;
  for (const Container& container : open_) {
    if (container.quote) {
      const std::uint64_t indent = at.indent();
      if (indent > 3 || at.position + indent >= at.end || text_[at.position + indent] != '>') break;
      at.skip(indent);
      at.take(1);
      if (at.indent() > 0) at.skip(1);
    } else if (!at.blank()) {
      if (at.indent() < container.width) break;
      at.skip(container.width);
    }
    ++matched;
  }
  return matched;
}

// True where a container was opened; the leaf that was open is closed then.
bool BlockParser::open_containers(Cursor& at, std::size_t matched) {
  bool opened = false;
  while (at.indent() < 4 && !at.blank() && std::max(open_.size(), matched) < kMostContainers) {
    Cursor inner = at;
    inner.skip_indent();
    const std::string_view rest = inner.rest();
    if (rest[0] == '>') {
      close_to(opened ? open_.size() : matched);
      inner.take(1);
      if (inner.indent() > 0) inner.skip(1);
      open_.push_back({true, 0, add_block(BlockKind::quote, {inner.position, inner.end})});
    } else {
      const ListMarker marker = list_marker(rest);
      const bool in_text = !opened && leaf_ == Leaf::text && matched == open_.size();
      if (marker.size == 0 || is_rule(rest) || (in_text && !marker.interrupts)) break;
      if (leaf_ == Leaf::text && delimiter_cells(rest) > 0) break;
      close_to(opened ? open_.size() : matched);
      open_item(at, marker);
      inner = at;
    }
    opened = true;
    leaf_ = Leaf::none;
    at = inner;
  }
  return opened;
}

void BlockParser::open_item(Cursor& at, const ListMarker& marker) {
  const std::uint64_t indent = at.indent();
  at.skip(indent);
  if (marker.ordered) out_.ordinals.push_back({at.position, at.position + marker.size - 1});
  at.take(marker.size);
  const std::uint64_t spaces = at.indent();
  const std::uint64_t own = at.blank() || spaces > 4 ? 1 : spaces;
  at.skip(own);
  const auto level = 1 + std::count_if(open_.begin(), open_.end(), [](const Container& c) { return !c.quote; });
  const std::uint64_t content = at.blank() ? at.position : at.position + at.rest().find_first_not_of(" \t");
  open_.push_back({false, indent + marker.size + own,
                   add_block(BlockKind::list_item, {content, content}, static_cast<int>(level))});
}

void BlockParser::close_to(std::size_t depth) {
  if (leaf_depth_ > depth) leaf_ = Leaf::none;
  open_.resize(std::min(open_.size(), depth));
}

// Code and HTML go on, whatever the line holds, until their end.
bool BlockParser::continue_verbatim(const Cursor& at, std::size_t matched) {
  if (leaf_ != Leaf::fence && leaf_ != Leaf::html && leaf_ != Leaf::indented) return false;
  if (matched < leaf_depth_) {
    close_to(matched);
    leaf_ = Leaf::none;
    return false;
  }
  if (leaf_ == Leaf::indented) {
    if (at.blank()) return true;
    if (at.indent() < 4) return leaf_ = Leaf::none, false;
  } else if (leaf_ == Leaf::fence) {
    Cursor inner = at;
    inner.skip_indent();
    if (at.indent() < 4 && closes_fence(inner.rest(), fence_)) return leaf_ = Leaf::none, true;
  } else if (html_end_.empty() && at.blank()) {
    return leaf_ = Leaf::none, true;
  }
  MarkdownBlock& block = leaf_block();
  if (leaf_ == Leaf::fence && empty(block.span)) block.span.begin = at.position;
  block.span.end = line_.end;
  if (leaf_ == Leaf::html && !html_end_.empty() && at.rest().find(html_end_) != std::string_view::npos)
    leaf_ = Leaf::none;
  return true;
}

// Opens a code or HTML block where the line begins one.
bool BlockParser::start_verbatim(const Cursor& at) {
  const bool in_text = leaf_ == Leaf::text;
  if (at.indent() >= 4) {
    if (in_text || leaf_ == Leaf::table) return false;
    leaf_ = Leaf::indented;
    leaf_block_ = add_block(BlockKind::code, {at.position, at.end});
    leaf_depth_ = open_.size();
    return true;
  }
  Cursor inner = at;
  inner.skip_indent();
  const Fence fence = opening_fence(inner.rest());
  const HtmlStart html = html_start(inner.rest());
  if (fence.size > 0) {
    leaf_ = Leaf::fence;
    fence_ = fence;
    leaf_block_ = add_block(BlockKind::code, {at.end, at.end});
  } else if (html.starts && (html.interrupts || !in_text)) {
    leaf_ = Leaf::html;
    html_end_ = html.end;
    leaf_block_ = add_block(BlockKind::html, {inner.position, inner.end});
    const std::size_t after = inner.rest().substr(0, 4) == "<!--" ? 4 : 1;
    if (!html_end_.empty() && inner.rest().find(html_end_, after) != std::string_view::npos) leaf_ = Leaf::none;
  } else {
    return false;
  }
  leaf_depth_ = open_.size();
  return true;
}

bool BlockParser::starts_block(const Cursor& at) const {
  if (at.indent() >= 4) return false;
  Cursor inner = at;
  inner.skip_indent();
  const std::string_view rest = inner.rest();
  const HtmlStart html = html_start(rest);
  return heading_line(text_, {inner.position, inner.end}).level > 0 || opening_fence(rest).size > 0 || is_rule(rest) ||
         (html.starts && html.interrupts);
}

void BlockParser::read_leaf(Cursor at, std::size_t matched) {
  if (at.blank()) {
    leaf_ = Leaf::none;
    return;
  }
  for (const Container& container : open_)
    if (container.quote) out_.blocks[static_cast<std::size_t>(container.block)].span.end = line_.end;
  if (start_verbatim(at)) return;
  at.skip_indent();
  const MarkdownSpan line = trimmed(text_, {at.position, at.end});
  const std::string_view rest = chimera::text::at(text_, line);
  if (leaf_ == Leaf::text && matched == open_.size() && underline(rest)) return;
  if (is_rule(rest)) {
    leaf_ = Leaf::none;
    add_block(BlockKind::rule, line);
    return;
  }
  if (delimiter_cells(rest) > 0 && (next_header_in_table(line) || start_table(line, matched))) return;
  if (leaf_ != Leaf::text && add_definition(line)) return;
  const std::vector<MarkdownSpan> pieces = split_headings(text_, line);
  const HeadingLine heading = heading_line(text_, pieces.front());
  if (heading.level > 0)
    add_heading(heading.content, heading.level);
  else if (leaf_ != Leaf::table || !add_row(pieces.front()))
    add_text(pieces.front());
  for (std::size_t i = 1; i < pieces.size(); ++i) {
    const HeadingLine next = heading_line(text_, pieces[i]);
    add_heading(next.content, next.level);
  }
}

// "[label]: address", which shows nothing itself.
bool BlockParser::add_definition(MarkdownSpan line) {
  const std::string_view all = at(text_, line);
  const std::size_t close = all.substr(0, 200).find("]:");
  if (all.front() != '[' || close == std::string_view::npos || close < 2 || all[1] == '^') return false;
  const MarkdownSpan target = trimmed(text_, {line.begin + close + 2, line.end});
  if (empty(target)) return false;
  out_.links.push_back({{line.begin + 1, line.begin + close}, target, true});
  return true;
}

// "===" or "---" below a paragraph makes it a heading.
bool BlockParser::underline(std::string_view rest) {
  const char mark = setext_mark(rest);
  MarkdownBlock& block = leaf_block();
  if (mark == 0 || block.kind != BlockKind::paragraph) return false;
  block.kind = BlockKind::heading;
  block.level = mark == '=' ? 1 : 2;
  heading_ = leaf_block_;
  leaf_ = Leaf::none;
  return true;
}

void BlockParser::add_heading(MarkdownSpan content, int level) {
  const MarkdownSpan next = trimmed(text_, next_line());
  // A list that begins on the heading's own line goes on in the next one.
  std::vector<MarkdownSpan> pieces{content};
  if (list_marker(at(text_, next)).size > 0) pieces = split_items(text_, content, FirstPiece::heading);
  const std::int32_t above = heading_;
  heading_ = add_block(BlockKind::heading, pieces.front(), level);
  out_.blocks.back().heading = above;
  fragments_.push_back({pieces.front(), heading_, number_});
  leaf_ = Leaf::none;
  if (pieces.size() == 1) return;
  leaf_block_ = heading_;
  add_pieces(pieces);
}

// Every piece after the first is a list item of its own.
void BlockParser::add_pieces(const std::vector<MarkdownSpan>& pieces) {
  int level = std::max(1, leaf_block().kind == BlockKind::list_item ? leaf_block().level : 1);
  const auto first = split_pair(text_, pieces.front());
  if (leaf_block().kind == BlockKind::list_item && first && empty(first->value)) ++level;
  for (std::size_t i = 1; i < pieces.size(); ++i) {
    leaf_block_ = add_block(BlockKind::list_item, pieces[i], level);
    fragments_.push_back({pieces[i], leaf_block_, number_});
  }
  leaf_ = Leaf::text;
  leaf_depth_ = open_.size();
}

void BlockParser::add_text(MarkdownSpan line) {
  if (empty(line)) return;
  if (leaf_ != Leaf::text) {
    const bool fresh_item = !open_.empty() && !open_.back().quote &&
                            open_.back().block + 1 == static_cast<std::int32_t>(out_.blocks.size()) &&
                            empty(out_.blocks.back().span);
    leaf_block_ = fresh_item ? open_.back().block : add_block(BlockKind::paragraph, {line.begin, line.begin});
    if (fresh_item) leaf_block().span.begin = line.begin;
    leaf_ = Leaf::text;
    leaf_depth_ = open_.size();
  }
  std::vector<MarkdownSpan> pieces{line};
  if (leaf_block().kind == BlockKind::list_item) pieces = split_items(text_, line, FirstPiece::pair);
  leaf_block().span.end = pieces.front().end;
  fragments_.push_back({pieces.front(), leaf_block_, number_});
  if (pieces.size() > 1) add_pieces(pieces);
}

bool BlockParser::start_table(MarkdownSpan delimiter, std::size_t matched) {
  const std::size_t columns = delimiter_cells(at(text_, delimiter));
  const bool under_text =
      !fragments_.empty() && fragments_.back().line + 1 == number_ && has_pipe(at(text_, fragments_.back().span));
  // Without a header a row below has to say that this is a table.
  if (!under_text && (columns < 2 || cells_of_next_line() != columns)) return false;
  std::vector<MarkdownSpan> header = under_text ? take_header(columns) : std::vector<MarkdownSpan>();
  close_to(matched);
  open_table(delimiter, std::move(header));
  return true;
}

// The header is the last `columns` cells of the line above. Where that line and the row below agree on another
// number, the delimiter row is the one that is wrong.
std::vector<MarkdownSpan> BlockParser::take_header(std::size_t columns) {
  const MarkdownSpan above = fragments_.back().span;
  PipeRow row = split_row(text_, above, PipesInCode::separate);
  if (row.cells.size() != columns) {
    PipeRow other = split_row(text_, above, PipesInCode::belong_to_the_code);
    if (other.cells.size() == columns) row = std::move(other);
  }
  leading_pipes_ = row.leading || row.trailing;
  const std::size_t cells = row.cells.size();
  const bool delimiter_is_wrong = cells != columns && row.leading && cells_of_next_line() == cells;
  if (cells <= columns || delimiter_is_wrong) {
    drop_tail(above.begin);
    return std::move(row.cells);
  }
  const auto first = row.cells.end() - static_cast<std::ptrdiff_t>(columns);
  drop_tail(std::prev(first)->end);
  return {first, row.cells.end()};
}

// Takes what follows `cut` away from the last fragment, and the fragment and its block where nothing is left.
void BlockParser::drop_tail(std::uint64_t cut) {
  Fragment& fragment = fragments_.back();
  MarkdownBlock& block = out_.blocks[static_cast<std::size_t>(fragment.block)];
  fragment.span = trimmed(text_, {fragment.span.begin, cut});
  block.span.end = std::max(block.span.begin, fragment.span.end);
  if (!empty(fragment.span)) return;
  const std::int32_t owner = fragment.block;
  fragments_.pop_back();
  const bool has_more = !fragments_.empty() && fragments_.back().block == owner;
  if (has_more) block.span.end = fragments_.back().span.end;
  const bool last = owner + 1 == static_cast<std::int32_t>(out_.blocks.size());
  if (!has_more && last && block.kind == BlockKind::paragraph) out_.blocks.pop_back();
}

void BlockParser::open_table(MarkdownSpan delimiter, std::vector<MarkdownSpan> header) {
  const std::size_t declared = delimiter_cells(at(text_, delimiter));
  MarkdownTable made;
  // Something else stands before the header on its line.
  const bool run_together = !header.empty() && !fragments_.empty() && fragments_.back().line + 1 == number_;
  made.broken = header.size() != declared || run_together;
  columns_ = header.empty()                                                      ? declared
             : header.size() < declared && cells_of_next_line() != header.size() ? declared
                                                                                 : header.size();
  if (header.empty()) leading_pipes_ = text_[delimiter.begin] == '|';
  made.span = {header.empty() ? delimiter.begin : header.front().begin, delimiter.end};
  header.resize(columns_, MarkdownSpan{delimiter.begin, delimiter.begin});
  made.header = std::move(header);
  made.heading = heading_;
  out_.tables.push_back(std::move(made));
  leaf_block_ = add_block(BlockKind::table, table().span);
  out_.blocks.back().table = static_cast<std::int32_t>(out_.tables.size()) - 1;
  leaf_ = Leaf::table;
  leaf_depth_ = open_.size();
}

// A delimiter row inside a table: the row above it is the header of another one.
bool BlockParser::next_header_in_table(MarkdownSpan delimiter) {
  if (leaf_ != Leaf::table || table().rows.empty()) return leaf_ == Leaf::table;
  const std::size_t declared = delimiter_cells(at(text_, delimiter));
  // Nothing below it, or a value above it: the rule of a table some program drew, which closes it or parts its rows.
  const std::vector<MarkdownSpan>& above = table().rows.back();
  const bool fits = declared == columns_ && above.size() == columns_;
  if (fits && (!has_pipe(at(text_, next_line())) || std::any_of(above.begin(), above.end(), [&](MarkdownSpan cell) { return is_value(at(text_, cell)); }))) return true;
  std::vector<MarkdownSpan> header = std::move(table().rows.back());
  table().rows.pop_back();
  if (header.size() >= columns_ + declared) {  // a row and the next header on one line
    const auto cut = header.end() - static_cast<std::ptrdiff_t>(declared);
    table().rows.emplace_back(header.begin(), header.begin() + static_cast<std::ptrdiff_t>(columns_));
    header.erase(header.begin(), cut);
  }
  table().span.end = leaf_block().span.end = std::min(table().span.end, header.front().begin);
  open_table(delimiter, std::move(header));
  return true;
}

// False where the line is no row of the open table, which it then ends.
bool BlockParser::add_row(MarkdownSpan line) {
  leaf_ = Leaf::none;
  if (!has_pipe(at(text_, line))) return false;
  PipeRow row = split_row(text_, line, PipesInCode::separate);
  if (row.cells.size() != columns_) {
    PipeRow other = split_row(text_, line, PipesInCode::belong_to_the_code);
    if (other.cells.size() == columns_) row = std::move(other);
  }
  drop_mark(text_, columns_, row);
  if (leading_pipes_ && !row.leading && row.cells.size() != columns_) return false;
  // Text behind the last pipe begins something else, unless the table goes on below it.
  const bool one_more = row.leading && !row.trailing && row.cells.size() == columns_ + 1;
  const bool tail = one_more && at(text_, trimmed(text_, next_line())).substr(0, 1) != "|";
  const MarkdownSpan rest = row.cells.back();
  if (tail) row.cells.pop_back();
  if (row.cells.size() != columns_) table().broken = true;
  table().span.end = leaf_block().span.end = tail ? row.cells.back().end : line.end;
  table().rows.push_back(std::move(row.cells));
  if (tail)
    add_text(rest);
  else
    leaf_ = Leaf::table;
  return true;
}

std::int32_t BlockParser::add_block(BlockKind kind, MarkdownSpan span, int level) {
  out_.blocks.push_back({kind, span, level, heading_, -1});
  return static_cast<std::int32_t>(out_.blocks.size()) - 1;
}

MarkdownSpan BlockParser::next_line() const {
  const std::uint64_t begin = std::min<std::uint64_t>(line_.end + 1, text_.size());
  return {begin, std::min(text_.find('\n', begin), text_.size())};
}

std::size_t BlockParser::cells_of_next_line() const {
  MarkdownSpan line = trimmed(text_, next_line());
  while (!empty(line) && text_[line.begin] == '>') line = trimmed(text_, {line.begin + 1, line.end});
  if (!has_pipe(at(text_, line))) return 0;
  return split_row(text_, line, PipesInCode::separate).cells.size();
}

}  // namespace

Markdown parse_markdown(std::string_view text) { return BlockParser(text).parse(); }

}  // namespace chimera::text
