#include "sources/json_layout.h"

#include <gtest/gtest.h>

#include <string>

namespace chimera::sources {
namespace {

JsonTape tape_of(const std::string& text) {
  JsonTape tape;
  JsonParser parser(text, nullptr);
  EXPECT_EQ(parser.parse(0, text.size(), tape), JsonState::complete);
  return tape;
}

// "3 rows of 2", "keyed 3 rows of 1"; empty where there are no columns.
std::string columns(const std::string& text) {
  std::string out;
  for (const JsonColumns& found : find_columns(text, tape_of(text), 0))
    out += (found.rows == JsonColumns::Rows::keyed ? "keyed " : "") + std::to_string(found.count) + " rows of " + std::to_string(found.members.size()) + ";";
  return out;
}

TEST(JsonColumns, AreArraysOfOneLengthThatSomethingTellsApart) {
  EXPECT_EQ(columns(R"({"batch":[1,4,16],"ms":[1.5,2.5,2.0],"other":[1,2]})"), "3 rows of 2;");
  EXPECT_EQ(columns(R"({"s":[0.5,0.25],"errors":["","timeout"]})"), "2 rows of 2;");
  EXPECT_EQ(columns(R"({"s":[0.5,0.25],"exit_codes":[0,null]})"), "2 rows of 2;");
}

TEST(JsonColumns, AreNoRepetitionsAndNoChoices) {
  EXPECT_EQ(columns(R"({"ms":[1.5,2.5,2.0],"w":[60.5,60,61]})"), "");
  EXPECT_EQ(columns(R"({"s":[0.5,0.25],"exit_codes":[1,1]})"), "");
  EXPECT_EQ(columns(R"({"grid":[1,2,4],"block":[32,64,128]})"), "");
  EXPECT_EQ(columns(R"({"columns":["a","b"],"s":[0.5,0.25]})"), "");
}

TEST(JsonColumns, AreObjectsUnderTheSameNumbers) {
  EXPECT_EQ(columns(R"({"a":{"0":1,"1":2},"b":{"0":3,"1":4}})"), "2 rows of 2;");
  EXPECT_EQ(columns(R"({"latency_ms":{"1":1.5,"8":2,"32":4}})"), "keyed 3 rows of 1;");
  EXPECT_EQ(columns(R"({"latency_ms":{"50":1.5,"99":2}})"), "");
  EXPECT_EQ(columns(R"({"codes":{"200":1,"500":2}})"), "");
  EXPECT_EQ(columns(R"({"a":{"x":1,"y":2},"b":{"x":1,"y":2}})"), "");
}

TEST(ListOfSettings, HoldsNamesAndValuesAlone) {
  const auto listed = [](const std::string& text, std::string_view key) { return list_of_settings(text, tape_of(text), 0, key).has_value(); };
  EXPECT_TRUE(listed(R"([{"Name":"TILE","Value":16,"Type":"int"},{"Name":"VECTOR","Value":2}])", "Configuration"));
  EXPECT_FALSE(listed(R"([{"Name":"TILE","Value":16}])", "results"));
  EXPECT_FALSE(listed(R"([{"Name":"TILE","Value":16,"time":2.5}])", "config"));
  EXPECT_FALSE(listed(R"([{"Name":"TILE","Value":16},{"Name":"TILE","Value":32}])", "config"));
  EXPECT_FALSE(listed(R"([1,2])", "config"));
}

TEST(RowsBelowNames, BeginWithDifferentTexts) {
  const auto named = [](const std::string& text) { return begins_with_names(text, tape_of(text), 0); };
  EXPECT_TRUE(named(R"([["model","ms"],["a",1.5]])"));
  EXPECT_FALSE(named(R"([["a","b"],["c","d"]])"));
  EXPECT_FALSE(named(R"([[1,2],[3,4]])"));
  EXPECT_FALSE(named(R"([["a","a"],[3,4]])"));
}

}  // namespace
}  // namespace chimera::sources
