#include "facts/recipe.h"

#include <gtest/gtest.h>

#include "facts/embedded.h"
#include "facts/interpret.h"
#include "facts/test_tables.h"

namespace chimera::facts {
namespace {

constexpr std::string_view kRecipe = R"(name = "tinybench"
[[detect]]
keys = ["wait", "prefill/mean"]
[settings]
engine = "tinybench"
[[column]]
key = "prefill/{stat}"
metric = "prefill_throughput"
unit_from = "u"
[[column]]
key = "wait"
when = { unit_of_wait = "us" }
metric = "queue_time"
unit = "us"
[[column]]
key = "wait"
metric = "queue_time"
unit = "ms"
[[column]]
key = "test"
setting = "test"
parse = ["pp{prompt_tokens}"]
)";

core::Document document() {
  core::Document document;
  document.artifact.format = core::Format::json;
  add_table(document, "test|prefill/mean|prefill/u|wait|unit_of_wait\npp128|812.5|tok/s|12|ms\npp256|0.8|s|900|us\n", core::TableKind::records, "");
  return document;
}

std::string error_of(std::string_view recipe) {
  const auto created = Interpreter::create({{"recipes/bad.toml", recipe}});
  return created ? "no error" : created.error().message;
}

TEST(Recipe, SaysWhatTheKeysOfAToolMean) {
  const auto interpreter = Interpreter::create({{"recipes/tinybench.toml", kRecipe}});
  ASSERT_TRUE(interpreter) << interpreter.error().message;
  core::Diagnostics diagnostics;
  const Interpretation read = interpreter->interpret(document(), diagnostics);
  EXPECT_EQ(read.tool, "tinybench");
  const core::TableMeaning& table = read.tables[0];
  EXPECT_EQ(table.at(0, 1).definition, "prefill_throughput");
  EXPECT_EQ(table.at(0, 1).statistic.kind, core::Statistic::Kind::mean);
  EXPECT_EQ(table.at(0, 1).unit->symbol, "tok/s");
  EXPECT_EQ(table.at(1, 1).unit->symbol, "s");
  EXPECT_EQ(table.at(0, 3).unit->symbol, "ms");
  EXPECT_EQ(table.at(1, 3).unit->symbol, "us");
  EXPECT_EQ(table.at(1, 3).rule, "recipes/tinybench.toml:10");
  EXPECT_EQ(read.configs[table.configs[0]].to_string(), "engine=tinybench, prompt_tokens=128, test=pp128");
}

TEST(Recipe, KnowsFilesAndSettingsByTheirPath) {
  constexpr std::string_view kByPath = "name = \"bypath\"\npaths = [\"sweep/{concurrency}/run={round}.json\"]\n[[detect]]\nkeys = [\"wait\"]\n"
                                       "paths = [\"run=*.json\"]\n[[column]]\nkey = \"wait\"\nmetric = \"queue_time\"\nunit = \"ms\"\n";
  const auto interpreter = Interpreter::create({{"recipes/bypath.toml", kByPath}});
  ASSERT_TRUE(interpreter) << interpreter.error().message;
  core::Diagnostics diagnostics;
  core::Document found = document();
  found.artifact.path = "results/sweep/8/run=2.json";
  const Interpretation read = interpreter->interpret(found, diagnostics);
  EXPECT_EQ(read.tool, "bypath");
  EXPECT_EQ(read.configs[read.tables[0].configs[0]].to_string(), "concurrency=8, round=2, test=pp128");
  found.artifact.path = "results/sweep/8/other.json";
  EXPECT_EQ(interpreter->interpret(found, diagnostics).tool, "");
}

TEST(Recipe, TakesNamesStatisticsAndUnitsFromKeysAndSiblings) {
  constexpr std::string_view kByRow = R"(name = "byrow"
[[detect]]
keys = ["which", "tried_*"]
[[column]]
key = "value"
when = { which = "{name:wait}_{stat:mean|cv}" }
metric = "queue_time"
definition = "queue_time:{name}"
unit = "ms"
[[column]]
key = "value"
metric_from = "which"
[[column]]
key = "tried_{name}"
setting = "{name}"
[[column]]
key = "end_{name}"
metric = "{name}"
[[column]]
key = "lat_{percent}"
metric = "latency"
unit = "us"
[[column]]
key = "other_*"
role = "response"
)";
  const auto interpreter = Interpreter::create({{"recipes/byrow.toml", kByRow}});
  ASSERT_TRUE(interpreter) << interpreter.error().message;
  core::Diagnostics diagnostics;
  core::Document found;
  found.artifact.format = core::Format::csv;
  add_table(found, "which|value|tried_lr|tried_batch_size|end_load_time_s|lat_0|lat_99.9|other_mean_ms\nwait_mean|2|0.5|8|3|1|9|4\nwait_cv|0.1|0.5|8|3|1|9|4\nttft_ms|7|0.5|8|3|1|9|4\n",
            core::TableKind::csv, "");
  const Interpretation read = interpreter->interpret(found, diagnostics);
  ASSERT_EQ(read.tool, "byrow");
  const core::TableMeaning& table = read.tables[0];
  EXPECT_EQ(table.at(0, 1).definition, "queue_time:wait");
  EXPECT_EQ(table.at(0, 1).unit->symbol, "ms");
  EXPECT_EQ(table.at(1, 1).statistic.kind, core::Statistic::Kind::cv);
  EXPECT_EQ(table.at(1, 1).unit->symbol, "");
  EXPECT_EQ(table.at(2, 1).metric, "ttft");
  EXPECT_EQ(table.at(2, 1).unit->symbol, "ms");
  EXPECT_EQ(read.configs[table.configs[0]].to_string(), "batch=8, learning_rate=0.5");
  EXPECT_EQ(table.at(0, 4).metric, "load_time");
  EXPECT_EQ(table.at(0, 4).unit->symbol, "s");
  EXPECT_EQ(table.at(0, 5).statistic.kind, core::Statistic::Kind::minimum);
  EXPECT_EQ(to_string(table.at(0, 6).statistic), "p99.9");
  EXPECT_EQ(table.at(0, 7).unit->symbol, "ms");
  EXPECT_EQ(table.at(0, 7).statistic.kind, core::Statistic::Kind::mean);
}

