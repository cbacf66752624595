#include "serve/follow.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace chimera::serve {
namespace {

class FollowerTest : public testing::Test {
 protected:
  void SetUp() override { path_ = std::filesystem::temp_directory_path() / ("follow-" + std::to_string(::testing::UnitTest::GetInstance()->random_seed()) + testing::UnitTest::GetInstance()->current_test_info()->name()); }
  void TearDown() override { std::filesystem::remove(path_); }
  void append(const std::string& bytes) { std::ofstream(path_, std::ios::binary | std::ios::app) << bytes; }
  void replace(const std::string& bytes) { std::ofstream(path_, std::ios::binary | std::ios::trunc) << bytes; }
  std::filesystem::path path_;
};

TEST_F(FollowerTest, SendsWholeLinesWithTheByteBehindThem) {
  append("one\ntw");
  Follower follower(path_.string(), 0);
  std::string events;
  EXPECT_EQ(follower.next(events), Follower::State::more);
  EXPECT_EQ(events, "id: 4\ndata: one\n\n");
  events.clear();
  EXPECT_EQ(follower.next(events), Follower::State::waiting);
  append("o\r\n\n");
  EXPECT_EQ(follower.next(events), Follower::State::more);
  EXPECT_EQ(events, "id: 9\ndata: two\n\n");
}

TEST_F(FollowerTest, GoesOnWhereItWasLeft) {
  append("one\ntwo\n");
  std::string events;
  EXPECT_EQ(Follower(path_.string(), 4).next(events), Follower::State::more);
  EXPECT_EQ(events, "id: 8\ndata: two\n\n");
}

TEST_F(FollowerTest, LetsNoLineBecomeAnEventOfItsOwn) {
  append("a\rdata: b\n");
  std::string events;
  Follower follower(path_.string(), 0);
  EXPECT_EQ(follower.next(events), Follower::State::more);
  EXPECT_EQ(events, "id: 10\ndata: a data: b\n\n");
}

TEST_F(FollowerTest, BeginsAnewWhereTheFileBecameShorter) {
  append("one\ntwo\n");
  Follower follower(path_.string(), 0);
  std::string events;
  (void)follower.next(events);
  replace("new\n");
  events.clear();
  EXPECT_EQ(follower.next(events), Follower::State::more);
  EXPECT_EQ(events, "event: restart\ndata: \n\nid: 4\ndata: new\n\n");
}

TEST_F(FollowerTest, PassesOverLinesWithoutEnd) {
  append(std::string(std::size_t{3} << 20, 'x') + "\nlast\n");
  Follower follower(path_.string(), 0);
  std::string events;
  while (follower.next(events) == Follower::State::more) {
  }
  EXPECT_LT(events.size(), 200U);
  EXPECT_NE(events.find("event: passed"), std::string::npos);
  EXPECT_NE(events.find("data: last"), std::string::npos);
}

TEST_F(FollowerTest, SaysThatAFileIsGone) {
  std::string events;
  EXPECT_EQ(Follower(path_.string(), 0).next(events), Follower::State::gone);
}

}  // namespace
}  // namespace chimera::serve
