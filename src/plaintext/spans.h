// Spans of a text: what stands there, without the blanks around it, lines and rows of it; and which letters and words stand there.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/ascii.h"
#include "base/one_of.h"
#include "core/document.h"
#include "text/markdown.h"

namespace chimera::plaintext {

using base::all_digits;
using base::is_digit;
using base::is_letter;
inline bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

using base::is_one_of;
inline bool is_one_of(char c, std::string_view chars) { return chars.find(c) != std::string_view::npos; }

inline core::Span to_core(text::MarkdownSpan span) { return {span.begin, span.end}; }

inline std::string_view at(std::string_view text, core::Span span) { return text.substr(span.begin, span.size()); }

inline core::Span trimmed(std::string_view text, core::Span span) {
  while (span.begin < span.end && is_blank(text[span.begin])) ++span.begin;
  while (span.end > span.begin && is_blank(text[span.end - 1])) --span.end;
  return span;
}

// From the first of two spans to the last; what is empty stands nowhere.
inline core::Span joined(core::Span a, core::Span b) {
  if (a.size() == 0 || b.size() == 0) return a.size() == 0 ? b : a;
  return {std::min(a.begin, b.begin), std::max(a.end, b.end)};
}

// "# Warmup Iteration 1" without the mark of a comment.
inline core::Span uncommented(std::string_view text, core::Span span) {
  while (span.begin < span.end && (text[span.begin] == '#' || text[span.begin] == ' ')) ++span.begin;
  return span;
}

// The line of that number, from 0, with the blanks around it and without its end. Empty where there is none, it begins at `end` or
// behind it, or is longer than `longest`.
inline core::Span line_at(const core::Document& document, std::size_t i, std::uint64_t end, std::size_t longest) {
  if (i >= document.lines.size() || document.lines[i] >= end) return {};
  const std::uint64_t stop = i + 1 < document.lines.size() ? document.lines[i + 1] - 1 : document.text.size();
  return stop < document.lines[i] || stop - document.lines[i] > longest ? core::Span{} : core::Span{document.lines[i], stop};
}

inline core::Row row_at(const core::Document& document, core::Span span) {
  core::Row row;
  row.span = span;
  row.line = document.place(span.begin).line;
  return row;
}

}  // namespace chimera::plaintext
