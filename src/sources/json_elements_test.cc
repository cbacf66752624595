#include "sources/json_elements.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

namespace chimera::sources {
namespace {

std::vector<std::string> elements(std::string_view text) {
  std::vector<core::Span> spans;
  EXPECT_TRUE(list_elements(text, spans)) << text;
  std::vector<std::string> all;
  for (const core::Span& span : spans) all.emplace_back(text.substr(span.begin, span.size()));
  return all;
}

TEST(JsonElements, KnowAnArrayOfObjectsByItsBeginning) {
  EXPECT_EQ(begins_array_of_objects("[{}]"), 1U);
  EXPECT_EQ(begins_array_of_objects("\xEF\xBB\xBF \n[\n  {"), 6U);
  for (const char* other : {"", "[", "[1]", "[[{}]]", "{\"a\": [{}]}", "[]"}) EXPECT_EQ(begins_array_of_objects(other), std::string_view::npos) << other;
}

TEST(JsonElements, EndWhereTheirBracketsDo) {
  EXPECT_EQ(elements(R"({"a": [1, {}]}, {"b": "}]"} ,)" "\n" R"({"c": 2} ])"), (std::vector<std::string>{R"({"a": [1, {}]})", R"({"b": "}]"})", R"({"c": 2})"}));
  EXPECT_EQ(elements(", {}"), std::vector<std::string>{"{}"});
  EXPECT_EQ(elements(" ]\n"), std::vector<std::string>{});
  EXPECT_EQ(cut_elements(R"({"a": 1}, {"b": {}}, {"c)").end, 19U);
  EXPECT_FALSE(cut_elements(R"({"a": 1}, {"b": {}}, {"c)").closed);
  EXPECT_EQ(cut_elements(R"({"a": 1}]  [{}])").end, 9U);
  EXPECT_TRUE(cut_elements(R"({"a": 1}]  [{}])").closed);
  EXPECT_EQ(cut_elements(R"({"a": {"b": 1})").end, 0U);
}

TEST(JsonElements, SayWhatIsNone) {
  std::vector<core::Span> spans;
  for (const char* text : {"{} 1", "{} {},", "1, {}", "{}, ,{}", "{}] x", "{}, ]x", "{", "\"a\"]", "{}, [2]"}) EXPECT_FALSE(list_elements(text, spans)) << text;
}

// Against a look at every byte: quotes, backslashes and brackets fall on all places of the pieces looked at together.
TEST(JsonElements, AreThoseOfALookAtEveryByte) {
  std::mt19937 draw(7);
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    std::vector<std::string> expected;
    const int count = static_cast<int>(draw() % 6);
    for (int i = 0; i < count; ++i) {
      std::string content;
      for (auto k = draw() % 90; k > 0; --k) {
        const char* const pieces[] = {"\\\"", "\\\\", "}", "]", "{", "[", "x", ",", "\\u0022", " "};
        content += pieces[draw() % 10];
      }
      const std::string element = fmt::format("{{\"k\": [{{\"{}\": {}}}], \"t\": \"{}\"}}", content, draw() % 100, content);
      text += (i == 0 ? "" : draw() % 2 == 0 ? "," : " ,\n ") + element;
      expected.push_back(element);
    }
    EXPECT_EQ(elements(text), expected);
    EXPECT_EQ(elements(text + "\n]"), expected);
    EXPECT_EQ(cut_elements(text).end, text.size());
    EXPECT_LE(cut_elements(text.substr(0, text.empty() ? 0 : text.size() - 1)).end, text.size());
  }
}

}  // namespace
}  // namespace chimera::sources
