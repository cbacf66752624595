#include "claims/mention.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/ascii.h"
#include "claims/cursor.h"
#include "claims/phrase.h"
#include "claims/wording.h"
#include "text/number.h"

namespace chimera::claims {
namespace {

using text::MarkdownSpan;

// What a byte of the text is part of.
enum Region : std::uint8_t { kCode = 1, kCodeSpan = 2, kQuote = 4, kTitle = 8, kTarget = 16, kTaken = 32, kIdentifier = 64 };

bool is_path_char(char c) { return is_word_char(c) || c == '-' || c == '.' || c == '/' || c == '*' || c == '+' || c == '@'; }

constexpr std::array kOrdinalNouns = std::to_array<std::string_view>(
    {"appendix", "chapter", "column", "day",  "equation", "example", "fig",  "figure", "issue", "item", "level",
     "line",     "note",    "page",   "part", "phase",    "question", "rank", "row",    "run",   "section", "stage",
     "step",     "table",   "task",   "test", "tier",     "trial",   "week"});
constexpr std::array kProducts = std::to_array<std::string_view>(
    {"cuda", "debian", "gemma", "gpt", "gtx", "llama", "python", "qwen", "rtx", "tr", "ubuntu", "v", "version", "windows"});
static_assert(std::is_sorted(kOrdinalNouns.begin(), kOrdinalNouns.end()));
static_assert(std::is_sorted(kProducts.begin(), kProducts.end()));

template <class Words>
bool among(const Words& words, std::string_view word) {
  return std::binary_search(words.begin(), words.end(), word);
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text), region_(text.size(), 0) { out_.markdown = text::parse_markdown(text); }

  Scan run() {
    paint_structure();
    place_cells();
    find_urls();
    find_files();
    find_dates();
    find_open_dates();
    find_numbers();
    find_words(text_, [this](Mention mention) { add(std::move(mention)); },
               [this](std::uint64_t at) { return (region_[at] & (kCode | kTarget | kTaken)) != 0; });
    std::stable_sort(out_.mentions.begin(), out_.mentions.end(),
                     [](const Mention& a, const Mention& b) { return a.span < b.span; });
    return std::move(out_);
  }

 private:
  void paint(MarkdownSpan span, std::uint8_t flag) {
    const std::uint64_t end = std::min<std::uint64_t>(span.end, text_.size());
    for (std::uint64_t i = span.begin; i < end; ++i) region_[i] = static_cast<std::uint8_t>(region_[i] | flag);
  }

  // Nested blocks come after the one that holds them; painting only what lies behind the last end keeps this linear.
  void paint_structure() {
    std::array<std::uint64_t, 3> done{};
    for (const text::MarkdownBlock& block : out_.markdown.blocks) {
      if (block.kind == text::BlockKind::code && !is_fenced(text_, block.span.begin)) continue;
      const int kind = block.kind == text::BlockKind::code      ? 0
                       : block.kind == text::BlockKind::quote || block.kind == text::BlockKind::html ? 1
                       : block.kind == text::BlockKind::heading ? 2
                                                                : -1;
      if (kind < 0) continue;
      constexpr std::array<std::uint8_t, 3> kFlags = {kCode, kQuote, kTitle};
      const auto k = static_cast<std::size_t>(kind);
      paint({std::max(block.span.begin, done[k]), block.span.end}, kFlags[k]);
      done[k] = std::max(done[k], block.span.end);
    }
    for (const text::InlineLink& link : out_.markdown.links) paint(link.target, kTarget);
    for (const text::MarkdownTable& table : out_.markdown.tables)
      for (const MarkdownSpan& cell : table.header) paint(cell, kTitle);
    for (const MarkdownSpan& code : out_.markdown.code) {
      const auto content = text_.substr(code.begin, code.end - code.begin);
      if (!text::parse_number_with_unit(content)) paint(code, kCodeSpan);  // a measurement in code style is still a claim
    }
    paint_definitions();
  }

