#include "text/decode.h"

#include <gtest/gtest.h>

namespace chimera::text {
namespace {

std::string utf16(std::string_view ascii, bool big) {
  std::string bytes;
  for (const char c : ascii) {
    if (big) bytes += '\0';
    bytes += c;
    if (!big) bytes += '\0';
  }
  return bytes;
}

// The source offset of a decoded one, as core::OffsetMap computes it.
std::uint64_t source_of(const Decoded& decoded, std::uint64_t offset) {
  std::uint64_t source = offset + decoded.shift;
  for (const Segment& s : decoded.segments) {
    if (s.decoded <= offset) source = s.source + (offset - s.decoded) / s.decoded_unit * s.source_unit;
  }
  return source;
}

TEST(Decoding, LeavesUtf8Alone) {
  const Decoded decoded = decode("caf\xC3\xA9 12");
  EXPECT_EQ(decoded.text, "caf\xC3\xA9 12");
  EXPECT_EQ(decoded.encoding, "UTF-8");
  EXPECT_EQ(decoded.shift, 0U);
  EXPECT_TRUE(decoded.segments.empty());
  EXPECT_FALSE(decoded.binary);
  EXPECT_EQ(decode("").text, "");
}

TEST(Decoding, DropsAByteOrderMarkAndKeepsOffsets) {
  const Decoded decoded = decode("\xEF\xBB\xBF" "a,b\n");
  EXPECT_EQ(decoded.text, "a,b\n");
  EXPECT_EQ(decoded.shift, 3U);
  EXPECT_EQ(source_of(decoded, 2), 5U);
}

TEST(Decoding, ReadsUtf16WithAndWithoutAMark) {
  for (const bool big : {false, true}) {
    const std::string body = utf16("name,12.5\n", big);
    const Decoded bare = decode(body);
    EXPECT_EQ(bare.text, "name,12.5\n");
    EXPECT_EQ(bare.encoding, big ? "UTF-16BE" : "UTF-16LE");
    EXPECT_EQ(source_of(bare, 5), 10U);
    const Decoded marked = decode((big ? "\xFE\xFF" : "\xFF\xFE") + body);
    EXPECT_EQ(marked.text, "name,12.5\n");
    EXPECT_EQ(source_of(marked, 5), 12U);
    EXPECT_EQ(source_of(marked, 9), 20U);
  }
}

TEST(Decoding, ReadsSurrogatePairsAndCountsHalves) {
  const Decoded pair = decode(std::string("\xFF\xFE\x3D\xD8\x00\xDE" "1\0", 8));
  EXPECT_EQ(pair.text, "\xF0\x9F\x98\x80" "1");
  EXPECT_EQ(source_of(pair, 4), 6U);
  const Decoded half = decode(std::string("\xFF\xFE\x3D\xD8" "1\0" "2", 7));
  EXPECT_EQ(half.text, "\xEF\xBF\xBD" "1\xEF\xBF\xBD");
  EXPECT_EQ(half.invalid_count, 2U);
  EXPECT_EQ(half.invalid, (std::vector<std::uint64_t>{2, 6}));
}

// UTF-16 that went through a program which took it for bytes of Latin-1: the mark became UTF-8, LF became CR LF.
TEST(Decoding, RecoversUtf16ThatWasTakenForBytes) {
  const Decoded decoded = decode("\xC3\xBF\xC3\xBE" + utf16("error 12", false) + std::string("\r\0\r\n\0", 5) + utf16("next", false));
  EXPECT_EQ(decoded.encoding, "UTF-16LE");
  EXPECT_EQ(decoded.text, "error 12\r\nnext");
  EXPECT_EQ(decoded.shift, 4U);
  EXPECT_EQ(source_of(decoded, 6), 16U);
  EXPECT_EQ(source_of(decoded, 10), 25U);
}

TEST(Decoding, TellsLegacyEncodingsApart) {
  const Decoded western = decode("d\xE9" "bit mesur\xE9 \x80 12 ms");
  EXPECT_EQ(western.encoding, "windows-1252");
  EXPECT_EQ(western.text, "d\xC3\xA9" "bit mesur\xC3\xA9 \xE2\x82\xAC 12 ms");
  EXPECT_EQ(source_of(western, western.text.find("12")), 15U);
  const Decoded cyrillic = decode("\xCF\xEB\xE0\xF2\xF4\xEE\xF0\xEC\xE0;12,5\n");
  EXPECT_EQ(cyrillic.encoding, "windows-1251");
  EXPECT_EQ(cyrillic.text.substr(0, 4), "\xD0\x9F\xD0\xBB");
  EXPECT_EQ(source_of(cyrillic, cyrillic.text.find("12")), 10U);
}

TEST(Decoding, RepairsDamagedUtf8AndSaysWhere) {
  const Decoded decoded = decode("\xC3\xA9\xC3\xA9\xC3\xA9 12 \xFF 13");
  EXPECT_EQ(decoded.encoding, "UTF-8");
  EXPECT_EQ(decoded.text, "\xC3\xA9\xC3\xA9\xC3\xA9 12 \xEF\xBF\xBD 13");
  EXPECT_EQ(decoded.invalid, (std::vector<std::uint64_t>{10}));
  EXPECT_EQ(source_of(decoded, decoded.text.find("13")), 12U);
  const Decoded overlong = decode("\xC3\xA9\xC3\xA9\xC3\xA9 \xC0\xAF");
  EXPECT_EQ(overlong.invalid_count, 2U);
}

TEST(Decoding, ReplacesASingleNulAndRefusesBinary) {
  std::string log(1000, 'x');
  log[500] = '\0';
  const Decoded text = decode(log);
  EXPECT_FALSE(text.binary);
  EXPECT_EQ(text.invalid, (std::vector<std::uint64_t>{500}));
  EXPECT_EQ(source_of(text, 503), 501U);
  EXPECT_TRUE(decode(std::string("\x7F" "ELF\x02\x01\x01\0\0\0\0\0\0\0", 14)).binary);
  EXPECT_TRUE(decode(std::string("\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\0\x01", 20)).binary);
}

TEST(Decoding, ReadsRunsOfNulAsBlanks) {
  const std::string lines(200, 'x');
  const Decoded cut = decode(lines + '\n' + std::string(5000, '\0') + lines);
  EXPECT_FALSE(cut.binary);
  EXPECT_EQ(cut.text, lines + '\n' + std::string(5000, ' ') + lines);
  EXPECT_EQ(cut.nuls, 5000U);
  EXPECT_EQ(cut.first_nul, 201U);
  EXPECT_EQ(cut.invalid_count, 0U);
  EXPECT_TRUE(decode(std::string("SQLite format 3\0\x10\0\x01\x01\0\x40\x20\x20\0\0", 26) + std::string(4000, '\0')).binary);
}

TEST(LineStarts, CountLineFeedsOnly) {
  EXPECT_EQ(line_starts(""), (std::vector<std::uint64_t>{0}));
  EXPECT_EQ(line_starts("a\r\nb\rc\n"), (std::vector<std::uint64_t>{0, 3, 7}));
}

}  // namespace
}  // namespace chimera::text
