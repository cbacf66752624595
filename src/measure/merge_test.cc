#include "measure/merge.h"

#include <gtest/gtest.h>

#include "core/machine.h"
#include "measure/summary.h"
#include "measure/trial_json.h"

namespace chimera::measure {
namespace {

core::TrialPlan trial(const std::string& label, core::TrialRole role) {
  core::TrialPlan plan{label, role, {}};
  plan.config.set("threads", label);
  return plan;
}

std::vector<core::TrialPlan> whole_plan() {
  return {trial("t1", core::TrialRole::baseline), trial("t2", core::TrialRole::plain), trial("t3", core::TrialRole::plain), trial("t1-again", core::TrialRole::duplicate)};
}

// A part that measured the baseline twice and one trial more in so many blocks; `speed` is the node's.
PartLog part(std::uint32_t number, const std::string& label, std::uint32_t blocks, double speed, unsigned cores = 4) {
  PartLog log;
  log.part = number, log.node = "n" + std::to_string(number), log.job = "7_" + std::to_string(number - 1);
  core::SessionStart start;
  start.id = "s" + std::to_string(number), start.program = "chimera 0", start.started = 1000 + number, start.machine.cpu = "A CPU", start.machine.cores = cores, start.engine.kind = "replay";
  start.protocol = core::Protocol{1, 1, 2, 30, 0, 0, 0.02, 0.01, false, true};
  start.remarks = {"remark of " + log.node};
  for (const core::TrialPlan& plan : whole_plan())
    if (plan.role != core::TrialRole::plain || plan.trial == label) start.plan.push_back(plan);
  log.records.emplace_back(start);
  for (std::uint32_t block = 1; block <= blocks; ++block) {
    for (const core::TrialPlan& plan : start.plan) {
      core::Sample sample;
      sample.trial = plan.trial, sample.block = block, sample.position = 1, sample.load = block, sample.repetition = 1, sample.config = plan.config;
      sample.metrics.push_back({core::find_trial_metric("decode_tok_per_s"), speed * (plan.trial == "t3" ? 2 : 1) * (1 + 0.001 * block)});
      log.records.emplace_back(sample);
    }
    core::TelemetryRecord telemetry;
    telemetry.trial = "t1", telemetry.block = block;
    log.records.emplace_back(telemetry);
  }
  for (const core::TrialPlan& plan : start.plan) log.records.emplace_back(core::TrialStop{plan.trial, core::StopReason::blocks_done, blocks, {}});
  log.records.emplace_back(core::SessionEnd{2000 + number, core::StopReason::blocks_done, {}, {}});
  return log;
}

std::vector<TrialSession> sessions_of(const std::vector<core::TrialRecord>& records) {
  std::string text;
  for (const core::TrialRecord& record : records) text += to_line(record);
  auto content = parse_trial_log(text);
  EXPECT_TRUE(content) << (content ? "" : content.error().message);
  return content ? std::move(content->sessions) : std::vector<TrialSession>();
}

std::vector<core::TrialRecord> merged(std::vector<PartLog> parts, std::vector<MissingPart> missing = {}) {
  auto records = merge_parts(std::move(parts), {whole_plan(), {"chimera", "bench"}, std::move(missing)});
  EXPECT_TRUE(records) << (records ? "" : records.error().message);
  return records ? std::move(*records) : std::vector<core::TrialRecord>();
}

TEST(Merge, OnePartIsWhatItWroteAndWhereThatWas) {
  PartLog only = part(1, "t2", 2, 100);
  std::vector<core::TrialRecord> expected = only.records;
  std::get<core::SessionStart>(expected.front()).command = {"chimera", "bench"};
  expected.insert(expected.end() - 1, core::SessionPart{1, 1, 2, "n1", "7_0", {}});
  const std::vector<core::TrialRecord> got = merged({only});
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) EXPECT_EQ(to_line(got[i]), to_line(expected[i]));
}

TEST(Merge, PartsOfOneKindMakeOneSessionWhoseBlocksGoOn) {
  const auto sessions = sessions_of(merged({part(2, "t3", 3, 100), part(1, "t2", 2, 100)}));
  ASSERT_EQ(sessions.size(), 1U);
  const TrialSession& session = sessions[0];
  EXPECT_EQ(session.start.plan.size(), 4U);
  ASSERT_EQ(session.parts.size(), 2U);
  EXPECT_EQ(session.parts[0].last_block, 2U);
  EXPECT_EQ(session.parts[1].first_block, 3U);
  EXPECT_EQ(session.parts[1].last_block, 5U);
  EXPECT_EQ(session.parts[1].remarks, std::vector<std::string>{"remark of n2"});
  for (const core::Sample& sample : session.samples) EXPECT_EQ(sample.block <= 2, sample.trial != "t3" && (sample.load <= 2)) << sample.trial;
  EXPECT_EQ(session.telemetry.size(), 5U);
  EXPECT_EQ(session.telemetry.back().block, 5U);
  EXPECT_EQ(session.stops.size(), 4U);  // one for each trial
  for (const core::TrialStop& stop : session.stops)
    EXPECT_EQ(stop.blocks, stop.trial == "t1" || stop.trial == "t1-again" ? 5U : stop.trial == "t2" ? 2U : 3U);
  EXPECT_EQ(session.end->reason, core::StopReason::blocks_done);
}

TEST(Merge, ContrastsStayWithinANode) {
  // The second node is half as fast: as values t3 equals t1, within its node it is twice as fast.
  const auto sessions = sessions_of(merged({part(1, "t2", 6, 100), part(2, "t3", 6, 50)}));
  ASSERT_EQ(sessions.size(), 1U);
  const SessionSummary summary = summarise(sessions[0]);
  for (const Contrast& contrast : summary.contrasts) EXPECT_NEAR(contrast.ratio, contrast.trial == "t3" ? 2 : 1, 1e-9) << contrast.trial;
  std::string told;
  for (const std::string& remark : summary.remarks) told += remark + "\n";
  EXPECT_NE(told.find("between parts, from n2 to n1"), std::string::npos) << told;
  EXPECT_EQ(told.find("not steady"), std::string::npos) << told;  // each node was
}

TEST(Merge, UnlikeMachinesMakeSessionsOfTheirOwnWhoseConfigurationsNameThem) {
  const auto sessions = sessions_of(merged({part(1, "t2", 2, 100, 4), part(2, "t3", 2, 100, 8)}));
  ASSERT_EQ(sessions.size(), 2U);
  EXPECT_NE(core::fingerprint(sessions[0].start.machine), core::fingerprint(sessions[1].start.machine));
  for (const TrialSession& session : sessions) {
    EXPECT_EQ(session.start.plan.size(), 3U);
    for (const core::Sample& sample : session.samples) EXPECT_EQ(sample.config.get("machine").value_or(""), core::fingerprint(session.start.machine));
  }
}

TEST(Merge, AMissingPartIsNamedAndTheSessionIsNotCalledComplete) {
  const auto sessions = sessions_of(merged({part(1, "t2", 2, 100)}, {{2, {"t1", "t3", "t1-again"}, "killed"}}));
  ASSERT_EQ(sessions.size(), 1U);
  EXPECT_EQ(sessions[0].end->reason, core::StopReason::interrupted);
  EXPECT_NE(sessions[0].end->remarks.at(0).find("part 2 is missing (t1, t3, t1-again): killed"), std::string::npos);
  EXPECT_EQ(sessions[0].start.plan.size(), 4U);
}

TEST(Merge, PartsOfOtherRulesOrModelsAreRefused) {
  PartLog other = part(2, "t3", 2, 100);
  std::get<core::SessionStart>(other.records.front()).model.digest = "ff";
  const auto records = merge_parts({part(1, "t2", 2, 100), other}, {whole_plan(), {}, {}});
  ASSERT_FALSE(records);
  EXPECT_NE(records.error().message.find("part 2"), std::string::npos);
  EXPECT_FALSE(merge_parts({PartLog{1, {}, "", ""}}, {whole_plan(), {}, {}}));
}

TEST(Merge, AnAttemptThatBrokeOffKeepsItsWholeBlocks) {
  std::vector<core::TrialRecord> records = part(1, "t2", 3, 100).records;
  records.resize(1 + 4 * 2 + 1);  // two blocks, and one sample of the third
  const std::vector<core::TrialRecord> kept = whole_blocks(records);
  EXPECT_EQ(kept.size(), 1U + 4 * 2);
  EXPECT_EQ(whole_blocks({records.front()}).size(), 1U);
}

}  // namespace
}  // namespace chimera::measure