  // "[f7]: data/x.csv" at the begin of a line.
  void paint_definitions() {
    for (std::uint64_t at = 0; at < text_.size(); at = next_line(text_, at)) {
      if (text_[at] != '[') continue;
      const std::uint64_t end = next_line(text_, at);
      const auto line = text_.substr(at, end - at);
      const auto close = line.find("]:");
      if (close != std::string_view::npos && line.find(']') == close) paint({at, end}, kTarget);
    }
  }

  void place_cells() {
    for (std::uint32_t t = 0; t < out_.markdown.tables.size(); ++t) {
      const text::MarkdownTable& table = out_.markdown.tables[t];
      for (std::uint32_t c = 0; c < table.header.size(); ++c) out_.cells.push_back({t, 0, c, table.header[c]});
      for (std::uint32_t r = 0; r < table.rows.size(); ++r)
        for (std::uint32_t c = 0; c < table.rows[r].size(); ++c) out_.cells.push_back({t, r + 1, c, table.rows[r][c]});
    }
    std::stable_sort(out_.cells.begin(), out_.cells.end(),
                     [](const CellPlace& a, const CellPlace& b) { return a.span.begin < b.span.begin; });
  }

  void find_urls() {
    for (auto at = text_.find("://"); at != std::string_view::npos; at = text_.find("://", at + 3)) {
      std::uint64_t begin = at;
      while (begin > 0 && at - begin < 16 && is_letter(text_[begin - 1])) --begin;
      std::uint64_t end = at;
      while (end < text_.size() && !is_space(text_[end]) && text_[end] != ')' && text_[end] != '>' && text_[end] != '|') ++end;
      paint({begin, end}, kTarget | kTaken);
      at = end > at + 3 ? end - 3 : at;
    }
  }

  void find_dates() {
    for (const text::DateToken& token : text::find_dates(text_)) {
      if ((region_[token.begin] & kTaken) != 0) continue;
      Mention mention;
      mention.kind = MentionKind::date;
      mention.span = {token.begin, token.end};
      mention.date = token.date;
      // "bench_20251002-172037": a date in a name is part of the name
      if (token.begin > 0 && is_word_char(text_[token.begin - 1])) mention.excuse = Excuse::identifier;
      paint({token.begin, token.end}, kTaken);
      add(std::move(mention));
    }
  }

  // "October 8th – November 14th, 2025", "November 8th and 14th, 2025": the year of the last is that of the first.
  void find_open_dates() {
    for (std::uint64_t at = 0; at < text_.size(); ++at) {
      if (!is_letter(text_[at])) continue;
      std::uint64_t end = at;
      while (end < text_.size() && is_letter(text_[end])) ++end;
      const int month = text_[at] >= 'A' && text_[at] <= 'Z' && (at == 0 || !is_word_char(text_[at - 1])) ? text::month_of(text_.substr(at, end - at)) : 0;
      const DayAt first = month > 0 && (region_[at] & kTaken) == 0 ? day_at(skip_blanks(text_, end)) : DayAt{};
      if (first.day > 0) add_open_dates(at, month, first);
      at = std::max(at, end - 1);
    }
  }

  struct DayAt {
    int day = 0;
    std::uint64_t end = 0;
  };
  // "8", "8th" at `at`.
  DayAt day_at(std::uint64_t at) const {
    std::uint64_t end = at;
    while (end < text_.size() && is_digit(text_[end]) && end - at < 3) ++end;
    if (end == at || end - at > 2) return {};
    const int day = text_[at] - '0' + (end - at == 2 ? 9 * (text_[at] - '0') + text_[at + 1] - '0' : 0);
    if (is_ordinal_suffix(end)) end += 2;
    return day >= 1 && day <= 31 && (end >= text_.size() || !is_word_char(text_[end])) ? DayAt{day, end} : DayAt{};
  }

