// Inline Markdown of a draft: emphasis, code, citations, and the mark behind each sentence that says how its claims fared.
#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.h"
#include "core/fact.h"
#include "report/draft.h"
#include "report/html_text.h"
#include "text/markdown.h"

namespace chimera::report {
namespace {

constexpr std::string_view kPunctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

// How far the end of a link's text is looked for, so that brackets without end cost little.
constexpr std::size_t kLongestLink = 1024;

using base::is_upper;

// Whether a full stop here ends a sentence: behind it a blank and something that begins one.
bool ends_sentence(std::string_view text, std::size_t at, std::size_t end) {
  if (text[at] != '.' && text[at] != '?' && text[at] != '!') return false;
  if (at + 1 >= end) return true;
  if (text[at + 1] == '\n') return true;
  return text[at + 1] == ' ' && at + 2 < end && (is_upper(text[at + 2]) || text[at + 2] == '[' || text[at + 2] == '`' || text[at + 2] == '*');
}

// The ] that closes the [ at `open`, or npos: escapes and code spans are passed over.
std::size_t closing_bracket(std::string_view text, std::size_t open, std::size_t end) {
  int depth = 0;
  for (std::size_t i = open; i < std::min<std::size_t>(end, open + kLongestLink); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '`') {
      const std::size_t close = text.find('`', i + 1);
      if (close != std::string_view::npos && close < end) i = close;
    } else if (text[i] == '[') {
      ++depth;
    } else if (text[i] == ']' && --depth == 0) {
      return i;
    }
  }
  return std::string_view::npos;
}

}  // namespace

void DraftHtml::sentence_mark(std::uint64_t until) {
  const auto& claims = *input_.claims;
  const std::size_t first = next_claim_;
  std::size_t bad = 0;
  while (next_claim_ < claims.size() && claims[next_claim_].span.begin < until) bad += claims[next_claim_++].line.verdict != "supported" ? 1 : 0;
  const std::size_t count = next_claim_ - first;
  if (count == 0) return;
  const std::string said = fmt::format("{} claim{}, {}", count, count == 1 ? "" : "s", bad == 0 ? (count == 1 ? "supported" : "all supported") : fmt::format("{} not supported", bad));
  out_ += fmt::format("<span class=\"v{}\" data-c=\"{}-{}\" title=\"{}\"><span class=\"vh\">({})</span></span>", bad == 0 ? "" : " bad", first, next_claim_, said, said);
}

void DraftHtml::inline_text(std::uint64_t begin, std::uint64_t end, Within within) {
  const bool marked = within == Within::sentences;
  bool strong = false;
  bool emphasis = false;
  std::uint64_t plain = begin;
  const auto flush = [&](std::uint64_t until) { html_escape_to(out_, text_.substr(plain, until - plain)); };
  for (std::uint64_t at = begin; at < end; ++at) {
    const char c = text_[at];
    if (c == '\\' && at + 1 < end && kPunctuation.find(text_[at + 1]) != std::string_view::npos) {
      flush(at);
      plain = ++at;
    } else if (c == '`') {
      std::uint64_t run = 1;
      while (at + run < end && text_[at + run] == '`') ++run;
      const std::size_t close = text_.find(std::string(run, '`'), at + run);
      if (close == std::string_view::npos || close + run > end) {
        at += run - 1;
        continue;
      }
      flush(at);
      std::string_view code = text_.substr(at + run, close - at - run);
      if (code.size() > 2 && code.front() == ' ' && code.back() == ' ') code = code.substr(1, code.size() - 2);
      out_ += "<code>" + html_escape(code) + "</code>";
      at = close + run - 1;
      plain = at + 1;
    } else if (c == '[' && within != Within::link) {  // no link within a link
      flush(at);
      plain = at;
      if (const std::uint64_t behind = link(at, end); behind > at) {
        plain = behind;
        at = behind - 1;
      }
    } else if (c == '*') {
      const bool two = at + 1 < end && text_[at + 1] == '*';
      bool& open = two ? strong : emphasis;
      const std::string_view sign = two ? "**" : "*";
      const std::size_t close = text_.find(sign, at + sign.size());
      if (!open && (close == std::string_view::npos || close >= end)) continue;
      flush(at);
      out_ += fmt::format("<{}{}>", open ? "/" : "", two ? "strong" : "em");
      open = !open;
      at += sign.size() - 1;
      plain = at + 1;
    } else if (c == '\n') {
      flush(at);
      if (at >= begin + 2 && text_[at - 1] == ' ' && text_[at - 2] == ' ') out_ += "<br>";
      plain = at;
    } else if (marked && ends_sentence(text_, at, end)) {
      flush(at + 1);
      plain = at + 1;
      sentence_mark(at + 1);
    }
  }
  flush(end);
  if (strong) out_ += "</strong>";
  if (emphasis) out_ += "</em>";
  if (marked) sentence_mark(end);
}

