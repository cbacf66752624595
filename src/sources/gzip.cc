#include "sources/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <vector>

namespace chimera::sources {
namespace {

constexpr std::size_t kChunk = std::size_t{256} << 10;
constexpr int kGzipWindow = 15 + 16;  // the largest window, gzip header and trailer

struct EndInflate {
  void operator()(z_stream* stream) const { inflateEnd(stream); }
};

bool too_large(std::uint64_t unpacked, std::uint64_t packed) {
  return unpacked > kMaxUnpacked || (unpacked > kGrowthFloor && unpacked / kMaxGrowth > packed);
}

// Unpacks the member at `out.offset` and moves it behind.
GzipState unpack_member(std::string_view bytes, Unpacked& out, std::vector<char>& buffer) {
  z_stream stream = {};
  if (inflateInit2(&stream, kGzipWindow) != Z_OK) return GzipState::corrupt;
  const std::unique_ptr<z_stream, EndInflate> owner(&stream);
  while (true) {
    const std::size_t rest = bytes.size() - out.offset;
    const auto input = static_cast<uInt>(std::min<std::size_t>(rest, std::numeric_limits<uInt>::max()));
    // zlib reads through a pointer to non-const for historical reasons.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data() + out.offset));
    stream.avail_in = input;
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = static_cast<uInt>(buffer.size());
    const int result = inflate(&stream, Z_NO_FLUSH);
    out.offset += input - stream.avail_in;
    out.bytes.append(buffer.data(), buffer.size() - stream.avail_out);
    if (result == Z_STREAM_END) return GzipState::complete;
    if (result == Z_BUF_ERROR || (result == Z_OK && out.offset == bytes.size() && stream.avail_out > 0)) {
      return GzipState::truncated;
    }
    if (result != Z_OK) return GzipState::corrupt;
    if (too_large(out.bytes.size(), bytes.size())) return GzipState::too_large;
  }
}

}  // namespace

bool is_gzip(std::string_view bytes) { return bytes.substr(0, 3) == "\x1F\x8B\x08"; }

Unpacked gunzip(std::string_view bytes) {
  Unpacked out;
  std::vector<char> buffer(kChunk);
  while (out.state == GzipState::complete && is_gzip(bytes.substr(out.offset))) {
    out.state = unpack_member(bytes, out, buffer);
  }
  // Archivers pad with zeros; anything else behind the last member is foreign.
  const std::string_view rest = bytes.substr(out.offset);
  if (out.state == GzipState::complete && rest.find_first_not_of('\0') != std::string_view::npos) {
    out.state = GzipState::trailing;
  }
  return out;
}

}  // namespace chimera::sources
