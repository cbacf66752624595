#include "facts/interpret.h"

#include <gtest/gtest.h>

#include "facts/test_tables.h"

namespace chimera::facts {
namespace {

using core::Role;
using core::RowState;
using core::TableKind;

const Interpreter& interpreter() {
  static const Interpreter instance = [] {
    auto created = Interpreter::create();
    EXPECT_TRUE(created.has_value()) << (created ? "" : created.error().message);
    return std::move(*created);
  }();
  return instance;
}

struct Read {
  core::Document document;
  Interpretation meaning;
  core::Diagnostics diagnostics;

  explicit Read(core::Document read) : document(std::move(read)) { meaning = interpreter().interpret(document, diagnostics); }
  [[nodiscard]] const core::ColumnMeaning& column(std::string_view key, std::size_t table = 0) const {
    const auto& columns = document.tables[table].columns;
    for (std::size_t c = 0; c < columns.size(); ++c)
      if (columns[c].key == key) return meaning.tables[table].columns[c];
    ADD_FAILURE() << "no column " << key;
    return meaning.tables[table].columns[0];
  }
  // "throughput/mean [tok/s]"
  [[nodiscard]] std::string says(std::string_view key, std::size_t table = 0) const {
    const core::ColumnMeaning& c = column(key, table);
    return c.definition + "/" + core::to_string(c.statistic) + " [" + std::string(c.unit->symbol) + "]";
  }
  [[nodiscard]] const core::RunConfig& config(std::size_t row, std::size_t table = 0) const {
    return meaning.configs[meaning.tables[table].configs[row]];
  }
};

Read csv(std::string_view lines) { return Read(make_csv(lines)); }

constexpr std::string_view kSweep =
    "timestamp|model|num_gpu|num_ctx|temperature|ttft_s|tokens_s|load_s|prompt_eval_s|eval_s|eval_count|error\n"
    "2025-01-02T10:00:00|m:7b-q4_0|20|512|0.1|3.2500|50.0|3.1000|0.1500|2.000|100|\"\"\n"
    "2025-01-02T10:00:05|m:7b-q4_0|20|512|0.7|0.0610|51.0|0.0500|0.0110|2.000|102|\"\"\n"
    "2025-01-02T10:00:09|m:7b-q4_0|30|512|0.1|0.0620|52.0|0.0520|0.0100|2.000|104|\"\"\n"
    "2025-01-02T10:00:14|m:7b-q4_0|30|512|0.7|0.0590|49.5|0.0480|0.0110|2.000|99|\"\"\n"
    "2025-01-02T10:00:19|m:7b-q4_0|30|512|0.9|0.0000|0.0|0.0000|0.0000|0.0|0|\"connection refused\"\n";

TEST(Interpreter, APowerOfAThousandIsOfItsOwnNumberAlone) {
  core::Document document = make_csv("points_mean|points_max\n266.75|3.66\n129.50|2.25");
  document.tables[0].columns[1].unit = "thousand";
  const Read read(std::move(document));
  EXPECT_EQ(read.says("points_mean"), "points/mean []");
  EXPECT_EQ(read.says("points_max"), "points/max [thousand]");
}

TEST(Interpreter, ReadsMetricsUnitsAndDefinitionsOfASweep) {
  const Read read = csv(kSweep);
  EXPECT_EQ(read.says("ttft_s"), "ttft:load+prompt_eval/sample [s]");
  EXPECT_EQ(read.says("tokens_s"), "throughput:decode/sample [tok/s]");
  EXPECT_EQ(read.says("load_s"), "load_time/sample [s]");
  EXPECT_EQ(read.says("prompt_eval_s"), "prompt_eval_time/sample [s]");
  EXPECT_EQ(read.says("eval_count"), "output_tokens/sample [tok]");
  EXPECT_EQ(read.column("tokens_s").direction, 1);
  EXPECT_EQ(read.column("ttft_s").direction, -1);
  EXPECT_EQ(read.column("eval_count").role, Role::count);
}

TEST(Interpreter, TellsFactorsTimeAndFailureFromMeasurements) {
  const Read read = csv(kSweep);
  EXPECT_EQ(read.column("timestamp").role, Role::time);
  EXPECT_EQ(read.column("num_gpu").role, Role::factor);
  EXPECT_EQ(read.column("temperature").role, Role::factor);
  EXPECT_EQ(read.column("model").role, Role::factor);
  EXPECT_EQ(read.column("error").role, Role::failure);
  EXPECT_EQ(read.config(0).to_string(), "model=m:7b-q4_0, num_ctx=512, num_gpu=20, temperature=0.1");
}

TEST(Interpreter, KeepsColdAndFailedRowsApart) {
  const Read read = csv(kSweep);
  const std::vector<RowState> expected = {RowState::cold, RowState::ok, RowState::ok, RowState::ok, RowState::failed};
  EXPECT_EQ(read.meaning.tables[0].states, expected);
  ASSERT_EQ(read.diagnostics.entries().size(), 1U);
  EXPECT_EQ(read.diagnostics.entries()[0].code, core::DiagnosticCode::failed_row);
}

TEST(Interpreter, TagsTtftByPromptEvaluationAlone) {
  const Read read = csv("ttft_ms|prompt_eval_ms|load_ms\n151.0|151.0|20.5\n160.5|160.5|21.0\n");
  EXPECT_EQ(read.says("ttft_ms"), "ttft:prompt_eval/sample [ms]");
}

TEST(Interpreter, LeavesTtftUndefinedWhereNoArithmeticHolds) {
  const Read read = csv("ttft_ms|prompt_eval_ms|load_ms\n151.0|120.0|20.5\n160.5|130.0|21.0\n");
  EXPECT_EQ(read.says("ttft_ms"), "ttft/sample [ms]");
}

TEST(Interpreter, GivesASummandTheUnitThatArithmeticProves) {
  const Read read = csv("num_gpu|mean_tokens_s|mean_ttft_s|mean_load_s|prompt_eval|eval_s_mean\n40|77.29|3.2022|3.0547|0.1475|1.41\n40|78.4|0.0878|0.0833|0.0045|1.4\n");
  EXPECT_EQ(read.says("mean_ttft_s"), "ttft:load+prompt_eval/mean [s]");
  EXPECT_EQ(read.says("prompt_eval"), "prompt_eval_time/mean [s]");
  EXPECT_EQ(read.says("eval_s_mean"), "eval_time/mean [s]");
  EXPECT_EQ(read.meaning.tables[0].states[0], RowState::summary);
}

TEST(Interpreter, DoesNotGuessAUnitThatNothingProves) {
  const Read read = csv("latency|load_s\n151.0|20.5\n160.5|21.0\n");
  EXPECT_EQ(read.says("latency"), "latency/sample []");
}

TEST(Interpreter, TakesTheUnitFromSiblingsOfTheSameMetric) {
  core::Document document;
  document.artifact.format = core::Format::json;
  add_table(document, "timing_stats/overall_mean_ms|timing_stats/latency_percentiles/p50|timing_stats/cv_percent\n15.5|15.4|0.36\n", TableKind::object, "");
  const Read read(std::move(document));
  EXPECT_EQ(read.says("timing_stats/overall_mean_ms"), "latency/mean [ms]");
  EXPECT_EQ(read.says("timing_stats/latency_percentiles/p50"), "latency/p50 [ms]");
  EXPECT_NE(read.column("timing_stats/latency_percentiles/p50").rule.find("unit of timing_stats/overall_mean_ms"), std::string::npos);
}

TEST(Interpreter, ReadsHeadersWithUnitsInBrackets) {
  const Read read = csv("Backend|Success|Compile Time (s)|Mean (ms)|Std (ms)|Max (ms)\neager|yes|0.0000|0.241|0.046|0.377\njit|no|0.0000|0.000|0.000|0.000\n");
  EXPECT_EQ(read.says("Compile Time (s)"), "compile_time/sample [s]");
  EXPECT_EQ(read.says("Mean (ms)"), "latency/mean [ms]");
  EXPECT_EQ(read.says("Std (ms)"), "latency/stddev [ms]");
  EXPECT_EQ(read.column("Std (ms)").direction, 0);
  EXPECT_EQ(read.config(0).to_string(), "backend=eager");
  EXPECT_EQ(read.meaning.tables[0].states[1], RowState::failed);
}

TEST(Interpreter, TakesAnExitCodeForAFailureAndNotForACount) {
  const Read read = csv("case|exit_code|latency_ms\na|137|12.5\nb|0|12.7\n");
  EXPECT_EQ(read.meaning.tables[0].states[0], RowState::failed);
  EXPECT_EQ(read.meaning.tables[0].states[1], RowState::ok);
}

TEST(Interpreter, ReadsStatisticsAsRowsOfNamedMetrics) {
  core::Document document;
  document.artifact.format = core::Format::json;
  add_table(document, "|mean|p50|unit\nttft|12.5|12.0|ms\nthroughput|101|100|tokens/s\n", TableKind::keyed, "/metrics");
  const Read read(std::move(document));
  const core::TableMeaning& table = read.meaning.tables[0];
  EXPECT_EQ(table.at(0, 1).definition, "ttft");
  EXPECT_EQ(core::to_string(table.at(0, 2).statistic), "p50");
  EXPECT_EQ(table.at(0, 1).unit->symbol, "ms");
  EXPECT_EQ(table.at(1, 1).definition, "throughput");
  EXPECT_EQ(table.at(1, 1).unit->symbol, "tok/s");
}

TEST(Interpreter, TakesTheKeyOfACaseAsASetting) {
  core::Document document;
  document.artifact.format = core::Format::json;
  add_table(document, "|benchmark/mean_time_ms|benchmark/max_time_ms\neager|0.24|0.37\njit|0.21|0.24\n", TableKind::keyed, "/backends");
  const Read read(std::move(document));
  EXPECT_EQ(read.config(1).to_string(), "backend=jit");
  EXPECT_EQ(read.says("benchmark/mean_time_ms"), "latency/mean [ms]");
}

TEST(Interpreter, TellsEqualNamesInDifferentObjectsApart) {
  core::Document document;
  document.artifact.format = core::Format::json;
  add_table(document, "before/latency_ms|after/latency_ms\n26.7|1024.0\n", TableKind::object, "");
  const Read read(std::move(document));
  EXPECT_NE(read.column("before/latency_ms").definition, read.column("after/latency_ms").definition);
}

TEST(Interpreter, ReadsOptionsWrittenInsideACell) {
  const Read read = csv("model|tokens_s|options\nm|12.5|\"{\"\"temperature\"\":0.30,\"\"top_p\"\":0.9}\"\n");
  EXPECT_EQ(read.config(0).to_string(), "model=m, temperature=0.3, top_p=0.9");
}

TEST(Interpreter, InheritsSettingsFromTheObjectAround) {
  core::Document document;
  document.artifact.format = core::Format::json;
  add_table(document, "model/name|model/device|settings/runs\nmlp|cuda|10\n", TableKind::object, "");
  core::Table& inner = add_table(document, "latency_ms|success\n1.5|true\n1.6|true\n", TableKind::records, "/results");
  for (core::Row& row : inner.rows) row.parent_table = row.parent_row = 0;
  const Read read(std::move(document));
  EXPECT_EQ(read.config(1, 1).to_string(), "device=cuda, model=mlp, runs=10");
}

TEST(Interpreter, MarksMinusOneAsNoMeasurement) {
  const Read read = csv("ttft_ms|tokens_s\n-1|50.5\n-1|51.5\n");
  EXPECT_EQ(read.meaning.tables[0].at(0, 0).role, Role::no_value);
  ASSERT_EQ(read.diagnostics.entries().size(), 1U);
  EXPECT_EQ(read.diagnostics.entries()[0].code, core::DiagnosticCode::sentinel_value);
}

TEST(Interpreter, PrefersTheUnitOfTheValuesOverThatOfTheName) {
  core::Document document = make_csv("latency_ms\n12.5\n");
  document.tables[0].columns[0].unit = "s";
  const Read read(std::move(document));
  EXPECT_EQ(read.says("latency_ms"), "latency/sample [s]");
  ASSERT_EQ(read.diagnostics.entries().size(), 1U);
  EXPECT_EQ(read.diagnostics.entries()[0].code, core::DiagnosticCode::unit_conflict);
}

TEST(Interpreter, QualifiesAMetricThatIsPartOfALongerName) {
  const Read read = csv("cold_ttft_ms|warm_ttft_ms\n1200.5|35.5\n");
  EXPECT_EQ(read.says("cold_ttft_ms"), "ttft:cold/sample [ms]");
  EXPECT_EQ(read.says("warm_ttft_ms"), "ttft:warm/sample [ms]");
}

TEST(Interpreter, ReadsTelemetryInItsContext) {
  core::Document document;
  document.artifact.format = core::Format::json;
  add_table(document, "gpu_id|temperature|power_draw|utilization_gpu|memory_used_mb|clock_graphics\n0|48|33.5|12|285.0|2430\n", TableKind::records, "/metrics/*/gpu");
  add_table(document, "system/cpu_percent|system/memory_percent|system/memory_used_gb\n9.2|78.2|12.2\n", TableKind::records, "/metrics");
  const Read read(std::move(document));
  EXPECT_EQ(read.says("temperature"), "gpu_temperature/sample []");
  EXPECT_EQ(read.says("memory_used_mb"), "gpu_memory_used/sample [MB]");
  EXPECT_EQ(read.column("gpu_id").role, Role::index);
  EXPECT_EQ(read.says("system/cpu_percent", 1), "cpu_utilization/sample [%]");
  EXPECT_EQ(read.says("system/memory_percent", 1), "memory_utilization/sample [%]");
  EXPECT_EQ(read.says("system/memory_used_gb", 1), "memory_used/sample [GB]");
}

TEST(Interpreter, DoesNotCallAPercentageByTheNameOfARate) {
  const Read read = csv("Model|Throughput (%)|Test ID\na|12.5|7\nb|-3.5|8\n");
  EXPECT_EQ(read.says("Throughput (%)"), "throughput_fraction/sample [%]");
  EXPECT_EQ(read.column("Test ID").role, Role::index);
}

TEST(Interpreter, ReadsTablesOfVeryManyColumnsWithoutComparingEachWithEach) {
  std::string lines;
  for (int i = 0; i < 20000; ++i) lines += (i == 0 ? "latency" : "|k" + std::to_string(i)) + std::string(i == 1 ? "_ms" : "");
  lines += '\n';
  for (int i = 0; i < 20000; ++i) lines += (i == 0 ? "" : "|") + std::to_string(i) + ".5";
  const Read read = csv(lines + "\n");
  EXPECT_EQ(read.says("latency"), "latency/sample []");
  EXPECT_EQ(read.meaning.tables[0].columns.size(), 20000U);
}

TEST(Interpreter, GivesTheSameMeaningEveryTime) {
  const Read a = csv(kSweep);
  const Read b = csv(kSweep);
  EXPECT_EQ(a.meaning.configs, b.meaning.configs);
  EXPECT_EQ(a.meaning.tables[0].configs, b.meaning.tables[0].configs);
}

// Every combination of two modes and three sizes once per block, in a new order each time; `counter` names the block.
std::string replicated(const std::string& counter, const std::string& size) {
  std::string lines = counter + "|mode|" + size + "|wall_s\n";
  const int orders[3][6] = {{0, 1, 2, 3, 4, 5}, {3, 0, 5, 1, 4, 2}, {5, 2, 1, 4, 0, 3}};
  const char* sizes[3] = {"2", "8", "32"};
  for (int b = 0; b < 3; ++b)
    for (int i = 0; i < 6; ++i) {
      const int c = orders[b][i];
      lines += std::to_string(b + 1) + (c % 2 == 0 ? "|fast|" : "|safe|") + sizes[c / 2] + "|1.0" + std::to_string(17 * b + 5 * c + 11) + "\n";
    }
  lines.pop_back();
  return lines;
}

TEST(Design, LevelsThatMeetAllOthersAreASettingWhateverTheirName) {
  const Read read = csv(replicated("block", "size_mib"));
  EXPECT_EQ(read.column("size_mib").role, Role::factor);
  EXPECT_EQ(read.column("block").role, Role::index);
  EXPECT_EQ(read.column("wall_s").role, Role::response);
  EXPECT_EQ(read.config(0).to_string(), "mode=fast, size_mib=2");
}

TEST(Design, RepetitionsAreSeenInTheOrderOfTheRunsWhereTheirNameSaysNothing) {
  EXPECT_EQ(csv(replicated("lap", "size_mib")).column("lap").role, Role::index);
}

TEST(Design, ASettingOfANestedLoopNumbersNoRepetitions) {
  const Read read = csv(
      "stages|mode|wall_s\n1|a|1.01\n1|b|1.02\n1|c|1.13\n1|d|1.24\n2|a|1.05\n2|b|1.06\n2|c|1.07\n2|d|1.08\n"
      "3|a|1.09\n3|b|1.10\n3|c|1.11\n3|d|1.12");
  EXPECT_EQ(read.column("stages").role, Role::factor);
}

TEST(Design, ABlockSizeIsNoRepetition) {
  const Read read = csv("block|mode|wall_s\n64|a|1.01\n64|b|1.02\n128|a|1.13\n128|b|1.24\n256|a|1.05\n256|b|1.06");
  EXPECT_EQ(read.column("block").role, Role::factor);
}

TEST(Design, WhatFollowsFromTheModelOrRepeatsUnevenlyIsMeasured) {
  const Read read = csv(
      "model|threads|model_size_mib|memory_mib|wall_s\na|1|500|60|1.01\na|2|500|60|1.02\na|4|500|60|1.13\nb|1|900|60|1.24\n"
      "b|2|900|80|1.05\nb|4|900|60|1.06\na|1|500|60|1.07\na|2|500|80|1.08");
  EXPECT_EQ(read.column("model_size_mib").role, Role::response);
  EXPECT_EQ(read.column("memory_mib").role, Role::response);
}

}  // namespace
}  // namespace chimera::facts
