#include "analysis/summaries.h"

#include <gtest/gtest.h>

#include "analysis/test_corpus.h"

namespace chimera::analysis {
namespace {

using core::Format;
using core::RowState;
using core::TableKind;
using Kind = core::Statistic::Kind;
using test::ColumnSpec;
using test::TestTable;

ColumnSpec latency(std::string key, Kind kind) { return {std::move(key), core::Role::response, "latency", "ms", -1, kind}; }

std::vector<core::Finding> find(const core::Corpus& corpus) {
  Ledger ledger(corpus);
  const core::Vocabulary vocabulary;
  Workbench bench(vocabulary, ledger);
  return summary_findings(bench);
}

std::string plain(const std::vector<core::Finding>& findings) {
  std::string out;
  for (const core::Finding& finding : findings) out += std::string(to_string(finding.kind)) + ": " + finding.statement.plain() + "\n";
  return out;
}

TestTable summary_object(const std::vector<std::string>& rows) {
  return {"run.json", {latency("summary/avg_ms", Kind::mean), latency("summary/min_ms", Kind::minimum)}, rows, {RowState::summary},
          TableKind::object, Format::json, {""}, ""};
}

TestTable results(const std::vector<std::string>& rows, const std::vector<RowState>& states = {}) {
  TestTable table{"run.json", {test::identity("name"), latency("ms", Kind::sample)}, rows, states, TableKind::records, Format::json, {}, ""};
  for (std::size_t i = 0; i < rows.size(); ++i) table.pointers.push_back("/results/" + std::to_string(i));
  return table;
}

TEST(Summaries, CountsThoseThatFollowFromTheirRows) {
  core::Corpus corpus;
  test::add(corpus, {summary_object({"20.0,10.0"}), results({"a,10.0", "b,20.0", "c,30.0"})});
  EXPECT_EQ(plain(find(corpus)),
            "agreement: All of the 2 summary values whose rows are at hand follow from them at the precision written.\n");
}

TEST(Summaries, NamesTheRowThatWasTakenForTheMean) {
  core::Corpus corpus;
  test::add(corpus, {summary_object({"12.5,12.5"}), results({"a,30.0", "b,12.5", "c,50.0"})});
  EXPECT_EQ(plain(find(corpus)),
            "summary_mismatch: run.json states 12.5 ms as the mean `latency`; its rows give 30.833 ms. "
            "The stated value is that of the row b alone.\n"
            "agreement: Of the 2 summary values whose rows are at hand, 1 follow from them at the precision written.\n");
}

TEST(Summaries, ReadsRowsOfTheSameFamilyByTheirTerms) {
  core::Corpus corpus;
  test::add(corpus, TestTable{"suite_runs.csv", {test::factor("model"), test::throughput()},
                              {"a,10.0", "a,20.0", "b,5.0", "b,7.0", "b,0.0"},
                              {RowState::ok, RowState::ok, RowState::ok, RowState::ok, RowState::failed}});
  ColumnSpec mean = test::throughput("mean_tokens_s");
  mean.statistic = Kind::mean;
  test::add(corpus, TestTable{"suite_summary.json", {test::factor("model"), mean}, {"a,15.0", "b,4.0"},
                              {RowState::summary, RowState::summary}, TableKind::records, Format::json, {"/models/0", "/models/1"}, ""});
  const std::string told = plain(find(corpus));
  EXPECT_NE(told.find("states 4.0 tok/s as the mean `throughput`; its rows give 6 tok/s. The stated value counts failed rows as zero."),
            std::string::npos) << told;
  EXPECT_NE(told.find("Of the 2 summary values whose rows are at hand, 1 follow"), std::string::npos) << told;
}

TEST(Summaries, KnowsThatAPercentileOfAllLiesBetweenThoseOfTheGroups) {
  core::Corpus corpus;
  ColumnSpec p95 = latency("stats/percentiles/p95", Kind::maximum);
  const TestTable overall{"run.json", {p95}, {"15.4"}, {RowState::summary}, TableKind::object, Format::json, {""}, ""};
  const TestTable groups{"run.json", {latency("max_ms", Kind::maximum), latency("mean_ms", Kind::mean)},
                         {"15.7,15.2", "15.9,15.4"}, {RowState::summary, RowState::summary}, TableKind::records, Format::json,
                         {"/stats/runs/0", "/stats/runs/1"}, ""};
  test::add(corpus, {overall, groups});
  EXPECT_EQ(plain(find(corpus)),
            "summary_mismatch: run.json states 15.4 ms as the maximum `latency`, but the groups it covers begin at 15.7 ms. "
            "The stated value is the mean `latency` of a part of the data.\n"
            "agreement: None of the 1 summary values whose rows are at hand follows from them.\n");
}

TEST(Summaries, TakesNoSiblingForTheRowsOfAnObject) {
  core::Corpus corpus;
  const TestTable one{"run.json", {latency("attention/torch/mean_ms", Kind::mean)}, {"24.6"}, {RowState::summary}, TableKind::object,
                      Format::json, {""}, ""};
  const TestTable other{"run.json", {latency("mean_ms", Kind::mean)}, {"0.7", "0.1"}, {RowState::summary, RowState::summary},
                        TableKind::keyed, Format::json, {"/fusion/a", "/fusion/b"}, ""};
  test::add(corpus, {one, other});
  EXPECT_TRUE(find(corpus).empty());
}

TEST(Summaries, SaysThatFailedRowsKeepNoValues) {
  core::Corpus corpus;
  const TestTable total{"run.json", {latency("total_ms", Kind::sum)}, {"90.0"}, {RowState::summary}, TableKind::object, Format::json, {""}, ""};
  test::add(corpus, {total, results({"a,10.0", "b,", "c,30.0"}, {RowState::ok, RowState::failed, RowState::ok})});
  EXPECT_NE(plain(find(corpus)).find("Rows that failed keep no value"), std::string::npos);
}

TEST(Summaries, KeepsTheRecordsOfJsonLinesApart) {
  core::Corpus corpus;
  const TestTable means{"log.jsonl", {latency("avg_ms", Kind::mean)}, {"10.0", "400.0"}, {RowState::summary, RowState::summary},
                        TableKind::records, Format::jsonl, {"", ""}, ""};
  const TestTable samples{"log.jsonl", {latency("samples_ms", Kind::sample)}, {"9.0", "11.0", "300.0", "500.0"}, {}, TableKind::series,
                          Format::jsonl, {"/samples_ms/0", "/samples_ms/1", "/samples_ms/0", "/samples_ms/1"}, "",
                          {2, 2, 3, 3}};
  test::add(corpus, {means, samples});
  EXPECT_EQ(plain(find(corpus)),
            "agreement: All of the 2 summary values whose rows are at hand follow from them at the precision written.\n");
}

TEST(Summaries, AbstainsWhereMoreRowsWereCountedThanKept) {
  core::Corpus corpus;
  TestTable summary = summary_object({"12.5,10.0,500"});
  summary.columns.push_back({"summary/rounds", core::Role::count, "runs", "", 0});
  test::add(corpus, {summary, results({"a,30.0", "b,12.5", "c,50.0"})});
  EXPECT_TRUE(find(corpus).empty());
}

}  // namespace
}  // namespace chimera::analysis
