// Whether a value is one of a few that a rule knows.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
#include <string_view>

namespace chimera::base {

template <class Value, class Known, std::size_t N>
[[nodiscard]] constexpr bool is_one_of(const Value& value, const std::array<Known, N>& known) {
  return std::find(known.begin(), known.end(), value) != known.end();
}

[[nodiscard]] constexpr bool is_one_of(std::string_view word, std::initializer_list<std::string_view> known) {
  return std::find(known.begin(), known.end(), word) != known.end();
}

}  // namespace chimera::base
