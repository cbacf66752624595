#include "text/model_names.h"

#include <algorithm>
#include <cstddef>

#include "base/ascii.h"

namespace chimera::text {
namespace {

using base::is_letter;
using base::is_digit;

}  // namespace

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
