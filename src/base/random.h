// SplitMix64 (Steele, Lea & Flood, OOPSLA 2014): the same numbers on every machine, unlike those of the standard library's
// distributions.
#pragma once

#include <cstddef>
#include <cstdint>

namespace chimera::base {

// One step: well-mixed bits of x.
[[nodiscard]] constexpr std::uint64_t split_mix(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15ULL;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31);
}

class SplitMix {
 public:
  explicit SplitMix(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    const std::uint64_t bits = split_mix(state_);
    state_ += 0x9E3779B97F4A7C15ULL;
    return bits;
  }
  // In [0, limit); limit > 0.
  [[nodiscard]] std::size_t below(std::size_t limit) { return static_cast<std::size_t>(next() % limit); }

 private:
  std::uint64_t state_;
};

}  // namespace chimera::base
