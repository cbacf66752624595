#include "analysis/study.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "analysis/test_corpus.h"

namespace chimera::analysis {
namespace {

using core::RowState;
using test::add;
using test::factor;
using test::identity;
using test::TestTable;
using test::throughput;
using test::timestamp;

std::vector<std::string> keys(const std::vector<Factor>& factors) {
  std::vector<std::string> out;
  for (const Factor& f : factors) out.push_back(f.key);
  return out;
}

TEST(Studies, ASweepHasFactorsInNaturalOrderAndNoNames) {
  core::Corpus corpus;
  TestTable table{"a.csv", {factor("threads"), factor("kv_type"), identity("config_name"), throughput()}, {}, {}};
  for (const char* threads : {"10", "9", "100"})
    for (const char* kv : {"f16", "q8_0"}) table.rows.push_back(fmt::format("{},{},c{}_{},{}.5", threads, kv, threads, kv, 10 + table.rows.size()));
  add(corpus, table);
  const auto studies = find_studies(corpus);
  ASSERT_EQ(studies.size(), 1U);
  EXPECT_EQ(studies[0].kind, StudyKind::sweep);
  EXPECT_EQ(keys(studies[0].factors), (std::vector<std::string>{"kv_type", "threads"}));
  EXPECT_EQ(studies[0].factors[1].levels, (std::vector<std::string>{"9", "10", "100"}));
  EXPECT_TRUE(studies[0].blocks.empty());
  EXPECT_FALSE(studies[0].replicated);
  EXPECT_EQ(studies[0].configurations, 6U);
  EXPECT_EQ(configuration_text(studies[0], 0), "kv_type=f16, threads=10");
  EXPECT_NE(explain(studies[0], corpus).find("config_name: identity"), std::string::npos);
}

TEST(Studies, RowsRunInTheOrderOfTheirTimestamps) {
  core::Corpus corpus;
  add(corpus, {"a.csv",
               {timestamp(), factor("batch"), throughput()},
               {"2025-01-01T00:00:02,1,10.1", "2025-01-01T00:00:01,2,12.2", "2025-01-01T00:00:03,4,11.3"},
               {}});
  const auto studies = find_studies(corpus);
  ASSERT_EQ(studies.size(), 1U);
  EXPECT_EQ(studies[0].order, RunOrder::timestamps);
  EXPECT_EQ(studies[0].rows, (std::vector<std::uint32_t>{1, 0, 2}));
}

TEST(Studies, ATimestampOfTheWholeBatchOrdersNothing) {
  core::Corpus corpus;
  add(corpus, {"a.csv",
               {timestamp(), identity("prompt"), throughput()},
               {"2025-01-01T00:00:02,a,10.1", "2025-01-01T00:00:02,b,12.2", "2025-01-01T00:00:02,c,11.3"},
               {}});
  EXPECT_EQ(find_studies(corpus).at(0).order, RunOrder::rows);
}

TEST(Studies, RowsOfOneSecondStandInTheOrderOfTheFile) {
  core::Corpus corpus;
  TestTable table{"a.csv", {timestamp(), factor("batch"), throughput()}, {}, {}};
  for (int i = 0; i < 9; ++i) table.rows.push_back(fmt::format("2025-01-01T00:00:0{}Z,{},1{}.1", i / 3, i % 3, (i * 5) % 9));
  add(corpus, table);
  const auto studies = find_studies(corpus);
  ASSERT_EQ(studies.size(), 1U);
  EXPECT_EQ(studies[0].order, RunOrder::timestamps);
  EXPECT_EQ(studies[0].rows, (std::vector<std::uint32_t>{0, 1, 2, 3, 4, 5, 6, 7, 8}));
}

TEST(Studies, MeansAndMediansBesideTheirSpreadRestateTheRows) {
  core::Corpus corpus;
  TestTable runs{"a_runs.csv", {test::identity("lap"), factor("threads"), throughput()}, {}, {}};
  const int values[4][3] = {{101, 107, 119}, {203, 211, 223}, {307, 311, 331}, {401, 419, 433}};
  for (int r = 0; r < 3; ++r)
    for (int t = 0; t < 4; ++t) runs.rows.push_back(fmt::format("{},{},{}", r, t + 1, values[t][r]));
  test::ColumnSpec spread = throughput("std");
  test::ColumnSpec middle = throughput("median");
  spread.statistic = core::Statistic::Kind::stddev;
  middle.statistic = core::Statistic::Kind::median;
  TestTable summary{"b_summary.csv", {factor("threads"), middle, spread}, {"1,107,9.1", "2,211,10.0", "3,311,12.8", "4,419,16.0"}, {}};
  add(corpus, runs);
  add(corpus, summary);
  const auto studies = find_studies(corpus);
  ASSERT_EQ(studies.size(), 2U);
  EXPECT_EQ(studies[1].kind, StudyKind::summary);
  EXPECT_EQ(studies[1].restates, "a_runs.csv");
}

TEST(Studies, ATableSortedByWhatItMeasuredHasNoKnownOrder) {
  core::Corpus corpus;
  TestTable table{"a.csv", {factor("batch"), throughput()}, {}, {}};
  for (int i = 0; i < 8; ++i) table.rows.push_back(fmt::format("{},{}.25", (i * 5) % 8, 10 + i));
  add(corpus, table);
  EXPECT_EQ(find_studies(corpus).at(0).order, RunOrder::unknown);
}

TEST(Studies, FailedRowsAreKeptApartAndAFileOfFailuresIsAStudy) {
  core::Corpus corpus;
  add(corpus, {"a.csv", {identity("prompt"), throughput()}, {"a,0", "b,0"}, {RowState::failed, RowState::failed}});
  const auto studies = find_studies(corpus);
  ASSERT_EQ(studies.size(), 1U);
  EXPECT_TRUE(studies[0].rows.empty());
  EXPECT_EQ(studies[0].failed.size(), 2U);
}

TEST(Studies, PromptsAreBlocksAndTheModelIsTheFactor) {
  core::Corpus corpus;
  TestTable table{"a.csv", {factor("model"), identity("prompt"), throughput()}, {}, {}};
  for (const char* model : {"m:q4", "m:q8"})
    for (const char* prompt : {"x", "y", "z"}) table.rows.push_back(fmt::format("{},{},{}.5", model, prompt, 70 + table.rows.size()));
  add(corpus, table);
  const auto studies = find_studies(corpus);
  ASSERT_EQ(studies.size(), 1U);
  EXPECT_EQ(studies[0].kind, StudyKind::samples);
  EXPECT_TRUE(studies[0].replicated);
  EXPECT_EQ(keys(studies[0].factors), std::vector<std::string>{"model"});
  EXPECT_EQ(keys(studies[0].blocks), std::vector<std::string>{"prompt"});
}

TEST(Studies, OfSettingsThatGroupAlikeTheModelStays) {
  core::Corpus corpus;
  add(corpus, {"a.csv", {factor("alias"), factor("model"), throughput()}, {"q4,m:q4,1.5", "q4,m:q4,1.6", "q8,m:q8,1.7", "q8,m:q8,1.9"}, {}});
  EXPECT_EQ(keys(find_studies(corpus).at(0).factors), std::vector<std::string>{"model"});
}

TEST(Studies, ASummaryOfMeasurementsIsNoSweepOfItsOwn) {
  core::Corpus corpus;
  TestTable raw{"a.csv", {factor("threads"), throughput()}, {}, {}};
  TestTable means{"b.csv", {factor("threads"), throughput("mean_tokens_s")}, {}, {}};
  means.columns[1].statistic = core::Statistic::Kind::mean;
  for (int t = 1; t <= 4; ++t) {
    raw.rows.push_back(fmt::format("{},{}.1", t, 10 * t + 1));
    raw.rows.push_back(fmt::format("{},{}.3", t, 10 * t + 1));
    means.rows.push_back(fmt::format("{},{}.20", t, 10 * t + 1));
  }
  add(corpus, raw);
  add(corpus, means);
  const auto studies = find_studies(corpus);
  ASSERT_EQ(studies.size(), 2U);
  EXPECT_EQ(studies[0].kind, StudyKind::sweep);
  EXPECT_EQ(studies[1].kind, StudyKind::summary);
  EXPECT_EQ(studies[1].restates, "a.csv");
}

TEST(Studies, ASortedCopyRestatesTheRunsInTheirOrder) {
  core::Corpus corpus;
  TestTable sorted{"a.csv", {factor("threads"), throughput()}, {}, {}};
  TestTable run{"b.csv", {factor("threads"), throughput()}, {}, {}};
  for (int t = 0; t < 8; ++t) {
    sorted.rows.push_back(fmt::format("{},{}.125", (t * 3) % 8, 10 + t));
    run.rows.push_back(fmt::format("{},{}.125", t, 10 + (t * 3) % 8));
  }
  add(corpus, sorted);
  add(corpus, run);
  const auto studies = find_studies(corpus);
  EXPECT_EQ(studies[0].kind, StudyKind::summary);
  EXPECT_EQ(studies[1].kind, StudyKind::sweep);
}

TEST(Studies, CopiesOfAFileCountOnce) {
  core::Corpus corpus;
  const std::vector<std::string> rows = {"1,2.5", "2,3.5"};
  add(corpus, {"a.csv", {factor("threads"), throughput()}, rows, {}});
  add(corpus, {"b.csv", {factor("threads"), throughput()}, rows, {}});
  EXPECT_EQ(find_studies(corpus).size(), 1U);
}

TEST(Studies, MarkdownIsNotMeasurement) {
  core::Corpus corpus;
  TestTable table{"a.md", {factor("threads"), throughput()}, {"1,2.5", "2,3.5"}, {}};
  table.format = core::Format::markdown;
  add(corpus, table);
  EXPECT_TRUE(find_studies(corpus).empty());
}

}  // namespace
}  // namespace chimera::analysis
