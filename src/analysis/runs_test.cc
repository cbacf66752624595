#include "analysis/runs.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "analysis/test_corpus.h"

namespace chimera::analysis {
namespace {

using core::Finding;
using core::FindingKind;
using core::RowState;
using test::identity;
using test::TestTable;
using test::throughput;
using test::ttft;

std::vector<Finding> findings_of(const std::vector<TestTable>& tables) {
  core::Corpus corpus;
  for (const TestTable& table : tables) test::add(corpus, table);
  Ledger ledger(corpus);
  return run_findings(find_studies(corpus), core::Vocabulary{}, ledger);
}

const Finding* find(const std::vector<Finding>& findings, FindingKind kind) {
  for (const Finding& finding : findings)
    if (finding.kind == kind) return &finding;
  return nullptr;
}

TEST(Runs, ColdAndWarmMediansAreGivenApart) {
  TestTable table{"a.csv", {identity("prompt"), ttft()}, {"a,2.5", "b,0.10", "c,0.12", "d,0.11"}, {}};
  table.states = {RowState::cold, RowState::ok, RowState::ok, RowState::ok};
  const auto findings = findings_of({table});
  const Finding* cold = find(findings, FindingKind::cold_start);
  ASSERT_NE(cold, nullptr);
  EXPECT_NE(cold->statement.plain().find("1 run loaded the model (`ttft` 2.50 s) and 3 did not (median 0.110 s)"), std::string::npos)
      << cold->statement.plain();
}

TEST(Runs, ColdRowsThatLookLikeWarmOnesAreNoFinding) {
  TestTable table{"a.csv", {identity("prompt"), ttft()}, {"a,0.11", "b,0.10", "c,0.12"}, {RowState::cold, RowState::ok, RowState::ok}};
  EXPECT_EQ(find(findings_of({table}), FindingKind::cold_start), nullptr);
}

TEST(Runs, FilesOfFailuresAreNamedWithTheirWords) {
  TestTable table{"a.csv", {identity("prompt"), throughput(), {"error", core::Role::failure, "", "", 0}}, {"a,0,no route to host", "b,0,no route to host"}, {}};
  table.states = {RowState::failed, RowState::failed};
  const auto findings = findings_of({table});
  const Finding* failed = find(findings, FindingKind::failed_rows);
  ASSERT_NE(failed, nullptr);
  EXPECT_EQ(failed->title, "Files that hold nothing but failures");
  EXPECT_EQ(failed->paths, std::vector<std::string>{"a.csv"});
  EXPECT_NE(failed->statement.plain().find("a.csv (2): no route to host"), std::string::npos) << failed->statement.plain();
}

TEST(Runs, SomeFailuresAmongMeasurementsAreCounted) {
  TestTable table{"a.csv", {identity("prompt"), throughput()}, {"a,0", "b,10.5", "c,11.5"}, {RowState::failed, RowState::ok, RowState::ok}};
  const auto findings = findings_of({table});
  const Finding* failed = find(findings, FindingKind::failed_rows);
  ASSERT_NE(failed, nullptr);
  EXPECT_NE(failed->statement.plain().find("(1 of 3)"), std::string::npos) << failed->statement.plain();
}

TEST(Runs, AnOutlierIsFlaggedAndKept) {
  TestTable table{"a.csv", {throughput()}, {}, {}};
  for (int i = 0; i < 20; ++i) table.rows.push_back(i == 7 ? "55.5" : fmt::format("100.{}", (i * 7) % 10));
  const auto findings = findings_of({table});
  const Finding* outlier = find(findings, FindingKind::outlier);
  ASSERT_NE(outlier, nullptr);
  EXPECT_NE(outlier->statement.plain().find("1 of 20"), std::string::npos) << outlier->statement.plain();
  EXPECT_NE(outlier->statement.plain().find("They are kept"), std::string::npos);
}

TEST(Runs, DriftOfRepetitionsHasADirectionOfRowsWithNamesNone) {
  TestTable table{"a.csv", {throughput()}, {}, {}};
  TestTable prompts{"b.csv", {identity("prompt"), throughput()}, {}, {}};
  for (int i = 0; i < 30; ++i) {
    const double value = 100 - 0.2 * i + 0.1 * ((i * 7) % 10);
    table.rows.push_back(fmt::format("{:.3f}", value));
    prompts.rows.push_back(fmt::format("p{},{:.3f}", i, value + 50));
  }
  const auto findings = findings_of({table, prompts});
  const Finding* drift = find(findings, FindingKind::drift);
  ASSERT_NE(drift, nullptr);
  EXPECT_EQ(drift->paths, std::vector<std::string>{"a.csv"});
  EXPECT_NE(drift->statement.plain().find("is lower than that of the first"), std::string::npos) << drift->statement.plain();
}

TEST(Runs, SteadyRunsDoNotDrift) {
  TestTable table{"a.csv", {throughput()}, {}, {}};
  for (int i = 0; i < 30; ++i) table.rows.push_back(fmt::format("100.{}", (i * 7) % 10));
  EXPECT_EQ(find(findings_of({table}), FindingKind::drift), nullptr);
}

}  // namespace
}  // namespace chimera::analysis
