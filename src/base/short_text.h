// Comparing texts of which most are short.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace chimera::base {

// Whether two texts are equal. Up to sixteen bytes are compared as two words that overlap, without a call.
[[nodiscard]] inline bool are_equal(std::string_view a, std::string_view b) {
  const std::size_t size = a.size();
  const auto same = [&]<class Word>(Word) {
    Word words[4];
    std::memcpy(&words[0], a.data(), sizeof(Word));
    std::memcpy(&words[1], b.data(), sizeof(Word));
    std::memcpy(&words[2], a.data() + size - sizeof(Word), sizeof(Word));
    std::memcpy(&words[3], b.data() + size - sizeof(Word), sizeof(Word));
    return words[0] == words[1] && words[2] == words[3];
  };
  if (size != b.size()) return false;
  if (size > 2 * sizeof(std::uint64_t)) return std::memcmp(a.data(), b.data(), size) == 0;
  if (size >= sizeof(std::uint64_t)) return same(std::uint64_t{});
  if (size >= sizeof(std::uint32_t)) return same(std::uint32_t{});
  if (size >= sizeof(std::uint16_t)) return same(std::uint16_t{});
  return size == 0 || a.front() == b.front();
}

}  // namespace chimera::base
