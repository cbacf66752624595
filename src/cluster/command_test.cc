#include "cluster/command.h"

#include <gtest/gtest.h>

namespace chimera::cluster {
namespace {

TEST(Command, WhatAProgramWritesIsKeptApart) {
  SystemRunner runner;
  const auto output = runner.run({"sh", "-c", "echo out; echo err >&2; exit 3"});
  ASSERT_TRUE(output) << output.error().message;
  EXPECT_EQ(output->out, "out\n");
  EXPECT_EQ(output->err, "err\n");
  EXPECT_EQ(output->exit_code, 3);
}

TEST(Command, ArgumentsAreNotReadByAShell) {
  SystemRunner runner;
  const auto output = runner.run({"printf", "%s|", "a b", "$HOME", "`id`", "'", ";ls"});
  ASSERT_TRUE(output);
  EXPECT_EQ(output->out, "a b|$HOME|`id`|'|;ls|");
}

TEST(Command, MuchOutputOnBothSidesDoesNotBlock) {
  SystemRunner runner;
  const auto output = runner.run({"sh", "-c", "head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2"});
  ASSERT_TRUE(output);
  EXPECT_EQ(output->out.size() + output->err.size(), 6'000'000U);
}

TEST(Command, AProgramThatDoesNotEndIsEnded) {
  SystemRunner runner(200'000'000);
  const auto output = runner.run({"sh", "-c", "sleep 30 & sleep 30"});
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().kind, base::ErrorKind::engine);
}

TEST(Command, AProgramThatIsNotThereIsAnInputError) {
  SystemRunner runner;
  const auto output = runner.run({"no-such-sbatch"});
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().kind, base::ErrorKind::input);
}

TEST(Command, TheEndBySignalIsAnExitCode) {
  SystemRunner runner;
  const auto output = runner.run({"sh", "-c", "kill -9 $$"});
  ASSERT_TRUE(output);
  EXPECT_EQ(output->exit_code, 137);
}

}  // namespace
}  // namespace chimera::cluster
