#include "sources/csv_cell.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>

#include "core/unit.h"
#include "plaintext/number_forms.h"
#include "text/duration.h"
#include "text/words.h"

namespace chimera::sources {
namespace {

constexpr std::size_t kLongestWord = 15;  // of those below

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Sets the kind of a cell that is one of the words programs write for true, false, nothing and not-a-number.
void read_word(std::string_view written, ReadCell& read) {
  static constexpr std::array<std::string_view, 11> kNull = {"null", "none",  "n/a", "na",  "nil", "-",
                                                             "--",   "[n/a]", "<na>", "#n/a", "[not supported]"};
  static constexpr std::array<std::string_view, 3> kNotANumber = {"nan", "-nan", "+nan"};
  static constexpr std::array<std::string_view, 6> kInfinite = {"inf", "-inf", "+inf", "infinity", "-infinity", "+infinity"};
  if (written.size() > kLongestWord) return;
  const std::string word = text::lower(written);
  if (word == "true" || word == "false") {
    read.cell.kind = core::CellKind::boolean;
    read.cell.number = word == "true" ? 1 : 0;
  } else if (is_one_of(word, kNull)) {
    read.cell.kind = core::CellKind::null;
  } else if (is_one_of(word, kNotANumber)) {
    read.cell.kind = core::CellKind::null;
    read.cell.number = std::numeric_limits<double>::quiet_NaN();
    read.nonfinite = true;
  } else if (is_one_of(word, kInfinite)) {
    read.nonfinite = true;  // may be a setting ("request_rate" of a load generator), so the word stays
  }
}

void set_number(const text::Number& number, ReadCell& read) {
  read.too_large = !number.finite;
  read.cell.kind = number.finite ? core::CellKind::number : core::CellKind::null;
  read.cell.number = number.finite ? number.value : std::numeric_limits<double>::quiet_NaN();
  read.cell.decimals = static_cast<std::int8_t>(std::clamp(number.decimals, -127, 127));
}

// "290.4, [170.5,119.9]": a number with the list of its parts behind it. Its length; 0 of others.
std::size_t length_before_parts(std::string_view content) {
  const std::size_t comma = content.find(',');
  if (comma == content.npos || content.back() != ']') return 0;
  const std::string_view list = text::trim(content.substr(comma + 1));
  const bool numbers = list.size() > 2 && list.front() == '[' && list.find_first_not_of("0123456789.,-+eE ", 1) == list.size() - 1;
  return numbers ? text::trim(content.substr(0, comma)).size() : 0;
}

// "3.1141 ms (end to end 3.12513 ms)": what stands before a remark in brackets that holds a word; empty of others.
std::string_view before_remark(std::string_view content) {
  const std::size_t open = content.back() == ')' ? content.find(" (") : content.npos;
  if (open == content.npos || content.find('(', open + 2) != content.npos) return {};
  const std::string_view remark = content.substr(open + 2, content.size() - open - 3);
  const bool words = remark.find(' ') != remark.npos && std::count_if(remark.begin(), remark.end(), [](char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }) > 2;
  return words ? text::trim(content.substr(0, open)) : std::string_view();
}

// True where a number may begin with this byte: digits, signs, points, currencies, "~", "about".
bool may_begin_number(char c) {
  return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == '$' || c == '~' || c == 'a' || c == 'c' ||
         static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

ReadCell read_cell(std::string_view text, const RawCell& raw, text::DecimalMark mark) {
  constexpr std::size_t kLongestNumber = 400;  // characters; longer ones are no numbers that people wrote
  ReadCell read;
  const std::string_view written = text.substr(raw.begin, raw.end - raw.begin);
  const std::string_view content = text::trim(written);
  const auto offset = static_cast<std::uint64_t>(content.data() - text.data());
  read.cell.begin = content.empty() ? raw.begin : offset;
  read.cell.size = static_cast<std::uint32_t>(content.size());
  read.cell.quoted = raw.quoted;
  if (content.empty()) return read;

  read.cell.kind = core::CellKind::text;
  if (may_begin_number(content.front()) && content.size() <= kLongestNumber) {
    if (const std::size_t length = length_before_parts(content); length > 0) {
      if (const std::optional<text::Number> total = text::parse_number(content.substr(0, length), mark)) {
        set_number(*total, read);
        read.cell.size = static_cast<std::uint32_t>(length);
        read.with_parts = true;
        return read;
      }
    }
    if (const std::optional<text::Number> number = text::parse_number(content, mark)) {
      set_number(*number, read);
      return read;
    }
    const std::string_view before = before_remark(content);
    if (const auto found = plaintext::read_number_in_unit(before.empty() ? content : before, mark)) {
      read.with_parts = !before.empty();
      set_number(found->token.number, read);
      read.cell.begin = offset + found->token.begin;
      read.cell.size = static_cast<std::uint32_t>(found->token.end - found->token.begin);
      read.unit = found->unit;
      return read;
    }
  }
  if (content.find(" day") != content.npos && content.size() <= kLongestNumber) {
    if (const std::optional<text::Number> number = text::parse_days(content)) {
      set_number(*number, read);
      read.unit = "s";
      return read;
    }
  }
  read_word(content, read);
  if (read.cell.kind == core::CellKind::text) {  // blanks inside quotes belong to a text
    read.cell.begin = raw.begin;
    read.cell.size = static_cast<std::uint32_t>(raw.end - raw.begin);
  }
  return read;
}

}  // namespace chimera::sources