TEST(Recipe, TakesNumbersInKeysForNamesAndPiecesOfATextForSettings) {
  constexpr std::string_view kNumbered = R"toml(name = "numbered"
[[detect]]
keys = ["state", "percentiles/p50"]
[[column]]
key = "percentiles/{percent}"
metric = "latency"
unit = "us"
[[column]]
key = "state"
role = "identity"
parse = ["{key}={value}..."]
[[column]]
key = "size_gb"
role = "factor"
[[column]]
key = "wait"
when = { label = "Wait ({unit})" }
metric = "queue_time"
)toml";
  const auto interpreter = Interpreter::create({{"recipes/numbered.toml", kNumbered}});
  ASSERT_TRUE(interpreter) << interpreter.error().message;
  core::Diagnostics diagnostics;
  core::Document found;
  found.artifact.format = core::Format::json;
  add_table(found, "state|percentiles/50|percentiles/99|size_gb|label|wait\nBlockSize=4 lr=0.5|1|2|8|Wait (ms)|3\n", core::TableKind::records, "");
  const Interpretation read = interpreter->interpret(found, diagnostics);
  ASSERT_EQ(read.tool, "numbered");
  const core::TableMeaning& table = read.tables[0];
  EXPECT_EQ(to_string(table.at(0, 1).statistic), "p50");
  EXPECT_EQ(to_string(table.at(0, 2).statistic), "p99");
  EXPECT_EQ(table.at(0, 5).unit->symbol, "ms");
  EXPECT_EQ(read.configs[table.configs[0]].get("block_size").value_or(""), "4");
  EXPECT_EQ(read.configs[table.configs[0]].get("learning_rate").value_or(""), "0.5");
}

TEST(Recipe, HoldsForKeysThatTheDocumentLists) {
  constexpr std::string_view kListed = "name = \"listed\"\n[[detect]]\nkeys = [\"tuned\"]\n[[column]]\nkey = \"*\"\nlisted_in = \"tuned\"\nrole = \"factor\"\n";
  const auto interpreter = Interpreter::create({{"recipes/listed.toml", kListed}});
  ASSERT_TRUE(interpreter) << interpreter.error().message;
  core::Diagnostics diagnostics;
  core::Document found;
  found.artifact.format = core::Format::json;
  add_table(found, "tuned\nblock\n", core::TableKind::records, "");
  add_table(found, "block|cost\n3|4\n", core::TableKind::records, "runs");
  const Interpretation read = interpreter->interpret(found, diagnostics);
  EXPECT_EQ(read.tables[1].at(0, 0).role, core::Role::factor);
  EXPECT_EQ(read.tables[1].at(0, 1).role, core::Role::response);
}

