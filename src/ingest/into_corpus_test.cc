#include "ingest/into_corpus.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace chimera::ingest {
namespace {

const facts::Interpreter& interpreter() {
  static const facts::Interpreter instance = std::move(*facts::Interpreter::create());
  return instance;
}

base::Result<Ingested> ingest_all(const base::FileSystem& files, std::vector<std::string> roots, unsigned workers = 2) {
  Options options;
  options.roots = std::move(roots);
  options.workers = workers;
  return into_corpus(options, files, interpreter());
}

bool has(const core::Diagnostics& diagnostics, core::DiagnosticCode code, const std::string& path) {
  return std::any_of(diagnostics.entries().begin(), diagnostics.entries().end(), [&](const core::Diagnostic& d) { return d.code == code && d.path == path; });
}

TEST(Ingest, SaysThatAFileChangedWhileItWasReadAndReadsTheRest) {
  base::FakeFileSystem files;
  files.add("in/a.csv", "x,tokens_s\n1,2.5\n", 10);
  files.change_after_read("in/a.csv", "x,tokens_s\n", 11);
  files.add("in/b.csv", "x,tokens_s\n1,3.5\n", 10);
  const auto out = ingest_all(files, {"in"});
  ASSERT_TRUE(out.has_value());
  EXPECT_TRUE(has(out->corpus.diagnostics, core::DiagnosticCode::file_changed_while_read, "a.csv"));
  EXPECT_FALSE(has(out->corpus.diagnostics, core::DiagnosticCode::file_changed_while_read, "b.csv"));
  EXPECT_EQ(out->readable, 2U);
}

TEST(Ingest, SaysThatAFileCouldNotBeReadAndReadsTheRest) {
  base::FakeFileSystem files;
  files.add("in/a.json", "{\"tokens_per_second\": 5.5}");
  files.add("in/b.json", "");
  files.make_unreadable("in/b.json", "Permission denied");
  const auto out = ingest_all(files, {"in"});
  ASSERT_TRUE(out.has_value());
  EXPECT_TRUE(has(out->corpus.diagnostics, core::DiagnosticCode::file_unreadable, "b.json"));
  EXPECT_EQ(out->readable, 1U);
}

TEST(Ingest, CountsFilesOfOtherTypesAndDoesNotReadThem) {
  base::FakeFileSystem files;
  files.add("in/a.csv", "x,tokens_s\n1,2.5\n");
  files.add("in/notes.txt", "In 2024 we ran it 7 times.\nIt was fast.\n");
  files.add("in/picture.png", "\x89PNG\r\n");
  files.add("in/source.py", "tokens_per_second: 7\nlatency: 5 ms\n");
  const auto out = ingest_all(files, {"in"});
  ASSERT_TRUE(out.has_value());
  EXPECT_EQ(out->readable, 1U);
  EXPECT_TRUE(has(out->corpus.diagnostics, core::DiagnosticCode::type_not_read, "source.py"));
  EXPECT_TRUE(has(out->corpus.diagnostics, core::DiagnosticCode::type_not_read, "notes.txt"));
  EXPECT_TRUE(has(out->corpus.diagnostics, core::DiagnosticCode::type_not_read, "picture.png"));
}

TEST(Ingest, ReadsLogsAndTextsWithAnExtensionOrWithout) {
  base::FakeFileSystem files;
  files.add("in/run.log", "tokens_per_second: 7.5\n");
  files.add("in/run.log.1", "tokens_per_second: 8.5\n");
  files.add("in/summary", "tokens_per_second: 9.5\n");
  const auto out = ingest_all(files, {"in"});
  ASSERT_TRUE(out.has_value());
  EXPECT_EQ(out->readable, 3U);
  EXPECT_EQ(out->account.facts, 3U);
}

TEST(Ingest, RefusesAFileThatMemoryCannotHoldAndReadsTheRest) {
  base::FakeFileSystem files;
  files.add("in/dense.json", "[" + std::string(5000, '1') + std::string(5000, ',') + "1]");
  files.add("in/large.csv", std::string(200'000, 'x'));
  files.add("in/small.csv", "x,tokens_s\n1,2.5\n");
  Options options;
  options.roots = {"in"};
  options.memory_per_file = 100'000;
  const auto out = into_corpus(options, files, interpreter());
  ASSERT_TRUE(out.has_value());
  EXPECT_TRUE(has(out->corpus.diagnostics, core::DiagnosticCode::file_too_large, "dense.json"));
  EXPECT_TRUE(has(out->corpus.diagnostics, core::DiagnosticCode::file_too_large, "large.csv"));
  EXPECT_EQ(out->readable, 1U);
}

TEST(Ingest, ReadsByContentWhereTheNameSaysNothing) {
  base::FakeFileSystem files;
  files.add("in/result", "{\"tokens_per_second\": 5.5}");
  const auto out = ingest_all(files, {"in"});
  ASSERT_TRUE(out.has_value());
  EXPECT_EQ(out->account.facts, 1U);
}

TEST(Ingest, GivesTheSameCorpusWhateverTheNumberOfThreads) {
  base::FakeFileSystem files;
  for (int i = 0; i < 40; ++i) files.add("in/" + std::to_string(i) + ".csv", "model,tokens_s\nm" + std::to_string(i % 3) + "," + std::to_string(i) + ".5\n");
  const auto one = ingest_all(files, {"in"}, 1);
  const auto four = ingest_all(files, {"in"}, 4);
  ASSERT_TRUE(one && four);
  std::vector<core::FactId> ids;
  one->corpus.for_each({}, [&](const core::Fact& fact) { return ids.push_back(fact.id), true; });
  std::size_t at = 0;
  four->corpus.for_each({}, [&](const core::Fact& fact) { return fact.id == ids[at++]; });
  EXPECT_EQ(at, ids.size());
  EXPECT_EQ(one->corpus.configs().size(), four->corpus.configs().size());
}

TEST(Paths, OfSeveralRootsBeginWithTheRootsName) {
  const base::FakeFileSystem files;
  const RootPaths paths({"runs/old", "elsewhere/old/", "new"}, files);
  EXPECT_EQ(paths.prefix(0), "old/");
  EXPECT_EQ(paths.prefix(1), "old2/");
  EXPECT_EQ(paths.prefix(2), "new/");
  EXPECT_EQ(paths.on_disk("old2/a/b.csv"), "elsewhere/old/a/b.csv");
  const RootPaths single({"runs/old"}, files);
  EXPECT_EQ(single.on_disk("a.csv"), "runs/old/a.csv");
}

}  // namespace
}  // namespace chimera::ingest
