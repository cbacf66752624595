#include "text/markdown_lines.h"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/ascii.h"
#include "base/one_of.h"
#include "text/words.h"

namespace chimera::text {
namespace {

constexpr std::size_t kLongestName = 120;   // bytes of a name in front of a colon
constexpr std::size_t kLongestNumber = 24;  // with its unit; also the name behind it where pairs share a line
constexpr int kMostWords = 10;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
using base::is_digit;
using base::is_letter;
bool is_alnum(char c) { return is_digit(c) || is_letter(c) || static_cast<unsigned char>(c) >= 0x80; }

std::size_t run_length(std::string_view text, std::size_t from) {
  std::size_t end = from;
  while (end < text.size() && text[end] == text[from]) ++end;
  return end - from;
}

bool blank_from(std::string_view line, std::size_t from) {
  return std::all_of(line.begin() + static_cast<std::ptrdiff_t>(from), line.end(), is_space);
}

struct BacktickRun {
  std::uint64_t begin = 0;
  std::uint64_t size = 0;
  std::size_t next = 0;  // index of the next run of this size, 0 where there is none
};

std::vector<BacktickRun> backtick_runs(std::string_view text, MarkdownSpan span) {
  std::vector<BacktickRun> runs;
  const std::string_view part = at(text, span);
  for (std::size_t i = part.find('`'); i != std::string_view::npos; i = part.find('`', i)) {
    const std::size_t size = run_length(part, i);
    runs.push_back({span.begin + i, size, 0});
    i += size;
  }
  std::unordered_map<std::uint64_t, std::size_t> nearest;
  if (runs.size() > 1)
    for (std::size_t i = runs.size(); i-- > 0;) {
      const auto [entry, fresh] = nearest.try_emplace(runs[i].size, i);
      if (!fresh) runs[i].next = std::exchange(entry->second, i);
    }
  return runs;
}

// "avg" of "avg. latency", "w" of "(w. others)".
bool abbreviates(std::string_view before) {
  constexpr std::array<std::string_view, 6> kShort = {"avg", "max", "min", "std", "dev", "med"};
  const std::string_view word = before.substr(before.find_last_of(" (") + 1);
  return (word.size() == 1 && word[0] >= 'a' && word[0] <= 'z') || (word.size() == 3 && base::is_one_of(lower(word), kShort));
}

// A name of a "name: value" pair is short, has a letter or digit, and is no sentence.
bool is_name(std::string_view name) {
  if (name.size() > kLongestName || std::none_of(name.begin(), name.end(), is_alnum)) return false;
  int words = 1;
  for (std::size_t i = 0; i + 1 < name.size(); ++i) {
    if (name[i] == '.' && abbreviates(name.substr(0, i))) continue;
    const bool ends_sentence = name[i] == '.' || name[i] == '!' || name[i] == '?' || name[i] == ';';
    if (ends_sentence && (name[i + 1] == ' ' || name[i + 1] == '*')) return false;
    if (name[i] == ' ' && name[i + 1] != ' ') ++words;
  }
  return words <= kMostWords && name.find('|') == std::string_view::npos;
}

// "**Next step: measure** again" has its colon inside the emphasis of a phrase.
bool cuts_emphasis(std::string_view name) {
  std::size_t marks = 0;
  for (std::size_t i = name.find("**"); i != std::string_view::npos; i = name.find("**", i + 2)) ++marks;
  return marks % 2 == 1;
}

// "**name:** value" and "**name**: value".
std::optional<PairSplit> split_bold_pair(std::string_view text, MarkdownSpan line) {
  const std::string_view all = at(text, line);
  const std::string_view mark = all.substr(0, 2);
  if (mark != "**" && mark != "__") return std::nullopt;
  const std::size_t close = all.substr(0, kLongestName + 8).find(mark, 2);
  if (close == std::string_view::npos) return std::nullopt;
  MarkdownSpan name{line.begin + 2, line.begin + close};
  std::size_t value = close + 2;
  if (all[close - 1] == ':')
    --name.end;
  else if (value < all.size() && all[value] == ':')
    ++value;
  else
    return std::nullopt;
  name = without_emphasis(text, name);
  if (!is_name(at(text, name))) return std::nullopt;
  return PairSplit{name, trimmed(text, {line.begin + value, line.end}), true};
}

}  // namespace

MarkdownSpan trimmed(std::string_view text, MarkdownSpan span) {
  while (span.begin < span.end && is_space(text[span.begin])) ++span.begin;
  while (span.end > span.begin && is_space(text[span.end - 1])) --span.end;
  return span;
}

MarkdownSpan without_emphasis(std::string_view text, MarkdownSpan span) {
  constexpr std::array<std::string_view, 6> kMarks = {"**", "__", "~~", "`", "*", "_"};
  for (bool again = true; again;) {
    again = false;
    span = trimmed(text, span);
    const std::string_view part = at(text, span);
    for (const std::string_view mark : kMarks) {
      if (part.size() <= 2 * mark.size() || part.substr(0, mark.size()) != mark) continue;
      if (part.substr(part.size() - mark.size()) != mark) continue;
      // The mark must not close and open again in between: "**a** and **b**" is no emphasised whole.
      const std::string_view inner = part.substr(mark.size(), part.size() - 2 * mark.size());
      if (inner.find(mark) != std::string_view::npos) continue;
      span = {span.begin + mark.size(), span.end - mark.size()};
      again = true;
      break;
    }
  }
  return span;
}

std::vector<CodeSpan> find_code_spans(std::string_view text, MarkdownSpan span) {
  std::vector<CodeSpan> spans;
  const std::vector<BacktickRun> runs = backtick_runs(text, span);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const BacktickRun& open = runs[i];
    const bool escaped = open.begin > span.begin && text[open.begin - 1] == '\\';
    if (escaped || open.next == 0) continue;
    const BacktickRun& close = runs[open.next];
    spans.push_back({{open.begin, close.begin + close.size}, {open.begin + open.size, close.begin}});
    i = open.next;
  }
  return spans;
}

