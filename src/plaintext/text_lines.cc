#include "plaintext/text_lines.h"

#include <algorithm>
#include <array>
#include <set>

#include "plaintext/log_prefix.h"
#include "plaintext/spans.h"
#include "plaintext/written_cell.h"
#include "text/number.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

constexpr std::size_t kLongestPrefix = 160;  // bytes that may be times, levels and tags
constexpr std::size_t kLongestKey = 64;

bool is_word_letter(char c) { return is_letter(c) || c == '_'; }

// "file.py:120]", "[engine]", "[rank0]:" or mpirun's "[1,0]<stdout>:".
bool is_tag(std::string_view word) {
  if (word.size() > 3 && word.front() == '[' && word.back() == ':') {
    word.remove_suffix(1);
    for (const std::string_view stream : {"<stdout>", "<stderr>"})
      if (word.size() > stream.size() && word.substr(word.size() - stream.size()) == stream) word.remove_suffix(stream.size());
  }
  const bool bracketed = word.front() == '[' && word.back() == ']';
  const std::size_t colon = word.find(':');
  const bool source =
      word.back() == ']' && colon != std::string_view::npos && colon + 2 < word.size() && is_digit(word[colon + 1]);
  return bracketed || source;
}

// Behind "[           print_timings]", a tag that is as wide as the widest; where none is, the begin of the span.
std::uint64_t padded_tag_end(std::string_view text, core::Span span) {
  if (span.size() < 4 || text[span.begin] != '[' || !is_blank(text[span.begin + 1])) return span.begin;
  const std::size_t close = at(text, span).substr(0, kLongestPrefix).find(']');
  if (close == std::string_view::npos) return span.begin;
  const std::string_view tag = at(text, trimmed(text, {span.begin + 1, span.begin + close}));
  const bool name = !tag.empty() && is_word_letter(tag.front()) && std::all_of(tag.begin(), tag.end(), [](char c) { return is_word_letter(c) || is_digit(c); });
  return name ? span.begin + close + 1 : span.begin;
}

bool is_key(std::string_view key) {
  return !key.empty() && key.size() <= kLongestKey && is_word_letter(key[0]) &&
         std::all_of(key.begin(), key.end(), [](char c) {
           return is_word_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '/' || c == '%';
         });
}

// The end of the value that begins at `from`: of a quoted one behind its quote, else at a blank.
std::uint64_t value_end(std::string_view text, core::Span line, std::uint64_t from) {
  if (is_one_of(text[from], "\"'")) {
    const std::size_t close = at(text, line).find(text[from], from - line.begin + 1);
    const bool ends = close != std::string_view::npos && (text[from] == '"' || line.begin + close + 1 == line.end || is_blank(text[line.begin + close + 1]));
    if (ends) return line.begin + close + 1;
  }
  while (from < line.end && !is_blank(text[from])) ++from;
  return from;
}

// "rps=0.1 (avg 0.1)  done=3": behind a remark in brackets.
std::uint64_t behind_remark(std::string_view text, core::Span rest) {
  const std::size_t close = at(text, rest).find(')');
  if (rest.size() == 0 || text[rest.begin] != '(' || close == std::string_view::npos) return rest.begin;
  return trimmed(text, {rest.begin + close + 1, rest.end}).begin;
}

// U+2500, U+2501 and U+2550, and the ends of them: "─", "━", "═", "╶", "╺".
bool is_drawn_dash(std::string_view bytes) { return bytes[0] == '\xE2' && is_one_of(bytes, {"\u2500", "\u2501", "\u2550", "\u2574", "\u2576", "\u2578", "\u257A"}); }

bool ends_in_per(std::string_view quantity) { return quantity.size() > 4 && quantity.substr(quantity.size() - 4) == " per"; }

// "rate : float = 0.1" and "BLOCK=128,": a field with its type, an argument in a line of its own.
bool declares(std::string_view line) {
  constexpr std::array<std::string_view, 6> kTypes = {"float", "int", "str", "bool", "list", "dict"};
  const auto name_ends = static_cast<std::size_t>(
      std::find_if_not(line.begin(), line.end(), [](char c) { return is_word_letter(c) || is_digit(c); }) - line.begin());
  if (name_ends == 0) return false;
  const std::string_view rest = text::trim(line.substr(name_ends));
  if (rest.size() > 2 && rest[0] == '=' && name_ends + rest.size() == line.size()) return rest.back() == ',' && rest.find(' ') == std::string_view::npos;
  const std::size_t equals = rest.find(" = ");
  if (rest.empty() || rest[0] != ':' || equals == std::string_view::npos) return false;
  return is_one_of(text::trim(rest.substr(1, equals - 1)), kTypes);
}

