#include "cluster/slurm_output.h"

#include <gtest/gtest.h>

#include <random>

namespace chimera::cluster {
namespace {

using Indices = std::vector<std::uint32_t>;

TEST(SlurmOutput, ReadsTasksOfTheQueue) {
  const auto tasks = parse_queue("12_0|chimera-ab.0|RUNNING|0|1|n2|None|\n12_1|chimera-ab.0|PENDING|0|0||Resources|\n12_2|chimera-ab.0|FAILED|1792|0|n1|NonZeroExitCode|\n");
  ASSERT_TRUE(tasks) << tasks.error().message;
  ASSERT_EQ(tasks->size(), 3U);
  EXPECT_EQ((*tasks)[0].state, SlurmState::running);
  EXPECT_EQ((*tasks)[0].restarts, 1U);
  EXPECT_EQ((*tasks)[0].reason, "");
  EXPECT_EQ((*tasks)[1].state, SlurmState::pending);
  EXPECT_EQ((*tasks)[1].node, "");
  EXPECT_EQ((*tasks)[2].index, 2U);
  EXPECT_EQ((*tasks)[2].exit_code, 7);
  EXPECT_EQ((*tasks)[2].signal, 0);
}

TEST(SlurmOutput, ReadsExitCodesAsWaitStatusAndAsPairs) {
  const auto tasks = parse_queue("3_0|x|FAILED|9|0|n1|JobLaunchFailure|\n3_1|x|FAILED|0:9|0|n1|x|\n3_2|x|FAILED|7:0|0|n1|x|");
  ASSERT_TRUE(tasks);
  EXPECT_EQ((*tasks)[0].signal, 9);
  EXPECT_EQ((*tasks)[1].signal, 9);
  EXPECT_EQ((*tasks)[2].exit_code, 7);
}

TEST(SlurmOutput, TakesPendingTasksOfAnArrayApart) {
  const auto tasks = parse_accounts("7_[4-6,9%2]|n.0|CANCELLED by 1000|0:0|None assigned\n7_3|n.0|COMPLETED|0:0|n1\n");
  ASSERT_TRUE(tasks) << tasks.error().message;
  ASSERT_EQ(tasks->size(), 5U);
  EXPECT_EQ((*tasks)[3].index, 9U);
  EXPECT_EQ((*tasks)[3].state, SlurmState::cancelled);
  EXPECT_EQ((*tasks)[4].state, SlurmState::completed);
}

TEST(SlurmOutput, WhatHasAnotherFormIsAnErrorThatShowsTheLine) {
  for (const char* line : {"12_0|name|RUNNING|0|1|n2", "x_0|n|RUNNING|0|0|n|r|", "12_|n|RUNNING|0|0|n|r|", "0_1|n|RUNNING|0|0|n|r|", "12_0|n|RUNNING|-|0|n|r|", "12_0|n|RUNNING|0|many|n|r|",
                           "12_[0-99999999]|n|PENDING|0|0||r|", "12_[5-2]|n|PENDING|0|0||r|", "slurm_load_jobs error: Invalid job id specified", "12_0|a|b|RUNNING|0|0|n|r|"}) {
    const auto tasks = parse_queue(line);
    ASSERT_FALSE(tasks) << line;
    EXPECT_EQ(tasks.error().kind, base::ErrorKind::engine);
    EXPECT_NE(tasks.error().message.find(std::string_view(line).substr(0, 6)), std::string::npos) << tasks.error().message;
  }
}

TEST(SlurmOutput, AnUnknownStateIsNotTakenForAnEnd) {
  const auto tasks = parse_queue("1_0|n|LEVITATING|0|0|n1|None|");
  ASSERT_TRUE(tasks);
  EXPECT_EQ((*tasks)[0].state, SlurmState::other);
  EXPECT_FALSE(is_over((*tasks)[0].state));
  EXPECT_EQ((*tasks)[0].written, "LEVITATING");
}

TEST(SlurmOutput, BytesOfAnyKindAreReadOrRefused) {
  std::mt19937 draw(7);
  const std::string letters = "0123456789_|[]-,%:\n RUNIGPED\0\xff(null)";
  for (int round = 0; round < 20000; ++round) {
    std::string text = round % 2 == 0 ? "12_0|n|RUNNING|0|1|n2|None|" : "";
    for (std::size_t i = draw() % 40; i > 0; --i) text.insert(text.begin() + static_cast<std::ptrdiff_t>(draw() % (text.size() + 1)), letters[draw() % letters.size()]);
    const auto tasks = parse_queue(text);
    EXPECT_LE(tasks ? tasks->size() : 0, 1'000'000U);
    static_cast<void>(parse_accounts(text));
    static_cast<void>(parse_nodes(text));
    static_cast<void>(parse_job_id(text));
    static_cast<void>(parse_index_list(text));
    static_cast<void>(complaint(text));
  }
}

TEST(SlurmOutput, AJobsNumberIsThatOfTheLastLine) {
  EXPECT_EQ(parse_job_id("12\n").value_or(0), 12U);
  EXPECT_EQ(parse_job_id("12;east\n").value_or(0), 12U);
  EXPECT_EQ(parse_job_id("welcome to our cluster\n4711\n").value_or(0), 4711U);
  EXPECT_FALSE(parse_job_id(""));
  EXPECT_FALSE(parse_job_id("0"));
  EXPECT_FALSE(parse_job_id("Submitted batch job 12"));
}

TEST(SlurmOutput, ListsOfIndicesGoThereAndBack) {
  EXPECT_EQ(index_list({0, 1, 2, 5, 7, 8}), "0-2,5,7-8");
  EXPECT_EQ(index_list({}), "");
  EXPECT_EQ(parse_index_list("0-2,5,7-8%3").value_or(Indices{}), (Indices{0, 1, 2, 5, 7, 8}));
  EXPECT_EQ(parse_index_list("0-6:3").value_or(Indices{}), (Indices{0, 3, 6}));
  EXPECT_FALSE(parse_index_list(""));
  EXPECT_FALSE(parse_index_list("1-4294967295"));
}

TEST(SlurmOutput, NodesThatDoNotAnswerAreNotUsable) {
  const auto nodes = parse_nodes("n1|idle|main|2|2048|gpu:2|\nn2|down*|main|2|2048|(null)|\nn3|mixed|main|64|512000|(null)|\nn4|drained|main|2|1|(null)|\nn5|idle*|main|2|1|(null)|");
  ASSERT_TRUE(nodes) << nodes.error().message;
  EXPECT_TRUE((*nodes)[0].usable());
  EXPECT_EQ((*nodes)[0].gres, "gpu:2");
  EXPECT_FALSE((*nodes)[1].usable());
  EXPECT_TRUE((*nodes)[2].usable());
  EXPECT_FALSE((*nodes)[3].usable());
  EXPECT_FALSE((*nodes)[4].usable());
}

TEST(SlurmOutput, ConfigurationIsFoundByItsWholeKey) {
  constexpr std::string_view kText = "Configuration data as of 2026\nMaxArraySize            = 1001\nMaxArraySizeOld = 7\nAccountingStorageType   = accounting_storage/none\n";
  EXPECT_EQ(config_value(kText, "MaxArraySize").value_or(""), "1001");
  EXPECT_FALSE(config_value(kText, "Array"));
}

TEST(SlurmOutput, ComplaintsLoseTheProgramsNames) {
  EXPECT_EQ(complaint("sbatch: error: invalid partition specified: nope\nsbatch: error: Batch job submission failed: Invalid partition name specified\n"),
            "invalid partition specified: nope; Batch job submission failed: Invalid partition name specified");
  EXPECT_TRUE(says_unreachable("sbatch: error: Batch job submission failed: Unable to contact slurm controller (connect failure)"));
  EXPECT_TRUE(says_unreachable("sbatch: error: Batch job submission failed: Connection reset by peer"));
  EXPECT_FALSE(says_unreachable("sbatch: error: invalid partition specified: nope"));
}

}  // namespace
}  // namespace chimera::cluster