PipeRow split_row(std::string_view text, MarkdownSpan line, PipesInCode pipes) {
  PipeRow row;
  line = trimmed(text, line);
  if (empty(line)) return row;
  const std::vector<CodeSpan> codes =
      pipes == PipesInCode::belong_to_the_code ? find_code_spans(text, line) : std::vector<CodeSpan>();
  CodeCursor code(codes);
  std::uint64_t begin = line.begin;
  if (text[begin] == '|') row.leading = true, ++begin;
  for (std::uint64_t i = begin; i < line.end; ++i) {
    if (text[i] == '\\')
      ++i;
    else if (text[i] == '|' && !code.covers(i)) {
      row.cells.push_back(trimmed(text, {begin, i}));
      begin = i + 1;
    }
  }
  if (begin < line.end || row.cells.empty())
    row.cells.push_back(trimmed(text, {begin, line.end}));
  else
    row.trailing = true;
  return row;
}

bool has_pipe(std::string_view line) {
  for (std::size_t i = line.find('|'); i != std::string_view::npos; i = line.find('|', i + 1))
    if (i == 0 || line[i - 1] != '\\') return true;
  return false;
}

std::size_t delimiter_cells(std::string_view line) {
  std::size_t cells = 0, dashes = 0, pipes = 0;
  bool closed = false;  // the cell ended: only white space may follow before the next pipe
  for (const char c : line) {
    if (c == '|') {
      if (dashes == 0 && pipes > 0) return 0;
      cells += dashes > 0;
      dashes = 0, closed = false;
      ++pipes;
    } else if (c == '-') {
      if (closed) return 0;
      ++dashes;
    } else if (c == ':') {
      if (closed) return 0;
      closed = dashes > 0;
    } else if (is_space(c)) {
      closed = dashes > 0;
    } else {
      return 0;
    }
  }
  return pipes == 0 ? 0 : cells + (dashes > 0);
}

HeadingLine heading_line(std::string_view text, MarkdownSpan line) {
  const std::string_view part = at(text, line);
  if (part.empty() || part[0] != '#') return {};
  const std::size_t level = run_length(part, 0);
  if (level > 6 || (level < part.size() && !is_space(part[level]))) return {};
  MarkdownSpan content = trimmed(text, {line.begin + level, line.end});
  std::uint64_t end = content.end;
  while (end > content.begin && text[end - 1] == '#') --end;
  if (end == content.begin || is_space(text[end - 1])) content.end = end;
  return {static_cast<int>(level), trimmed(text, content)};
}