// "for x in y:", "x = f(a, b)", "x += 1".
bool is_statement(std::string_view line) {
  constexpr std::array<std::string_view, 6> kBlocks = {"for ", "if ", "while ", "with ", "elif ", "except "};
  const auto begins = [&](std::string_view word) { return line.substr(0, word.size()) == word; };
  if (line.back() == ':' && (line == "try:" || std::any_of(kBlocks.begin(), kBlocks.end(), begins))) return true;
  if (begins("assert ") || begins("raise ") || line.find(" += ") != std::string_view::npos || line.find(" -= ") != std::string_view::npos) return true;
  const std::size_t equals = line.find(" = ");
  if (equals == std::string_view::npos || line.back() != ')') return false;
  const std::string_view value = line.substr(equals + 3);
  const std::size_t open = value.find('(');
  const auto in_name = [](char c) { return is_word_letter(c) || is_digit(c) || c == '.'; };
  return open != std::string_view::npos && open > 0 && is_word_letter(value.front()) && std::all_of(value.begin(), value.begin() + static_cast<std::ptrdiff_t>(open), in_name);
}

// "0.029           0  BEGIN;": what a statement took, in front of it.
bool begins_with_time(std::string_view line) {
  const std::size_t end = std::min(line.find("  "), line.size());
  return is_digit(line.front()) && line.find('.') < end && text::parse_number(line.substr(0, end)).has_value();
}

}  // namespace

bool is_level(std::string_view word) {
  constexpr std::array<std::string_view, 18> kLevels = {"trace", "debug",    "info",  "notice", "warn", "warning",
                                                        "error", "critical", "fatal", "i",      "w",    "e",
                                                        "d",     "dbg",      "inf",   "wrn",    "err",  "v"};
  while (!word.empty() && (word.back() == ':' || word.back() == ']')) word.remove_suffix(1);
  while (!word.empty() && word.front() == '[') word.remove_prefix(1);
  return word.size() <= 8 && is_one_of(text::lower(word), kLevels);
}

bool is_time_stamp(std::string_view word) {
  // "5:35PM"
  if (word.size() > 5 && word.size() < 8 && is_digit(word[0]) && word[word.size() - 5] == ':' && is_digit(word[word.size() - 3]) && is_one_of(word.substr(word.size() - 2), {"AM", "PM"})) return true;
  const auto part = [](char c) {
    return is_digit(c) || std::string_view(":./-,TZ+[]").find(c) != std::string_view::npos;
  };
  const auto marks =
      std::count_if(word.begin(), word.end(), [](char c) { return c == ':' || c == '/' || c == '.' || c == '-'; });
  const bool day = word.size() == 5 && (word[2] == '-' || word[2] == '/') && is_digit(word[0]) && is_digit(word[4]);  // "07-22"
  return (marks >= 2 || day) && is_digit(word[word[0] == '[' && word.size() > 1 ? 1 : 0]) &&
         std::all_of(word.begin(), word.end(), part);
}

bool is_only_prefix(std::string_view text, core::Span line) {
  const std::vector<core::Span> parts = words(text, line);
  return std::all_of(parts.begin(), parts.end(), [&](const core::Span& part) {
    const std::string_view word = at(text, part);
    return is_level(word) || is_time_stamp(word) || is_tag(word);
  });
}

core::Span without_log_fields(std::string_view text, core::Span line) {
  const std::size_t bar = at(text, line).rfind(" | ");
  if (bar == std::string_view::npos || bar == 0) return line;
  const core::Span fields = trimmed(text, {line.begin + bar + 3, line.end});
  const std::string_view name = at(text, fields).substr(0, at(text, fields).find('='));
  if ((name != "tid" && name != "pid") || (entries(text, fields).empty() && words(text, fields).size() > 1)) return line;
  return trimmed(text, {line.begin, line.begin + bar});
}

core::Span without_log_prefix(std::string_view text, core::Span line) {
  line = trimmed(text, line);
  core::Span rest = line;
  // "\"pid\": 7, \"tid\": 7, \"ts\": 9362ns : …", as LoadGen wrote before 0.7.
  if (at(text, rest).substr(0, 6) == "\"pid\":") {
    const std::size_t mark = at(text, rest).find("ns : ");
    if (mark < kLongestPrefix) rest = trimmed(text, {rest.begin + mark + 5, rest.end});
  }
  while (rest.begin < rest.end && rest.begin - line.begin < kLongestPrefix) {
    const core::Span next = without_prefix_part(text, rest, rest.begin == line.begin);
    if (next.begin > rest.begin) {
      rest = next;
      continue;
    }
    std::uint64_t end = padded_tag_end(text, rest);
    if (end > rest.begin) {
      rest = trimmed(text, {end, rest.end});
      continue;
    }
    while (end < rest.end && !is_blank(text[end])) ++end;
    const std::string_view word = at(text, {rest.begin, end});
    const bool index = word.size() > 1 && word.front() == '[' && word.back() == ':';  // "[i: 166]"
    if (index || (!is_level(word) && !is_time_stamp(word) && !is_tag(word))) break;
    rest = trimmed(text, {end, rest.end});
  }
  return rest.begin < rest.end ? rest : line;
}

