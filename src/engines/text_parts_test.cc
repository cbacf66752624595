// The small parts that text goes through on its way from a server.
#include <gtest/gtest.h>

#include "engines/lines.h"
#include "engines/settings.h"
#include "engines/sse.h"
#include "engines/stop_filter.h"
#include "engines/utf8.h"

namespace chimera::engines {
namespace {

TEST(Utf8Gate, HoldsBackWhatHasOnlyBegun) {
  Utf8Gate gate;
  EXPECT_EQ(gate.pass("a\xF0\x9F"), "a");
  EXPECT_EQ(gate.pass("\x98"), "");
  EXPECT_EQ(gate.pass("\x80z"), "\xF0\x9F\x98\x80z");
  EXPECT_EQ(gate.end(), "");
  EXPECT_FALSE(gate.replaced());
}

TEST(Utf8Gate, ReplacesWhatIsNone) {
  const std::vector<std::string> bad = {"\x80", "\xC0\xAF", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xE2\x28\xA1", "\xFF"};
  for (const std::string& bytes : bad) {
    Utf8Gate gate;
    const std::string out = gate.pass("x" + bytes + "y") + gate.end();
    EXPECT_TRUE(is_utf8(out)) << testing::PrintToString(bytes);
    EXPECT_EQ(out.front(), 'x');
    EXPECT_EQ(out.back(), 'y');
    EXPECT_TRUE(gate.replaced());
  }
}

TEST(Utf8, BadBytesComeBackAsTheyWere) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  EXPECT_FALSE(is_utf8(all));
  EXPECT_TRUE(is_utf8(escape_bad_bytes(all)));
  EXPECT_EQ(restore_bad_bytes(escape_bad_bytes(all)), all);
}

TEST(LineSplitter, FindsLinesWhereverTheyAreCut) {
  const std::string text = "one\ntwo\r\nthree\rfour\n\nfive";
  const std::vector<std::string> expected = {"one", "two", "three", "four", ""};
  for (std::size_t step = 1; step <= text.size(); ++step) {
    LineSplitter splitter;
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size(); at += step)
      EXPECT_TRUE(splitter.feed(std::string_view(text).substr(at, step), [&](std::string_view line) { return lines.emplace_back(line), true; }));
    EXPECT_EQ(lines, expected) << "in steps of " << step;
    EXPECT_EQ(splitter.take_rest(), "five");
  }
}

TEST(LineSplitter, ALineWithoutEndIsRefused) {
  LineSplitter splitter;
  const std::string part(1 << 20, 'x');
  bool fits = true;
  for (int i = 0; i < 32 && fits; ++i) fits = splitter.feed(part, [](std::string_view) { return true; });
  EXPECT_FALSE(fits);
  EXPECT_TRUE(splitter.too_long());
}

TEST(SseSplitter, GivesTheDataOfEvents) {
  SseSplitter splitter;
  std::vector<std::string> events;
  EXPECT_TRUE(splitter.feed(": comment\nevent: x\ndata: one\nid: 3\n\ndata:two\ndata: lines\n\n\n\ndata\n\ndata: last", [&](std::string_view data) { return events.emplace_back(data), true; }));
  EXPECT_EQ(events, (std::vector<std::string>{"one", "two\nlines"}));
  splitter.end([&](std::string_view data) { return events.emplace_back(data), true; });
  EXPECT_EQ(events.back(), "last");
}

TEST(StopFilter, EndsBeforeTheFirstStopText) {
  for (const std::size_t step : {std::size_t{1}, std::size_t{2}, std::size_t{100}}) {
    StopFilter filter({"</s>", "STOP"});
    std::string out;
    const std::string text = "a </st> b STO STOP c </s>";
    for (std::size_t at = 0; at < text.size() && !filter.hit(); at += step) out += filter.pass(text.substr(at, step));
    EXPECT_TRUE(filter.hit());
    EXPECT_EQ(out + filter.end(), "a </st> b STO ");
  }
}

TEST(StopFilter, GivesBackWhatOnlyLookedLikeOne) {
  StopFilter filter({"STOP", ""});
  EXPECT_EQ(filter.pass("do not ST"), "do not ");
  EXPECT_FALSE(filter.hit());
  EXPECT_EQ(filter.end(), "ST");
}

TEST(Settings, AreReadAsWhatTheyMustBe) {
  core::RunConfig config;
  config.set("num_ctx", "1024");
  config.set("temperature", "0.80");
  config.set("mmap", "off");
  config.set("top_k", "4.5");
  EXPECT_EQ(integer_setting(config, "num_ctx").value(), 1024);
  EXPECT_EQ(number_setting(config, "temperature").value(), 0.8);
  EXPECT_EQ(switch_setting(config, "mmap").value(), false);
  EXPECT_EQ(integer_setting(config, "seed").value(), std::nullopt);
  EXPECT_EQ(integer_setting(config, "top_k").error().kind, base::ErrorKind::usage);
  EXPECT_EQ(switch_setting(config, "num_ctx").error().message, "the setting num_ctx is \"1024\", expected on or off");
}

}  // namespace
}  // namespace chimera::engines
