// Where words, marks and brackets of a line begin and end that says values in clauses: "decode: 45.2 tok/s | ttft=231 ms (p99 300)".
#pragma once

#include <cstdint>
#include <string_view>

#include "core/document.h"

namespace chimera::plaintext {

inline constexpr std::size_t kLongestWords = 40;  // bytes of a value in words, and of a remark in brackets

// Offsets are of the text; a function that finds nothing gives the offset it was asked from, or the end of what it was asked about.
class ClauseScan {
 public:
  ClauseScan(std::string_view text, core::Span line) : text_(text), line_(line) {}

  // Behind "1. " and "2) " in front of a word.
  [[nodiscard]] std::uint64_t behind_ordinal(std::uint64_t begin) const;
  // Behind the bracket that closes the one at `open`; `open` where none does.
  [[nodiscard]] std::uint64_t behind_bracket(std::uint64_t open) const;
  [[nodiscard]] std::uint64_t word_end(std::uint64_t begin) const;
  // Where in a word the name ends and the value begins: at "=" or ":"; its end where it has none.
  [[nodiscard]] std::uint64_t mark_in(core::Span word) const;
  [[nodiscard]] bool mark_behind(std::uint64_t i) const;
  [[nodiscard]] bool bracket_follows(std::uint64_t begin) const;
  // "Speed: 0.2ms load, 2.1ms run": words without a mark up to what parts clauses.
  [[nodiscard]] bool words_follow(std::uint64_t begin) const;

  // Bytes of an arrow, "->", that begins there; 0: none.
  [[nodiscard]] std::size_t arrow_at(std::uint64_t i) const;
  // A dash with a blank behind it, or at the end.
  [[nodiscard]] bool dash_at(std::uint64_t i) const;
  // "2:03:04"
  [[nodiscard]] bool is_clock(core::Span word) const;
  [[nodiscard]] core::Span without_colon(core::Span word) const;

 private:
  std::string_view text_;
  core::Span line_;
};

}  // namespace chimera::plaintext
