#include "stream/source.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <random>
#include <sstream>
#include <thread>

#include "core/document_source.h"
#include "sources/account.h"
#include "sources/read.h"

namespace chimera::stream {
namespace {

namespace fs = std::filesystem;

// Remembers what it is given, as texts that two routes can be compared by.
class TextCatalog final : public core::FactCatalog {
 public:
  std::uint32_t table(const core::TableEntry& entry) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    tables_.push_back(fmt::format("{} {} {}", static_cast<int>(entry.kind), entry.name, entry.header_line));
    return static_cast<std::uint32_t>(tables_.size() - 1);
  }
  std::uint32_t series(const core::SeriesEntry& series) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    const core::ColumnMeaning& m = series.meaning;
    series_.push_back(fmt::format("{} {} {} {} {} {}", series.key, core::to_string(m.role), m.metric, m.definition, core::to_string(m.statistic), m.unit->symbol));
    return static_cast<std::uint32_t>(series_.size() - 1);
  }
  std::uint32_t config(const core::RunConfig& config) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto [entry, fresh] = index_.emplace(config.to_string(), static_cast<std::uint32_t>(configs_.size()));
    if (fresh) configs_.push_back(entry->first);
    return entry->second;
  }
  std::uint32_t base(const core::RunConfig& shared, const std::vector<std::string>& names) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    bases_.emplace_back(shared, names);
    return static_cast<std::uint32_t>(bases_.size() - 1);
  }
  std::uint32_t configs(std::vector<core::FreeConfig> configs) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    const std::size_t first = configs_.size();
    for (const core::FreeConfig& free : configs) {
      auto [config, names] = bases_[free.base];
      std::istringstream values(free.values);
      for (const std::string& name : names) {
        std::string value;
        std::getline(values, value, core::FreeConfig::kBetween);
        config.set(name, value);
      }
      configs_.push_back(config.to_string());
    }
    return static_cast<std::uint32_t>(first);
  }
  void place(core::RecordPlace place) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    places_.push_back(fmt::format("{} {} {} {}", place.row, place.pointer, place.parent_table == core::Row::kNone ? "" : tables_[place.parent_table],
                                  place.parent_row));
  }

  [[nodiscard]] std::vector<std::string> read(core::FactSource& source, unsigned readers) {
    std::vector<std::string> all;
    std::mutex mutex;
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < readers; ++i)
      threads.emplace_back([&] {
        const auto reader = source.reader();
        core::FactBatch batch;
        while (true) {
          const auto more = reader->next(batch);
          EXPECT_TRUE(more.has_value());
          if (!more || !*more) return;
          const std::lock_guard<std::mutex> lock(mutex);
          describe(batch, all);
        }
      });
    for (std::thread& thread : threads) thread.join();
    all.insert(all.end(), places_.begin(), places_.end());
    std::sort(all.begin(), all.end());
    return all;
  }

 private:
  void describe(const core::FactBatch& batch, std::vector<std::string>& all) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto add = [&](std::size_t k, std::uint64_t begin, std::uint32_t size, const std::string& what, double value, std::uint64_t line) {
      all.push_back(fmt::format("{:09} {} {} of {} = {} row {} line {} [{}] {}", begin, size, what, tables_[batch.table], value, batch.row[k], line, configs_[batch.config[k]],
                                core::to_string(batch.state[k])));
    };
    for (std::size_t k = 0; k < batch.count(); ++k) {
      if (batch.places) add(k, batch.begin[k], batch.size[k], "row", 0, batch.line[k]);
      for (std::size_t c = 0; c < batch.columns(); ++c) {
        const core::FactBatch::Column& column = batch.column(c);
        if (column.size[k] > 0) add(k, column.begin[k], column.size[k], series_[column.series], column.value[k], column.line.empty() ? batch.line[k] : column.line[k]);
      }
    }
  }

  std::mutex mutex_;
  std::vector<std::string> tables_, series_, configs_, places_;
  std::vector<std::pair<core::RunConfig, std::vector<std::string>>> bases_;
  std::map<std::string, std::uint32_t> index_;
};

const facts::Interpreter& interpreter() {
  static const auto made = facts::Interpreter::create();
  return *made;
}

struct Read {
  std::vector<std::string> facts;
  std::map<std::string, std::uint64_t> coverage;
  std::vector<std::string> diagnostics;
  core::Artifact artifact;
};

