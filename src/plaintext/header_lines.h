// Headers of several lines: groups above names, rows of units, names of the index.
//
//   | Batch | Latency  |          |        Batch  Latency/p50  Latency/p99
//   |       | p50      | p99      |               ms           ms
//   |       | ms       | ms       |
//   | 1     | 12.5     | 20.5     |
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace chimera::plaintext {

struct HeaderCell {
  std::string text;     // as a name would be; empty where the cell is
  bool value = false;   // something that a name never is
  bool number = false;
};
using HeaderLine = std::vector<HeaderCell>;

struct HeaderNames {
  std::vector<std::string> keys;   // of several lines joined by "/"
  std::vector<std::string> units;  // parallel to keys, of a row of units; else empty
  std::size_t lines = 1;           // that the header takes
};

// More lines than this are never looked at: header lines, one of index names, one of units and a row.
inline constexpr std::size_t kMostHeaderLines = 4;
inline constexpr std::size_t kHeaderLinesSeen = kMostHeaderLines + 3;

// lines[0] is a header and as wide as the table or wider; the lines that follow are as wide as the table.
[[nodiscard]] HeaderNames read_header_lines(const std::vector<HeaderLine>& lines);

// No cell is a value and at least one names something.
[[nodiscard]] bool names_only(const HeaderLine& line);

}  // namespace chimera::plaintext
