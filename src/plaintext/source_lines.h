// Where a log shows the source code of the program that wrote it: "x = 5" sets nothing there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/document.h"

namespace chimera::plaintext {

class SourceLines {
 public:
  // Of the lines that begin in `span`, the first of which is `first`.
  SourceLines(const core::Document& document, std::size_t first, core::Span span);

  // Whether a line, counted in the document, is one of a program, or stands between such lines.
  [[nodiscard]] bool holds(std::size_t line) const;

  // Whether any of it is source code.
  [[nodiscard]] bool any() const { return before_.back() >= kLines; }

 private:
  static constexpr std::size_t kLines = 2;  // so many of a program make it source code

  std::size_t first_;
  std::vector<std::uint32_t> before_;  // how many lines from first_ to each, itself left out, read as source code
};

}  // namespace chimera::plaintext
