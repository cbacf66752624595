// Numbers in text: what counts as one, and what it says.
//
// The definition is one regular expression, written down in docs/design.md ("Numbers"), for which the tests hold an
// independent scanner that shares no code with this one.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace chimera::text {

struct Number {
  double value = 0;
  int decimals = 0;       // digits after the point as written, less a power of ten: "1.50e1" has 1
  bool integer = false;   // written without point and exponent
  bool grouped = false;   // had thousands separators, which are not part of the value
  bool duration = false;  // a time in several units, "2m43.5s"; the value is in seconds
  bool finite = true;     // false: too large for a double; value is then infinite
};

struct NumberToken {
  std::uint64_t begin = 0;  // bytes [begin, end) of the text: sign, digits, grouping, point, exponent
  std::uint64_t end = 0;
  Number number;
};

// How a table or document writes its numbers.
enum class DecimalMark { point, comma };

// What a comma between digits means. In prose it may group thousands; in JSON and in delimited text it separates, and
// groups only where quotes hold the number and nothing else ("1,234.5").
enum class Commas { group, separate };

// Every number of `text`, in order. Never fails; nothing in an empty text.
[[nodiscard]] std::vector<NumberToken> find_numbers(std::string_view text, Commas commas = Commas::group);

// The same one by one, for texts that are too large for a list. Linear in the size of the text.
// Owns nothing: the text must outlive it.
class NumberScanner {
 public:
  // Who asks only where numbers stand has no use for what most of them say.
  enum class Values { wanted, unwanted };
  explicit NumberScanner(std::string_view text, Commas commas = Commas::group, Values values = Values::wanted)
      : text_(text), commas_(commas), wants_values_(values == Values::wanted) {}
  // The next number; false, and `token` untouched, where there is none.
  [[nodiscard]] bool next(NumberToken& token);

 private:
  [[nodiscard]] bool number_at_digit(NumberToken& token);
  [[nodiscard]] bool number_at_dot(NumberToken& token);

  std::string_view text_;
  Commas commas_;
  bool wants_values_;
  std::size_t pos_ = 0;
};

// The number that `lexeme` is, all of it: "12", "-0.5", "1e-3", "1,234.5", "1 234" (no-break or thin space too),
// "12,34,567", "−3" (Unicode minus). Nothing where it is anything more or less.
[[nodiscard]] std::optional<Number> parse_number(std::string_view lexeme, DecimalMark mark = DecimalMark::point);

// The same, and times in several units or behind days: what a token of the scanner or a cell says, from its bytes alone.
[[nodiscard]] std::optional<Number> reparse_number(std::string_view lexeme, DecimalMark mark = DecimalMark::point);

// A number with a unit behind or before it, as cells hold them: "33.09 W", "1129 MiB", "~5.5x", "$3.20", "12 %".
struct NumberWithUnit {
  NumberToken token;      // offsets into the cell
  std::string_view unit;  // as written, trimmed; empty where there is none
  bool approximate = false;  // "~", "≈", "about"
};
// Nothing where the cell holds other words or a second number.
[[nodiscard]] std::optional<NumberWithUnit> parse_number_with_unit(std::string_view cell, DecimalMark mark = DecimalMark::point);

}  // namespace chimera::text