  void add_open_dates(std::uint64_t begin, int month, DayAt first) {
    std::uint64_t at = skip_blanks(text_, first.end);
    for (const std::string_view joint : {"–", "—", "-", "to ", "and ", "through ", "until "}) {
      if (text_.substr(at, joint.size()) != joint) continue;
      at = skip_blanks(text_, at + joint.size());
      std::uint64_t word = at;
      while (word < text_.size() && is_letter(text_[word])) ++word;
      const int other = text::month_of(text_.substr(at, word - at));
      const DayAt second = day_at(other > 0 ? skip_blanks(text_, word) : at);
      std::uint64_t year = skip_blanks(text_, second.end < text_.size() && text_[second.end] == ',' ? second.end + 1 : second.end);
      const auto digits = text_.substr(year, 4);
      const bool written = second.day > 0 && digits.size() == 4 && base::all_digits(digits) && (digits.rfind("19", 0) == 0 || digits.rfind("20", 0) == 0);
      if (!written) return;
      const int value = (digits[2] - '0') * 10 + digits[3] - '0' + (digits[0] == '2' ? 2000 : 1900);
      add_open_date({begin, first.end}, {value, month, first.day});
      if (other == 0) add_open_date({at, year + 4}, {value, month, second.day});
      return;
    }
  }

  void add_open_date(core::Span span, text::Date date) {
    if ((region_[span.begin] & kTaken) != 0) return;
    Mention mention;
    mention.kind = MentionKind::date;
    mention.span = span;
    mention.date = date;
    paint({span.begin, span.end}, kTaken);
    add(std::move(mention));
  }

  void find_files() {
    for (auto dot = text_.find('.'); dot != std::string_view::npos; dot = text_.find('.', dot + 1)) {
      if (dot == 0 || !(is_word_char(text_[dot - 1]) || text_[dot - 1] == '*' || text_[dot - 1] == ')')) continue;
      std::uint64_t end = dot + 1;
      while (end < text_.size() && end - dot < 10 && is_alnum(text_[end])) ++end;
      if (!is_file_extension(text::lower(text_.substr(dot + 1, end - dot - 1)))) continue;
      if (end < text_.size() && (is_word_char(text_[end]) || text_[end] == '/')) continue;
      if (end + 1 < text_.size() && text_[end] == '.' && is_alnum(text_[end + 1])) continue;
      std::uint64_t begin = dot;
      while (begin > 0 && dot - begin < 512 && is_path_char(text_[begin - 1])) --begin;
      while (begin < dot && (text_[begin] == '-' || text_[begin] == '+')) ++begin;
      if (begin == dot || (region_[begin] & (kTarget | kTaken)) != 0) continue;
      Mention mention;
      mention.kind = MentionKind::file;
      mention.span = {begin, end};
      paint({begin, end}, kTaken);
      add(std::move(mention));
    }
  }

  void find_numbers() {
    for (const text::NumberToken& token : text::find_numbers(text_)) {
      if ((region_[token.begin] & kTaken) != 0) continue;
      Mention mention = number(token);
      add(std::move(mention));
    }
  }

  Mention number(const text::NumberToken& token) {
    Mention m;
    m.kind = MentionKind::number;
    m.digits = {token.begin, token.end};
    m.stated = {token.number.value, core::no_unit(), token.number.decimals};
    m.integer = token.number.integer;
    m.signed_ = !is_digit(text_[token.begin]) && text_[token.begin] != '.';
    // "5-10 ms", "gpu80-ctx512": a hyphen behind a word is no sign
    if (m.signed_ && token.begin > 0 && (is_alnum(text_[token.begin - 1]) || text_[token.begin - 1] == '%')) {
      m.digits.begin += sign_width(text_, token.begin);
      m.stated.value = std::fabs(m.stated.value);
      m.signed_ = false;
    }
    m.span = m.digits;
    const UnitAt unit = unit_at(text_, m.digits.end);
    if (unit.unit != nullptr) {
      m.stated.unit = unit.unit;
      m.unit_written = true;
      m.span.end = unit.end;
    }
    scale_by_suffix(m);
    read_relation(m);
    m.excuse = excuse(m);
    return m;
  }

