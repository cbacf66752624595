#include "analysis/gaps.h"

#include <gtest/gtest.h>

#include "analysis/copies.h"
#include "analysis/test_corpus.h"

namespace chimera::analysis {
namespace {

using test::TestTable;

std::string told(const core::Corpus& corpus, std::string_view id) {
  Ledger ledger(corpus);
  const core::Vocabulary vocabulary;
  Workbench bench(vocabulary, ledger);
  for (const core::Finding& finding : gap_findings(find_studies(corpus), bench))
    if (finding.id == id) return finding.statement.plain();
  return {};
}

TestTable sweep(std::string path) {
  return {std::move(path), {test::factor("num_gpu"), test::factor("temperature"), test::throughput()}, {"20,0.2,50.1", "40,0.2,60.2", "99,0.2,70.3"}};
}

TEST(Gaps, NamesWhatNoFileRecords) {
  core::Corpus corpus;
  test::add(corpus, sweep("a.csv"));
  EXPECT_EQ(told(corpus, "gap:repetitions").substr(0, 48), "Each of 3 configurations was run once, a.csv. No");
  EXPECT_EQ(told(corpus, "gap:seeds").substr(0, 101),
            "The seed is missing in the only file with performance measurements taken at a temperature above zero,");
  EXPECT_FALSE(told(corpus, "gap:times").empty());
  EXPECT_TRUE(told(corpus, "gap:raw_samples").empty());
}

TEST(Gaps, CloseWhereTheFileRecordsIt) {
  core::Corpus corpus;
  TestTable table = sweep("a.csv");
  table.columns.push_back(test::timestamp());
  table.columns.push_back(test::factor("seed"));
  table.columns.push_back({"power_w", core::Role::response, "power", "W", -1});
  for (std::string& row : table.rows) row += ",2025-01-01T00:00:00,7,120.5";
  test::add(corpus, table);
  EXPECT_TRUE(told(corpus, "gap:times").empty());
  EXPECT_TRUE(told(corpus, "gap:seeds").empty());
  EXPECT_TRUE(told(corpus, "gap:power").empty());
  EXPECT_FALSE(told(corpus, "gap:gpu_memory").empty());
}

TEST(Gaps, SayWhereElseItIsRecorded) {
  core::Corpus corpus;
  test::add(corpus, sweep("a.csv"));
  test::add(corpus, TestTable{"telemetry.csv", {test::timestamp(), {"power_w", core::Role::response, "power", "W", -1}},
                              {"2025-01-01T00:00:00,12.5"}});
  EXPECT_NE(told(corpus, "gap:power").find("Recorded in telemetry.csv, but not beside the measurements."), std::string::npos);
}

TEST(Gaps, AreNoneWhereNothingIsMeasured) {
  core::Corpus corpus;
  test::add(corpus, TestTable{"names.csv", {test::identity("name")}, {"a", "b"}});
  Ledger ledger(corpus);
  const core::Vocabulary vocabulary;
  Workbench bench(vocabulary, ledger);
  EXPECT_TRUE(gap_findings(find_studies(corpus), bench).empty());
}

TEST(Copies, NameEveryGroupAndWhatAFileIsInside) {
  core::Corpus corpus;
  test::add(corpus, sweep("a.csv"));
  test::add(corpus, sweep("b/a.csv"));
  core::Document error;
  error.artifact.path = "ncu.csv";
  error.artifact.declared = core::Format::csv;
  error.artifact.format = core::Format::text;
  error.artifact.encoding = "UTF-16LE";
  error.artifact.size = 20;
  error.text = "\n==ERROR== bad option\nmore";
  error.lines = {0};
  corpus.add(std::move(error), {}, {});
  Inventory inventory = take_inventory(corpus);
  inventory.copies = {{"a.csv", "b/a.csv"}};
  const std::vector<core::Finding> found = copy_findings(corpus, inventory);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].statement.plain().substr(0, 45), "Byte for byte the same: a.csv and b/a.csv. Ea");
  EXPECT_EQ(found[1].statement.plain(), "ncu.csv is named .csv but holds plain text in UTF-16LE: ==ERROR== bad option.");
}

}  // namespace
}  // namespace chimera::analysis
