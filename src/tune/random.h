// Random numbers that are the same everywhere for the same seed (the distributions of the standard library are not).
#pragma once

#include <cstdint>
#include <random>
#include <utility>
#include <vector>

namespace chimera::tune {

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  // In [0, 1).
  [[nodiscard]] double uniform() { return static_cast<double>(engine_() >> 11) * 0x1.0p-53; }
  // In [0, count); count > 0.
  [[nodiscard]] std::size_t below(std::size_t count) { return static_cast<std::size_t>(uniform() * static_cast<double>(count)); }
  template <class T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace chimera::tune