  // "10k tokens"
  void scale_by_suffix(Mention& m) const {
    const std::uint64_t at = m.digits.end;
    if (m.unit_written || at >= text_.size() || (text_[at] != 'k' && text_[at] != 'K')) return;
    if (at + 1 < text_.size() && is_word_char(text_[at + 1])) return;
    m.stated.value *= 1000;
    m.stated.decimals -= 3;
    m.span.end = at + 1;
  }

  void read_relation(Mention& m) const {
    const std::uint64_t begin = m.digits.begin;
    const Word before = word_before(text_, begin);
    if (before.text == "~" || before.text == "≈" || is_approximation(before.text)) {
      m.relation = Relation::about;
      if (!before.text.empty() && !is_letter(before.text.front())) m.span.begin = before.begin;
      return;
    }
    const Word second = word_before(text_, before.begin);
    const bool than = before.text == "than" || before.text == "to" || before.text == "least" || before.text == "most";
    const std::string_view key = than ? second.text : before.text;
    if (before.text == ">" || before.text == "≥" || before.text == ">=") m.relation = Relation::at_least;
    if (before.text == "<" || before.text == "≤" || before.text == "<=") m.relation = Relation::at_most;
    if (before.text == "least" && key == "at") m.relation = Relation::at_least;
    if ((before.text == "most" && key == "at") || (before.text == "to" && key == "up")) m.relation = Relation::at_most;
    const int side = before.text == "than" ? side_of(key, m.stated.unit->dimension) : than ? 0 : side_of_preposition(key);
    if (side != 0) m.relation = (side > 0) != is_denied(before.text == "than" ? second.begin : before.begin) ? Relation::at_least : Relation::at_most;
  }

  // Whether what is "longer", "slower" or "fewer" than a number lies above it (1) or below (-1); 0 where the word tells neither.
  static int side_of(std::string_view word, core::Dimension dimension) {
    auto comparison = find_comparison(word);
    if (!comparison) comparison = find_with_than(word);
    if (!comparison) return 0;
    const bool lasts = dimension == core::Dimension::time || dimension == core::Dimension::token_time;
    switch (comparison->sense) {
      case Sense::more: return 1;
      case Sense::less: return -1;
      case Sense::faster: return lasts ? -1 : 1;
      case Sense::slower: return lasts ? 1 : -1;
      case Sense::better:
      case Sense::worse:
      case Sense::same: return 0;
    }
    return 0;
  }

  static int side_of_preposition(std::string_view word) {
    if (word == "above" || word.rfind("exceed", 0) == 0) return 1;
    return word == "below" || word == "under" ? -1 : 0;
  }

  // Whether a word of the same clause before `at` denies it: "none of the runs exceeds".
  bool is_denied(std::uint64_t at) const {
    constexpr std::uint64_t kReach = 160;
    std::uint64_t from = at;
    for (; from > 0 && at - from < kReach; --from) {
      const char c = text_[from - 1];
      const bool blank = from < text_.size() && is_space(text_[from]);
      if (c == ',' || c == ';' || c == ':' || c == '(' || c == '|' || (blank && (c == '.' || c == '!' || c == '?'))) break;
      if (c == '\n' && from < text_.size() && !is_alnum(text_[from])) break;
    }
    const std::vector<Piece> words = pieces_of(text_.substr(from, at - from));
    return std::any_of(words.begin(), words.end(), [](const Piece& word) { return is_denial(word.text); });
  }

  Excuse excuse(const Mention& m) const {
    if (is_identifier(m) || is_part_of_number(m)) return Excuse::identifier;
    if (is_ordinal(m)) return Excuse::ordinal;
    return Excuse::none;
  }

