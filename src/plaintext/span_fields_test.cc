#include "plaintext/span_fields.h"

#include <gtest/gtest.h>

#include <string>

namespace chimera::plaintext {
namespace {

std::string read(const std::string& line) {
  std::string said;
  for (const NamedValue& each : span_fields(line, {0, line.size()})) said += each.key + "=" + line.substr(each.value.begin, each.value.size()) + ";";
  return said;
}

TEST(SpanFields, TakesFieldsInFrontOfAMessage) {
  EXPECT_EQ(read("generate{total_time=\"1.2s\" queue_time=\"95.1\xC2\xB5s\" id=7}: router: Success"), "total_time=1.2s;queue_time=95.1\xC2\xB5s;id=7;");
  EXPECT_EQ(read("HTTP request{method=POST}:generate{time=\"3ms\"}: done"), "method=POST;time=3ms;");
}

TEST(SpanFields, TakesMembersOfStructs) {
  EXPECT_EQ(read("run{parameters=Parameters { best_of: None, temperature: Some(0.7), stop: [\"a, b\"], grammar: Some(Json(\"x\")), top_k: 4 } took=\"2ms\"}: ok"),
            "parameters/temperature=0.7;parameters/top_k=4;took=2ms;");
  EXPECT_EQ(read("run{seed=Some(12) stop=[1, 2] adapter=Some(\"a\") took=\"2ms\"}: ok"), "seed=12;adapter=a;took=2ms;");
}

TEST(SpanFields, IsNothingElse) {
  EXPECT_EQ(read("generate{total_time=\"1.2s\" queue_time=\"95ms\"} router"), "");
  EXPECT_EQ(read("generate{a=b c=d}: words alone"), "");
  EXPECT_EQ(read("{\"a\": 1, \"b\": 2}: 3"), "");
  EXPECT_EQ(read("f{a=1, b=2}: 3"), "a=1,;b=2;");
  EXPECT_EQ(read("f{a 1 b=2}: 3"), "");
  EXPECT_EQ(read("f{a=\"1 b=2}: 3"), "");
  EXPECT_EQ(read("f{a=1 b=S { c: 2, d: }: "), "");
}

}  // namespace
}  // namespace chimera::plaintext