Read in_memory(const std::string& name, const std::string& bytes) {
  Read read;
  core::Diagnostics diagnostics;
  const core::Document document = sources::read_document({name, bytes.size(), 0}, bytes, diagnostics);
  const facts::Interpretation meaning = interpreter().interpret(document, diagnostics);
  TextCatalog catalog;
  core::DocumentSource source(document, meaning.tables, meaning.configs, catalog, {});
  read.facts = catalog.read(source, 1);
  const sources::Account account = sources::account(document, meaning.tables);
  for (const auto& [reason, count] : account.ignored) read.coverage[reason] = count;
  read.coverage["fact"] = account.facts;
  read.coverage["unread"] = account.unread;
  read.artifact = document.artifact;
  return read;
}

// Nothing where the file is not streamed.
std::optional<Read> streamed(const std::string& name, const std::string& bytes, const Options& options, unsigned readers) {
  base::FakeFileSystem files;
  files.add(name, bytes);
  TextCatalog catalog;
  Attempt attempt;
  auto source = Source::open({name, bytes.size(), 0}, name, files, interpreter(), catalog, attempt, options);
  EXPECT_TRUE(source.has_value());
  if (!source || *source == nullptr) return std::nullopt;
  Read read;
  read.facts = catalog.read(**source, readers);
  const auto summary = (*source)->finish();
  EXPECT_TRUE(summary.has_value());
  for (const auto& [reason, count] : summary->coverage)
    if (count > 0 || reason == "fact" || reason == "unread") read.coverage[reason] = count;
  for (const core::Diagnostic& diagnostic : summary->diagnostics.entries()) read.diagnostics.push_back(core::format(diagnostic));
  read.artifact = summary->artifact;
  return read;
}

Options small(std::size_t sample, std::size_t block) {
  Options options;
  options.sample_bytes = sample;
  options.block_bytes = block;
  return options;
}

// The first facts that only one of them has.
std::string difference(const Read& expected, const Read& found) {
  std::vector<std::string> missing;
  std::vector<std::string> extra;
  std::set_difference(expected.facts.begin(), expected.facts.end(), found.facts.begin(), found.facts.end(), std::back_inserter(missing));
  std::set_difference(found.facts.begin(), found.facts.end(), expected.facts.begin(), expected.facts.end(), std::back_inserter(extra));
  if (missing.empty() && extra.empty()) return "";
  return fmt::format("{} missing: {}\n{} extra:   {}\n", missing.size(), missing.empty() ? "" : missing[0], extra.size(), extra.empty() ? "" : extra[0]);
}

// Both routes give the same, with one reader and with two.
void expect_same(const std::string& name, const std::string& bytes, const Options& options) {
  const Read expected = in_memory(name, bytes);
  for (const unsigned readers : {1U, 2U}) {
    const std::optional<Read> found = streamed(name, bytes, options, readers);
    ASSERT_TRUE(found.has_value()) << name;
    EXPECT_EQ(difference(expected, *found), "");
    EXPECT_EQ(found->coverage, expected.coverage);
    EXPECT_EQ(found->artifact.digest, expected.artifact.digest);
    EXPECT_EQ(found->artifact.size, expected.artifact.size);
    EXPECT_EQ(found->artifact.tool, expected.artifact.tool);
  }
}

std::string records(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    text += fmt::format(
        R"({{"id": "req-{:03}", "at": "2025-11-14T18:05:{:02}Z", "model": "m{}", "config": {{"num_gpu": {}}}, "success": {}, "ttft_ms": {}.25, "itl_ms": [1.5, {}, "2.5", null], "note": "took 5 s, not 6"}})",
        i, i % 60, i % 3, i % 2, i % 7 == 3 ? "false" : "true", 10 + i % 5, i)
        + "\n";
    if (i % 10 == 4) text += R"({"event": "load", "load_time_s": 1.25, "steps": [{"name": "map", "time_s": 0.5}, {"name": "warm", "time_s": 0.25}]})" "\n";
  }
  return text;
}

TEST(Source, GivesTheSameFactsAsMemory) {
  const std::string text = records(120);
  expect_same("a.jsonl", text, small(12000, 700));
  expect_same("a.jsonl", text, small(1 << 20, 1 << 16));
}

