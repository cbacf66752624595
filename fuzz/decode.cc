// text::decode: the text is valid UTF-8, segments ascend, and decoding it again changes nothing.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "text/decode.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace chimera;
  const text::Decoded decoded = text::decode(std::string(reinterpret_cast<const char*>(data), size));
  CHECK(!decoded.binary || decoded.text.empty(), "binary content has no text");
  for (std::size_t i = 0; i < decoded.segments.size(); ++i) {
    const text::Segment& segment = decoded.segments[i];
    CHECK(segment.decoded <= decoded.text.size() && segment.source <= size, "a segment begins inside");
    CHECK(segment.decoded_unit > 0 && segment.source_unit > 0, "a segment has units");
    if (i == 0) continue;
    CHECK(segment.decoded > decoded.segments[i - 1].decoded, "segments ascend in the text");
    CHECK(segment.source > decoded.segments[i - 1].source, "segments ascend in the source");
  }
  const text::Decoded again = text::decode(decoded.text);
  const auto nuls = std::count(decoded.text.begin(), decoded.text.end(), '\0');  // valid UTF-8, and no text
  CHECK(again.binary || again.invalid_count <= static_cast<std::uint64_t>(nuls), "decoded text is valid UTF-8");
  const auto lines = text::line_starts(decoded.text);
  CHECK(!lines.empty() && lines[0] == 0, "there is a first line");
  return 0;
}
