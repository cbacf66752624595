#include "analysis/inventory.h"

#include <gtest/gtest.h>

namespace chimera::analysis {
namespace {

using core::Format;

struct File {
  std::string path;
  Format declared = Format::csv;
  Format format = Format::csv;
  std::string text;
  base::Nanoseconds modified = 0;
};

core::Corpus corpus_of(const std::vector<File>& files) {
  core::Corpus corpus;
  for (const File& file : files) {
    core::Document document;
    document.artifact.path = file.path;
    document.artifact.declared = file.declared;
    document.artifact.format = file.format;
    document.artifact.size = file.text.size();
    document.artifact.modified = file.modified;
    document.artifact.digest = base::sha256(file.text);
    document.text = file.text;
    document.lines = {0};
    corpus.add(std::move(document), {}, {});
  }
  return corpus;
}

constexpr base::Nanoseconds kDay = 86400LL * 1'000'000'000;

TEST(Inventory, CountsByTheTypeThatNamesDeclare) {
  const core::Corpus corpus = corpus_of({{"a.csv", Format::csv, Format::csv, "x\n1\n"},
                                         {"b.json", Format::json, Format::json, "{}"},
                                         {"c.md", Format::markdown, Format::markdown, "# t"},
                                         {"d.csv", Format::csv, Format::text, "error"},
                                         {"e.txt", Format::text, Format::text, "log"}});
  const Inventory inventory = take_inventory(corpus);
  EXPECT_EQ(inventory.files, 4U);
  EXPECT_EQ(inventory.bytes, 14U);
  ASSERT_EQ(inventory.types.size(), 3U);
  EXPECT_EQ(inventory.types[0].type, Format::json);
  EXPECT_EQ(inventory.types[1].paths, (std::vector<std::string>{"a.csv", "d.csv"}));
  ASSERT_EQ(inventory.not_read.size(), 1U);
  EXPECT_EQ(inventory.not_read[0].paths, (std::vector<std::string>{"e.txt"}));
  EXPECT_EQ(inventory.content_differs, (std::vector<std::string>{"d.csv"}));
  EXPECT_EQ(inventory.smallest, "b.json");
  EXPECT_EQ(inventory.largest_bytes, 5U);
}

TEST(Inventory, FindsCopiesByTheirBytes) {
  const core::Corpus corpus = corpus_of({{"a/x.csv", Format::csv, Format::csv, "same"},
                                         {"b/y.csv", Format::csv, Format::csv, "same"},
                                         {"c.csv", Format::csv, Format::csv, "other"},
                                         {"d.csv", Format::csv, Format::csv, ""},
                                         {"e.csv", Format::csv, Format::csv, ""}});
  EXPECT_EQ(take_inventory(corpus).copies, (std::vector<std::vector<std::string>>{{"a/x.csv", "b/y.csv"}}));
}

TEST(Inventory, KnowsACheckoutByItsTimes) {
  const base::Nanoseconds now = 20000 * kDay;  // 2024-10-04
  std::vector<File> files = {{"run_20240101-120000.csv", Format::csv, Format::csv, "a", now},
                             {"run_20240102-120000.csv", Format::csv, Format::csv, "b", now + 1000}};
  Inventory inventory = take_inventory(corpus_of(files));
  EXPECT_TRUE(inventory.checkout_times);
  EXPECT_EQ(inventory.first_date, "2024-01-01");
  EXPECT_EQ(inventory.last_date, "2024-01-02");
  EXPECT_EQ(inventory.dated, 2U);
  files[1].modified = now + 3 * kDay;
  EXPECT_FALSE(take_inventory(corpus_of(files)).checkout_times);
}

TEST(Inventory, BelievesTimesThatFitTheDatesInside) {
  const base::Nanoseconds now = 20000 * kDay;
  const std::vector<File> files = {{"run_20241004-100000.csv", Format::csv, Format::csv, "a", now},
                                   {"run_20241004-100100.csv", Format::csv, Format::csv, "b", now}};
  EXPECT_FALSE(take_inventory(corpus_of(files)).checkout_times);
}

TEST(Inventory, OfNothingIsEmpty) {
  const Inventory inventory = take_inventory(core::Corpus());
  EXPECT_EQ(inventory.files, 0U);
  EXPECT_TRUE(inventory.types.empty());
  EXPECT_FALSE(inventory.checkout_times);
}

}  // namespace
}  // namespace chimera::analysis
