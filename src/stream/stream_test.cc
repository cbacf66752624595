#include "stream/stream.h"

#include <gtest/gtest.h>

#include <set>

namespace chimera::stream {
namespace {

class CountingCatalog final : public core::FactCatalog {
 public:
  std::uint32_t table(const core::TableEntry& /*entry*/) override { return 0; }
  std::uint32_t series(const core::SeriesEntry& series) override { return keys.emplace(series.key), 0; }
  std::uint32_t config(const core::RunConfig& /*config*/) override { return 0; }
  std::uint32_t base(const core::RunConfig& /*shared*/, const std::vector<std::string>& /*names*/) override { return 0; }
  std::uint32_t configs(std::vector<core::FreeConfig> /*configs*/) override { return 0; }
  void place(core::RecordPlace /*place*/) override {}
  std::set<std::string> keys;
};

std::uint64_t count_cells(core::FactSource& source) {
  const auto reader = source.reader();
  core::FactBatch batch;
  std::uint64_t cells = 0;
  while (reader->next(batch).value_or(false)) cells += batch.numbers();
  return cells;
}

TEST(Streaming, LooksAtSizeAndBeginning) {
  base::FakeFileSystem files;
  files.add("a.jsonl", "{\"a\": 1}\n{\"a\": 2}\n");
  files.add("a.json", "{\n\"a\": 1\n}\n");
  files.add("c.json", "[\n  {\"a\": 1},\n  {\"a\": 2}\n]\n");
  EXPECT_TRUE(may_stream({"a.jsonl", kStreamedFrom, 0}, "a.jsonl", files));
  EXPECT_FALSE(may_stream({"a.jsonl", kStreamedFrom - 1, 0}, "a.jsonl", files));
  EXPECT_FALSE(may_stream({"a.json", kStreamedFrom, 0}, "a.json", files));
  EXPECT_TRUE(may_stream({"c.json", kStreamedFrom, 0}, "c.json", files));
  EXPECT_FALSE(may_stream({"b.jsonl", kStreamedFrom, 0}, "b.jsonl", files));
}

TEST(Streaming, ReadsWholeWhatCannotBeStreamed) {
  base::FakeFileSystem files;
  files.add("a.jsonl", "{\"a\": 1}\n{\"a\": 2}\n");
  files.add("a.md", "| a | b |\n|--:|--:|\n| 1 | 2 |\n");
  const auto interpreter = facts::Interpreter::create();
  ASSERT_TRUE(interpreter.has_value());
  for (const std::string name : {"a.jsonl", "a.md"}) {
    CountingCatalog catalog;
    Attempt attempt;
    const auto source = open_stream({name, 18, 0}, name, files, *interpreter, catalog, attempt);
    EXPECT_EQ(count_cells(*source), 2U);
    const auto summary = source->finish();
    ASSERT_TRUE(summary.has_value());
    EXPECT_EQ(summary->artifact.path, name);
    EXPECT_EQ(summary->coverage.front().second, 2U);
  }
}

TEST(Streaming, SaysWhyAFileCannotBeRead) {
  base::FakeFileSystem files;
  files.add("a.jsonl", "{\"a\": 1}\n");
  files.make_unreadable("a.jsonl", "permission denied");
  const auto interpreter = facts::Interpreter::create();
  ASSERT_TRUE(interpreter.has_value());
  CountingCatalog catalog;
  Attempt attempt;
  const auto source = open_stream({"a.jsonl", 9, 0}, "a.jsonl", files, *interpreter, catalog, attempt);
  core::FactBatch batch;
  const auto more = source->reader()->next(batch);
  ASSERT_FALSE(more.has_value());
  EXPECT_NE(more.error().message.find("permission denied"), std::string::npos);
  EXPECT_FALSE(source->finish().has_value());
}

}  // namespace
}  // namespace chimera::stream
