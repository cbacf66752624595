// Law 3 for our own measurements: what chimera bench writes down means the same when it is read back as an artifact.
#include <gtest/gtest.h>

#include "core/trial_records.h"
#include "facts/interpret.h"
#include "measure/trial_json.h"
#include "sources/read.h"

namespace chimera {
namespace {

std::string log_with_every_metric() {
  core::SessionStart start;
  start.id = "1";
  start.program = "chimera";
  start.engine.kind = "replay";
  std::string text = measure::to_line(start);
  for (std::uint32_t block = 1; block <= 3; ++block) {
    core::Sample sample;
    sample.trial = "t1";
    sample.block = block;
    double value = 1.5;
    for (const core::MetricInfo& metric : core::trial_metrics()) sample.metrics.push_back({&metric, value += 0.25});
    text += measure::to_line(sample);
  }
  return text;
}

TEST(TrialLog, EveryMetricIsReadBackWithItsDefinitionUnitAndDirection) {
  const auto interpreter = facts::Interpreter::create();
  ASSERT_TRUE(interpreter) << interpreter.error().message;
  const std::string text = log_with_every_metric();
  core::Diagnostics diagnostics;
  const core::Document document = sources::read_document({"log.jsonl", text.size(), 0}, text, diagnostics);
  EXPECT_FALSE(sources::is_own_output(document)) << "it is an artifact like any other";
  const facts::Interpretation read = interpreter->interpret(document, diagnostics);
  EXPECT_EQ(read.tool, "chimera-trial");
  std::size_t found = 0;
  for (std::size_t t = 0; t < document.tables.size(); ++t)
    for (std::size_t c = 0; c < document.tables[t].columns.size(); ++c) {
      const std::string& key = document.tables[t].columns[c].key;
      const core::MetricInfo* metric = key.rfind("metrics/", 0) == 0 ? core::find_trial_metric(key.substr(8)) : nullptr;
      if (metric == nullptr) continue;
      ++found;
      const core::ColumnMeaning& meaning = read.tables[t].columns[c];
      EXPECT_EQ(meaning.definition, metric->definition) << key;
      EXPECT_EQ(meaning.unit->symbol, metric->unit) << key;
      EXPECT_EQ(meaning.direction, metric->direction) << key;
      EXPECT_EQ(meaning.rule.rfind("recipes/chimera-trial.toml", 0), 0U) << key;
    }
  EXPECT_EQ(found, core::trial_metrics().size());
}

}  // namespace
}  // namespace chimera
