// Spans of a text: what stands there, and without the blanks around it.
#pragma once

#include <string_view>

#include "core/document.h"

namespace chimera::plaintext {

inline bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }
inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

inline std::string_view at(std::string_view text, core::Span span) { return text.substr(span.begin, span.size()); }

inline core::Span trimmed(std::string_view text, core::Span span) {
  while (span.begin < span.end && is_blank(text[span.begin])) ++span.begin;
  while (span.end > span.begin && is_blank(text[span.end - 1])) --span.end;
  return span;
}

}  // namespace chimera::plaintext
