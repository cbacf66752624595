#include "report/draft.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.h"
#include "base/check.h"
#include "text/number.h"
#include "text/words.h"

namespace chimera::report {
namespace {

constexpr std::string_view kSpecial = "\\`*_[]<>|#&~";
constexpr char kHexDigits[] = "0123456789ABCDEF";

bool plain_in_path(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '.' || c == '-' || c == '_' ||
         c == '+' || c == ',' || c == '=' || c == '@';
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

// How claims is asked about a comparing word: one that denies a difference is tested as a tie, any other as a
// statement about the first against the second.
char relation(std::string_view word) {
  for (const std::string_view tie : {"no difference", "no effect", "not distinguishable", "indistinguishable", "cannot be told apart", "tied", "ties", "tie"})
    if (word.find(tie) != std::string_view::npos) return '~';
  if (word == "the same" || word == "equal" || word == "identical") return '=';
  return '>';
}

// White space as blanks, what cannot be seen as U+FFFD.
std::string one_line(std::string_view words) {
  std::string line(words);
  for (char& c : line)
    if (c == '\n' || c == '\r' || c == '\t') c = ' ';
  return text::visible(line);
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80; }
using base::is_digit;

// A word that can only be a name that an artifact gave: "q4_0", "106B.A12B", "llama.cpp". A bare number is none.
bool is_name(std::string_view word) {
  const bool letters = std::any_of(word.begin(), word.end(), is_letter);
  const std::size_t point = word.find('.');
  const bool dotted = point != std::string_view::npos && point > 0 && point + 1 < word.size() && is_letter(word[point - 1]) && is_letter(word[point + 1]);
  return letters && (dotted || std::any_of(word.begin(), word.end(), is_digit));
}

// A name that reads as a measurement ("2025", "7b") is quoted, or it would be one that cites nothing.
std::string code_span(std::string_view text) {
  std::string inner = one_line(text);
  if (text::parse_number_with_unit(inner)) inner = '"' + inner + '"';
  const std::string fence = inner.find('`') == std::string::npos ? "`" : "``";
  return fence + (fence.size() > 1 ? " " : "") + inner + (fence.size() > 1 ? " " : "") + fence;
}

}  // namespace

std::string escape(std::string_view words) {
  std::string out;
  out.reserve(words.size());
  for (const char c : one_line(words)) {
    if (kSpecial.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string encode_path(std::string_view path) {
  std::string out;
  for (const char c : path) {
    if (plain_in_path(c)) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kHexDigits[byte >> 4];
      out += kHexDigits[byte & 15];
    }
  }
  return out;
}

std::string decode_path(std::string_view encoded) {
  std::string out;
  for (std::size_t i = 0; i < encoded.size(); ++i) {
    const bool escape_here = encoded[i] == '%' && i + 2 < encoded.size() && hex_value(encoded[i + 1]) >= 0 && hex_value(encoded[i + 2]) >= 0;
    out += escape_here ? static_cast<char>(hex_value(encoded[i + 1]) * 16 + hex_value(encoded[i + 2])) : encoded[i];
    if (escape_here) i += 2;
  }
  return out;
}

namespace {

// Words for people; names in them are set as code, since they are quoted and state nothing.
std::string prose(std::string_view words) {
  std::string out;
  for (std::size_t at = 0; at < words.size();) {
    const std::size_t end = std::min(words.find(' ', at), words.size());
    std::string_view word = words.substr(at, end - at);
    std::string_view tail;
    while (!word.empty() && (word.back() == '.' || word.back() == ',' || word.back() == ':' || word.back() == ';' || word.back() == ')')) {
      word.remove_suffix(1);
      tail = words.substr(at + word.size(), end - at - word.size());
    }
    std::string_view head;
    if (!word.empty() && word.front() == '(') head = "(", word.remove_prefix(1);
    out += escape(head) + (is_name(word) ? code_span(word) : escape(word)) + escape(tail);
    if (end < words.size()) out += ' ';
    at = end + 1;
  }
  return out;
}

// Words, a name or a header: escaped, but for what stands between two backticks, which is shown as code.
std::string with_code(std::string_view words) {
  std::string out;
  while (true) {
    const std::size_t open = words.find('`');
    const std::size_t close = open == std::string_view::npos ? open : words.find('`', open + 1);
    if (close == std::string_view::npos || close == open + 1) return out + prose(words);
    out += prose(words.substr(0, open)) + code_span(words.substr(open + 1, close - open - 1));
    words.remove_prefix(close + 1);
  }
}

std::string cite(const core::Part& part) {
  using Kind = core::Part::Kind;
  switch (part.kind) {
    case Kind::text: return with_code(part.shown);
    case Kind::code: return code_span(part.shown);
    case Kind::quantity: return fmt::format("[{}](fact:{})", escape(part.shown), core::to_string(part.a));
    case Kind::comparison:
      return fmt::format("[{}](calc:{}{}{})", escape(part.shown), core::to_string(part.a), relation(part.shown), core::to_string(part.b));
    case Kind::artifact: return fmt::format("[{}](artifact:{})", escape(part.shown), encode_path(part.shown));
    case Kind::passage: return fmt::format("[{}](artifact:{})", escape(part.shown), encode_path(part.path));
    case Kind::config: return fmt::format("[{}](config:{})", escape(part.shown), core::to_string(part.a));
  }
  return {};
}

std::string render(const core::Statement& statement) {
  std::string text;
  for (const core::Part& part : statement.parts()) text += cite(part);
  return text;
}

}  // namespace

void Draft::heading(int level, std::string_view words) {
  headings_.push_back(markdown_.size());
  markdown_ += fmt::format("{} {}\n\n", std::string(static_cast<std::size_t>(level), '#'), escape(words));
}

void Draft::heading(int level, const core::Statement& statement) {
  headings_.push_back(markdown_.size());
  markdown_ += fmt::format("{} {}\n\n", std::string(static_cast<std::size_t>(level), '#'), render(statement));
}

void Draft::paragraph(const core::Statement& statement) { markdown_ += render(statement) + "\n\n"; }

void Draft::fields(const std::vector<std::pair<std::string, core::Statement>>& fields) {
  for (const auto& [name, value] : fields) markdown_ += fmt::format("**{}:** {}  \n", escape(name), render(value));
  markdown_ += "\n";
}

void Draft::bullets(const std::vector<core::Statement>& items) {
  for (const core::Statement& item : items) bullet(item, 1);
  if (!items.empty()) gap();
}

void Draft::bullet(const core::Statement& item, int level) {
  markdown_ += std::string(static_cast<std::size_t>(level - 1) * 2, ' ') + "- " + render(item) + "\n";
}

void Draft::named_bullet(std::string_view name, const core::Statement& statement) {
  markdown_ += fmt::format("- **{}.** {}\n", with_code(name), render(statement));
}

void Draft::named_bullets(const std::vector<std::pair<std::string, core::Statement>>& items) {
  for (const auto& [name, statement] : items) named_bullet(name, statement);
  if (!items.empty()) gap();
}

void Draft::gap() { markdown_ += "\n"; }

void Draft::numbered(const std::vector<core::Statement>& items) {
  for (std::size_t i = 0; i < items.size(); ++i) markdown_ += fmt::format("{}. {}\n", i + 1, render(items[i]));
  if (!items.empty()) markdown_ += "\n";
}

void Draft::table(const std::vector<std::string>& header, const std::vector<Cells>& rows, const std::vector<Align>& align) {
  CHECK(align.size() == header.size(), "every column has an alignment");
  if (rows.empty()) return;
  const auto line = [&](const auto& cell_at) {
    markdown_ += "|";
    for (std::size_t c = 0; c < header.size(); ++c) markdown_ += " " + cell_at(c) + " |";
    markdown_ += "\n";
  };
  line([&](std::size_t c) { return with_code(header[c]); });
  line([&](std::size_t c) { return std::string(align[c] == Align::right ? "--:" : ":--"); });
  for (const Cells& row : rows) {
    CHECK(row.size() == header.size(), "a table row is as wide as the header");
    line([&](std::size_t c) { return render(row[c]); });
  }
  markdown_ += "\n";
}

void Draft::charts(const std::vector<std::pair<std::string, std::string>>& charts) {
  for (std::size_t i = 0; i < charts.size(); ++i) markdown_ += fmt::format("{}[{}](chart:{})", i == 0 ? kChartsLead : std::string_view(", "), with_code(charts[i].second), charts[i].first);
  if (!charts.empty()) markdown_ += ".\n\n";
}

void Draft::code(std::string_view text) {
  // A longer fence than any run of backticks inside, so that quoted text cannot end its own quotation.
  std::size_t longest = 2;
  std::size_t run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  markdown_ += fence + "text\n" + std::string(text) + (text.empty() || text.back() != '\n' ? "\n" : "") + fence + "\n\n";
}

}  // namespace chimera::report
