#include "sources/json_walk.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "sources/json_index.h"
#include "sources/json_plan.h"
#include "sources/test_scan.h"

namespace chimera::sources {
namespace {

std::vector<std::uint32_t> entries(const JsonIndex& index) { return {index.begin(), index.end()}; }

TEST(JsonIndex, IsTheSameWithoutSimdjson) {
  const std::vector<std::string> texts = {R"({"a": 1, "b": [true, "x\"y", -2.5e3], "c\\": {}})", "", "  \n", "[1,2]\n{}\n", R"("open)", "\"a\nb\"", "\"tab\t\"",
                                          R"(12 abc"quoted" x\"y)", "\xFF{}", "{\"\xC3\xA9\": \"\\u00e9\"}", R"(["a" , "b"  ])", "nulls", "\"\\\\\" 1"};
  for (const std::string& text : texts) {
    SCOPED_TRACE(text);
    JsonIndex fast;
    JsonIndex portable(JsonIndex::Way::portable);
    const bool valid = fast.build(text);
    EXPECT_EQ(portable.build(text), valid);
    if (!valid) continue;
    EXPECT_EQ(entries(portable), entries(fast));
  }
}

TEST(JsonIndex, IsTheSameOfRandomText) {
  std::mt19937 random(7);
  constexpr std::string_view kBytes = "{}[]:,\"\"\"\\ \n\tab1-.";
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (auto i = random() % 200; i > 0; --i) text += kBytes[random() % kBytes.size()];
    JsonIndex fast;
    JsonIndex portable(JsonIndex::Way::portable);
    const bool valid = fast.build(text);
    ASSERT_EQ(portable.build(text), valid) << text;
    if (!valid) continue;
    ASSERT_EQ(entries(portable), entries(fast)) << text;
  }
}

// A plan for records like {"a": 1, "t": "x", "in": {"b": 2}, "list": [1], "rows": [{"c": 3}]}.
JsonPlan plan() {
  JsonPlan made;
  const std::uint32_t top = made.add_object();
  const auto scalar = [&](std::uint32_t object, std::string_view name) {
    JsonPlan::Key& key = made.key(object, name);
    key.scalars = true;
    key.numbers = made.number_columns++;
  };
  scalar(top, "a");
  scalar(top, "t");
  made.key(top, "t").kept = made.kept_columns++;
  const std::uint32_t inner = made.add_object();
  made.key(top, "in").object = inner;
  scalar(inner, "b");
  const std::uint32_t list = made.add_array();
  made.key(top, "list").array = list;
  made.arrays[list].numbers = made.number_columns++;
  made.arrays[list].scalar_group = 1;
  const std::uint32_t rows = made.add_array();
  const std::uint32_t row = made.add_object();
  made.key(top, "rows").array = rows;
  made.arrays[rows].object = row;
  made.arrays[rows].group = 2;
  scalar(row, "c");
  scalar(top, "a key of more than sixteen bytes");
  made.add_family(top, 0);
  made.finish();
  return made;
}

struct Scanned {
  ScanBlock block;
  std::string text;

  explicit Scanned(const std::string& lines) : text(lines + std::string(JsonWalk::kPadding, 'x')) {
    static const JsonPlan made = plan();
    JsonWalk walk(made);
    walk.scan(std::string_view(text).substr(0, lines.size()), block);
  }
  [[nodiscard]] std::string numbers() const { return test::numbers_of(block, text); }
  [[nodiscard]] std::string odd() const { return test::odd_lines_of(block, text); }
};

TEST(JsonWalk, FindsEveryNumberWithItsSpan) {
  const Scanned scanned("{\"a\": 1.50, \"t\": \"x 5\", \"in\": {\"b\": -2e3}, \"list\": [1, \"2.5\", null], \"rows\": [{\"c\": 3}, {\"c\": 4}]}\n");
  EXPECT_EQ(scanned.numbers(), "0:1.50=1.5 2:-2e3=-2000 3:1=1 3:2.5=2.5 4:3=3 4:4=4 ");
  EXPECT_EQ(scanned.odd(), "");
  ASSERT_EQ(scanned.block.rows.size(), 6U);  // the record, three elements, two rows
  EXPECT_EQ(scanned.block.rows[5].group, 2U);
  EXPECT_EQ(scanned.block.rows[5].parent, 0U);
  EXPECT_EQ(scanned.block.rows[5].index, 1U);
  EXPECT_EQ(scanned.text.substr(scanned.block.rows[5].begin, scanned.block.rows[5].size), "{\"c\": 4}");
  ASSERT_EQ(scanned.block.texts.size(), 1U);
  EXPECT_EQ(scanned.text.substr(scanned.block.texts[0].begin, scanned.block.texts[0].size), "x 5");
}

