#include "analysis/dates.h"

#include <gtest/gtest.h>

namespace chimera::analysis {
namespace {

TEST(Dates, FindsIsoDatesAndThoseOfFileNames) {
  EXPECT_EQ(find_date("2025-10-02T21:08:57.89+00:00"), "2025-10-02");
  EXPECT_EQ(find_date("runs/20251002-151204/summary.json"), "2025-10-02");
  EXPECT_EQ(find_date("Test window: 2025-10-08 (local)"), "2025-10-08");
}

TEST(Dates, TakesNoOtherNumbersForDates) {
  EXPECT_EQ(find_date("build 20259902"), std::nullopt);
  EXPECT_EQ(find_date("id 2025100212345"), std::nullopt);
  EXPECT_EQ(find_date("2025-13-01"), std::nullopt);
  EXPECT_EQ(find_date("version 2.8.0"), std::nullopt);
  EXPECT_EQ(find_date(""), std::nullopt);
}

TEST(Dates, ReadsEpochNumbersOfEveryScale) {
  EXPECT_EQ(date_of_epoch(1759098967.227901), "2025-09-28");
  EXPECT_EQ(date_of_epoch(1759098967227.0), "2025-09-28");
  EXPECT_EQ(date_of_epoch(1759098967227901000.0), "2025-09-28");
  EXPECT_EQ(date_of_epoch(15.5), std::nullopt);
}

}  // namespace
}  // namespace chimera::analysis
