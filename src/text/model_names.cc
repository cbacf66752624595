#include "text/model_names.h"

#include <algorithm>
#include <cstddef>

#include "base/ascii.h"

namespace chimera::text {
namespace {

using base::is_letter;
using base::is_digit;

constexpr std::size_t kLongestName = 96;

// "7b", "0.5B", "8x7b", "270m"; "8m" is a time as well.
bool says_parameters(std::string_view piece) {
  if (piece.size() < 2 || !is_digit(piece.front())) return false;
  const std::string_view number = piece.substr(0, piece.size() - 1);
  const char unit = piece.back();
  const bool millions = unit == 'm' || unit == 'M';
  if (!millions && unit != 'b' && unit != 'B') return false;
  return std::all_of(number.begin(), number.end(), [&](char c) { return is_digit(c) || (!millions && (c == '.' || c == 'x')); }) && (!millions || number.size() > 1);
}

}  // namespace

bool names_parameters(std::string_view word) {
  if (word.size() > kLongestName || word.size() < 4 || !is_letter(word[0])) return false;
  const auto plain = [](char c) { return is_letter(c) || is_digit(c) || std::string_view("_-./:").find(c) != std::string_view::npos; };
  if (!std::all_of(word.begin(), word.end(), plain)) return false;
  for (std::size_t begin = word.find_first_of("-_:/"); begin != std::string_view::npos; begin = word.find_first_of("-_:/", begin + 1))
    if (begin > 1 && says_parameters(word.substr(begin + 1, std::min(word.find_first_of("-_:/", begin + 1), word.size()) - begin - 1))) return true;
  return false;
}

bool is_model(std::string_view word) {
  const std::size_t colon = word.find(':');
  if (colon == std::string_view::npos || colon < 2 || colon + 2 > word.size() || !is_letter(word[0])) return false;
  const auto plain = [](char c) { return is_letter(c) || is_digit(c) || std::string_view("_-./").find(c) != std::string_view::npos; };
  const std::string_view name = word.substr(0, colon);
  const std::string_view tag = word.substr(colon + 1);
  if (!std::all_of(name.begin(), name.end(), plain) || !std::all_of(tag.begin(), tag.end(), plain)) return false;
  const std::size_t size = std::min(tag.find_first_not_of("0123456789."), tag.size());
  const bool unit = size < tag.size() && (tag[size] == 'b' || (tag[size] == 'm' && size > 2));  // "eta:30m" is a time
  if (size > 0) return unit && (size + 1 == tag.size() || tag[size + 1] == '-');
  return is_letter(tag[0]) && std::any_of(name.begin(), name.end(), is_digit);
}

}  // namespace chimera::text
