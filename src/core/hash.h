// A 64-bit hash that is the same on every machine and in every run: for identifiers that others may store.
// FNV-1a over length-prefixed parts, finished by the mixer of splitmix64 (Steele, Lea, Flood 2014). Not for secrets.
#pragma once

#include <cstdint>
#include <string_view>

namespace chimera::core {

class Hash {
 public:
  Hash& text(std::string_view part) {
    number(part.size());
    for (const char c : part) byte(static_cast<unsigned char>(c));
    return *this;
  }
  Hash& number(std::uint64_t part) {
    if (part < 256) {  // the other seven bytes are zero, which only multiply
      state_ = (state_ ^ part) * kPrimeToThe8th;
      return *this;
    }
    for (int shift = 0; shift < 64; shift += 8) byte(static_cast<unsigned char>(part >> shift));
    return *this;
  }
  // What was taken in so far, before the mixer: others who continue from here come to the same value.
  [[nodiscard]] std::uint64_t state() const { return state_; }
  [[nodiscard]] std::uint64_t value() const {
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }

 private:
  static constexpr std::uint64_t kPrime = 0x100000001b3ULL;
  static constexpr std::uint64_t kPrimeSquared = kPrime * kPrime;
  static constexpr std::uint64_t kPrimeToThe8th = kPrimeSquared * kPrimeSquared * kPrimeSquared * kPrimeSquared;
  void byte(unsigned char b) { state_ = (state_ ^ b) * kPrime; }
  std::uint64_t state_ = 0xcbf29ce484222325ULL;
};

}  // namespace chimera::core