// Texts that look alike and hold different numbers: names that end in digits, times that are none, short numbers in quotes.
TEST(Source, AccountsForTextsThatLookAlike) {
  const std::vector<std::string> names{"req-00000012", "req-00000345", "a1b2-77", "abcdefab-abcd-abcd-abcd-abcdefab1234", "abcdefab-abcd-abcd-abcd-abcdefab12345", "x 12", "v.5", "v.57", "m,234", "12", "20251105", "e5",
                                       "0x12", "Nov 2025", "Nov 1", "14-Nov-2025", "99-Nov-2025", "$40", "é7"};
  const std::vector<std::string> times{"2025-11-05T10:03:00Z", "2025-11-05 10:03:00", "2025-13-05T10:03:00Z", "2025-02-30T10:03:00Z", "2025-11-05T25:03:00Z", "2025-11-05T10:03:00+", "2025-11-05T10:03"};
  const std::vector<std::string> spelled{"550.54", "1.2.3", "1,234", "12,5", "007", "5.", ".5", "1234567", "12345678", "-3", "1e5", "20251105-101112"};
  std::string lines;
  std::string table = "id,at,driver,ttft_ms\n";
  std::size_t i = 0;
  for (int round = 0; round < 3; ++round)
    for (const std::string& name : names)
      for (const std::string& time : times) {
        const std::string& driver = spelled[++i % spelled.size()];
        lines += fmt::format(R"({{"id": "{}", "at": "{}", "driver": "{}", "ttft_ms": {}.5}})", name, time, driver, i) + "\n";
        table += fmt::format("\"{}\",{},\"{}\",{}.5\n", name, time, driver, i);
      }
  expect_same("a.jsonl", lines, small(6000, 900));
  expect_same("a.csv", table, small(6000, 900));
}

// A seed of its own in each record; some have none, or one that is no number, or one that is written at length.
std::string seeded(int count, bool lists) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    const std::string seed = i % 50 == 7 ? "" : i % 50 == 9 ? R"("seed": "auto", )" : i % 50 == 11 ? fmt::format(R"("seed": {}.500, )", i) : fmt::format(R"("seed": {}, )", 1000 + i);
    text += fmt::format(R"({{"model": "m{}", {}"num_ctx": {}, "success": {}, "ttft_ms": {}.25, "tokens_per_second": {}.5{}}})", i % 3, seed, 512 << (i % 2), i % 7 == 3 ? "false" : "true", 10 + i % 5,
                        40 + i % 9, lists && i > 600 ? R"(, "steps": [{"name": "map", "time_s": 0.5}, {"name": "warm", "time_s": 0.25}])" : "")
            + "\n";
  }
  return text;
}

TEST(Source, KnowsRowsWhoseSettingsAreNewInEveryOne) {
  const std::string text = seeded(3000, false);
  expect_same("a.jsonl", text, small(1 << 16, 1 << 16));
  expect_same("a.jsonl", text, small(text.size() + 1, 1 << 15));
  const std::string with_lists = seeded(1500, true);
  expect_same("a.jsonl", with_lists, small(with_lists.size() + 1, 1 << 15));
  std::string rows = "model,seed,num_ctx,ttft_ms\n";
  for (int i = 0; i < 4000; ++i) rows += fmt::format("m{},{},{},{}.5\n", i % 2, i % 100 == 3 ? "" : std::to_string(7 * i), 512 << (i % 3), 10 + i % 6);
  expect_same("a.csv", rows, small(1 << 15, 1 << 14));
}

TEST(Source, LeavesOddLinesToTheTolerantReader) {
  std::string text = records(40);
  text += "{\"id\": \"x\", \"ttft_ms\": NaN, \"success\": true, \"model\": \"m1\", \"at\": \"2025-11-14T18:05:01Z\"}\n";
  text += "plain words with 12 numbers\n\n";
  text += records(5);
  text += "{\"id\": \"y\", \"model\": \"m1\", \"ttft_ms\": 11.5, \"ttft_ms\": 12.5, \"success\": true, \"at\": \"2025-11-14T18:05:01Z\"}\n";
  text += "{\"id\": \"z\", \"model\": \"m2\", \"ttft_ms\": 9007199254740993, \"success\": true, \"at\": \"2025-11-14T18:05:01Z\"}\n";
  text += "{\"id\": \"w\", \"model\": \"m2\", \"ttft_ms\": 1";  // breaks off
  expect_same("a.jsonl", text, small(8500, 900));
}

