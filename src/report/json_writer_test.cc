#include "report/json_writer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>

namespace chimera::report {
namespace {

std::string quoted(std::string_view text) {
  std::string out;
  JsonWriter(out).text(text);
  return out;
}

std::string written(double value) {
  std::string out;
  JsonWriter(out).number(value);
  return out;
}

TEST(JsonWriter, SeparatesMembersAndElements) {
  std::string out;
  JsonWriter json(out);
  json.open_object().text("a", "b").key("list").open_array().integer(1).text("x").open_object().close_object().close_array();
  json.key("empty").open_array().close_array().key("yes").boolean(true).integer("n", 3).number("v", 0.5).close_object();
  EXPECT_EQ(out, R"({"a":"b","list":[1,"x",{}],"empty":[],"yes":true,"n":3,"v":0.5})");
}

TEST(JsonWriter, EscapesWhatJsonDemandsAndNothingElse) {
  EXPECT_EQ(quoted("a\"b\\c/d\b\f\n\r\t"), R"("a\"b\\c/d\b\f\n\r\t")");
  EXPECT_EQ(quoted(std::string_view("\0\x1f\x7f", 3)), "\"\\u0000\\u001f\x7f\"");
  EXPECT_EQ(quoted("\xC2\xB5s \xE2\x82\xAC \xF0\x9F\x98\x80"), "\"\xC2\xB5s \xE2\x82\xAC \xF0\x9F\x98\x80\"");
}

TEST(JsonWriter, ReplacesWhatIsNoUtf8) {
  const std::string bad = "\xEF\xBF\xBD";
  EXPECT_EQ(quoted("a\xFFz"), "\"a" + bad + "z\"");
  EXPECT_EQ(quoted("\xE2\x82z"), "\"" + bad + "z\"");              // cut short: one character
  EXPECT_EQ(quoted("\xE2\x82"), "\"" + bad + "\"");                // at the end too
  EXPECT_EQ(quoted("\xC3\""), "\"" + bad + "\\\"\"");              // what follows is not swallowed
  EXPECT_EQ(quoted("\xC0\xAF"), "\"" + bad + bad + "\"");          // overlong
  EXPECT_EQ(quoted("\xED\xA0\x80"), "\"" + bad + bad + bad + "\"");  // a surrogate
  EXPECT_EQ(quoted("\xF4\x90\x80\x80"), "\"" + bad + bad + bad + bad + "\"");
}

TEST(JsonWriter, WritesNumbersThatReadBackAsThemselves) {
  EXPECT_EQ(written(1), "1.0");
  EXPECT_EQ(written(-0.0), "-0.0");
  EXPECT_EQ(written(0.1), "0.1");
  EXPECT_EQ(written(1e15), "1e+15");
  EXPECT_EQ(written(123456789012345), "123456789012345.0");
  EXPECT_EQ(written(1.5e-5), "1.5e-05");
  EXPECT_EQ(written(0.0001), "0.0001");
  EXPECT_EQ(written(std::nan("")), "null");
  EXPECT_EQ(written(std::numeric_limits<double>::infinity()), "null");
  for (const double value : {1.0 / 3, 5e-324, 1.7976931348623157e308, 9007199254740993.0, 1234567890123456.7, 2.2250738585072014e-308})
    EXPECT_EQ(std::strtod(written(value).c_str(), nullptr), value) << written(value);
}

}  // namespace
}  // namespace chimera::report
