#include "analysis/related.h"

#include <gtest/gtest.h>

namespace chimera::analysis {
namespace {

using Paths = std::vector<std::string>;

core::DocumentId add(core::Corpus& corpus, const std::string& path, const std::string& text, core::Format format) {
  core::Document document;
  document.artifact.path = path;
  document.artifact.format = document.artifact.declared = format;
  document.artifact.digest = base::sha256(text);
  document.text = text;
  document.lines = {0};
  return corpus.add(std::move(document), {}, {});
}

TEST(Related, FindsPathsInProse) {
  EXPECT_EQ(paths_written_in("see `reports/a_b.csv` and data\\x-1.json."), (Paths{"reports/a_b.csv", "data/x-1.json"}));
  EXPECT_EQ(paths_written_in("`run_1.{json,md}`"), (Paths{"run_1.json", "run_1.md"}));
  EXPECT_TRUE(paths_written_in("a .json file, ends with csv, 3.14").empty());
}

TEST(Related, TakesSummaryAndRowsForOneFamily) {
  EXPECT_EQ(family_of("x/suite_summary.json"), family_of("x/suite_runs.csv"));
  EXPECT_EQ(family_of("x/sweep_summary.csv"), family_of("x/sweep.csv"));
  EXPECT_NE(family_of("x/sweep.csv"), family_of("y/sweep.csv"));
  EXPECT_EQ(family_of("summary.csv"), "summary");
}

TEST(Related, PrefersTheFolderThatIsWritten) {
  core::Corpus corpus;
  add(corpus, "a/1/runs.csv", "one", core::Format::csv);
  const auto second = add(corpus, "a/2/runs.csv", "two", core::Format::csv);
  const auto full = add(corpus, "a/notes.md", "from `a/2/runs.csv`", core::Format::markdown);
  const auto bare = add(corpus, "a/other.md", "from `runs.csv`", core::Format::markdown);
  const Relatives relatives(corpus);
  ASSERT_EQ(relatives.of(full).size(), 1U);
  EXPECT_EQ(relatives.of(full)[0].document, second);
  EXPECT_TRUE(relatives.of(bare).empty());  // two files of that name: no guess
}

TEST(Related, CountsCopiesAsTheFirst) {
  core::Corpus corpus;
  const auto first = add(corpus, "a/t.csv", "same", core::Format::csv);
  const auto copy = add(corpus, "b/t.csv", "same", core::Format::csv);
  const auto notes = add(corpus, "c.md", "see t.csv", core::Format::markdown);
  const Relatives relatives(corpus);
  EXPECT_EQ(relatives.original(copy), first);
  ASSERT_EQ(relatives.of(notes).size(), 1U);
  EXPECT_EQ(relatives.of(notes)[0].document, first);
}

}  // namespace
}  // namespace chimera::analysis
