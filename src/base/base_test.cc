#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>

#include "base/clock.h"
#include "base/files.h"
#include "base/parallel.h"
#include "base/result.h"
#include "base/sha256.h"
#include "base/short_text.h"

namespace chimera::base {
namespace {

namespace fs = std::filesystem;

TEST(Texts, AreEqualWhereEveryByteIs) {
  for (std::size_t size = 0; size <= 40; ++size) {
    const std::string text(size, 'a');
    EXPECT_TRUE(are_equal(text, std::string(size, 'a'))) << size;
    EXPECT_FALSE(are_equal(text, text + 'a')) << size;
    for (std::size_t at = 0; at < size; ++at) {
      std::string other = text;
      other[at] = 'b';
      EXPECT_FALSE(are_equal(text, other)) << at << " of " << size;
    }
  }
}

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (fs::temp_directory_path() / "chimera-test-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~TemporaryFolder() { fs::remove_all(path_); }
  [[nodiscard]] std::string at(const std::string& name) const { return (path_ / name).string(); }
  [[nodiscard]] std::string root() const { return path_.string(); }
  void write(const std::string& name, const std::string& bytes) const {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << bytes;
  }

 private:
  fs::path path_;
};

TEST(Digests, AgreeWithThePublishedVector) {
  // FIPS 180-2, appendix B.1.
  EXPECT_EQ(to_hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Clocks, FormatUtc) {
  EXPECT_EQ(format_utc(1'759'098'967'500'000'000), "2025-09-28 22:36:07 UTC");
  EXPECT_EQ(format_date(0), "1970-01-01");
  EXPECT_EQ(format_utc(-1), "1969-12-31 23:59:59 UTC");
}

Result<int> half(int n) {
  if (n % 2 != 0) return fail(ErrorKind::input, "odd");
  return n / 2;
}

Result<int> quarter(int n) {
  TRY(const int once, half(n));
  TRY(const int twice, half(once));
  return twice;
}

TEST(Results, PassErrorsUp) {
  EXPECT_EQ(*quarter(8), 2);
  EXPECT_EQ(quarter(6).error().message, "odd");
}

TEST(Walking, FindsFilesSortedByPath) {
  const TemporaryFolder folder;
  folder.write("b.json", "{}");
  folder.write("a/z.csv", "x");
  folder.write(".git/config", "not an artifact");
  const auto listing = RealFileSystem().walk(folder.root());
  ASSERT_TRUE(listing.has_value());
  ASSERT_EQ(listing->files.size(), 2U);
  EXPECT_EQ(listing->files[0].path, "a/z.csv");
  EXPECT_EQ(listing->files[1].path, "b.json");
  EXPECT_EQ(listing->files[0].size, 1U);
}

TEST(Walking, EndsInACircleOfLinksAndSaysSo) {
  const TemporaryFolder folder;
  folder.write("a/x.csv", "x");
  fs::create_directory_symlink(folder.root(), folder.at("a/up"));
  fs::create_symlink(folder.at("self"), folder.at("self"));
  const auto listing = RealFileSystem().walk(folder.root());
  ASSERT_TRUE(listing.has_value());
  EXPECT_EQ(listing->files.size(), 1U);
  ASSERT_EQ(listing->problems.size(), 2U);
  EXPECT_EQ(listing->problems[0].kind, WalkProblem::Kind::symlink_loop);
  EXPECT_EQ(listing->problems[1].kind, WalkProblem::Kind::symlink_loop);
}

TEST(Walking, DoesNotFollowLinksOutOfTheFolder) {
  const TemporaryFolder outside;
  outside.write("secret.csv", "x");
  const TemporaryFolder folder;
  folder.write("x.csv", "x");
  fs::create_symlink(outside.at("secret.csv"), folder.at("link.csv"));
  const auto listing = RealFileSystem().walk(folder.root());
  ASSERT_TRUE(listing.has_value());
  EXPECT_EQ(listing->files.size(), 1U);
  ASSERT_EQ(listing->problems.size(), 1U);
  EXPECT_EQ(listing->problems[0].kind, WalkProblem::Kind::outside_root);
}

TEST(Walking, OfAMissingFolderIsAnInputErrorWithAHint) {
  const auto listing = RealFileSystem().walk("/no/such/folder");
  ASSERT_FALSE(listing.has_value());
  EXPECT_EQ(listing.error().kind, ErrorKind::input);
  EXPECT_FALSE(listing.error().hint.empty());
}

TEST(Reading, GivesAllBytes) {
  const TemporaryFolder folder;
  const std::string bytes = std::string("a\0b", 3) + std::string(100000, 'x');
  folder.write("x.bin", bytes);
  EXPECT_EQ(*RealFileSystem().read(folder.at("x.bin")), bytes);
  folder.write("empty", "");
  EXPECT_EQ(*RealFileSystem().read(folder.at("empty")), "");
  EXPECT_FALSE(RealFileSystem().read(folder.root()).has_value());
}

TEST(Writing, ReplacesInOneStepAndLeavesNothingBeside) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_file(folder.at("new/deep/x.txt"), "one").has_value());
  ASSERT_TRUE(write_file(folder.at("new/deep/x.txt"), "two").has_value());
  EXPECT_EQ(*RealFileSystem().read(folder.at("new/deep/x.txt")), "two");
  EXPECT_EQ(RealFileSystem().walk(folder.root())->files.size(), 1U);
}

TEST(Writing, SaysWhichFileFailedAndCleansUp) {
  const TemporaryFolder folder;
  // A folder in the place of the target makes the last step fail; the draft must not stay behind.
  folder.write("x.txt/inside", "");
  const auto written = write_file(folder.at("x.txt"), "bytes");
  ASSERT_FALSE(written.has_value());
  EXPECT_NE(written.error().message.find("x.txt"), std::string::npos);
  EXPECT_EQ(RealFileSystem().walk(folder.root())->files.size(), 1U);
}

TEST(FakeFiles, ChangeBetweenTwoReads) {
  FakeFileSystem files;
  files.add("dir/a.json", "{}", 5);
  files.change_after_read("dir/a.json", "{\"x\":1}", 6);
  EXPECT_EQ(*files.read("dir/a.json"), "{}");
  EXPECT_EQ(files.stat("dir/a.json")->modified, 6);
  EXPECT_EQ(*files.read("dir/a.json"), "{\"x\":1}");
}

TEST(ParallelWork, DoesEveryItemOnce) {
  std::vector<std::atomic<int>> counts(1000);
  for_each_index(counts.size(), 4, [&](std::size_t i) { ++counts[i]; });
  for (const auto& count : counts) EXPECT_EQ(count.load(), 1);
  for_each_index(0, 4, [](std::size_t) { FAIL(); });
}

}  // namespace
}  // namespace chimera::base