bool is_ruler(std::string_view line) {
  std::size_t marks = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (std::string_view("-=*#~+_").find(line[i]) != std::string_view::npos) {
      ++marks;
    } else if (is_drawn_dash(line.substr(i, 3))) {
      ++marks;
      i += 2;
    } else if (!is_blank(line[i])) {
      return false;
    }
  }
  return marks >= 3;
}

core::Span bare_name(std::string_view text, core::Span name) {
  while (name.begin < name.end && (static_cast<unsigned char>(text[name.begin]) >= 0x80 ||
                                   std::string_view("*-+. ").find(text[name.begin]) != std::string_view::npos))
    ++name.begin;
  while (name.end > name.begin && (text[name.end - 1] == '.' || is_blank(text[name.end - 1]))) --name.end;
  return name;
}

bool is_source_line(std::string_view line) {
  constexpr std::array<std::string_view, 12> kBegins = {"import ", "from ",     "def ",   "self.", "return ", "#include",
                                                        "class ",  "else:",     "@",      "elif ", "const ",  "let "};
  line = text::trim(line);
  if (line.empty()) return false;
  const bool quoted = line.find('"') != std::string_view::npos;  // JSON
  if (line.size() > 2 && !quoted && std::string_view(";{}(").find(line.back()) != std::string_view::npos) return !begins_with_time(line);
  // "def f(x):", "if (x > 3):"; but "Latency distribution (recorded):" is a title.
  if (line.size() > 2 && line.substr(line.size() - 2) == "):") {
    const std::string_view first = line.substr(0, line.find_first_of(" ("));
    return calls_a_function(line) || first == "if" || first == "while" || first == "for" || first == "with" || first == "except";
  }
  if (declares(line) || is_statement(line)) return true;
  return std::any_of(kBegins.begin(), kBegins.end(), [&](std::string_view word) {
    return line.substr(0, word.size()) == word && (word != "from " || line.find(" import ") != std::string_view::npos);
  });
}

bool calls_a_function(std::string_view part) {
  for (std::size_t i = part.find('('); i != std::string_view::npos; i = part.find('(', i + 1))
    if (i > 0 && is_word_letter(part[i - 1])) return true;
  return false;
}

bool reads_as_code(std::string_view part) {
  if (part.empty()) return false;
  for (std::size_t i = part.find('\''); i != std::string_view::npos; i = part.find('\'', i + 1)) {
    const bool in_word = i > 0 && i + 1 < part.size() && is_letter(part[i - 1]) && is_letter(part[i + 1]);  // "proc'd"
    if (!in_word) return true;
  }
  return part.find_first_of("={}[];\"<>") != std::string_view::npos || part.back() == '(' || part.back() == ',';
}

core::Span framed_title(std::string_view text, core::Span line) {
  line = trimmed(text, line);
  const core::Span whole = line;
  const auto mark = [](char c) { return c == '=' || c == '-' || c == '*' || c == '#'; };
  while (line.begin < line.end && mark(text[line.begin])) ++line.begin;
  while (line.end > line.begin && mark(text[line.end - 1])) --line.end;
  // "===> Title <==="
  const bool arrows = line.begin > whole.begin && line.end < whole.end && line.size() > 2 && text[line.begin] == '>' && text[line.end - 1] == '<';
  if (arrows) ++line.begin, --line.end;
  const bool framed =
      line.begin >= whole.begin + 2 && whole.end >= line.end + 2 && line.begin < line.end && is_blank(text[line.begin]);
  // "-- Request latency (ms)" is open at its end.
  const bool open = !framed && line.begin >= whole.begin + 2 && line.begin < line.end && is_blank(text[line.begin]) &&
                    !unit_of_header(at(text, line)).empty();
  return framed || open ? trimmed(text, line) : core::Span{};
}

std::vector<core::Span> wide_fields(std::string_view text, core::Span line) {
  std::vector<core::Span> fields;
  line = trimmed(text, line);
  for (std::uint64_t begin = line.begin; begin < line.end;) {
    std::uint64_t end = begin;
    while (end < line.end && text[end] != '\t' && !(text[end] == ' ' && end + 1 < line.end && is_blank(text[end + 1])))
      ++end;
    fields.push_back({begin, end});
    begin = end;
    while (begin < line.end && is_blank(text[begin])) ++begin;
  }
  return fields;
}