TEST(Recipe, IsLeftAloneByDocumentsOfOtherTools) {
  const auto interpreter = Interpreter::create({{"recipes/tinybench.toml", kRecipe}});
  ASSERT_TRUE(interpreter);
  core::Diagnostics diagnostics;
  EXPECT_EQ(interpreter->interpret(make_csv("wait|prefill\n1|2\n"), diagnostics).tool, "");
}

TEST(Recipe, NamesFileAndLineOfWhatIsWrong) {
  EXPECT_EQ(error_of("name = \"x\"\n[[detect]]\nkeys = [\"a\"]\n[[column]]\nkey = \"a\"\nmetric = \"speed_of_light\"\n"),
            "recipes/bad.toml:4: there is no metric 'speed_of_light'");
  EXPECT_EQ(error_of("name = \"x\"\n[[detect]]\nkeys = [\"a\"]\n[[column]]\nkey = \"a\"\nmetrik = \"ttft\"\n"),
            "recipes/bad.toml:6: 'metrik' is not known here");
  EXPECT_EQ(error_of("name = \"x\"\n"), "recipes/bad.toml:1: 'detect' is missing");
  EXPECT_EQ(error_of("name = \n").substr(0, 19), "recipes/bad.toml:1:");
}

TEST(Recipe, OfOneRowLendsNothingToTheOthers) {
  constexpr std::string_view kByKey = R"(name = "bykey"
[[detect]]
keys = ["ttft/ok/mean", "wait/ok/mean"]
[[column]]
key = "ttft/ok/mean"
metric = "ttft"
unit = "s"
[[column]]
key = "wait/ok/mean"
metric = "queue_time"
unit = "us"
)";
  const auto interpreter = Interpreter::create({{"recipes/bykey.toml", kByKey}});
  ASSERT_TRUE(interpreter) << interpreter.error().message;
  core::Diagnostics diagnostics;
  core::Document found;
  found.artifact.format = core::Format::json;
  add_table(found, "|ok/mean|ok/std\nttft|1.5|0.5\nwait|20|3\n", core::TableKind::keyed, "/metrics");
  const Interpretation read = interpreter->interpret(found, diagnostics);
  ASSERT_EQ(read.tool, "bykey");
  EXPECT_EQ(read.tables[0].at(1, 1).definition, "queue_time");
  EXPECT_EQ(read.tables[0].at(1, 2).definition, "ok");
  EXPECT_EQ(read.tables[0].at(1, 2).unit->symbol, "");
}

TEST(Recipe, IsWholeInEveryBuiltInFileAndRecognisesByItsHeadAlone) {
  Catalog catalog;
  for (const base::EmbeddedFile& file : embedded_data())
    if (file.name == "vocabulary.toml") catalog = load_catalog(file.name, file.bytes).value();
  std::size_t recipes = 0;
  for (const base::EmbeddedFile& file : embedded_data()) {
    if (file.name == "vocabulary.toml") continue;
    const auto whole = load_recipe(catalog, file.name, file.bytes);
    ASSERT_TRUE(whole) << whole.error().message;
    const auto head = load_recipe_head(catalog, file.name, file.bytes);
    ASSERT_TRUE(head) << head.error().message;
    EXPECT_EQ(head->name, whole->name);
    EXPECT_EQ(head->detect.size(), whole->detect.size()) << file.name << ": detections belong before the first column";
    ++recipes;
  }
  EXPECT_GT(recipes, 0U);
}

TEST(Recipe, ReplacesABuiltInOneOfTheSameName) {
  const std::string_view own = "name = \"hyperfine\"\n[[detect]]\nkeys = [\"nothing like this\"]\n[[column]]\nkey = \"a\"\nrole = \"text\"\n";
  const auto interpreter = Interpreter::create({{"recipes/own.toml", own}});
  ASSERT_TRUE(interpreter) << interpreter.error().message;
  core::Diagnostics diagnostics;
  const core::Document csv = make_csv("command|mean|stddev|median|user|system|min|max\nls|0.1|0.1|0.1|0.1|0.1|0.1|0.1\n");
  EXPECT_EQ(interpreter->interpret(csv, diagnostics).tool, "");
}

}  // namespace
}  // namespace chimera::facts
