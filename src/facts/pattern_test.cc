#include "facts/pattern.h"

#include <gtest/gtest.h>

namespace chimera::facts {
namespace {

using Path = std::vector<std::string>;

TEST(Patterns, MatchTheWholeText) {
  EXPECT_TRUE(match_text("pp*", "pp512"));
  EXPECT_TRUE(match_text("pp*", "pp"));
  EXPECT_FALSE(match_text("pp*", "tpp512"));
  EXPECT_TRUE(match_text("", ""));
  EXPECT_FALSE(match_text("", "x"));
}

TEST(Patterns, CaptureAsLittleAsTheyCan) {
  const auto found = match_text("pp{prompt} @ d{depth}", "pp512 @ d4096");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->at("prompt"), "512");
  EXPECT_EQ(found->at("depth"), "4096");
  EXPECT_FALSE(match_text("pp{prompt}", "pp"));
}

TEST(Patterns, AskWhetherAPlaceholderMayHoldAText) {
  const Accepts only_mean = [](std::string_view, std::string_view text) { return text == "mean"; };
  EXPECT_TRUE(match_text("{stat}_ttft_ms", "mean_ttft_ms", only_mean));
  EXPECT_FALSE(match_text("{stat}_ttft_ms", "cold_ttft_ms", only_mean));
}

TEST(Patterns, HoldOneOfTheNamedTexts) {
  const auto found = match_text("BM_{test}_{stat:mean|cv}", "BM_sum_mean");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->at("test"), "sum");
  EXPECT_EQ(found->at("stat"), "mean");
  EXPECT_FALSE(match_text("BM_{test}_{stat:mean|cv}", "BM_row_sum"));
  EXPECT_TRUE(match_text("p{:50|99}{:th|}", "p99"));
  EXPECT_FALSE(match_text("p{:50|99}{:th|}", "p99rd"));
  const auto unkept = match_text("{test}_{:mean|cv}", "sort_cv");
  ASSERT_TRUE(unkept);
  EXPECT_EQ(unkept->size(), 1U);
}

TEST(Patterns, MatchTheLastPiecesOfAPathUnlessTied) {
  EXPECT_TRUE(match_path("eval_duration", Path{"response", "eval_duration"}));
  EXPECT_FALSE(match_path("/eval_duration", Path{"response", "eval_duration"}));
  EXPECT_TRUE(match_path("/response/eval_duration", Path{"response", "eval_duration"}));
  EXPECT_FALSE(match_path("a/b", Path{"b"}));
}

TEST(Patterns, PassOverAnyNumberOfPieces) {
  EXPECT_TRUE(match_path("/a/**/z", Path{"a", "z"}));
  EXPECT_TRUE(match_path("/a/**/z", Path{"a", "b", "c", "z"}));
  EXPECT_FALSE(match_path("/a/**/z", Path{"b", "z"}));
}

TEST(Patterns, TakeAHeaderWithASlashAsOnePiece) { EXPECT_TRUE(match_path("t/s", Path{"t/s"})); }

TEST(Patterns, GiveUpOnHostileTextsInsteadOfHanging) {
  EXPECT_FALSE(match_text("*a*a*a*a*a*a*a*a*b", std::string(5000, 'a')));
}

TEST(Patterns, FillCapturesIntoNames) {
  EXPECT_EQ(fill_in("ttft:first_token+{group}", {{"group", "errored"}}), "ttft:first_token+errored");
  EXPECT_EQ(fill_in("plain", {}), "plain");
  EXPECT_EQ(fill_in("{missing}x", {}), "x");
}

}  // namespace
}  // namespace chimera::facts
