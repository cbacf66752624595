// Comparing and hashing texts of which most are short.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <functional>
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

// Of the size and the first and last eight bytes, where names differ: for tables whose finds are compared. Not for secrets, nor to be stored.
[[nodiscard]] inline std::uint64_t hash_ends(std::string_view text) {
  constexpr std::size_t kWord = sizeof(std::uint64_t);
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  if (!text.empty()) std::memcpy(&first, text.data(), std::min(text.size(), kWord));
  if (text.size() > kWord) std::memcpy(&last, text.data() + text.size() - kWord, kWord);
  const std::uint64_t mixed = (first * 0x9E3779B97F4A7C15U) ^ (std::rotl(last, 29) * 0xC2B2AE3D27D4EB4FU) ^ (std::uint64_t{text.size()} << 8U);
  return mixed ^ mixed >> 32U;
}

// For tables of texts that are looked up as they stand (C++20, heterogeneous lookup), with std::equal_to<>.
struct TextHash {
  using is_transparent = void;
  [[nodiscard]] std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

}  // namespace chimera::base