TEST(JsonWalk, TakesKeysInAnyOrderAndNumbersNoDoubleHoldsExactly) {
  const Scanned scanned("{\"a key of more than sixteen bytes\": 9007199254740993, \"t\":\"\" , \"a\" : 0.1}\r\n{\"in\":{},\"a\":7,\"t\":true}\n");
  EXPECT_EQ(scanned.numbers(), "0:0.1=0.1 0:7=7 5:9007199254740993=9007199254740992 ");
  EXPECT_EQ(scanned.odd(), "");
}

TEST(JsonWalk, SetsAsideWhatOnlyTheTolerantReaderCanPlace) {
  const std::vector<std::string> odd = {
      R"({"a": 1, "a": 2, "t": "x"})", R"({"a": 1, "t": "x", "new": 3})",  R"({"a": NaN, "t": "x", "in": {}})", R"({"a": 01, "t": "x", "in": {}})",
      R"({"a": 1., "t": "x", "in": {}})", R"({"a": 1e400, "t": "x", "in": {}})", R"({"a": 1 "t": "x"})",         R"({"a": 1, "t": "x", "in": {},})",
      R"({"a": 1, "t": "x", "in": {}} {"a": 2})", R"({"a": 1, "t": "x", "in": {})",  R"(words)",                 R"({"a": 1, "t": "x\q", "in": {}})",
      R"({"a": 1, "t": "x", "list": [[1]]})", R"({"a": {"b": 1}, "t": "x", "in": {}})", R"({"a": truely, "t": "x", "in": {}})", "{\"a\": 1, \"t\": \"x\ty\", \"in\": {}}",
      R"({"a": 1, "t": "x", "in": {}})" "\xFF", R"({"a": 1, "t": "open)", "[1, 2]", std::string("{\"a\": 1, \"t\": \"x\", \"in\": {}}") + '\0', R"({"a": 1, "t": "x", "in": {}}])", R"(,{"a": 5})"};
  const std::string good = R"({"a": 5, "t": "y", "in": {"b": 6}})";
  for (const std::string& line : odd) {
    SCOPED_TRACE(line);
    const Scanned scanned(good + "\n" + line + "\n" + good + "\n");
    EXPECT_EQ(scanned.odd(), line + "|");
    EXPECT_EQ(scanned.numbers(), "0:5=5 0:5=5 2:6=6 2:6=6 ");
    EXPECT_EQ(scanned.block.rows.size(), 2U);
  }
}

TEST(JsonWalk, LeavesALastLineWithoutEndAside) { EXPECT_EQ(Scanned("{\"a\": 5, \"t\": \"y\", \"in\": {}}").block.odd.size(), 1U); }

TEST(JsonWalk, TellsFamiliesApart) {
  JsonPlan made;
  for (const std::string_view name : {"x", "y"}) {
    const std::uint32_t object = made.add_object();
    for (int i = 0; i < 3; ++i) {
      JsonPlan::Key& key = made.key(object, fmt::format("{}{}", name, i));
      key.scalars = true;
      key.numbers = made.number_columns++;
    }
    made.add_family(object, name == "x" ? 0 : 1);
  }
  made.finish();
  const std::string lines = "{\"x0\": 1, \"x1\": 2, \"x2\": 3}\n{\"y0\": 4, \"y1\": 5}\n{\"x0\": 6, \"x2\": 7}\n{\"y0\": 8}\n";
  const std::string text = lines + std::string(JsonWalk::kPadding, ' ');
  ScanBlock block;
  JsonWalk walk(made);
  walk.scan(std::string_view(text).substr(0, lines.size()), block);
  ASSERT_EQ(block.rows.size(), 3U);
  EXPECT_EQ(block.rows[0].group, 0U);
  EXPECT_EQ(block.rows[1].group, 1U);
  EXPECT_EQ(block.rows[2].group, 0U);
  ASSERT_EQ(block.odd.size(), 1U);  // one key of three is too few to tell
}

TEST(ScanBlock, SeesDigitsAnywhere) {
  for (std::size_t size = 1; size < 40; ++size)
    for (std::size_t at = 0; at < size; ++at)
      for (const char c : {'0', '9', '/', ':', '\xB5', 'z'}) {
        std::string text(size, '-');
        text[at] = c;
        EXPECT_EQ(has_digit(text.data(), text.data() + size), c == '0' || c == '9');
      }
}

}  // namespace
}  // namespace chimera::sources
