// The numbers of lines that say several things (text_clauses.h), with the units that stand at them or behind them.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/document.h"

namespace chimera::plaintext {

struct ClauseNumber {
  core::Span value;             // with what stands behind "±"; empty: none is here
  std::string_view unit;        // as written; empty where there is none
  bool known = false;           // the unit is one
  bool integer = false;
  std::uint64_t end = 0;        // behind it and "/100", what it is a part of
};

// Where the unit stands; the whole value where it is written inside, "1h 2m 3s".
[[nodiscard]] core::Span unit_span(std::string_view text, const ClauseNumber& number);

class ClauseNumbers {
 public:
  ClauseNumbers(std::string_view text, core::Span line) : text_(text), line_(line) {}

  enum class Name { plain, marked };  // whether ":" or "=" stands behind the name of the number
  // The number that begins there, with its unit and what it is a part of.
  [[nodiscard]] ClauseNumber at(std::uint64_t begin, Name name = Name::plain) const;
  // "4.812s,  212.80/s": how many of what takes that time are done in a second, without the "/s".
  [[nodiscard]] ClauseNumber rate_beside(const ClauseNumber& time) const;

 private:
  bool take_unit(ClauseNumber& out, std::uint64_t begin, std::uint64_t end, Name name) const;
  [[nodiscard]] bool names_what_follows(std::uint64_t end) const;
  void take_total(ClauseNumber& out) const;
  void take_spread(ClauseNumber& out) const;

  std::string_view text_;
  core::Span line_;
};

}  // namespace chimera::plaintext
