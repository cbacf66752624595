#include "cluster/job.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <fstream>

#include "base/files.h"
#include "cluster/job_json.h"
#include "cluster/test_cluster.h"

namespace chimera::cluster {
namespace {

TEST(Job, IsReadBackAsItWasWritten) {
  const TemporaryJob job(3);
  const auto again = JobFolder::open(job.folder().path());
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(to_json(again->spec()), to_json(job.folder().spec()));
  EXPECT_EQ(again->spec().tasks[2], (std::vector<std::string>{"t1", "t4"}));
}

TEST(Job, AFolderIsNotTakenTwice) {
  const TemporaryJob job(1);
  const auto again = JobFolder::create(job.folder().path(), job.folder().spec());
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, base::ErrorKind::usage);
}

TEST(Job, FilesThatAreNoneOfItsAreErrorsThatNameThem) {
  const TemporaryJob job(2);
  const std::string path = job.folder().path() + "/tasks/1.result.json";
  for (const char* text : {"", "{", "[]", "{\"schema\":\"chimera-task/1\"}", "{\"schema\":\"chimera-task/2\",\"task\":1}", "{\"schema\":\"chimera-task/1\",\"task\":\"1\"}",
                           "{\"schema\":\"chimera-task/1\",\"task\":0,\"attempt\":\"a\",\"exit_code\":0,\"complete\":true}",
                           "{\"schema\":\"chimera-task/1\",\"task\":1,\"attempt\":\"a\",\"exit_code\":0,\"complete\":true,\"file\":\"../../secret\"}"}) {
    std::ofstream(path) << text;
    const auto result = job.folder().result(1);
    ASSERT_FALSE(result) << text;
    EXPECT_EQ(result.error().kind, base::ErrorKind::input);
    EXPECT_NE(result.error().message.find("1.result.json"), std::string::npos) << result.error().message;
  }
}

TEST(Job, ACompleteResultStaysAndAFailureGivesWay) {
  const TemporaryJob job(1);
  job.finish(0, false);
  EXPECT_FALSE((*job.folder().result(0))->complete);
  job.finish(0, true);
  EXPECT_TRUE((*job.folder().result(0))->complete);
  job.finish(0, false);
  EXPECT_TRUE((*job.folder().result(0))->complete);
}

TEST(Job, ResultsAreThoseOfItsTasksAlone) {
  const TemporaryJob job(2);
  job.finish(1);
  std::ofstream(job.folder().path() + "/tasks/7.result.json") << "{}";
  std::ofstream(job.folder().path() + "/tasks/1.result.json.n1.77.partial") << "{";
  std::ofstream(job.folder().path() + "/tasks/1x.result.json") << "{";
  const auto results = job.folder().results();
  ASSERT_TRUE(results) << results.error().message;
  ASSERT_EQ(results->size(), 1U);
  EXPECT_EQ(results->begin()->first, 1U);
}

TEST(Job, RowsOfTheQueueAreToldApartByTheirArrays) {
  const TemporaryJob job(5, 2);
  SlurmTask row;
  row.name = "chimera-0123abcd.2", row.index = 0;
  EXPECT_EQ(job.folder().task_of(row), std::optional<std::uint32_t>(4));
  row.index = 1;
  EXPECT_FALSE(job.folder().task_of(row));  // there is no sixth task
  for (const char* name : {"chimera-0123abcd.3", "chimera-0123abcd", "chimera-0123abcd.", "chimera-0123abcd.x", "other.0"}) {
    row.name = name, row.index = 0;
    EXPECT_FALSE(job.folder().task_of(row)) << name;
  }
  EXPECT_EQ(job.folder().array_names().size(), 3U);
}

TEST(Job, OneProcessAtATimeLooksAfterIt) {
  const TemporaryJob job(1);
  auto lock = job.folder().lock();
  ASSERT_TRUE(lock);
  const auto second = job.folder().lock();
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().message.find("another process"), std::string::npos);
}

TEST(Job, ASubmissionThatBreaksOffIsLeftOut) {
  const auto arrays = parse_submissions("{\"job\":3,\"group\":0,\"tasks\":[0,1],\"at_ns\":5}\nnoise\n{\"job\":4,\"gro");
  ASSERT_TRUE(arrays) << arrays.error().message;
  ASSERT_EQ(arrays->size(), 1U);
  EXPECT_EQ((*arrays)[0].job, 3U);
}

TEST(Job, LastLinesAreCleanedAndFew) {
  const TemporaryJob job(1);
  std::ofstream(job.folder().output_file(0)) << "one\n\ntwo\x1b[31m\nthree\r\nfour";
  EXPECT_EQ(job.folder().last_lines(0, 3), (std::vector<std::string>{"two?[31m", "three", "four"}));
  EXPECT_TRUE(JobFolder::open(job.folder().path())->last_lines(0, 0).empty());
}

TEST(Job, AFullDiskIsNamedAndLeavesTheOldFile) {
  const TemporaryJob job(1);
  const std::string path = job.folder().path() + "/tasks/x";
  ASSERT_TRUE(publish(path, "old"));
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  rlimit small = before;
  small.rlim_cur = 10;
  const auto ignored = std::signal(SIGXFSZ, SIG_IGN);
  ::setrlimit(RLIMIT_FSIZE, &small);
  const auto written = publish(path, std::string(100, 'x'));
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, ignored);
  ASSERT_FALSE(written);
  EXPECT_EQ(base::RealFileSystem().read(path).value_or(""), "old");
}

TEST(Job, FoldersAreNamedAfterWhatTheyMake) {
  EXPECT_EQ(job_folder_of("runs/a.jsonl"), "runs/a.job");
  EXPECT_EQ(job_folder_of("s.duckdb"), "s.job");
  EXPECT_EQ(job_folder_of("runs/a.b"), "runs/a.b.job");
}

}  // namespace
}  // namespace chimera::cluster
