#include "analysis/compare_sets.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace chimera::analysis {
namespace {

using core::RowState;

// A CSV file with the columns threads, cpu, ttft_s or tokens_s of one metric, interpreted by hand.
struct Sheet {
  std::string metric = "throughput";
  std::string definition = "throughput:decode";
  std::string unit = "tok/s";
  int direction = 1;
  std::vector<std::pair<std::string, std::string>> settings;  // of every row
};

core::Corpus corpus_of(const Sheet& sheet, const std::vector<double>& values, const std::vector<std::string>& partners = {}) {
  core::Document document;
  document.artifact.path = "x.csv";
  document.artifact.format = core::Format::csv;
  core::Table table;
  table.kind = core::TableKind::csv;
  table.columns.resize(2);
  table.columns[0].key = "tokens_s";
  table.columns[1].key = "prompt";
  core::RunConfig config;
  for (const auto& [key, value] : sheet.settings) config.set(key, value);
  core::TableMeaning meaning;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string number = std::to_string(values[i]);
    const std::string partner = partners.empty() ? "" : partners[i];
    const std::uint64_t begin = document.text.size();
    document.text += number + "," + partner + "\n";
    table.columns[0].cells.push_back({begin, static_cast<std::uint32_t>(number.size()), core::CellKind::number, 6, false, values[i]});
    table.columns[1].cells.push_back({begin + number.size() + 1, static_cast<std::uint32_t>(partner.size()),
                                      partner.empty() ? core::CellKind::absent : core::CellKind::text, 0, false, 0});
    table.rows.push_back({{begin, document.text.size()}, i + 1, {}, core::Row::kNone, core::Row::kNone});
    meaning.configs.push_back(0);
    meaning.states.push_back(RowState::ok);
  }
  meaning.columns.resize(2);
  meaning.columns[0] = {core::Role::response, sheet.metric, sheet.definition, {}, core::unit_of(sheet.unit), "", sheet.direction, {}};
  meaning.columns[1].role = partners.empty() ? core::Role::text : core::Role::identity;
  document.artifact.digest = base::sha256(document.text);
  document.tables.push_back(std::move(table));
  core::Corpus corpus;
  corpus.add(std::move(document), {std::move(meaning)}, {std::move(config)});
  return corpus;
}

std::vector<double> around(double centre, double sd, std::size_t n, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> noise(0, sd);
  std::vector<double> values;
  for (std::size_t i = 0; i < n; ++i) values.push_back(centre * (1 + noise(random)));
  return values;
}

TEST(CompareSets, ProvesAChangeThatIsLargerThanTheNoise) {
  const SetComparison found = compare_sets(corpus_of({}, around(100, 0.01, 8, 1)), corpus_of({}, around(80, 0.01, 8, 2)), {});
  ASSERT_EQ(found.effects.size(), 1U);
  const Effect& effect = found.effects[0];
  EXPECT_EQ(effect.change, Change::worse);
  EXPECT_EQ(effect.method, "welch");
  EXPECT_NEAR(effect.ratio, 0.8, 0.02);
  EXPECT_LT(effect.interval->low, 0.8);
  EXPECT_GT(effect.interval->high, 0.8);
}

TEST(CompareSets, TurnsTheWordWhereLessIsBetter) {
  const Sheet time{"ttft", "ttft", "s", -1, {}};
  EXPECT_EQ(compare_sets(corpus_of(time, around(1, 0.01, 8, 1)), corpus_of(time, around(0.8, 0.01, 8, 2)), {}).effects.at(0).change, Change::better);
}

TEST(CompareSets, IsUndecidedWhereNoiseHidesTheMargin) {
  const Effect effect = compare_sets(corpus_of({}, around(100, 0.05, 5, 1)), corpus_of({}, around(100, 0.05, 5, 2)), {}).effects.at(0);
  EXPECT_EQ(effect.change, Change::undecided);
  EXPECT_GT(effect.smallest(), 0.01);
}

TEST(CompareSets, CallsTheSameWhatLiesWithinTheMargin) {
  EXPECT_EQ(compare_sets(corpus_of({}, around(100, 0.001, 10, 1)), corpus_of({}, around(100.1, 0.001, 10, 2)), {}).effects.at(0).change, Change::same);
}