  // Letters right before or behind, a version, a product's number, the level of an interval.
  bool is_identifier(const Mention& m) const {
    const std::uint64_t begin = m.digits.begin;
    const std::uint64_t end = m.digits.end;
    const char left = begin > 0 ? text_[begin - 1] : ' ';
    const char right = end < text_.size() ? text_[end] : ' ';
    const char beyond = end + 1 < text_.size() ? text_[end + 1] : ' ';
    if (is_letter(left) || left == '_') return true;
    if (left == '[' && right == ']' && begin > 1 && is_word_char(text_[begin - 2])) return true;  // "results[3].ttft_s"
    if (right == '_' || (right == '.' && is_digit(beyond)) || (left == '.' && begin > 1 && is_alnum(text_[begin - 2]))) return true;
    if (is_letter(right) && m.span.end == end && !is_ordinal_suffix(end)) return true;
    // "270m", "1B": parameters of a model
    if ((right == 'b' || right == 'B' || right == 'm' || right == 'M') && !is_word_char(beyond)) return true;
    if (right == '-' && is_letter(beyond) && !m.unit_written && lower_word(text_, end + 1) == "bit") return true;
    if ((left == '-' || left == '/' || left == '@' || left == '#' || (left == ':' && is_letter(right))) && named_run(begin)) return true;
    if (m.unit_written && m.stated.unit->symbol == "%") {
      const std::string next = lower_word(text_, skip_blanks(text_, m.span.end));
      if (next == "confidence" || next == "ci" || next == "credible" || next == "interval") return true;
    }
    const Word product = word_before(text_, begin);  // "RTX 4080", but "in Python (8.2 pp)" is a number
    return begin - product.begin <= product.text.size() + 1 && among(kProducts, product.text);
  }

  // A piece of a number that is not read as one: "1/2", "2½", "1 234 567" with plain blanks.
  bool is_part_of_number(const Mention& m) const {
    const std::uint64_t begin = m.digits.begin;
    const std::uint64_t end = m.digits.end;
    const auto digit_at = [&](std::uint64_t at) { return at < text_.size() && is_digit(text_[at]); };
    const bool small = m.integer && end - begin <= 2;
    if (small && end < text_.size() && text_[end] == '/' && digit_at(end + 1) && !digit_at(end + 3)) return true;
    if (small && begin > 1 && text_[begin - 1] == '/' && is_digit(text_[begin - 2])) return true;
    const std::string_view behind = text_.substr(end, 3);
    if (behind.size() >= 2 && behind[0] == '\xC2' && behind[1] >= '\xBC' && behind[1] <= '\xBE') return true;
    if (behind.size() == 3 && behind[0] == '\xE2' && behind[1] == '\x85' && behind[2] >= '\x90' && behind[2] <= '\x9E') return true;
    const auto group_at = [&](std::uint64_t at) { return digit_at(at) && digit_at(at + 1) && digit_at(at + 2) && !digit_at(at + 3); };
    if (!m.integer || m.signed_ || end - begin > 3) return false;
    if (end < text_.size() && text_[end] == ' ' && group_at(end + 1)) return true;
    return group_at(begin) && begin > 1 && text_[begin - 1] == ' ' && is_digit(text_[begin - 2]);
  }

  // The characters before belong to one name that begins with a letter: "RTX-4080", "gemma3:270m"; not "5KB-20MB".
  bool named_run(std::uint64_t begin) const {
    std::uint64_t from = begin;
    while (from > 0 && begin - from < 64 && (is_path_char(text_[from - 1]) || text_[from - 1] == ':' || text_[from - 1] == '#')) --from;
    return from < begin && (is_letter(text_[from]) || text_[from] == '#' || text_[from] == '/');
  }

  bool is_ordinal_suffix(std::uint64_t at) const {
    const std::string suffix = lower_word(text_, at);
    return suffix == "st" || suffix == "nd" || suffix == "rd" || suffix == "th";
  }

