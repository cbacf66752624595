#include "analysis/arithmetic.h"

#include <gtest/gtest.h>

#include "analysis/test_corpus.h"

namespace chimera::analysis {
namespace {

using core::RowState;
using test::ColumnSpec;
using test::TestTable;

ColumnSpec tokens() { return {"eval_count", core::Role::count, "output_tokens", "tok", 0}; }
ColumnSpec seconds(const std::string& key) { return {key, core::Role::response, key, "s", -1}; }

std::string told(const core::Corpus& corpus) {
  Ledger ledger(corpus);
  const core::Vocabulary vocabulary;
  Workbench bench(vocabulary, ledger);
  std::string out;
  for (const core::Finding& finding : arithmetic_findings(bench)) out += finding.statement.plain() + "\n";
  return out;
}

TEST(Arithmetic, FindsTheRowThatBreaksARate) {
  core::Corpus corpus;
  test::add(corpus, TestTable{"runs.csv", {test::identity("prompt"), test::throughput(), tokens(), seconds("eval_s")},
                              {"a,50.0,100,2.0", "b,40.0,100,2.5", "c,25.0,100,4.0", "d,99.0,100,2.0", "e,20.0,100,5.0", "f,10.0,100,10.0"}});
  EXPECT_EQ(told(corpus),
            "In runs.csv, tokens_s = eval_count / eval_s holds in 5 rows and not in 1: d states 99.0 tok/s where its parts give 50 tok/s.\n"
            "5 rates and sums follow from the other numbers of their row, the rounding of each allowed for.\n");
}

TEST(Arithmetic, FindsSumsAndAllowsForRounding) {
  core::Corpus corpus;
  test::add(corpus, TestTable{"runs.csv", {seconds("ttft_s"), seconds("load_s"), seconds("prompt_s")},
                              {"0.1382,0.0704,0.0678", "0.0987,0.0904,0.0083", "0.0837,0.077,0.0067", "0.078,0.07,0.008", "0.0877,0.0785,0.0092"}});
  EXPECT_EQ(told(corpus), "5 rates and sums follow from the other numbers of their row, the rounding of each allowed for.\n");
}

TEST(Arithmetic, KnowsNumbersWrittenWithSoManySignificantDigits) {
  core::Corpus corpus;  // six of them each: of 12.8 s fewer decimals than of 0.64 s
  test::add(corpus, TestTable{"log.csv", {test::throughput(), tokens(), seconds("eval_s")},
                              {"49.9688,32,0.6404", "49.9219,32,0.641001", "2.49766,32,12.812", "2.4969,32,12.8159", "2.49611,32,12.82", "2.49533,32,12.824"}});
  EXPECT_EQ(told(corpus), "6 rates and sums follow from the other numbers of their row, the rounding of each allowed for.\n");
}

TEST(Arithmetic, AbstainsWhereRoundingHidesAPart) {
  core::Corpus corpus;
  test::add(corpus, TestTable{"runs.csv", {seconds("ttft_s"), seconds("load_s"), seconds("prompt_s")},
                              {"0.14,0.07,0.067", "0.10,0.09,0.008", "0.08,0.08,0.007", "0.08,0.07,0.008", "0.09,0.08,0.009"}});
  EXPECT_EQ(told(corpus), "");
}

TEST(Arithmetic, SeesNoLawInFewRowsOrInFailures) {
  core::Corpus corpus;
  test::add(corpus, TestTable{"few.csv", {test::throughput(), tokens(), seconds("eval_s")}, {"50.0,100,2.0", "40.0,100,2.5"}});
  test::add(corpus, TestTable{"zero.csv", {test::throughput(), tokens(), seconds("eval_s")}, std::vector<std::string>(6, "0.0,0,0.0"),
                              std::vector<RowState>(6, RowState::failed)});
  EXPECT_EQ(told(corpus), "");
}

}  // namespace
}  // namespace chimera::analysis
