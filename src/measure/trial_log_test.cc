#include "measure/trial_log.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "base/files.h"

namespace chimera::measure {
namespace {

core::SessionStart session() {
  core::SessionStart start;
  start.id = "0011aabb";
  start.program = "chimera 0.1.0";
  start.command = {"chimera", "bench"};
  start.started = 1'764'284'400'000'000'000;
  start.machine.cpu = "A CPU";
  start.machine.cores = 2;
  start.machine.gpus.push_back({"A GPU", "uuid", 1'000'000, 80.5, 9, 0});
  start.machine.absent.push_back({"nvml", "no library"});
  start.engine = {"replay", "1", "a file", {"CPU"}};
  start.model.name = "m";
  start.model.parameters = 268'000'000;
  start.protocol = core::Protocol{7, 3, 6, 30, 3, 10, 0.02, 0.01, true, true};
  core::TrialPlan plan{"t1", core::TrialRole::baseline, {}};
  plan.config.set("threads", "1");
  start.plan.push_back(plan);
  return start;
}

core::Sample sample() {
  core::Sample sample;
  sample.trial = "t1";
  sample.block = 2;
  sample.position = 1;
  sample.load = 3;
  sample.repetition = 1;
  sample.phase = core::Phase::warmup;
  sample.started = 5;
  sample.config.set("threads", "1");
  sample.config.set("kv_type", "q8_0");
  sample.times.first_text = 12'345'678;
  sample.times.gaps = {1'000'000, 2'000'000};
  sample.counts.output_tokens = 3;
  sample.metrics.push_back({core::find_trial_metric("ttft_s"), 0.012345678});
  sample.metrics.push_back({core::find_trial_metric("decode_tok_per_s"), 2.0 / 0.003});
  sample.validity = core::Validity::doubtful;
  sample.remarks = {"the machine was busy"};
  sample.failure = core::SampleFailure{"refused", "no \"more\"\n"};
  return sample;
}

core::TelemetryRecord telemetry() {
  core::TelemetryRecord record;
  record.trial = "t1";
  record.block = 2;
  record.started = 9;
  record.telemetry.started = 100;
  record.telemetry.ended = 400;
  record.telemetry.interval = 100;
  record.telemetry.series.push_back({"cpu_utilization", "%", "system", {100, 200}, {12.5, 99}});
  record.telemetry.events.push_back({200, "gpu0", "went away"});
  record.telemetry.lag.add(5'000);
  return record;
}

std::vector<core::TrialRecord> all_records() {
  return {session(), sample(), telemetry(), core::SessionResumed{11, "ff", {"after 3 s"}}, core::TrialStop{"t1", core::StopReason::most_blocks, 30, {"±1.2 %"}}, core::SessionPart{2, 7, 12, "n3", "12_1", {"busy"}},
          core::SessionEnd{12, core::StopReason::blocks_done, {"server.log"}, {}}};
}

std::string all_lines() {
  std::string text;
  for (const core::TrialRecord& record : all_records()) text += to_line(record);
  return text;
}

class TrialLogFile : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("chimera_trial_log_" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
    path_ = (folder_ / "log.jsonl").string();
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  [[nodiscard]] std::string bytes() const { return base::RealFileSystem().read(path_).value_or(""); }
  void write(const std::string& text) const { std::ofstream(path_, std::ios::binary) << text; }

  std::filesystem::path folder_;
  std::string path_;
};

TEST(TrialJson, WhatIsWrittenIsReadBackTheSame) {
  const auto content = parse_trial_log(all_lines());
  ASSERT_TRUE(content) << content.error().message;
  ASSERT_EQ(content->sessions.size(), 1U);
  const TrialSession& read = content->sessions[0];
  std::string again = to_line(read.start) + to_line(read.samples.at(0)) + to_line(read.telemetry.at(0)) + to_line(read.resumed.at(0)) + to_line(read.stops.at(0)) + to_line(read.parts.at(0)) + to_line(*read.end);
  EXPECT_EQ(again, all_lines());
  EXPECT_EQ(content->good_bytes, all_lines().size());
  EXPECT_TRUE(content->notes.empty());
}

TEST(TrialJson, QuotientsHaveNineDigits) {
  EXPECT_NE(to_line(sample()).find("\"decode_tok_per_s\":666.666667"), std::string::npos) << to_line(sample());
}

TEST(TrialJson, AnyCutLosesAtMostTheLineThatItBreaks) {
  const std::string whole = all_lines();
  for (std::size_t cut = 0; cut < whole.size(); ++cut) {
    const auto content = parse_trial_log(std::string_view(whole).substr(0, cut));
    ASSERT_TRUE(content) << "cut at " << cut << ": " << content.error().message;
    const std::size_t line_end = cut == 0 ? std::string::npos : whole.rfind('\n', cut - 1);
    EXPECT_EQ(content->good_bytes, line_end == std::string::npos ? 0 : line_end + 1) << "cut at " << cut;
  }
}

TEST(TrialJson, ABrokenLineInTheMiddleIsAnError) {
  std::string text = all_lines();
  text.insert(text.find('\n') + 1, "{\"schema\":\n");
  const auto content = parse_trial_log(text);
  ASSERT_FALSE(content);
  EXPECT_NE(content.error().message.find("line 2"), std::string::npos);
}

TEST(TrialJson, RecordsOfAnotherVersionAreRefusedAndUnknownKindsPassedOver) {
  std::string other = all_lines();
  other.replace(other.find("chimera-trial/1"), 15, "chimera-trial/9");
  EXPECT_FALSE(parse_trial_log(other));
  const auto content = parse_trial_log(to_line(session()) + "{\"schema\":\"chimera-trial/1\",\"record\":\"weather\"}\n");
  ASSERT_TRUE(content);
  EXPECT_EQ(content->notes.size(), 1U);
  EXPECT_FALSE(parse_trial_log("{\"schema\":\"chimera-trial/1\",\"record\":\"stop\",\"trial\":\"t1\",\"reason\":\"bored\",\"blocks\":1}\n{}\n"));
}

TEST_F(TrialLogFile, GoesOnAfterALineThatWasBrokenOff) {
  const std::string first = to_line(session());
  for (const std::size_t cut : {std::size_t{7}, std::size_t{40}, first.size() - 1, first.size() + 9}) {
    write((first + to_line(sample())).substr(0, cut));
    auto log = TrialLog::open(path_, LogMode::resume);
    ASSERT_TRUE(log) << log.error().message;
    const std::string kept = cut >= first.size() ? first : "";
    EXPECT_EQ(bytes(), kept);
    ASSERT_TRUE(log->append(session()));
    EXPECT_EQ(bytes(), kept + first);
  }
}

TEST_F(TrialLogFile, TwoSessionsDoNotShareALog) {
  const auto one = TrialLog::open(path_, LogMode::create);
  ASSERT_TRUE(one);
  const auto two = TrialLog::open(path_, LogMode::resume);
  ASSERT_FALSE(two);
  EXPECT_NE(two.error().message.find("another session"), std::string::npos);
}

TEST_F(TrialLogFile, ALogThatIsThereIsNotOverwritten) {
  write(to_line(session()));
  EXPECT_EQ(TrialLog::open(path_, LogMode::create).error().kind, base::ErrorKind::usage);
  EXPECT_EQ(bytes(), to_line(session()));
  write("model,tok/s\n");
  EXPECT_EQ(TrialLog::open(path_, LogMode::resume).error().kind, base::ErrorKind::input);
  EXPECT_EQ(bytes(), "model,tok/s\n");
}

// A limit of the file's size stands in for a disk without space.
TEST_F(TrialLogFile, ALineThatDoesNotFitIsTakenBack) {
  auto log = TrialLog::open(path_, LogMode::create);
  ASSERT_TRUE(log && log->append(session()));
  const std::string before = bytes();
  rlimit old{};
  getrlimit(RLIMIT_FSIZE, &old);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{before.size() + 20, old.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  const auto appended = log->append(sample());
  setrlimit(RLIMIT_FSIZE, &old);
  std::signal(SIGXFSZ, handler);
  ASSERT_FALSE(appended);
  EXPECT_EQ(appended.error().kind, base::ErrorKind::engine);
  EXPECT_EQ(bytes(), before);
  EXPECT_TRUE(log->append(sample()));
}

}  // namespace
}  // namespace chimera::measure
