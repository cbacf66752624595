#include "analysis/agreement.h"

#include <gtest/gtest.h>

#include "analysis/mislabelled.h"
#include "analysis/test_corpus.h"

namespace chimera::analysis {
namespace {

using core::Format;
using core::TableKind;
using Kind = core::Statistic::Kind;
using test::ColumnSpec;
using test::TestTable;

ColumnSpec latency(std::string key, std::string unit, Kind kind = Kind::mean) {
  return {std::move(key), core::Role::response, "latency", std::move(unit), -1, kind};
}

template <class Find>
std::string told(const core::Corpus& corpus, Find find) {
  Ledger ledger(corpus);
  const core::Vocabulary vocabulary;
  Workbench bench(vocabulary, ledger);
  std::string out;
  for (const core::Finding& finding : find(bench)) out += std::string(to_string(finding.kind)) + ": " + finding.statement.plain() + "\n";
  return out;
}

TestTable backends(std::string path, const std::vector<std::string>& rows) {
  return {std::move(path), {test::factor("backend"), latency("mean_s", "s"), latency("min_s", "s", Kind::minimum)}, rows, {},
          TableKind::records, Format::json, {}, ""};
}

TestTable rendering(std::string path, const std::vector<std::string>& rows, std::string prose = "") {
  return {std::move(path), {test::factor("backend"), latency("Mean (ms)", "ms"), latency("Min (ms)", "ms", Kind::minimum)}, rows, {},
          TableKind::markdown, Format::markdown, {}, std::move(prose)};
}

TEST(Agreement, ConvertsUnitsAndRoundsAsDisplayed) {
  core::Corpus corpus;
  test::add(corpus, backends("bench.json", {"eager,0.0038121,0.0027248", "jit,0.0037819,0.0032417"}));
  test::add(corpus, rendering("bench.md", {"eager,3.812,2.725", "jit,3.782,3.242"}));
  EXPECT_EQ(told(corpus, agreement_findings),
            "agreement: Of 4 numbers in prose that a file at hand also gives, 4 agree at the precision displayed.\n");
}

TEST(Agreement, TellsBothValuesWhereTheyDiffer) {
  core::Corpus corpus;
  test::add(corpus, backends("bench.json", {"eager,0.0038121,0.0027248", "jit,0.0037819,0.0032417"}));
  test::add(corpus, rendering("bench.md", {"eager,3.812,2.725", "jit,3.182,3.242"}));
  const std::string text = told(corpus, agreement_findings);
  EXPECT_NE(text.find("contradiction: bench.md does not match bench.json: of 4 values of one table that can be compared, "
                      "1 differ, among them jit: mean `latency` 3.182 ms against 0.0037819 s. The file is taken as true."),
            std::string::npos) << text;
}

// Runs under two settings in two blocks of unlike size: of the first the mean is 6.667, the median 3.5, and the median of the
// medians of the blocks 8.75; of the second ten times these.
TestTable visits() {
  return {"runs.jsonl", {test::factor("prompt_tokens"), {"block", core::Role::index, "", ""}, latency("wall_s", "s", Kind::sample)},
          {"128,1,1", "128,1,2", "128,1,3", "128,1,4", "128,2,10", "128,2,20", "512,1,10", "512,1,20", "512,1,30", "512,1,40", "512,2,100", "512,2,200"}, {}, TableKind::records, Format::jsonl, {}, ""};
}

std::string told_of(const std::vector<std::string>& rows) {
  core::Corpus corpus;
  test::add(corpus, visits());
  test::add(corpus, {"runs.md", {{"prompt_tokens", core::Role::count, "prompt_tokens", "tok"}, latency("wall_s", "s", Kind::sample), latency("longest", "s", Kind::maximum)}, rows, {},
                     TableKind::markdown, Format::markdown, {}, ""});
  return told(corpus, agreement_findings);
}

TEST(Agreement, TakesACountForASettingWhereTheFileSetsIt) {
  EXPECT_EQ(told_of({"128,6.667,20", "512,66.67,200"}), "agreement: Of 4 numbers in prose that a file at hand also gives, 4 agree at the precision displayed.\n");
}

TEST(Agreement, TakesABareNumberForAMeanOrAMedianAlsoOverBlocks) {
  EXPECT_EQ(told_of({"128,3.5,20", "512,87.5,200"}), "agreement: Of 4 numbers in prose that a file at hand also gives, 4 agree at the precision displayed.\n");
  const std::string wrong = told_of({"128,3.5,20", "512,70.0,200"});
  EXPECT_NE(wrong.find("70.0 s against 66.667 s"), std::string::npos) << wrong;
}

TEST(Agreement, AbstainsWhereNothingTiesTheTableToAFile) {
  core::Corpus corpus;
  test::add(corpus, backends("bench.json", {"eager,0.0038121,0.0027248", "jit,0.0037819,0.0032417"}));
  test::add(corpus, rendering("other.md", {"eager,9.9,8.8", "jit,7.7,6.6"}));
  EXPECT_EQ(told(corpus, agreement_findings), "");
}

TestTable sweep(std::string path, const std::vector<std::string>& rows) {
  return {std::move(path), {test::factor("num_gpu"), test::factor("num_ctx"), test::throughput()}, rows};
}

TestTable top(std::string path, const std::vector<std::string>& rows, std::string prose) {
  return {std::move(path), {test::factor("num_gpu"), test::factor("num_ctx"), test::throughput("Tokens/s")}, rows, {},
          TableKind::markdown, Format::markdown, {}, std::move(prose)};
}

TEST(Agreement, MatchesRowsBySettingsWithAFileThatTheTextNames) {
  core::Corpus corpus;
  test::add(corpus, sweep("a_sweep.csv", {"40,1024,101.78", "60,1024,103.16", "80,2048,102.94", "80,4096,102.16"}));
  test::add(corpus, top("report.md", {"40,1024,102.31", "60,1024,101.68", "80,2048,101.89"}, "From `a_sweep.csv`.\n"));
  const std::string text = told(corpus, agreement_findings);
  EXPECT_NE(text.find("of 3 values of one table that can be compared, 3 differ, among them num_ctx=1024, num_gpu=40"),
            std::string::npos) << text;
}

// The same settings, but the values of another model, whose file the text does not name.
TEST(Agreement, PrefersTheFileThatAgreesToTheOneThatIsNamed) {
  core::Corpus corpus;
  test::add(corpus, sweep("a_sweep.csv", {"40,1024,101.78", "60,1024,103.16", "80,2048,102.94"}));
  test::add(corpus, sweep("b_sweep.csv", {"40,1024,303.90", "60,1024,301.45", "80,2048,299.06"}));
  test::add(corpus, top("report.md", {"40,1024,303.9", "60,1024,301.5", "80,2048,299.1"}, "From `a_sweep.csv`.\n"));
  EXPECT_EQ(told(corpus, agreement_findings),
            "agreement: Of 3 numbers in prose that a file at hand also gives, 3 agree at the precision displayed.\n");
}

TEST(Agreement, AbstainsWhereValuesAreFarFromTheNamedFile) {
  core::Corpus corpus;
  test::add(corpus, sweep("a_sweep.csv", {"40,1024,101.78", "60,1024,103.16", "80,2048,102.94"}));
  test::add(corpus, top("report.md", {"40,1024,303.9", "60,1024,301.5", "80,2048,299.1"}, "From `a_sweep.csv`.\n"));
  EXPECT_EQ(told(corpus, agreement_findings), "");
}

TestTable digest(std::string path, const std::vector<std::string>& rows, std::string prose) {
  return {std::move(path), {test::factor(""), test::identity("group"), latency("latency_ms", "ms"), test::throughput("tps")}, rows, {},
          TableKind::records, Format::markdown, {}, std::move(prose)};
}

TestTable measured(const std::vector<std::string>& rows) {
  return {"quants.csv", {test::factor("tag"), test::factor("num_ctx"), test::throughput(), test::ttft()}, rows};
}

TEST(Mislabelled, FindsThroughputAndAContextSizeCalledLatency) {
  core::Corpus corpus;
  test::add(corpus, digest("digest.md", {"q8_0,quants,46.570,2.008", "q4_0,quants,2048.000,76.59"}, ""));
  test::add(corpus, measured({"q8_0,1024,46.57,2.008", "q4_0,2048,76.59,0.097"}));
  const std::string text = told(corpus, mislabel_findings);
  EXPECT_NE(text.find("`throughput` as latency_ms (q8_0: 46.570 ms, in quants.csv 46.57 tok/s)"), std::string::npos) << text;
  EXPECT_NE(text.find("num_ctx as latency_ms (q4_0: 2048.000 ms, in quants.csv 2048)"), std::string::npos) << text;
  EXPECT_NE(text.find("`ttft` as tps (q8_0: 2.008 tok/s, in quants.csv 2.008 s)"), std::string::npos) << text;
  EXPECT_NE(text.find("3 values in all."), std::string::npos) << text;  // 76.59 tok/s is right
}

TEST(Mislabelled, NamesNearCopiesInTheSameFinding) {
  core::Corpus corpus;
  const std::vector<std::string> rows = {"q8_0,quants,46.570,2.008", "q4_0,quants,76.590,0.097"};
  test::add(corpus, digest("digest.md", rows, "16:53\n"));
  test::add(corpus, digest("digest_again.md", rows, "16:54\n"));
  test::add(corpus, measured({"q8_0,1024,46.57,2.008", "q4_0,2048,76.59,0.097"}));
  const std::string text = told(corpus, mislabel_findings);
  EXPECT_NE(text.find("The same stands in digest_again.md."), std::string::npos) << text;
  EXPECT_EQ(text.find("mislabelled:", 1), std::string::npos) << text;
}

TEST(Mislabelled, TakesOneMatchForChance) {
  core::Corpus corpus;
  test::add(corpus, digest("digest.md", {"q8_0,quants,46.570,"}, ""));
  test::add(corpus, measured({"q8_0,1024,46.57,2.008", "q4_0,2048,76.59,0.097"}));
  EXPECT_EQ(told(corpus, mislabel_findings), "");
}

TEST(Mislabelled, KnowsTheRightLabels) {
  core::Corpus corpus;
  test::add(corpus, digest("digest.md", {"q8_0,quants,,46.57", "q4_0,quants,,76.59"}, ""));
  test::add(corpus, measured({"q8_0,1024,46.57,2.008", "q4_0,2048,76.59,0.097"}));
  EXPECT_EQ(told(corpus, mislabel_findings), "");
}

}  // namespace
}  // namespace chimera::analysis
