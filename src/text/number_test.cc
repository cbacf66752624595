#include "text/number.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

namespace chimera::text {
namespace {

// The numbers of a text, each as it is written, joined by '|'.
std::string found(std::string_view text, Commas commas = Commas::group) {
  std::string all;
  for (const NumberToken& token : find_numbers(text, commas)) {
    if (!all.empty()) all += '|';
    all += text.substr(token.begin, token.end - token.begin);
  }
  return all;
}

double value(std::string_view lexeme, DecimalMark mark = DecimalMark::point) {
  const std::optional<Number> number = parse_number(lexeme, mark);
  return number ? number->value : std::numeric_limits<double>::quiet_NaN();
}

TEST(Numbers, KeepTheSpanOfEveryNumber) {
  const std::vector<NumberToken> tokens = find_numbers("ttft 0.085 s, then -12 and 1,234.5");
  ASSERT_EQ(tokens.size(), 3U);
  EXPECT_EQ(tokens[0].begin, 5U);
  EXPECT_EQ(tokens[0].end, 10U);
  EXPECT_EQ(tokens[1].begin, 19U);
  EXPECT_DOUBLE_EQ(tokens[1].number.value, -12);
  EXPECT_EQ(tokens[2].end, 34U);
  EXPECT_DOUBLE_EQ(tokens[2].number.value, 1234.5);
}

TEST(Numbers, MayHaveAUnitGluedOn) {
  EXPECT_EQ(found("12ms 5x 8b 99% $3.20 4080Ti ~7tok/s"), "12|5|8|99|3.20|4080|7");
  EXPECT_EQ(found("x2.3 faster, X4"), "2.3|4");
}

TEST(Numbers, InsideIdentifiersAreNone) {
  EXPECT_EQ(found("q4_0 gemma3 llama3.1 v1.2.3 t0.8 g999_c1024_t0.2 p99 x86 x64 x86_64 8b_q4 4x4"), "");
  EXPECT_EQ(found("sha 9f86d081884c7d65 7c1e9a2 1234567abc 0xFF 0x1f3c"), "");
  EXPECT_EQ(found("550e8400-e29b-41d4-a716-446655440000 b2a1d9f8-0000-4000-8000-000000000001"), "");
  EXPECT_EQ(found("127.0.0.1:8080 2.2.0a0+git7ca0c4f"), "8080");
}

TEST(Numbers, InDatesAndTimesAreNone) {
  EXPECT_EQ(found("2025-10-02T21:08:57.892899+00:00 2025/11/14 18:53:30 20251002-151204 0:14:30.5"), "");
  EXPECT_EQ(found("2025-13-02"), "2025|13|02") << "a month 13 is no date";
  EXPECT_EQ(found("ratio 1:10"), "1|10");
}

TEST(Numbers, TakeASignOnlyWhereItIsNoDash) {
  EXPECT_EQ(found("3-5 GPU-2 (4)-1 50%-60% --7"), "3|5|2|4|1|50|60|7");
  EXPECT_EQ(found("-5 +6 =-7 \"-8\" \xE2\x88\x92" "9"), "-5|+6|-7|-8|\xE2\x88\x92" "9");
  EXPECT_EQ(found("3\xE2\x88\x92" "5"), "3|5");
}

TEST(Numbers, KnowFractionsAndExponents) {
  EXPECT_EQ(found("It took 5. Then .5 and 1..2, 5.e3, 1e-3, 2E+6"), "5|.5|1|2|5.e3|1e-3|2E+6");
  EXPECT_EQ(found("1e5f 3.5e"), "3.5");
}

TEST(Numbers, GroupThousandsInProse) {
  EXPECT_EQ(found("1,234,567.8 and 12,34,567 and 1\xC2\xA0" "234 and 1\xE2\x80\x89" "234\xE2\x80\x89" "567"),
            "1,234,567.8|12,34,567|1\xC2\xA0" "234|1\xE2\x80\x89" "234\xE2\x80\x89" "567");
  EXPECT_EQ(found("128,512,1024 and 1,2,3 and 0,128"), "128|512|1024|1|2|3|0|128") << "lists";
}

TEST(Numbers, AreSeparatedByCommasInTablesUnlessQuoted) {
  EXPECT_EQ(found("1,234,567", Commas::separate), "1|234|567");
  EXPECT_EQ(found("\"1,234,567\",\"22,80,000\",\"1,5\"", Commas::separate), "1,234,567|22,80,000|1|5");
}

TEST(Numbers, SayHowTheyWereWritten) {
  const Number written = parse_number("1,234.50").value();
  EXPECT_EQ(written.decimals, 2);
  EXPECT_TRUE(written.grouped);
  EXPECT_FALSE(written.integer);
  EXPECT_EQ(parse_number("1.5e3").value().decimals, -2);
  EXPECT_EQ(parse_number("1.50e1").value().decimals, 1);
  EXPECT_TRUE(parse_number("007").value().integer);
}

TEST(Numbers, BeyondADoubleAreNotFinite) {
  EXPECT_FALSE(parse_number("1e400").value().finite);
  EXPECT_FALSE(parse_number("-1e400").value().finite);
  EXPECT_FALSE(parse_number(std::string(400, '9')).value().finite);
  EXPECT_TRUE(parse_number("1e-400").value().finite);
  EXPECT_EQ(value("0.0001e-399"), 0);
  EXPECT_EQ(value("1e-400"), 0);
  EXPECT_EQ(value(std::string(400, '9') + "e-400"), 1.0) << "out of sight on both sides";
}

TEST(Numbers, HaveTheNearestDouble) {
  EXPECT_EQ(value("0.1"), 0.1);
  EXPECT_EQ(value("123456789012345678"), 123456789012345678.0);
  EXPECT_EQ(value("101.04101744413546"), 101.04101744413546);
  EXPECT_EQ(value("9007199254740993"), 9007199254740992.0);
  EXPECT_EQ(value("2.2250738585072014e-308"), 2.2250738585072014e-308);
  EXPECT_EQ(value("1,234,567,890,123,456,789.5"), 1234567890123456789.5);
}

TEST(ParseNumber, TakesTheWholeLexemeOrNothing) {
  for (const char* good : {"12", "-0.5", "1e-3", "1,234.5", "1 234", "12,34,567", "\xE2\x88\x92" "3", "5.", ".5", "+7"}) {
    EXPECT_TRUE(parse_number(good).has_value()) << good;
  }
  for (const char* bad : {"", "-", ".", "1,23", "12 ms", "1e", "1_000", "0x1F", "1,234,5", "--1", ".e5", "nan", "12,5", "1.2.3", "2025-10-02"}) {
    EXPECT_FALSE(parse_number(bad).has_value()) << bad;
  }
}

TEST(ParseNumber, ReadsADecimalCommaWhereThatIsTheMark) {
  EXPECT_DOUBLE_EQ(value("25\xC2\xA0" "195,31", DecimalMark::comma), 25195.31);
  EXPECT_DOUBLE_EQ(value("1.234,5", DecimalMark::comma), 1234.5);
  EXPECT_DOUBLE_EQ(value("-12,5e2", DecimalMark::comma), -1250);
  EXPECT_TRUE(std::isnan(value("12.5", DecimalMark::comma)));
}

TEST(NumberWithUnit, IsReadFromACell) {
  const auto unit = [](std::string_view cell) {
    const std::optional<NumberWithUnit> read = parse_number_with_unit(cell);
    return read ? std::string(read->unit) : std::string("none");
  };
  EXPECT_EQ(unit("33.09 W"), "W");
  EXPECT_EQ(unit("1129 MiB"), "MiB");
  EXPECT_EQ(unit("~5.5x"), "x");
  EXPECT_EQ(unit("$3.20"), "$");
  EXPECT_EQ(unit("12 %"), "%");
  EXPECT_EQ(unit("1,234 tokens/s"), "tokens/s");
  EXPECT_EQ(unit("7 tokens per second"), "tokens per second");
  EXPECT_EQ(unit("4.2 (ms)"), "ms");
  EXPECT_EQ(unit("5"), "");
  for (const char* other : {"3 of 4", "12 runs failed", "8b-instruct", "2nd", "ms", "", "1.2.3", "5 ms (p95)"}) {
    EXPECT_EQ(unit(other), "none") << other;
  }
  EXPECT_TRUE(parse_number_with_unit("about 5 ms")->approximate);
  const NumberWithUnit read = parse_number_with_unit("  -1.5 ms ").value();
  EXPECT_EQ(read.token.begin, 2U);
  EXPECT_EQ(read.token.end, 6U);
  EXPECT_DOUBLE_EQ(parse_number_with_unit("12,5 ms", DecimalMark::comma)->token.number.value, 12.5);
}

// Texts made to make a careless scanner look at the same bytes again and again.
TEST(Numbers, TakeLinearTimeOnHostileText) {
  constexpr std::size_t kSize = 500'000;
  const auto repeated = [](std::string_view piece) {
    std::string text;
    while (text.size() < kSize) text += piece;
    return text;
  };
  for (const char* piece : {"1,", "1.", "1", "a", "1e", "-", "1,111,", "1\xC2\xA0", ".5", "x1", "12345678-", "1a", "1:", "20251002T"}) {
    const std::string text = repeated(piece);
    NumberScanner scanner(text);
    std::uint64_t last = 0;
    for (NumberToken token; scanner.next(token); last = token.end) ASSERT_GE(token.begin, last);
  }
}

}  // namespace
}  // namespace chimera::text
