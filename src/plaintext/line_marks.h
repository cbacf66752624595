// Which of the characters that mark constructs stand in a line: one look at it answers all who ask for theirs.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/ascii.h"

namespace chimera::plaintext {

class LineMarks {
 public:
  // Of kKnown; any digit counts as '0'.
  constexpr explicit LineMarks(std::string_view line) {
    for (const char c : line) marks_ |= kBits[static_cast<unsigned char>(c)];
  }
  // Whether all of the others stand in the line too.
  [[nodiscard]] constexpr bool hold(LineMarks others) const { return (marks_ & others.marks_) == others.marks_; }

 private:
  static constexpr std::string_view kKnown = "0:=([{|\t%@#";

  static constexpr std::array<std::uint16_t, 256> kBits = [] {
    std::array<std::uint16_t, 256> bits{};
    for (std::size_t c = 0; c < bits.size(); ++c) {
      const std::size_t known = kKnown.find(base::is_digit(static_cast<char>(c)) ? '0' : static_cast<char>(c));
      if (known != std::string_view::npos) bits[c] = static_cast<std::uint16_t>(1U << known);
    }
    return bits;
  }();

  std::uint16_t marks_ = 0;
};

}  // namespace chimera::plaintext
