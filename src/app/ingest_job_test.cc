#include "app/ingest_job.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace chimera::app {
namespace {

TEST(IngestJob, FilesAreDealtByTheirSizes) {
  std::vector<ingest::UnreadFile> files;
  for (std::uint64_t size : {100, 1, 90, 2, 80, 3, 70, 0, 0}) files.push_back({0, "f" + std::to_string(files.size()), size});
  const auto lists = deal_by_size(files, 4);
  ASSERT_EQ(lists.size(), 4U);
  std::size_t count = 0;
  for (const auto& list : lists) {
    std::uint64_t bytes = 0;
    for (const ingest::UnreadFile& file : list) bytes += file.size;
    EXPECT_GE(bytes, 70U);
    EXPECT_LE(bytes, 100U);
    EXPECT_TRUE(std::is_sorted(list.begin(), list.end(), [](const ingest::UnreadFile& a, const ingest::UnreadFile& b) { return a.path < b.path; }));
    count += list.size();
  }
  EXPECT_EQ(count, files.size());
  EXPECT_EQ(deal_by_size(files, 100).size(), files.size());
  EXPECT_TRUE(deal_by_size({}, 3).empty());
}

}  // namespace
}  // namespace chimera::app
