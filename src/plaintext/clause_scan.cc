#include "plaintext/clause_scan.h"

#include <algorithm>

#include "plaintext/clause_words.h"
#include "plaintext/spans.h"
#include "plaintext/text_lines.h"

namespace chimera::plaintext {

std::uint64_t ClauseScan::behind_ordinal(std::uint64_t begin) const {
  std::uint64_t i = begin;
  while (i < line_.end && is_digit(text_[i])) ++i;
  const bool ordinal = i > begin && i < begin + 4 && i + 2 < line_.end && is_one_of(text_[i], ".)") && text_[i + 1] == ' ' && is_letter(text_[i + 2]);
  return ordinal ? i + 2 : begin;
}

std::uint64_t ClauseScan::behind_bracket(std::uint64_t open) const {
  const char close = text_[open] == '(' ? ')' : ']';
  int depth = 0;
  for (std::uint64_t i = open; i < line_.end; ++i) {
    depth += text_[i] == text_[open] ? 1 : text_[i] == close ? -1 : 0;
    if (depth == 0) return i + 1;
  }
  return open;
}

std::uint64_t ClauseScan::word_end(std::uint64_t begin) const {
  std::uint64_t end = begin;
  while (end < line_.end && !is_blank(text_[end]) && !is_one_of(text_[end], ";|[")) {
    if (text_[end] == ',' && (end + 1 >= line_.end || !is_digit(text_[end + 1]) || end == begin || !is_digit(text_[end - 1]))) break;
    if (text_[end] == '(') {
      const std::uint64_t close = behind_bracket(end);
      if (close == end || close - end > kLongestWords) break;
      end = close - 1;
    }
    ++end;
  }
  return end;
}

std::uint64_t ClauseScan::mark_in(core::Span word) const {
  for (std::uint64_t i = word.begin; i < word.end; ++i) {
    const char c = text_[i];
    const char next = i + 1 < line_.end ? text_[i + 1] : ' ';
    if (c == '(') {
      const std::uint64_t close = behind_bracket(i);
      if (close > i) i = close - 1;
    } else if (c == '=' && next != '=' && (i == word.begin || !is_one_of(text_[i - 1], "<>!=")))
      return i;
    else if (c == ':' && (is_blank(next) || i + 1 >= line_.end || is_digit(next) || next == '[' || (next == '-' && i > word.begin)))
      return i;
  }
  return word.end;
}

bool ClauseScan::mark_behind(std::uint64_t i) const {
  while (i < line_.end && is_blank(text_[i])) ++i;
  return i < line_.end && (text_[i] == '|' || arrow_at(i) > 0);
}

bool ClauseScan::bracket_follows(std::uint64_t begin) const {
  while (begin < line_.end && is_blank(text_[begin])) ++begin;
  return begin < line_.end && text_[begin] == '[';
}

bool ClauseScan::words_follow(std::uint64_t begin) const {
  std::uint64_t i = begin;
  while (i < line_.end && is_blank(text_[i])) ++i;
  if (i == begin || i >= line_.end || !is_letter(text_[i])) return false;
  while (i < line_.end && !is_one_of(text_[i], ",;|:=")) ++i;
  return i < line_.end && is_one_of(text_[i], ",;|");
}

std::size_t ClauseScan::arrow_at(std::uint64_t i) const { return plaintext::arrow_at(text_.substr(i, line_.end - std::min(i, line_.end))); }

bool ClauseScan::dash_at(std::uint64_t i) const { return i < line_.end && text_[i] == '-' && (i + 1 >= line_.end || is_blank(text_[i + 1])); }

bool ClauseScan::is_clock(core::Span word) const { return at(text_, word).find(':') != std::string_view::npos && is_digit(text_[word.begin]); }

core::Span ClauseScan::without_colon(core::Span word) const { return text_[word.end - 1] == ':' ? core::Span{word.begin, word.end - 1} : word; }

}  // namespace chimera::plaintext