std::uint64_t DraftHtml::link(std::uint64_t at, std::uint64_t end) {
  const std::size_t close = closing_bracket(text_, at, end);
  if (close == std::string_view::npos || close + 1 >= end || text_[close + 1] != '(') return at;
  const std::size_t behind = text_.find(')', close + 1);
  if (behind == std::string_view::npos || behind >= end) return at;
  const std::string_view target = text_.substr(close + 2, behind - close - 2);
  const std::size_t colon = std::min(target.find(':'), target.size());
  cite(target.substr(0, colon), target.substr(std::min(colon + 1, target.size())), at + 1, close);
  return behind + 1;
}

// Addresses of other kinds are not followed from a report: their text alone is shown.
void DraftHtml::cite(std::string_view scheme, std::string_view target, std::uint64_t text_begin, std::uint64_t text_end) {
  constexpr std::string_view kIdDigits = "0123456789abcdef";
  std::string open;
  if (scheme == "fact" || scheme == "config") {
    const std::string label = label_of(target);
    if (!label.empty()) open = fmt::format("<a class=\"{}\" href=\"#{}\" data-f=\"{}\">", scheme == "fact" ? "q" : "g", label, label);
  } else if (scheme == "calc") {
    std::string list;
    for (std::size_t i = 0; i < target.size();) {
      const std::size_t stop = std::min(target.find_first_not_of(kIdDigits, i), target.size());
      if (stop > i) list += (list.empty() ? "" : " ") + label_of(target.substr(i, stop - i));
      i = std::min(target.find_first_of(kIdDigits, stop), target.size());
    }
    if (!list.empty()) open = fmt::format("<a class=\"w\" href=\"#{}\" data-f=\"{}\">", list.substr(0, list.find(' ')), list);
  } else if (scheme == "artifact") {
    open = fmt::format("<a class=\"p\" href=\"{}\">", html_escape(input_.links->href(decode_path(target))));
  } else if (scheme == "chart") {
    open = fmt::format("<a href=\"#{}\">", html_escape(target));
  }
  out_ += open;
  inline_text(text_begin, text_end, Within::link);
  if (!open.empty()) out_ += "</a>";
}

void DraftHtml::table(const text::MarkdownTable& table) {
  if (table.header.empty()) return;
  // The row below the header says which columns are numbers: ":" at the right end alone.
  std::vector<bool> right;
  const std::size_t line = std::min(text_.find('\n', table.header.back().end), text_.size());
  const std::string_view delimiters = text_.substr(line, std::min(text_.find('\n', line + 1), text_.size()) - line);
  for (std::size_t i = 1; i < delimiters.size(); ++i)
    if (delimiters[i] == '-' && (i + 1 == delimiters.size() || delimiters[i + 1] != '-')) right.push_back(i + 1 < delimiters.size() && delimiters[i + 1] == ':');
  right.resize(table.header.size(), false);
  const auto cells = [&](const std::vector<text::MarkdownSpan>& row, std::string_view tag) {
    out_ += "<tr>";
    for (std::size_t c = 0; c < row.size(); ++c) {
      out_ += fmt::format("<{}{}{}>", tag, tag == "th" ? " scope=\"col\"" : "", c < right.size() && right[c] ? " class=\"n\"" : "");
      inline_text(row[c].begin, row[c].end, Within::phrase);
      if (c + 1 == row.size()) sentence_mark(row[c].end);
      out_ += fmt::format("</{}>", tag);
    }
    out_ += "</tr>\n";
  };
  out_ += "<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table><thead>";
  cells(table.header, "th");
  out_ += "</thead><tbody>\n";
  for (const auto& row : table.rows) cells(row, "td");
  out_ += "</tbody></table></div>\n";
}

}  // namespace chimera::report