std::vector<core::Span> words(std::string_view text, core::Span line) {
  std::vector<core::Span> fields;
  line = trimmed(text, line);
  for (std::uint64_t begin = line.begin; begin < line.end;) {
    std::uint64_t end = begin;
    while (end < line.end && !is_blank(text[end])) ++end;
    fields.push_back({begin, end});
    begin = end;
    while (begin < line.end && is_blank(text[begin])) ++begin;
  }
  return fields;
}

std::vector<Entry> entries(std::string_view text, core::Span line) {
  std::vector<Entry> found;
  line = trimmed(text, line);
  for (std::uint64_t begin = line.begin; begin < line.end;) {
    std::uint64_t mark = begin;
    while (mark < line.end && mark - begin <= kLongestKey && !is_blank(text[mark]) && text[mark] != '=' &&
           text[mark] != ':')
      ++mark;
    const bool marked = mark + 1 < line.end && (text[mark] == '=' || text[mark] == ':') && !is_blank(text[mark + 1]) &&
                        text[mark + 1] != '/';
    if (!marked || !is_key(at(text, {begin, mark}))) return {};
    std::uint64_t end = value_end(text, line, mark + 1);
    core::Span value{mark + 1, end};
    // "num_gpu=10: tps=45.2": the colon parts, and is no end of the number.
    while (value.size() > 1 && (text[value.end - 1] == ',' || text[value.end - 1] == ';' || (text[value.end - 1] == ':' && is_digit(text[value.end - 2])))) --value.end;
    if (value.size() > 1 && is_one_of(text[value.begin], "\"'") && text[value.end - 1] == text[value.begin]) ++value.begin, --value.end;
    found.push_back({{begin, mark}, value});
    while (end < line.end && (is_blank(text[end]) || text[end] == ',')) ++end;
    begin = behind_remark(text, {end, line.end});
  }
  return found.size() > 1 ? found : std::vector<Entry>();
}

WordedEntries worded_entries(std::string_view text, core::Span line) {
  const std::size_t mark = at(text, line).find('=');  // most lines hold none
  if (mark == std::string_view::npos || mark == 0) return {};
  std::uint64_t key = line.begin + mark;
  while (key > line.begin && !is_blank(text[key - 1])) --key;
  const core::Span said = trimmed(text, {line.begin, key});
  const bool in_words = said.size() > 0 && said.size() <= kLongestPrefix && is_word_letter(text[said.begin]) &&
                        std::none_of(text.begin() + static_cast<std::ptrdiff_t>(said.begin), text.begin() + static_cast<std::ptrdiff_t>(said.end), [](char c) { return is_digit(c) || is_one_of(c, "(){}[]\"'|<>,;"); });
  // "Settings: a=1 b=2" is a title and what it names.
  if (!in_words || text[said.end - 1] == ':') return {};
  return {said, entries(text, {key, line.end})};
}

std::optional<Entry> lone_entry(std::string_view text, core::Span line) {
  line = trimmed(text, line);
  const std::size_t mark = at(text, line).find('=');
  if (mark == std::string_view::npos || mark + 1 >= line.size() || !is_key(at(text, {line.begin, line.begin + mark}))) return std::nullopt;
  const core::Span value{line.begin + mark + 1, line.end};
  const std::string_view written = at(text, value);
  if (is_blank(written.front()) || written.find(' ') != std::string_view::npos || reads_as_code(written)) return std::nullopt;
  return Entry{{line.begin, line.begin + mark}, value};
}

std::vector<core::Span> quantities(std::string_view text, core::Span value) {
  std::vector<core::Span> found;
  std::set<std::string_view> units;  // what tells them apart
  value = trimmed(text, value);
  const auto separates = [&](std::uint64_t i) {
    const char c = text[i];
    if (c == '(' || c == ')' || c == ';' || (c == ' ' && i + 1 < value.end && text[i + 1] == ' ')) return true;
    const bool spaced = i + 1 >= value.end || is_blank(text[i + 1]);
    return (c == ',' || c == '/') && spaced;
  };
  for (std::uint64_t begin = value.begin; begin < value.end;) {
    std::uint64_t end = begin;
    while (end < value.end && !separates(end)) ++end;
    const core::Span piece = trimmed(text, {begin, end});
    if (piece.begin < piece.end) {
      const auto number = text::parse_number_with_unit(at(text, piece));
      const std::string_view written = at(text, piece);
      // "inf tokens per second" is no value, "97.21 tokens per" was cut off by a console.
      const bool none = written.substr(0, 4) == "inf " || written.substr(0, 4) == "nan ";
      if (none || ends_in_per(written)) {
        begin = end + 1;
        continue;
      }
      if (!number || number->unit.empty() || !units.insert(number->unit).second) return {};
      found.push_back(piece);
    }
    begin = end + 1;
  }
  return found.size() > 1 ? found : std::vector<core::Span>();
}

}  // namespace chimera::plaintext
