#include "analysis/compare_groups.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "analysis/test_corpus.h"

namespace chimera::analysis {
namespace {

using core::Finding;
using core::Role;
using test::ColumnSpec;
using test::factor;
using test::identity;
using test::TestTable;
using test::throughput;

std::vector<Finding> findings_of(const TestTable& table) {
  core::Corpus corpus;
  test::add(corpus, table);
  Ledger ledger(corpus);
  return comparison_findings(find_studies(corpus), core::Vocabulary{}, ledger);
}

std::size_t direction_words(const Finding& finding) {
  std::size_t count = 0;
  for (const core::Part& part : finding.statement.parts())
    count += part.kind == core::Part::Kind::comparison && part.shown != "cannot be told apart" ? 1 : 0;
  return count;
}

// Two models over the same prompts, the second `ratio` times the first, with a little noise.
TestTable two_models(double ratio) {
  TestTable table{"a.csv", {factor("model"), identity("prompt"), throughput()}, {}, {}};
  const double base[] = {20, 40, 80, 60, 30};
  const double wobble[] = {0.01, -0.01, 0.02, -0.02, 0.005};
  for (int model = 0; model < 2; ++model)
    for (int p = 0; p < 5; ++p)
      table.rows.push_back(fmt::format("m{},p{},{:.4f}", model, p, base[p] * (model == 0 ? 1 : ratio * (1 + wobble[p]))));
  return table;
}

TEST(Comparisons, PairingSeesADifferenceThatGroupsWouldHide) {
  const auto findings = findings_of(two_models(1.1));
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(direction_words(findings[0]), 1U);
  EXPECT_NE(findings[0].statement.plain().find("model=m1 is faster than model=m0"), std::string::npos) << findings[0].statement.plain();
  EXPECT_NE(findings[0].doubts.front().plain().find("pair by pair over 5 shared values of prompt"), std::string::npos);
}

TEST(Comparisons, NoDirectionWordWithoutADifference) {
  const auto findings = findings_of(two_models(1.001));
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(direction_words(findings[0]), 0U);
  EXPECT_NE(findings[0].statement.plain().find("cannot be told apart"), std::string::npos) << findings[0].statement.plain();
}

TEST(Comparisons, BlocksOfTimeAreADoubt) {
  const auto findings = findings_of(two_models(1.1));
  ASSERT_EQ(findings.size(), 1U);
  bool doubted = false;
  for (const auto& doubt : findings[0].doubts) doubted = doubted || doubt.plain().find("one after the other") != std::string::npos;
  EXPECT_TRUE(doubted);
}

TestTable stated(const std::string& runs) {
  ColumnSpec sd = throughput("std");
  sd.statistic = core::Statistic::Kind::stddev;
  sd.direction = 0;
  ColumnSpec average = throughput("mean");
  average.statistic = core::Statistic::Kind::mean;
  TestTable table{"a.csv", {factor("backend"), average, sd, {"runs", Role::count, "", "", 0}}, {}, {}};
  table.rows = {"eager,100.5,2.5," + runs, "jit,150.5,3.5," + runs};
  return table;
}

TEST(Comparisons, StatedMeansCompareWhereTheNumberOfRunsIsKnown) {
  const auto findings = findings_of(stated("10"));
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_NE(findings[0].statement.plain().find("backend=jit is faster than backend=eager"), std::string::npos) << findings[0].statement.plain();
  EXPECT_NE(findings[0].doubts.front().plain().find("samples were not kept"), std::string::npos);
  EXPECT_TRUE(findings_of(stated("")).empty());
}

TEST(Comparisons, ASingleValueEachProvesNothing) {
  EXPECT_TRUE(findings_of({"a.csv", {factor("model"), throughput()}, {"a,10.5", "b,20.5"}, {}}).empty());
}

}  // namespace
}  // namespace chimera::analysis