  bool is_ordinal(const Mention& m) const {
    if (is_ordinal_suffix(m.digits.end)) return true;
    if (m.integer && among(kOrdinalNouns, word_before(text_, m.digits.begin).text)) return true;
    const char right = m.digits.end < text_.size() ? text_[m.digits.end] : '\n';
    const bool heading = (region_[m.digits.begin] & kTitle) != 0;
    const bool marked = right == '.' || right == ')' || right == ':' || (heading && !m.integer && !m.unit_written);
    if (!marked || m.unit_written) return false;
    for (std::uint64_t at = m.digits.begin; at > 0 && text_[at - 1] != '\n'; --at) {
      const char c = text_[at - 1];
      if (c != ' ' && c != '\t' && c != '#' && c != '*' && c != '>' && c != '-' && c != '_') return false;
    }
    return right == ':' ? heading : true;
  }

  void add(Mention mention) {
    const std::uint8_t region = region_[mention.span.begin];
    const bool words = mention.kind == MentionKind::comparison || mention.kind == MentionKind::rank || mention.kind == MentionKind::absence;
    if (mention.excuse == Excuse::none) {
      if ((region & kTarget) != 0) mention.excuse = Excuse::link_target;
      else if ((region & (kCode | kCodeSpan)) != 0) mention.excuse = Excuse::code;
      else if ((region & kQuote) != 0) mention.excuse = Excuse::quoted;
      else if (words && (region & kTitle) != 0) mention.excuse = Excuse::title;
    }
    mention.link = link_at(mention.span.begin);
    mention.cell = cell_at(mention.span.begin);
    out_.mentions.push_back(std::move(mention));
  }

  std::int32_t link_at(std::uint64_t at) const {
    const auto& links = out_.markdown.links;
    const auto after = std::upper_bound(links.begin(), links.end(), at, [](std::uint64_t a, const text::InlineLink& link) { return a < link.text.begin; });
    if (after == links.begin() || at >= std::prev(after)->text.end) return -1;
    return static_cast<std::int32_t>(std::prev(after) - links.begin());
  }

  std::int32_t cell_at(std::uint64_t at) const {
    const auto after = std::upper_bound(out_.cells.begin(), out_.cells.end(), at, [](std::uint64_t a, const CellPlace& cell) { return a < cell.span.begin; });
    if (after == out_.cells.begin() || at >= std::prev(after)->span.end) return -1;
    return static_cast<std::int32_t>(std::prev(after) - out_.cells.begin());
  }

  std::string_view text_;
  std::vector<std::uint8_t> region_;
  Scan out_;
};

}  // namespace

std::string_view to_string(MentionKind kind) {
  switch (kind) {
    case MentionKind::number: return "number";
    case MentionKind::number_word: return "number word";
    case MentionKind::date: return "date";
    case MentionKind::file: return "file name";
    case MentionKind::comparison: return "comparing word";
    case MentionKind::rank: return "rank";
    case MentionKind::absence: return "absence";
  }
  return "number";
}

Scan scan(std::string_view text) { return Scanner(text).run(); }

UnitAt unit_at(std::string_view text, std::uint64_t offset) {
  std::uint64_t at = skip_blanks(text, offset, 4);
  if (at < text.size() && text[at] == '-' && at == offset) ++at;  // "a 5-second load"
  // up to three words, the longest that is a unit: "tokens per second", "tokens"
  std::array<std::uint64_t, 3> ends{};
  std::size_t count = 0;
  std::uint64_t end = at;
  while (count < ends.size()) {
    const std::uint64_t from = end;
    while (end < text.size() && end - at < 48 && is_unit_char(text, end)) ++end;
    if (end == from) break;
    ends[count++] = end;
    if (end >= text.size() || text[end] != ' ') break;
    ++end;
  }
  for (std::size_t n = count; n-- > 0;) {
    std::string_view spelled = text.substr(at, ends[n] - at);
    while (!spelled.empty() && (spelled.back() == '/' || spelled.back() == '-')) spelled.remove_suffix(1);
    const core::UnitPtr unit = core::find_unit(spelled);
    if (unit == nullptr || (spelled.size() == 1 && spelled != unit->symbol)) continue;
    const std::uint64_t stop = at + spelled.size();
    if (stop < text.size() && (is_word_char(text[stop]))) continue;
    return {stop, unit};
  }
  return {offset, nullptr};
}

}  // namespace chimera::claims