ListMarker list_marker(std::string_view rest) {
  if (rest.empty()) return {};
  std::size_t size = 0;
  const bool ordered = is_digit(rest[0]);
  if (ordered) {
    while (size < rest.size() && size < 10 && is_digit(rest[size])) ++size;
    if (size > 9 || size >= rest.size() || (rest[size] != '.' && rest[size] != ')')) return {};
    ++size;
  } else if (rest[0] == '-' || rest[0] == '*' || rest[0] == '+') {
    size = 1;
  } else {
    return {};
  }
  if (size < rest.size() && !is_space(rest[size])) return {};
  const bool has_text = !blank_from(rest, size);
  return {size, ordered, has_text && (!ordered || rest.substr(0, size - 1) == "1")};
}

Fence opening_fence(std::string_view rest) {
  if (rest.empty() || (rest[0] != '`' && rest[0] != '~')) return {};
  const std::size_t size = run_length(rest, 0);
  if (size < 3 || (rest[0] == '`' && rest.find('`', size) != std::string_view::npos)) return {};
  return {rest[0], size};
}

bool closes_fence(std::string_view rest, const Fence& fence) {
  if (rest.empty() || rest[0] != fence.mark) return false;
  const std::size_t size = run_length(rest, 0);
  return size >= fence.size && blank_from(rest, size);
}

bool is_rule(std::string_view rest) {
  if (rest.empty() || (rest[0] != '-' && rest[0] != '*' && rest[0] != '_')) return false;
  std::size_t marks = 0;
  for (const char c : rest) {
    if (c == rest[0])
      ++marks;
    else if (!is_space(c))
      return false;
  }
  return marks >= 3;
}

char setext_mark(std::string_view rest) {
  if (rest.empty() || (rest[0] != '=' && rest[0] != '-')) return 0;
  return blank_from(rest, run_length(rest, 0)) ? rest[0] : '\0';
}

HtmlStart html_start(std::string_view rest) {
  if (rest.size() < 2 || rest[0] != '<') return {};
  if (rest.substr(0, 4) == "<!--") return {true, true, "-->"};
  if (rest[1] == '?') return {true, true, "?>"};
  if (rest.substr(0, 9) == "<![CDATA[") return {true, true, "]]>"};
  if (rest[1] == '!' && rest.size() > 2 && is_letter(rest[2])) return {true, true, ">"};
  std::size_t i = rest[1] == '/' ? 2 : 1;
  std::string tag;
  while (i < rest.size() && tag.size() < 16 && (is_letter(rest[i]) || is_digit(rest[i])))
    tag += static_cast<char>(rest[i++] | 0x20);
  if (tag.empty() || (i < rest.size() && !is_space(rest[i]) && rest[i] != '>' && rest[i] != '/')) return {};
  if (rest[1] != '/')
    for (const std::string_view end : {"</script>", "</style>", "</pre>", "</textarea>"})
      if (tag == end.substr(2, end.size() - 3)) return {true, true, end};
  static constexpr std::array<std::string_view, 43> kBlocks = {
      "address", "article", "aside", "blockquote", "body",    "caption",  "center",     "col",    "colgroup",
      "dd",      "details", "div",   "dl",         "dt",      "fieldset", "figcaption", "figure", "footer",
      "form",    "h1",      "h2",    "h3",         "h4",      "head",     "header",     "hr",     "html",
      "li",      "main",    "ol",    "p",          "section", "summary",  "table",      "tbody",  "td",
      "tfoot",   "th",      "thead", "title",      "tr",      "track",    "ul"};
  if (base::is_one_of(tag, kBlocks)) return {true, true, ""};
  // Any other complete tag that stands alone on its line; it may not interrupt a paragraph.
  const std::size_t close = rest.find('>');
  const bool alone = close != std::string_view::npos && blank_from(rest, close + 1);
  return alone ? HtmlStart{true, false, ""} : HtmlStart{};
}

