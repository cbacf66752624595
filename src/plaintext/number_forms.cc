#include "plaintext/number_forms.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

using base::is_digit;

// Bounds and estimates in front of a number.
std::string_view without_relation(std::string_view cell) {
  constexpr std::array<std::string_view, 8> kRelations = {"<=", ">=", "<", ">", "~", "\xE2\x89\xA4", "\xE2\x89\xA5", "\xE2\x89\x88"};
  for (const std::string_view mark : kRelations)
    if (cell.substr(0, mark.size()) == mark) return text::trim(cell.substr(mark.size()));
  return cell;
}

// Takes digits with separators between them from the front; how many separators there were, or nothing without a digit.
std::optional<std::size_t> take_digits(std::string_view& rest) {
  const std::size_t sign = !rest.empty() && (rest[0] == '-' || rest[0] == '+') ? 1 : 0;
  if (rest.size() <= sign || !is_digit(rest[sign])) return std::nullopt;
  std::size_t end = sign;
  std::size_t separators = 0;
  while (end < rest.size()) {
    const bool between = end + 1 < rest.size() && is_digit(rest[end + 1]) && std::string_view(".,'").find(rest[end]) != std::string_view::npos;
    if (!is_digit(rest[end]) && !between) break;
    separators += between && !is_digit(rest[end]) ? 1 : 0;
    ++end;
  }
  rest.remove_prefix(end);
  return separators;
}

std::string_view without_dash(std::string_view rest) {
  for (const std::string_view dash : {"-", "\xE2\x80\x93", "\xE2\x80\x94", "..", "to "})
    if (text::trim(rest).substr(0, dash.size()) == dash) return text::trim(text::trim(rest).substr(dash.size()));
  return {};
}

enum class Several { none, whole_numbers, quantities };

Several several_in(std::string_view cell) {
  constexpr std::size_t kLongest = 64;
  constexpr std::array<std::string_view, 4> kBetween = {" / ", "\xE2\x86\x92", "->", " + "};
  if (cell.size() > kLongest) return Several::none;
  for (const std::string_view between : kBetween) {
    if (cell.find(between) == std::string_view::npos) continue;
    bool quantity = false;
    for (std::size_t begin = 0; begin <= cell.size();) {
      const std::size_t end = std::min(cell.find(between, begin), cell.size());
      const auto number = text::parse_number_with_unit(text::trim(cell.substr(begin, end - begin)));
      if (!number) return Several::none;
      quantity = quantity || !number->token.number.integer || core::find_unit(number->unit) != nullptr;
      begin = end + between.size();
    }
    return quantity ? Several::quantities : Several::whole_numbers;
  }
  return Several::none;
}

}  // namespace

std::optional<ScaledNumber> read_scaled_number(std::string_view cell) {
  ScaledNumber scaled{};
  const std::size_t begin = cell.substr(0, 1) == "~" ? 1 : 0;
  if (!text::NumberScanner(cell).next(scaled.token) || scaled.token.begin != begin || scaled.token.end + 1 >= cell.size()) return std::nullopt;
  const auto behind = static_cast<std::size_t>(scaled.token.end);
  if (std::string_view("kKMGT").find(cell[behind]) == std::string_view::npos) return std::nullopt;
  const core::UnitPtr unit = core::find_unit(cell.substr(behind + 1));
  scaled.unit = unit == nullptr ? nullptr : core::scaled_unit(unit, cell[behind]);
  if (scaled.unit == nullptr) return std::nullopt;
  return scaled;
}

std::optional<NumberInUnit> read_number_in_unit(std::string_view cell, text::DecimalMark mark) {
  if (const auto scaled = read_scaled_number(cell); scaled && mark == text::DecimalMark::point) return NumberInUnit{scaled->token, scaled->unit->symbol};
  const auto found = text::parse_number_with_unit(cell, mark);
  if (!found || found->unit.empty() || core::find_unit(found->unit) == nullptr) return std::nullopt;
  const bool glued = found->unit.data() == cell.data() + found->token.end;
  if (glued && found->unit.size() == 1 && std::string_view("bBkKmMgGtT").find(found->unit[0]) != std::string_view::npos) return std::nullopt;
  return NumberInUnit{found->token, found->unit};
}

char scale_named(std::string_view unit) {
  if (unit == "k" || unit == "K" || unit == "thousand") return 'k';
  if (unit == "M" || unit == "million") return 'M';
  if (unit == "G" || unit == "billion") return 'G';
  return unit == "T" || unit == "trillion" ? 'T' : '\0';
}

std::string_view quantity_name(const core::Unit& unit) {
  using core::Dimension;
  switch (unit.dimension) {
    case Dimension::time: return "latency";
    case Dimension::information: return "memory";
    case Dimension::bandwidth: return "bandwidth";
    case Dimension::token_rate: return "throughput";
    case Dimension::flop_rate: return "flops";
    case Dimension::frequency: return "clock";
    case Dimension::power: return "power";
    case Dimension::temperature: return "temperature";
    case Dimension::request_rate: return "request throughput";
    case Dimension::operation_rate: return "operation rate";
    default: return {};
  }
}

bool looks_like_quantity(std::string_view cell) {
  constexpr std::size_t kLongest = 48;
  cell = text::trim(cell);
  if (cell.empty() || cell.size() > kLongest) return false;
  std::string_view rest = without_relation(cell);
  const bool bound = rest.size() < cell.size();
  const auto separators = take_digits(rest);
  if (!separators) return false;
  const std::string_view upper = without_dash(rest);
  std::string_view unit = upper.empty() ? rest : upper;
  const bool range = !upper.empty() && take_digits(unit).has_value();
  if (!upper.empty() && !range) return false;
  const bool scaled = !unit.empty() && scale_named(unit.substr(0, 1)) != '\0' && (unit.size() == 1 || core::find_unit(unit) == nullptr);
  if (scaled) unit.remove_prefix(1);
  unit = text::trim(unit);
  const bool known = scaled || core::find_unit(unit) != nullptr;
  const bool parameters = unit == "B" && !range && !bound;  // "7B" is a model
  if (!unit.empty() && (parameters || core::find_unit(unit) == nullptr)) return false;
  return bound || known;  // "10-20" may be a name
}

bool looks_like_several(std::string_view cell) { return several_in(cell) == Several::quantities; }

bool holds_several_numbers(std::string_view cell) { return several_in(cell) != Several::none; }

bool looks_like_number(std::string_view cell) {
  constexpr std::size_t kLongest = 24;
  std::string_view rest = text::trim(cell);
  return rest.size() <= kLongest && rest.find_first_of(",'") != std::string_view::npos && take_digits(rest) && rest.empty();
}

}  // namespace chimera::plaintext