// Numbers with their units in quotes: always, in another unit later, beside bare ones, and where there was none at the beginning.
TEST(Source, ReadsNumbersThatAreWrittenWithTheirUnits) {
  std::string text;
  for (int i = 0; i < 120; ++i) {
    const char* const wait_unit = i < 70 ? " ms" : " \\u00b5s";
    const std::string size = i % 2 == 0 ? fmt::format("\"{}.5 GiB\"", i % 5) : std::to_string(i % 5);
    const std::string late = i < 80 ? std::to_string(i) + ".25" : fmt::format("\"{}.25 s\"", i);
    text += fmt::format(R"({{"model": "7B", "wait": "{}{}", "size": {}, "late": {}, "took": [2.5, "{} ms"], "at": "2025-11-14T18:05:01Z"}})", 10 + i, wait_unit, size, late, i) + "\n";
  }
  expect_same("a.jsonl", text, small(4000, 700));
  expect_same("a.jsonl", text, small(1 << 20, 1 << 16));
}

TEST(Source, ReadsKeysThatTheBeginningDidNotHave) {
  std::string text = records(40);
  for (int i = 0; i < 20; ++i)
    text += fmt::format(R"({{"id": "late-{}", "model": "m1", "success": true, "ttft_ms": 5.5, "at": "2025-11-14T18:05:01Z", "power_w": {}.5}})", i, 100 + i) + "\n";
  const std::optional<Read> found = streamed("a.jsonl", text, small(5000, 800), 2);
  ASSERT_TRUE(found.has_value());
  const auto power = std::count_if(found->facts.begin(), found->facts.end(), [](const std::string& f) { return f.find("power_w response") != std::string::npos; });
  EXPECT_EQ(power, 20);
  EXPECT_EQ(found->coverage, in_memory("a.jsonl", text).coverage);
}

std::string table(int rows) {
  std::string text = "model,num_ctx,prompt,ttft_ms,tokens_per_second,error\n";
  for (int i = 0; i < rows; ++i) {
    const std::string prompt = i % 5 == 0 ? "\"say \"\"hi\"\", twice\nplease 3\"" : "plain";
    const std::string ttft = i % 13 == 5 ? "1e30" : fmt::format("{}.5", 10 + i % 6);  // what some write where there was none
    text += fmt::format("m{},{},{},{},{},{}\n", i % 2, 512 << (i % 3), prompt, ttft, i % 9 == 2 ? "-1" : fmt::format("{}.25", 40 + i % 4), i % 11 == 7 ? "timeout" : "");
  }
  return text;
}

TEST(Source, GivesTheSameFactsOfDelimitedText) {
  expect_same("a.csv", table(150), small(2000, 500));
  std::string tabs = table(60);
  std::replace(tabs.begin(), tabs.end(), ',', '\t');
  expect_same("a.tsv", tabs, small(1500, 400));
}

TEST(Source, ReadsRaggedRowsAndRepeatedHeaders) {
  std::string text = table(60);
  text += "m1, m2,512,prompt,1.5,2.5,\nm1,512\nmodel,num_ctx,prompt,ttft_ms,tokens_per_second,error\n# a comment with 7 in it\n";
  text += table(20).substr(text.find('\n') + 1);
  text += "m1,512,last,1.5,2.5,";  // no line end
  expect_same("a.csv", text, small(2000, 400));
}

// The lines of a JSON Lines text as elements of an array: one a line, or each over several, with the brackets on lines of their own.
std::string array_of(const std::string& lines, bool pretty) {
  std::string text = pretty ? "[\n" : "[";
  std::istringstream all(lines);
  bool first = true;
  for (std::string line; std::getline(all, line); first = false) {
    if (!first) text += pretty ? ",\n" : ", ";
    if (pretty) line.replace(0, 1, "  {\n    ").replace(line.size() - 1, 1, "\n  }");
    for (std::size_t at = line.find(", \""); pretty && at != std::string::npos; at = line.find(", \"", at + 1)) line.replace(at, 2, ",\n    ");
    text += line;
  }
  return text + (pretty ? "\n]\n" : "]");
}