// The share of pairs of equal sets that are called different must not exceed the error that was asked for.
TEST(CompareSets, RaisesFewFalseAlarms) {
  int alarms = 0;
  for (unsigned seed = 0; seed < 200; ++seed) {
    const Change change = compare_sets(corpus_of({}, around(100, 0.03, 6, 2 * seed)), corpus_of({}, around(100, 0.03, 6, 2 * seed + 1)), {}).effects.at(0).change;
    alarms += change == Change::better || change == Change::worse ? 1 : 0;
  }
  EXPECT_LE(alarms, 18);  // 10 expected of 200 at 5 %, two and a half standard errors
}

TEST(CompareSets, PairsWhatWasMeasuredOnTheSameThings) {
  const std::vector<std::string> prompts = {"a", "b", "c", "d", "e"};
  // Prompts differ by a factor of sixteen, the sides by 5 % on every prompt: unpaired, nothing could be seen.
  const std::vector<double> a = {10, 20, 40, 80, 160};
  const std::vector<double> b = {10.52, 20.97, 42.1, 83.8, 168.3};
  const Effect effect = compare_sets(corpus_of({}, a, prompts), corpus_of({}, b, prompts), {}).effects.at(0);
  EXPECT_EQ(effect.method, "paired");
  EXPECT_EQ(effect.change, Change::better);
}

TEST(CompareSets, SetsAsideWhatIsComparedAndMatchesTheRest) {
  const SetComparison found = compare_sets(corpus_of({.settings = {{"threads", "1"}, {"model", "m"}}}, around(100, 0.01, 5, 1)),
                                           corpus_of({.settings = {{"threads", "2"}, {"model", "m"}}}, around(180, 0.01, 5, 2)), {});
  ASSERT_EQ(found.changed.size(), 1U);
  EXPECT_EQ(found.changed[0].key, "threads");
  EXPECT_EQ(found.changed[0].b, "2");
  EXPECT_EQ(found.effects.at(0).change, Change::better);
  EXPECT_TRUE(found.effects.at(0).config.empty());
}

TEST(CompareSets, RefusesUnlikeMachinesUnlessAsked) {
  const core::Corpus a = corpus_of({.settings = {{"cpu", "one"}}}, around(100, 0.01, 5, 1));
  const core::Corpus b = corpus_of({.settings = {{"cpu", "other"}}}, around(90, 0.01, 5, 2));
  const SetComparison refused = compare_sets(a, b, {});
  EXPECT_FALSE(refused.comparable);
  EXPECT_EQ(refused.refused.at(0).reason, "measured on unlike machines: cpu is one in A and other in B");
  EXPECT_TRUE(compare_sets(a, b, {.machines = CompareSettings::Machines::any}).comparable);
}

TEST(CompareSets, NeverComparesOneNameForTwoThings) {
  const SetComparison found = compare_sets(corpus_of({"ttft", "ttft:first_chunk", "s", -1, {}}, around(1, 0.01, 5, 1)),
                                           corpus_of({"ttft", "ttft:load+prompt_eval", "s", -1, {}}, around(2, 0.01, 5, 2)), {});
  EXPECT_FALSE(found.comparable);
  EXPECT_EQ(found.refused.at(0).what, "ttft");
}

TEST(CompareSets, ConvertsUnitsBeforeComparing) {
  const Effect effect = compare_sets(corpus_of({"latency", "latency", "s", -1, {}}, around(0.5, 0.01, 6, 1)),
                                     corpus_of({"latency", "latency", "ms", -1, {}}, around(500, 0.01, 6, 2)), {}).effects.at(0);
  EXPECT_NEAR(effect.ratio, 1, 0.02);
}

TEST(CompareSets, SaysWhyASingleValueDecidesNothing) {
  const Effect effect = compare_sets(corpus_of({}, {100}), corpus_of({}, {50}), {}).effects.at(0);
  EXPECT_EQ(effect.change, Change::undecided);
  EXPECT_EQ(effect.reason, "a single value on one side has no interval");
}

TEST(Classify, KnowsFourAnswers) {
  EXPECT_EQ(classify({0.995, 1.005, 0.95}, 1, 0.01), Change::same);
  EXPECT_EQ(classify({0.98, 0.999, 0.95}, 1, 0.01), Change::worse);
  EXPECT_EQ(classify({0.98, 0.999, 0.95}, -1, 0.01), Change::better);
  EXPECT_EQ(classify({0.98, 1.001, 0.95}, 1, 0.01), Change::undecided);
}

}  // namespace
}  // namespace chimera::analysis
