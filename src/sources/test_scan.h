// For tests of the scanners: what a block holds, as text that an expectation can be written against.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>

#include "sources/scan_block.h"

namespace chimera::sources::test {

// "0:1.50=1.5 " for each number: column, as written in `text`, value; column by column.
inline std::string numbers_of(const ScanBlock& block, const std::string& text) {
  std::string all;
  for (std::size_t c = 0; c < block.numbers.size(); ++c)
    for (std::uint32_t i = 0; i < block.numbers[c].count(); ++i)
      all += fmt::format("{}:{}={} ", c, text.substr(block.numbers[c].begin()[i], block.numbers[c].size()[i]), block.numbers[c].value()[i]);
  return all;
}

// The lines that are left to the tolerant reader, each with a '|' behind it.
inline std::string odd_lines_of(const ScanBlock& block, const std::string& text) {
  std::string all;
  for (const core::Span& line : block.odd) all += text.substr(line.begin, line.size()) + "|";
  return all;
}

}  // namespace chimera::sources::test