TEST(Source, GivesTheSameFactsOfAnArray) {
  for (const bool pretty : {true, false}) {
    const std::string text = array_of(records(120), pretty);
    expect_same("a.json", text, small(16000, 700));
    expect_same("a.json", text, small(1 << 20, 1 << 16));
    expect_same("a.json", "\xEF\xBB\xBF" + text, small(16000, 3000));
    expect_same("a.json", array_of(seeded(3000, false), pretty), small(1 << 16, 1 << 16));
    expect_same("a.json", array_of(seeded(1500, true), pretty), small(1 << 19, 1 << 15));
  }
}

TEST(Source, LeavesOddElementsToTheTolerantReader) {
  std::string lines = records(40);
  lines += "{\"id\": \"x\", \"ttft_ms\": NaN, \"success\": true, \"model\": \"m1\", \"at\": \"2025-11-14T18:05:01Z\"}\n";
  lines += records(5);
  lines += "{\"id\": \"y\", \"model\": \"m1\", \"ttft_ms\": 11.5, \"ttft_ms\": 12.5, \"success\": true, \"at\": \"2025-11-14T18:05:01Z\"}\n";
  lines += "{\"id\": \"z\", \"model\": \"m2\", \"ttft_ms\": 9007199254740993, \"success\": true, \"at\": \"2025-11-14T18:05:01Z\"}\n";
  lines += "{}\n{\"id\": \"q\", \"model\": \"m2\", \"itl_ms\": [1.5, {\"deep\": 2.5}, NaN], \"note\": \"a \\\"[{ in 3 words\"}\n";
  for (const bool pretty : {true, false}) expect_same("a.json", array_of(lines, pretty), small(12000, 900));
}

// Read to its end or to the error that ends it.
bool turns_out_unfit(const std::string& bytes, unsigned readers) {
  base::FakeFileSystem files;
  files.add("a.json", bytes);
  TextCatalog catalog;
  Attempt attempt;
  auto source = Source::open({"a.json", bytes.size(), 0}, "a.json", files, interpreter(), catalog, attempt, small(12000, 900));
  EXPECT_TRUE(source.has_value() && *source != nullptr);
  if (!source || *source == nullptr) return false;
  std::atomic<bool> failed{false};
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < readers; ++i)
    threads.emplace_back([&] {
      const auto reader = (*source)->reader();
      core::FactBatch batch;
      auto more = reader->next(batch);
      while (more.value_or(false)) more = reader->next(batch);
      if (!more) failed = true;
    });
  for (std::thread& thread : threads) thread.join();
  failed = failed || !(*source)->finish().has_value();
  EXPECT_EQ(failed.load(), attempt.unfit.load());
  return attempt.unfit;
}

TEST(Source, SaysThatAnArrayDoesNotGoOnAsOne) {
  const std::string good = array_of(records(120), true);
  const std::string open = good.substr(0, good.rfind("\n]"));
  const std::string record = R"({"id": "x", "model": "m1", "ttft_ms": 5.5})";
  for (const unsigned readers : {1U, 2U}) {
    EXPECT_FALSE(turns_out_unfit(good, readers));
    EXPECT_FALSE(turns_out_unfit(good + std::string(2000, '\n'), readers));
    const std::string behind[] = {
        open,                                        // breaks off between two elements
        open.substr(0, open.size() - 40),            // and within one
        open + ", 17\n]",                            // a number among objects
        open + ", [1, 2]\n]",                        // and an array
        open + "\n" + record + "\n]",                // no comma
        open + ",\n" + record + "},\n" + record + "]",  // a bracket too many
        open + ",\n{" + record + ",\n" + record + "]",  // and one too few
        open + ", {\"a\": 1 \"b\": 2, ]}\n]",        // brackets that do not pair
        good + "\n" + good,                          // a second one
        good + std::string(3000, '\n') + record,     // something behind it
        open + ", {\"id\": \"" + std::string(3 * Source::kLongestLine, 'x') + "\"}\n]",
    };
    for (const std::string& text : behind) EXPECT_TRUE(turns_out_unfit(text, readers)) << text.substr(open.size() - 50, 200);
  }
}