std::vector<MarkdownSpan> split_headings(std::string_view text, MarkdownSpan line) {
  std::vector<MarkdownSpan> pieces;
  const std::string_view all = at(text, line);
  std::size_t i = all.find(" ##");
  if (i != std::string_view::npos) {
    const std::vector<CodeSpan> codes = find_code_spans(text, line);
    CodeCursor code(codes);
    const std::size_t last_pipe = all.rfind('|');
    bool in_row = all[0] == '|';  // of a table: only what comes after its last pipe can be a heading
    std::uint64_t begin = line.begin;
    for (; i != std::string_view::npos; i = all.find(" ##", i + 1)) {
      const std::size_t after = i + 1 + run_length(all.substr(0, i + 8), i + 1);
      const bool title = after <= i + 7 && after + 1 < all.size() && all[after] == ' ' && is_alnum(all[after + 1]);
      if (!title || (in_row && last_pipe > i) || code.covers(line.begin + i)) continue;
      pieces.push_back(trimmed(text, {begin, line.begin + i}));
      begin = line.begin + i + 1;
      in_row = false;
    }
    line.begin = begin;
  }
  pieces.push_back(line);
  return pieces;
}

std::vector<MarkdownSpan> split_items(std::string_view text, MarkdownSpan line, FirstPiece first) {
  std::vector<MarkdownSpan> pieces;
  line = trimmed(text, line);
  const std::string_view all = at(text, line);
  std::size_t i = all.find(" - ");
  if (i != std::string_view::npos) {
    const std::vector<CodeSpan> codes = find_code_spans(text, line);
    CodeCursor code(codes);
    std::uint64_t begin = line.begin;
    for (; i != std::string_view::npos; i = all.find(" - ", i + 2)) {
      const std::uint64_t cut = line.begin + i;
      if (code.covers(cut) || !split_pair(text, {cut + 3, line.end})) continue;
      if (first == FirstPiece::pair && pieces.empty() && !split_pair(text, {begin, cut})) break;
      pieces.push_back(trimmed(text, {begin, cut}));
      begin = cut + 3;
    }
    line.begin = begin;
  }
  pieces.push_back(trimmed(text, line));
  return pieces;
}

std::optional<PairSplit> split_pair(std::string_view text, MarkdownSpan line) {
  line = trimmed(text, line);
  if (auto bold = split_bold_pair(text, line)) return bold;
  const std::string_view all = at(text, line);
  bool code = false;
  int depth = 0;
  const std::size_t limit = std::min(all.size(), kLongestName);
  for (std::size_t i = 0; i < limit; ++i) {
    const char c = all[i];
    const bool after_space = i + 1 == all.size() || is_space(all[i + 1]);
    if (c == '`') code = !code;
    if (code) continue;
    depth += c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
    const bool colon = c == ':' && after_space;
    const bool equals = c == '=' && after_space && i > 0 && is_space(all[i - 1]);
    if (depth > 0 || (!colon && !equals)) continue;
    const MarkdownSpan name = without_emphasis(text, {line.begin, line.begin + i});
    if (!is_name(at(text, name)) || cuts_emphasis(at(text, name))) return std::nullopt;
    return PairSplit{name, trimmed(text, {line.begin + i + 1, line.end}), false};
  }
  return std::nullopt;
}

std::vector<PairSplit> split_pairs(std::string_view text, MarkdownSpan line) {
  std::vector<PairSplit> pairs;
  for (std::optional<PairSplit> pair = split_pair(text, line); pair;) {
    const std::string_view value = at(text, pair->value);
    const std::string_view head = value.substr(0, kLongestNumber);
    const std::size_t cut = std::min(head.find(", "), head.find(" - "));
    const bool number = !value.empty() && (is_digit(value[0]) || value[0] == '~' || value[0] == '-');
    std::optional<PairSplit> next;
    if (number && cut != std::string_view::npos)
      next = split_pair(text, {pair->value.begin + cut + (value[cut] == ',' ? 2 : 3), pair->value.end});
    if (next && (empty(next->value) || next->name.end - next->name.begin > kLongestNumber)) next.reset();
    if (next) pair->value.end = pair->value.begin + cut;
    pairs.push_back(*pair);
    pair = next;
  }
  return pairs;
}

void drop_mark(std::string_view text, std::size_t columns, PipeRow& row) {
  if (row.trailing || row.cells.size() != columns + 1) return;
  const std::string_view last = at(text, row.cells.back());
  if (last.size() == 1 && std::string_view("^*!<>#+~").find(last.front()) != std::string_view::npos) row.cells.pop_back();
}

}  // namespace chimera::text
