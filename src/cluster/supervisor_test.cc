#include "cluster/supervisor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "cluster/test_cluster.h"

namespace chimera::cluster {
namespace {

class Supervising : public testing::Test {
 protected:
  static SlurmLimits no_accounts() { return {}; }
  // Goes on until the job is over or `after` has done something at the n-th pause.
  base::Result<bool> see_through(Supervisor& supervisor, const std::function<void(int)>& at_pause, int most = 200) {
    std::stop_source stop;
    int pauses = 0;
    return supervisor.see_through(
        stop.get_token(),
        [&](base::Nanoseconds time) {
          clock.advance(time);
          at_pause(++pauses);
          if (pauses >= most) stop.request_stop();
        },
        [&](const JobState& state) { last = state; });
  }

  FakeSlurm fake;
  Slurm slurm{fake};
  base::FakeClock clock;
  JobState last;
};

TEST_F(Supervising, SubmitsEveryTaskOnceAndWaitsForItsResult) {
  const TemporaryJob job(3);
  Supervisor supervisor(job.folder(), slurm, no_accounts(), clock);
  const auto over = see_through(supervisor, [&](int pause) {
    if (pause == 2) {
      EXPECT_EQ(last.tally().waiting, 3U);
      fake.set(0, "RUNNING");
    }
    if (pause == 4)
      for (std::uint32_t i = 0; i < 3; ++i) job.finish(i), fake.set(i, "COMPLETED");
  });
  ASSERT_TRUE(over) << over.error().message;
  EXPECT_TRUE(*over);
  EXPECT_EQ(fake.submissions(), 1U);
  EXPECT_EQ(last.tally().done, 3U);
}

TEST_F(Supervising, AnotherProcessGoesOnWithoutSubmittingAgain) {
  const TemporaryJob job(2);
  {
    Supervisor first(job.folder(), slurm, no_accounts(), clock);
    ASSERT_FALSE(*see_through(first, [](int) {}, 1));
  }
  Supervisor second(job.folder(), slurm, no_accounts(), clock);
  const auto over = see_through(second, [&](int pause) {
    if (pause == 3) job.finish(0), job.finish(1);
  });
  ASSERT_TRUE(over && *over);
  EXPECT_EQ(fake.submissions(), 1U);
}

TEST_F(Supervising, LooksANameUpWhereTheSubmissionWasNotNoted) {
  const TemporaryJob job(2);
  {
    Supervisor first(job.folder(), slurm, no_accounts(), clock);
    ASSERT_TRUE(see_through(first, [](int) {}, 1));
  }
  std::filesystem::remove(job.folder().path() + "/submissions.jsonl");  // it died between the two
  Supervisor second(job.folder(), slurm, no_accounts(), clock);
  ASSERT_TRUE(see_through(second, [](int) {}, 1));
  EXPECT_EQ(fake.submissions(), 1U);
  EXPECT_EQ(last.tally().waiting, 2U);
}

TEST_F(Supervising, AJobWhoseAnswerWasLostIsNotSubmittedTwice) {
  const TemporaryJob job(2);
  fake.takes_without_answer = true;
  Supervisor supervisor(job.folder(), slurm, no_accounts(), clock);
  const auto over = see_through(supervisor, [&](int pause) {
    if (pause == 2) job.finish(0), job.finish(1);
  });
  ASSERT_TRUE(over) << over.error().message;
  EXPECT_TRUE(*over);
  EXPECT_EQ(fake.submissions(), 1U);
}

TEST_F(Supervising, AControllerThatForgetsAJobGetsItAgain) {
  const TemporaryJob job(2);
  Supervisor supervisor(job.folder(), slurm, no_accounts(), clock);
  const auto over = see_through(supervisor, [&](int pause) {
    if (pause == 1) fake.tasks.clear();
    if (fake.submissions() == 2 && pause > 20) job.finish(0), job.finish(1);
  });
  ASSERT_TRUE(over && *over);
  EXPECT_EQ(fake.submissions(), 2U);
}

TEST_F(Supervising, AControllerThatIsAwayIsWaitedFor) {
  const TemporaryJob job(1);
  Supervisor supervisor(job.folder(), slurm, no_accounts(), clock);
  const auto over = see_through(supervisor, [&](int pause) {
    if (pause == 1) fake.answers = false;
    if (pause == 5) {
      EXPECT_NE(last.trouble.find("does not answer"), std::string::npos) << last.trouble;
      EXPECT_EQ(last.tally().failed, 0U);
    }
    if (pause == 60) job.finish(0);  // results are seen all the same
  });
  ASSERT_TRUE(over && *over);
  EXPECT_EQ(fake.submissions(), 1U);
}

TEST_F(Supervising, ALostNodeIsNoFaultOfTheTask) {
  const TemporaryJob job(1);
  Supervisor supervisor(job.folder(), slurm, no_accounts(), clock);
  const auto over = see_through(supervisor, [&](int pause) {
    if (pause == 1) fake.set(0, "NODE_FAIL");
    if (fake.submissions() == 2) job.finish(0);
  });
  ASSERT_TRUE(over && *over);
  EXPECT_EQ(fake.submissions(), 2U);
}

TEST_F(Supervising, WhatTheClusterLosesAgainAndAgainFailsInTheEnd) {
  const TemporaryJob job(1);
  Supervisor supervisor(job.folder(), slurm, no_accounts(), clock);
  const auto over = see_through(supervisor, [&](int) { fake.set(0, "NODE_FAIL"); });
  ASSERT_TRUE(over && *over);
  EXPECT_EQ(fake.submissions(), 3U);
  EXPECT_EQ(last.tally().failed, 1U);
  EXPECT_NE(last.tasks[0].reason.find("node was lost"), std::string::npos) << last.tasks[0].reason;
}

TEST_F(Supervising, ATaskThatFailsByItselfIsNotTriedAgainUnasked) {
  const TemporaryJob job(2);
  {
    Supervisor supervisor(job.folder(), slurm, no_accounts(), clock);
    const auto over = see_through(supervisor, [&](int pause) {
      if (pause == 1) job.finish(0), fake.set(0, "COMPLETED"), job.finish(1, false), fake.set(1, "FAILED");
    });
    ASSERT_TRUE(over && *over);
    EXPECT_EQ(fake.submissions(), 1U);
    EXPECT_EQ(last.tasks[1].reason, "the engine is gone");
  }
  Supervisor again(job.folder(), slurm, no_accounts(), clock);
  again.retry_failed();
  const auto over = see_through(again, [&](int pause) {
    if (pause == 3) job.finish(1);
  });
  ASSERT_TRUE(over && *over);
  EXPECT_EQ(fake.submissions(), 2U);
  EXPECT_EQ(fake.calls.back()[0], "squeue");
  const auto resubmitted = std::find_if(fake.calls.rbegin(), fake.calls.rend(), [](const auto& call) { return call[0] == "sbatch"; });
  EXPECT_NE(std::find(resubmitted->begin(), resubmitted->end(), "--array=1"), resubmitted->end());  // that one alone
}

TEST_F(Supervising, AResultThatShowsLateIsWaitedFor) {
  const TemporaryJob job(1);
  Supervisor supervisor(job.folder(), slurm, no_accounts(), clock);
  const auto over = see_through(supervisor, [&](int pause) {
    if (pause == 1) fake.set(0, "COMPLETED");
    if (pause == 40) job.finish(0);
  });
  ASSERT_TRUE(over && *over);
  EXPECT_EQ(last.tally().done, 1U);
}

TEST_F(Supervising, ATaskThatEndsWithoutAResultFailsWithItsLastLine) {
  const TemporaryJob job(1);
  std::ofstream(job.folder().output_file(0)) << "chimera: error: no space left on device\n";
  Supervisor supervisor(job.folder(), slurm, no_accounts(), clock);
  const auto over = see_through(supervisor, [&](int pause) {
    if (pause == 1) fake.set(0, "COMPLETED");
  });
  ASSERT_TRUE(over && *over);
  EXPECT_NE(last.tasks[0].reason.find("no space left"), std::string::npos) << last.tasks[0].reason;
}

TEST_F(Supervising, TheReasonOfAnEndIsNamed) {
  SlurmTask row;
  row.node = "n7";
  const auto why = [&](SlurmState state, int signal, std::vector<std::string> lines) {
    row.state = state, row.signal = signal;
    return why_it_ended(row, lines);
  };
  EXPECT_NE(why(SlurmState::timed_out, 0, {}).find("time limit on n7"), std::string::npos);
  EXPECT_NE(why(SlurmState::out_of_memory, 0, {}).find("more memory"), std::string::npos);
  EXPECT_NE(why(SlurmState::failed, 9, {"slurmstepd: error: Exceeded job memory limit"}).find("more memory"), std::string::npos);
  EXPECT_EQ(why(SlurmState::failed, 9, {"we talk of a memory limit"}).find("more memory"), std::string::npos);
  EXPECT_NE(why(SlurmState::failed, 9, {}).find("signal 9"), std::string::npos);
  EXPECT_NE(why(SlurmState::cancelled, 0, {"slurmstepd: error: *** JOB 7 ON n7 CANCELLED AT x DUE TO TIME LIMIT ***"}).find("time limit"), std::string::npos);
  EXPECT_EQ(why(SlurmState::cancelled, 0, {}), "cancelled");
}

TEST_F(Supervising, ARefusalIsToldAndNothingIsWaitedFor) {
  const TemporaryJob job(1);
  fake.refusal = "invalid partition specified: nope";
  Supervisor supervisor(job.folder(), slurm, no_accounts(), clock);
  const auto over = see_through(supervisor, [](int) {});
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().kind, base::ErrorKind::usage);
  EXPECT_NE(over.error().message.find("nope"), std::string::npos);
}

TEST_F(Supervising, ManyTasksGoInArraysThatTheClusterAllows) {
  const TemporaryJob job(250, 100);
  Supervisor supervisor(job.folder(), slurm, no_accounts(), clock);
  ASSERT_TRUE(see_through(supervisor, [](int) {}, 1));
  EXPECT_EQ(fake.submissions(), 3U);
  EXPECT_EQ(last.tally().waiting, 250U);
  for (const SlurmTask& task : fake.tasks) EXPECT_LT(task.index, 100U);
}

TEST_F(Supervising, OptionsStandWhereSbatchReadsThem) {
  const TemporaryJob job(2);
  Submission submission = submission_of(job.folder(), 0, {0, 1});
  submission.options = {4, "gpu", "gpu:1", "10", "me", {"--constraint=a b;c"}};
  submission.output = "/a%b/{index}.out";
  ASSERT_TRUE(slurm.submit(submission));
  const std::vector<std::string>& call = fake.calls.back();
  for (const char* wanted : {"--array=0-1%4", "--partition=gpu", "--gres=gpu:1", "--time=10", "--account=me", "--constraint=a b;c", "--output=/a%%b/%a.out", "--requeue", "--open-mode=append"})
    EXPECT_NE(std::find(call.begin(), call.end(), wanted), call.end()) << wanted;
  EXPECT_EQ(call[call.size() - 2], job.folder().script());
}

TEST_F(Supervising, PassedThroughOptionsThatAreOursAreRefused) {
  for (const char* option : {"--array=0-5", "-a5", "--output=x", "--wrap=rm", "-J", "run.sh", "", "--", "--dependency=afterok:1"}) EXPECT_FALSE(check_extra({option})) << option;
  EXPECT_TRUE(check_extra({"--mem=4G", "--constraint=epyc", "--qos=long", "-x n3"}));
}

}  // namespace
}  // namespace chimera::cluster