TEST(Source, LeavesOtherFilesToMemory) {
  for (const char* other : {"[1, 2, 3]\n", "[[1, 2], [3, 4]]\n", "[{\"a\": 1}, 2]\n", "[\n{\"a\": 1},\n{\"a\": 2\n"}) EXPECT_FALSE(streamed("a.json", other, small(100, 100), 1).has_value()) << other;
  EXPECT_FALSE(streamed("a.json", "{\n  \"a\": 1\n}\n", small(100, 100), 1).has_value());
  EXPECT_FALSE(streamed("a.md", "# Title\n\ntext\n", small(100, 100), 1).has_value());
  EXPECT_FALSE(streamed("a.csv", std::string("\xFF\xFE" "a\0,\0b\0\n\0" "1\0,\0" "2\0\n\0", 18), small(100, 100), 1).has_value());
}

TEST(Source, PassesOverALineThatIsTooLong) {
  std::string text = records(20);
  const std::string tail = records(3);
  text += "{\"id\": \"" + std::string(3 * Source::kLongestLine, 'x') + "\"}\n" + tail;
  const std::optional<Read> found = streamed("a.jsonl", text, small(4000, 4000), 2);
  ASSERT_TRUE(found.has_value());
  const auto told = std::count_if(found->diagnostics.begin(), found->diagnostics.end(), [](const std::string& d) { return d.find("C231") != std::string::npos; });
  EXPECT_EQ(told, 1);
  EXPECT_EQ(found->artifact.size, text.size());
  EXPECT_EQ(found->artifact.digest, base::sha256(text));
}

// Law 4: what was lost is told, however much of it there is.
TEST(Source, TellsWhatIsNoMeasurementAndHowMuchMoreWasLost) {
  std::string text = records(20);
  for (int i = 0; i < 1500; ++i) text += "{\"id\": 1, broken\n";
  const std::optional<Read> found = streamed("a.jsonl", text, small(4000, 4000), 2);
  ASSERT_TRUE(found.has_value());
  const auto tells = [](const Read& read, const std::string& words) {
    return std::any_of(read.diagnostics.begin(), read.diagnostics.end(), [&](const std::string& d) { return d.find(words) != std::string::npos; });
  };
  EXPECT_TRUE(tells(*found, "more of this kind"));
  const std::optional<Read> sentinels = streamed("a.csv", table(150), small(2000, 500), 2);
  ASSERT_TRUE(sentinels.has_value());
  EXPECT_TRUE(tells(*sentinels, "stand for no measurement"));
}

TEST(Source, TellsThatAFileChangedWhileItWasRead) {
  base::FakeFileSystem files;
  files.add("a.jsonl", records(20));
  TextCatalog catalog;
  Attempt attempt;
  auto source = Source::open({"a.jsonl", records(20).size() - 1, 0}, "a.jsonl", files, interpreter(), catalog, attempt, small(4000, 4000));
  ASSERT_TRUE(source.has_value() && *source != nullptr);
  (void)catalog.read(**source, 1);
  const auto summary = (*source)->finish();
  ASSERT_TRUE(summary.has_value());
  const auto& told = summary->diagnostics.entries();
  EXPECT_TRUE(std::any_of(told.begin(), told.end(), [](const core::Diagnostic& d) { return d.code == core::DiagnosticCode::file_changed_while_read; }));
}

// Every JSON Lines and delimited file, and every array of objects, of the corpora through both routes.
TEST(Source, GivesTheSameFactsOfTheCorpora) {
  const char* const shared = std::getenv("CHIMERA_SHARED");
  if (shared == nullptr) GTEST_SKIP() << "CHIMERA_SHARED is not set";
  const base::RealFileSystem files;
  std::size_t compared = 0;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(shared) / "corpora")) {
    const std::string extension = entry.path().extension().string();
    if (!entry.is_regular_file() || (extension != ".json" && extension != ".jsonl" && extension != ".csv" && extension != ".tsv")) continue;
    const auto bytes = files.read(entry.path().string());
    ASSERT_TRUE(bytes.has_value());
    const std::string name = entry.path().filename().string();
    const std::optional<Read> found = streamed(name, *bytes, small(bytes->size() + 1, 3000), 2);
    if (!found) continue;
    ++compared;
    SCOPED_TRACE(entry.path().string());
    const Read expected = in_memory(name, *bytes);
    EXPECT_EQ(difference(expected, *found), "");
    EXPECT_EQ(found->coverage, expected.coverage);
  }
  EXPECT_GT(compared, 10U);
}

}  // namespace
}  // namespace chimera::stream
