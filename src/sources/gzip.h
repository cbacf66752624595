// Unpacks gzip files (RFC 1952), within bounds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace chimera::sources {

enum class GzipState : std::uint8_t {
  complete,
  truncated,   // ends inside the compressed data
  corrupt,     // not a valid stream from some place on, or a wrong checksum
  trailing,    // complete, with bytes behind it that are no gzip
  too_large    // unpacks to more than kMaxUnpacked, or grows suspiciously
};

inline constexpr std::uint64_t kMaxUnpacked = std::uint64_t{1} << 30;
// Beyond this size a file may not grow more than kMaxGrowth-fold.
inline constexpr std::uint64_t kGrowthFloor = std::uint64_t{64} << 20;
inline constexpr std::uint64_t kMaxGrowth = 500;

struct Unpacked {
  std::string bytes;  // of all members; in a state other than complete: what could be unpacked
  GzipState state = GzipState::complete;
  std::uint64_t offset = 0;  // in the packed bytes, where it stopped
};

[[nodiscard]] bool is_gzip(std::string_view bytes);
[[nodiscard]] Unpacked gunzip(std::string_view bytes);

}  // namespace chimera::sources
