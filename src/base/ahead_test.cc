#include "base/ahead.h"

#include <gtest/gtest.h>

#include <atomic>
#include <numeric>
#include <string>

namespace chimera::base {
namespace {

using Items = Ahead<std::string>;

std::vector<std::uint64_t> ones(std::size_t count) { return std::vector<std::uint64_t>(count, 1); }

// Takes all items in batches of `batch`, for every second of which it waits; returns them one behind the other.
std::string take_all(Items& items, std::size_t count, std::size_t batch) {
  std::string all;
  for (std::size_t from = 0; from < count; from += batch) {
    const std::size_t to = std::min(count, from + batch);
    if (from / batch % 2 == 0) items.await(to - 1);
    for (std::size_t i = from; i < to; ++i) all += items.at(i) + ' ';
    items.let_go(to);
  }
  return all;
}

TEST(Ahead, GivesTheSameInOrderWhateverMadeIt) {
  std::string expected;
  for (int i = 0; i < 500; ++i) expected += std::to_string(i * i) + ' ';
  for (const unsigned threads : {0U, 1U, 2U, 5U}) {
    Items items(ones(500), {threads, 16, 100}, [](std::size_t i) { return std::to_string(i * i); });
    EXPECT_EQ(take_all(items, 500, 7), expected) << threads;
  }
}

TEST(Ahead, HoldsNoMoreThanItMay) {
  std::atomic<std::uint64_t> held{0};
  std::atomic<std::uint64_t> most{0};
  std::vector<std::uint64_t> weights;
  for (std::uint64_t i = 0; i < 300; ++i) weights.push_back(i % 10 == 9 ? 40 : i % 4);  // some too heavy for company
  Items items(weights, {3, 8, 20}, [&](std::size_t i) {
    const std::uint64_t now = held += weights[i];
    for (std::uint64_t before = most; now > before && !most.compare_exchange_weak(before, now);) continue;
    return std::to_string(i);
  });
  for (std::size_t i = 0; i < weights.size(); ++i) {
    EXPECT_EQ(items.at(i), std::to_string(i));
    held -= weights[i];
    items.let_go(i + 1);
  }
  EXPECT_LE(most, 40U);
  EXPECT_GE(most, 40U);
}

TEST(Ahead, MakesNothingThatNobodyWaitsFor) {
  std::atomic<std::size_t> made{0};
  {
    Items items(ones(1000), {2, 4, 100}, [&](std::size_t) { return ++made, std::string("x"); });
    EXPECT_EQ(items.at(3), "x");  // the last that may be held; its maker is free to go on
  }
  EXPECT_EQ(made, 4U);
}

TEST(Ahead, MakesOnlyWhatIsAskedForWithoutThreads) {
  std::vector<std::size_t> made;
  Items items(ones(10), {0, 4, 100}, [&](std::size_t i) { return made.push_back(i), std::to_string(i); });
  EXPECT_EQ(items.at(1), "1");
  EXPECT_EQ(items.at(1), "1");
  items.let_go(2);
  EXPECT_EQ(items.at(5), "5");
  EXPECT_EQ(made, (std::vector<std::size_t>{1, 5}));
}

TEST(Ahead, HasNothingToDoForAnEmptyList) {
  const Items items({}, {2, 4, 100}, [](std::size_t) { return std::string(); });
}

TEST(Ahead, StopsWhereTheNextItemCanNeverCome) {
  Items items(ones(10), {0, 2, 100}, [](std::size_t) { return std::string(); });
  EXPECT_DEATH(static_cast<void>(items.at(2)), "within the limits");
}

}  // namespace
}  // namespace chimera::base
