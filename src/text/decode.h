// Bytes to UTF-8 text: byte order marks, UTF-16, legacy 8-bit encodings, and what was wrong with them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace chimera::text {

// Offsets in the decoded text and in the bytes run in step within a segment.
struct Segment {
  std::uint64_t decoded = 0;
  std::uint64_t source = 0;
  std::uint32_t decoded_unit = 1;  // bytes per character, decoded
  std::uint32_t source_unit = 1;   // bytes per character, in the source
};

struct Decoded {
  std::string text;        // valid UTF-8; invalid bytes replaced by U+FFFD
  std::string encoding;    // "UTF-8", "UTF-16LE", "UTF-16BE", "windows-1251", "windows-1252"
  std::uint64_t shift = 0; // bytes of a byte order mark that were dropped
  std::vector<Segment> segments;  // empty where offsets differ by `shift` only
  std::vector<std::uint64_t> invalid;  // source offsets of invalid sequences, the first 100
  std::uint64_t invalid_count = 0;
  std::uint64_t nuls = 0;      // bytes of runs of NUL that became blanks, as a crash or a file cut while written leaves them
  std::uint64_t first_nul = 0; // source offset of the first of them
  bool binary = false;     // other NUL bytes or mostly control characters: text is then empty
};

// Takes the bytes over; costs no copy for plain UTF-8.
[[nodiscard]] Decoded decode(std::string bytes);

// Offset of the first byte of every line (LF ends a line); the first entry is 0.
[[nodiscard]] std::vector<std::uint64_t> line_starts(std::string_view text);

}  // namespace chimera::text
