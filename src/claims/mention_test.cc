#include "claims/mention.h"

#include <gtest/gtest.h>

#include "claims/lexicon.h"

namespace chimera::claims {
namespace {

// "number:12 ms" for each mention that nothing excuses, joined by '|'.
std::string found(const std::string& text) {
  std::string all;
  for (const Mention& mention : scan(text).mentions)
    if (mention.excuse == Excuse::none)
      all += (all.empty() ? "" : "|") + std::string(to_string(mention.kind)) + ":" + text.substr(mention.span.begin, mention.span.size());
  return all;
}

TEST(Mentions, TakeTheUnitWithTheNumber) {
  EXPECT_EQ(found("It took 12.5 ms."), "number:12.5 ms");
  EXPECT_EQ(found("At 41.2 tokens per second it ran."), "number:41.2 tokens per second");
  EXPECT_EQ(found("A 5-second load."), "number:5-second");
  EXPECT_EQ(found("It is 5.5x as much."), "number:5.5x");
  EXPECT_EQ(found("40% of it"), "number:40%");
  EXPECT_EQ(found("13.8KB/s to 14.6KB/s"), "number:13.8KB/s|number:14.6KB/s");
}

TEST(Mentions, LeaveIdentifiersAndOrdinalsOut) {
  EXPECT_EQ(found("gemma3:270m with q4_0 on an RTX 4080 in v1.2"), "");
  EXPECT_EQ(found("## 3. Results\n\n1. First\n2. Second\n\nSee Table 2 and the p95, at 95 % confidence."), "");
  EXPECT_EQ(found("https://example.org/12/34 and\n\n[f7]: data/12.csv\n"), "");
}

TEST(Mentions, ExcuseCodeAndQuotedMaterialButNotAMeasurementInCodeStyle) {
  EXPECT_EQ(found("`ls -l 12`\n\n```\n12 ms\n```\n\n> 13 ms\n"), "");
  EXPECT_EQ(found("It took `12.5 ms`."), "number:12.5 ms");
}

TEST(Mentions, FindNumberWords) {
  EXPECT_EQ(found("twice the rate, half of it, twenty-five runs"), "number word:twice|number word:half|number word:twenty-five");
  EXPECT_EQ(found("one of three; this one is fine; one run each"), "number word:one|number word:three|number word:one");
}

TEST(Mentions, FindDatesAndFiles) {
  EXPECT_EQ(found("On 2025-11-14 the file data/csv/x_20251002-172037.csv was read."), "date:2025-11-14|file name:data/csv/x_20251002-172037.csv");
  EXPECT_EQ(found("On November 27, 2025."), "date:November 27, 2025");
}

TEST(Mentions, FindComparingWordsButNoWishes) {
  EXPECT_EQ(found("A is faster than B."), "comparing word:faster");
  EXPECT_EQ(found("A has more tokens than B."), "comparing word:more");
  EXPECT_EQ(found("There is no significant difference."), "comparing word:no significant difference");
  EXPECT_EQ(found("It could be improved; lower is better; ... and some more."), "");
  EXPECT_EQ(found("The best of them is the slowest."), "rank:best|rank:slowest");
  EXPECT_EQ(found("## Best configuration\n"), "");
}

TEST(Mentions, KnowHowANumberIsMeant) {
  const auto relation = [](const std::string& text) { return scan(text).mentions.at(0).relation; };
  EXPECT_EQ(relation("about 5 ms"), Relation::about);
  EXPECT_EQ(relation("~5 ms"), Relation::about);
  EXPECT_EQ(relation("at least 5 ms"), Relation::at_least);
  EXPECT_EQ(relation("more than 5 ms"), Relation::at_least);
  EXPECT_EQ(relation("up to 5 ms"), Relation::at_most);
  EXPECT_EQ(relation("is 5 ms"), Relation::equal);
}

TEST(Mentions, FindAbsencesToTheEndOfTheirClause) {
  EXPECT_EQ(found("There is no GPU power here, only words."), "absence:no GPU power here");
  EXPECT_EQ(found("The absence of quantitative performance metrics is sad."), "absence:absence of quantitative performance metrics");
}

TEST(Mentions, StayLinearOnHostileText) {
  EXPECT_NO_FATAL_FAILURE((void)scan(std::string(200000, '.')));
  EXPECT_NO_FATAL_FAILURE((void)scan(std::string(200000, '-')));
  EXPECT_NO_FATAL_FAILURE((void)scan(std::string(100000, '1') + std::string(100000, 'x')));
  std::string quotes;
  for (int i = 0; i < 20000; ++i) quotes += "> ";
  EXPECT_NO_FATAL_FAILURE((void)scan(quotes + "12 ms"));
}

}  // namespace
}  // namespace chimera::claims
