// Moving about in a text by words: what the scanner and the binder both need.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/ascii.h"

namespace chimera::claims {

using base::is_digit;
using base::is_letter;
inline bool is_alnum(char c) { return is_digit(c) || is_letter(c); }
inline bool is_word_char(char c) { return is_alnum(c) || c == '_'; }
inline bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// A byte that may stand in a unit: letters, "%", "/", "°", "µ", "·", "²".
[[nodiscard]] bool is_unit_char(std::string_view text, std::uint64_t at);

// Behind blanks (also no-break and thin ones) of the same line, at most `most` bytes.
[[nodiscard]] std::uint64_t skip_blanks(std::string_view text, std::uint64_t at, std::uint64_t most = 64);

// Begin of the next line, or the size of the text.
[[nodiscard]] std::uint64_t next_line(std::string_view text, std::uint64_t at);

// Whether the code that begins at `content` stands behind a fence. Indented code is more often a list that somebody
// indented too far than code, so its claims count.
[[nodiscard]] bool is_fenced(std::string_view text, std::uint64_t content);

// Bytes of a sign at `at`: one, or three of U+2212.
[[nodiscard]] std::uint64_t sign_width(std::string_view text, std::uint64_t at);

// The word of letters at `at`, lower case; empty where there is none. At most 32 letters.
[[nodiscard]] std::string lower_word(std::string_view text, std::uint64_t at);

struct Word {
  std::string text;  // lower case; a comparison sign as itself; empty where a sentence or the line ends before it
  std::uint64_t begin = 0;
};
// The word, or comparison sign, before `at` in the same line; quotes, emphasis and an opening bracket are passed over.
[[nodiscard]] Word word_before(std::string_view text, std::uint64_t at);

}  // namespace chimera::claims
