#include "store/store.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <tuple>

#include "core/document_source.h"
#include "store/query.h"
#include "store/stored_files.h"
#include "store/writer.h"

namespace chimera::store {
namespace {

namespace fs = std::filesystem;

class Stores : public testing::Test {
 protected:
  Stores() : folder_(fs::temp_directory_path() / ("store_test." + std::to_string(::getpid()) + "." + testing::UnitTest::GetInstance()->current_test_info()->name())) {
    fs::create_directories(folder_);
    path_ = (folder_ / "s.duckdb").string();
  }
  ~Stores() override { fs::remove_all(folder_); }

  [[nodiscard]] Writer writer() { return Writer::open(path_, {Access::write, 2, "", false}, clock_, "0.0.0").value(); }

  [[nodiscard]] std::vector<std::string> ask(const std::string& sql) {
    Store store = Store::open(path_, {}).value();
    auto answer = Answer::ask(store, sql);
    if (!answer) return {answer.error().message};
    std::vector<std::string> values;
    while (answer->next())
      for (std::size_t c = 0; c < answer->columns().size(); ++c) values.push_back(answer->null(c) ? "NULL" : answer->text(c));
    return values;
  }

  base::FakeClock clock_{1'700'000'000'000'000'000};
  fs::path folder_;
  std::string path_;
};

constexpr unsigned kApart = 20;  // bits: rows stand so far from another, the last beyond what 32 bits hold

// A source of `series` series with `rows` cells each: value = row, ten bytes apart. Fails after `good` batches where that is given.
class CountingSource final : public core::FactSource {
 public:
  CountingSource(std::uint32_t series, std::uint32_t rows, core::FactCatalog& catalog, std::size_t good = SIZE_MAX) : rows_(rows), good_(good) {
    core::RunConfig config;
    config.set("model", "it's");
    config_ = catalog.config(config);
    table_ = catalog.table({core::TableKind::csv, "", 1});
    for (std::uint32_t s = 0; s < series; ++s) {
      core::ColumnMeaning means;
      means.metric = "throughput";
      means.role = core::Role::response;
      ids_.push_back(catalog.series({"key " + std::to_string(s), s + 1, means}));
    }
  }
  [[nodiscard]] std::unique_ptr<core::FactReader> reader() override { return std::make_unique<Reader>(*this); }
  [[nodiscard]] base::Result<core::SourceSummary> finish() override {
    core::SourceSummary summary;
    summary.artifact.digest = base::sha256("x");
    summary.coverage = {{"fact", std::uint64_t{rows_} * ids_.size()}};
    return summary;
  }

 private:
  class Reader final : public core::FactReader {
   public:
    explicit Reader(CountingSource& source) : source_(source) {}
    [[nodiscard]] base::Result<bool> next(core::FactBatch& batch) override {
      batch.clear();
      const std::size_t i = source_.next_++;
      if (i >= source_.good_) return base::fail(base::ErrorKind::input, "the file breaks off");
      const auto from = static_cast<std::uint32_t>(i) * kBatch;
      if (from >= source_.rows_) return false;
      batch.table = source_.table_;
      for (std::uint32_t r = from; r < std::min(source_.rows_, from + kBatch); ++r)
        batch.push(r, r + 2, std::uint64_t{r} << kApart, 100, source_.config_, r % 10 == 9 ? core::RowState::failed : core::RowState::ok);
      for (std::size_t s = 0; s < source_.ids_.size(); ++s) {
        core::FactBatch::Column& column = batch.add_column(source_.ids_[s], false);
        for (std::size_t k = 0; k < batch.count(); ++k) column.set(k, batch.row[k], batch.begin[k] + 10 * s, 3);
      }
      return true;
    }

   private:
    static constexpr std::uint32_t kBatch = 1500;  // chunks of DuckDB hold parts of two
    CountingSource& source_;
  };
  std::uint32_t rows_;
  std::size_t good_;
  std::uint32_t config_ = 0;
  std::uint32_t table_ = 0;
  std::vector<std::uint32_t> ids_;
  std::atomic<std::size_t> next_{0};
};

IncomingFile counting(const std::string& path, std::uint32_t series, std::uint32_t rows, std::size_t good = SIZE_MAX) {
  IncomingFile file;
  file.path = path;
  file.size = 10;
  file.open = [=](core::FactCatalog& catalog) { return std::make_unique<CountingSource>(series, rows, catalog, good); };
  return file;
}

TEST_F(Stores, HoldEveryCellOfSourcesReadByTwoThreads) {
  {
    Writer out = writer();
    ASSERT_EQ(out.root({"results", "/results", "results", false}).value(), 0U);
    std::vector<IncomingFile> files;
    files.push_back(counting("a", 7, 10'000));
    files.push_back(counting("b", 1, 1));
    files.push_back(counting("c", 3, 4'000));
    EXPECT_EQ(out.write(std::move(files)).value().numbers, 82'001U);
  }
  EXPECT_EQ(ask("SELECT path, count(*), count(DISTINCT (series, record)), sum(value), sum(failed::INT) FROM facts GROUP BY path ORDER BY path"),
            (std::vector<std::string>{"a", "70000", "70000", "349965000", "7000", "b", "1", "1", "0", "0", "c", "12000", "12000", "23994000", "1200"}));
  EXPECT_EQ(ask("FROM stored.metrics"), std::vector<std::string>{"throughput"});
  EXPECT_EQ(ask("SELECT max(\"begin\"), any_value(settings['model']), count(DISTINCT config_id) FROM facts"),
            (std::vector<std::string>{std::to_string((std::uint64_t{9'999} << kApart) + 60), "it's", "1"}));
}

TEST_F(Stores, ReplaceWhatAFileHeldBefore) {
  Writer out = writer();
  (void)out.root({"results", "/results", "results", false});
  std::vector<IncomingFile> first;
  first.push_back(counting("a", 2, 3'000));
  first.push_back(counting("b", 1, 100));
  ASSERT_TRUE(out.write(std::move(first)));
  std::vector<IncomingFile> second;
  second.push_back(counting("a", 1, 5));
  second.back().supersedes = 0;
  ASSERT_TRUE(out.write(std::move(second)));
  out = writer();
  EXPECT_EQ(out.artifacts().value().size(), 2U);
  { Writer closed = std::move(out); }
}

TEST_F(Stores, KeepNothingOfAListWhoseSourceFails) {
  {
    Writer out = writer();
    (void)out.root({"results", "/results", "results", false});
    std::vector<IncomingFile> good;
    good.push_back(counting("a", 1, 10));
    ASSERT_TRUE(out.write(std::move(good)));
    std::vector<IncomingFile> bad;
    bad.push_back(counting("b", 4, 50'000));
    bad.push_back(counting("c", 4, 50'000, 3));
    const auto written = out.write(std::move(bad));
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().message, "the file breaks off");
    std::vector<IncomingFile> more;
    more.push_back(counting("d", 1, 10));
    EXPECT_TRUE(out.write(std::move(more)));
  }
  EXPECT_EQ(ask("SELECT path, count(*) FROM facts GROUP BY path ORDER BY path"), (std::vector<std::string>{"a", "10", "d", "10"}));
}

TEST_F(Stores, HoldListsFromTheirCommitOn) {
  const auto list = [](const std::string& path, std::size_t good = SIZE_MAX) {
    std::vector<IncomingFile> files;
    files.push_back(counting(path, 1, 2000, good));
    return files;
  };
  {
    Writer out = writer();
    (void)out.root({"results", "/results", "results", false});
    ASSERT_TRUE(out.write(list("a"), Writer::Commit::later));
    ASSERT_TRUE(out.write(list("b"), Writer::Commit::later));
    ASSERT_TRUE(out.commit());
    ASSERT_TRUE(out.commit());  // nothing is open
    ASSERT_TRUE(out.write(list("c"), Writer::Commit::later));
    ASSERT_FALSE(out.write(list("d", 1), Writer::Commit::later));  // takes c back as well
    ASSERT_TRUE(out.write(list("e"), Writer::Commit::later));
    ASSERT_TRUE(out.write(list("f")));
    ASSERT_TRUE(out.write(list("g"), Writer::Commit::later));  // and ends, as a process does that is killed
  }
  EXPECT_EQ(ask("SELECT path, count(*), count(DISTINCT config) FROM facts GROUP BY path ORDER BY path"),
            (std::vector<std::string>{"a", "2000", "1", "b", "2000", "1", "e", "2000", "1", "f", "2000", "1"}));
}

TEST_F(Stores, KnowNoNumberOfAListThatFailed) {
  {
    Writer out = writer();
    (void)out.root({"results", "/results", "results", false});
    std::vector<IncomingFile> bad;
    bad.push_back(counting("a", 1, 50'000, 3));
    ASSERT_FALSE(out.write(std::move(bad)));
    std::vector<IncomingFile> good;
    good.push_back(counting("a", 1, 10));  // under the same configuration
    ASSERT_TRUE(out.write(std::move(good)));
  }
  EXPECT_EQ(ask("SELECT count(*), any_value(config), (SELECT count(*) FROM stored.configs), (SELECT count(*) FROM stored.shapes) FROM facts"),
            (std::vector<std::string>{"10", "model=it's", "1", "1"}));
}

TEST_F(Stores, GiveFactsTheIdsThatCoreGivesThem) {
  {
    Writer out = writer();
    (void)out.root({"results", "/results", "results", false});
    std::vector<IncomingFile> files;
    files.push_back(counting("a", 1, 2));
    ASSERT_TRUE(out.write(std::move(files)));
  }
  const std::string hex = base::to_hex(base::sha256("x"));
  EXPECT_EQ(ask("SELECT fact FROM facts ORDER BY record"),
            (std::vector<std::string>{core::to_string(core::fact_id(hex, {0, 3})), core::to_string(core::fact_id(hex, {1ULL << kApart, (1ULL << kApart) + 3}))}));
}

TEST_F(Stores, OfAnotherVersionAreRefused) {
  { Writer out = writer(); }
  {
    Store store = Store::open(path_, {Access::write, 1, "", false}).value();
    ASSERT_TRUE(store.connection().run("UPDATE stored.meta SET version = 1"));
  }
  const auto older = Writer::open(path_, {Access::write, 1, "", false}, clock_, "0.0.0");
  ASSERT_FALSE(older);
  EXPECT_NE(older.error().message.find("made by an older chimera: its schema has version 1, this program writes 4"), std::string::npos) << older.error().message;
  {
    auto duck = Duck::open(path_, {Access::write, 1, "", false});
    ASSERT_TRUE(duck);
    ASSERT_TRUE(Connection::open(*duck).value().run("UPDATE stored.meta SET version = 9"));
  }
  const auto store = Store::open(path_, {});
  ASSERT_FALSE(store);
  EXPECT_NE(store.error().message.find("made by a newer chimera: its schema has version 9, this program knows 4"), std::string::npos) << store.error().message;
  EXPECT_EQ(store.error().kind, base::ErrorKind::input);
}

TEST_F(Stores, AreMadeOfBlankOnesWhereTheseAreGood) {
  const std::string blank = (folder_ / "blank.duckdb").string();
  ASSERT_TRUE(make_blank(blank, "0.0.0"));
  const auto read = [](const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return std::string((std::istreambuf_iterator<char>(in)), {});
  };
  const std::string bytes = read(blank);
  ASSERT_TRUE(make_blank(blank, "0.0.0"));  // over the one that is there
  for (const std::string& given : {bytes, std::string("no store"), bytes.substr(0, bytes.size() / 2)}) {
    fs::remove(path_);
    {
      Writer out = Writer::open(path_, {Access::write, 2, "", false}, clock_, "0.0.0", given).value();
      (void)out.root({"results", "/results", "results", false});
      std::vector<IncomingFile> files;
      files.push_back(counting("a", 2, 10));
      ASSERT_TRUE(out.write(std::move(files)));
    }
    EXPECT_EQ(ask("SELECT count(*), sum(value), (SELECT created FROM stored.meta) FROM facts"), (std::vector<std::string>{"20", "90", "1700000000000000000"}));
  }
}

TEST_F(Stores, AreNotMadeOfOtherDuckDbFiles) {
  {
    const Duck duck = Duck::open(path_, {Access::write, 1, "", false}).value();
    Connection connection = Connection::open(duck).value();
    ASSERT_TRUE(connection.run("CREATE TABLE mine(a INTEGER)"));
  }
  const auto store = Writer::open(path_, {Access::write, 1, "", false}, clock_, "0.0.0");
  ASSERT_FALSE(store);
  EXPECT_NE(store.error().message.find("no store of chimera"), std::string::npos);
}

TEST_F(Stores, AnswerWithTypesThatTextAndJsonCanHold) {
  { Writer out = writer(); }
  EXPECT_EQ(ask("SELECT 1::UTINYINT, -2::BIGINT, 0.1::FLOAT, 18446744073709551615::UBIGINT, DATE '2025-01-02', [1, NULL], 2.50::DECIMAL(4,2), NULL, true, 'a'::BLOB, sum(3)"),
            (std::vector<std::string>{"1", "-2", "0.1", "18446744073709551615", "2025-01-02", "[1, NULL]", "2.50", "NULL", "true", "a", "3"}));
  EXPECT_EQ(ask("SELECT a, a FROM (SELECT DATE '2025-01-02' AS a); -- two names alike"), (std::vector<std::string>{"2025-01-02", "2025-01-02"}));
  EXPECT_EQ(ask("SELECT ';' AS \"a;b\", /* ; */ DATE '2025-01-02' -- ;\n ;"), (std::vector<std::string>{";", "2025-01-02"}));
}

TEST_F(Stores, LetAQueryReadNothingElse) {
  { Writer out = writer(); }
  for (const char* sql : {"SELECT * FROM read_csv('/etc/passwd')", "COPY (SELECT 1) TO '/tmp/x.csv'", "ATTACH '/tmp/x.duckdb'", "DELETE FROM stored.rows",
                          "SET enable_external_access = true", "INSTALL httpfs", "LOAD httpfs", "CREATE TABLE t(a INTEGER)"}) {
    Store store = Store::open(path_, {}).value();
    EXPECT_FALSE(Answer::ask(store, sql)) << sql;
  }
}

TEST_F(Stores, CommentEveryTableViewAndColumn) {
  { Writer out = writer(); }
  EXPECT_EQ(ask("SELECT table_name FROM duckdb_tables() WHERE comment IS NULL UNION ALL SELECT view_name FROM duckdb_views() WHERE comment IS NULL AND NOT internal "
                "AND schema_name = 'main' UNION ALL SELECT table_name || '.' || column_name FROM duckdb_columns() WHERE comment IS NULL AND NOT internal "
                "AND table_name NOT IN ('described', 'facts')"),
            std::vector<std::string>{});
}

TEST_F(Stores, ReadLargeFilesWhereTheyWereAndSayWhereTheyChanged) {
  const fs::path large = folder_ / "results" / "large.csv";
  fs::create_directories(large.parent_path());
  std::ofstream(large) << "x";  // the bytes whose digest the source gives
  {
    Writer out = writer();
    (void)out.root({(folder_ / "results").string(), (folder_ / "results").string(), "results", false});
    std::vector<IncomingFile> files;
    files.push_back(counting("large.csv", 1, 1));
    ASSERT_TRUE(out.write(std::move(files)));
  }
  const auto stored = StoredFiles::open(path_).value();
  const std::string path = stored->roots()[0] + "/large.csv";
  EXPECT_EQ(stored->read(path).value(), "x");
  std::ofstream(large) << "y";
  EXPECT_NE(stored->read(path).error().message.find("has changed since it was ingested"), std::string::npos);
  fs::remove(large);
  EXPECT_NE(stored->read(path).error().message.find("keeps no copy"), std::string::npos);
}

// Bytes that nothing compresses, the same for the same file.
std::string noise(std::size_t file, std::size_t size) {
  std::string bytes(size, '\0');
  std::uint64_t state = 0x9E3779B97F4A7C15U * (file + 1);
  for (char& byte : bytes) {
    state ^= state << 13U;
    state ^= state >> 7U;
    state ^= state << 17U;
    byte = static_cast<char>(state >> 56U);
  }
  return bytes;
}

TEST_F(Stores, KeepMoreBytesThanTheyMayHaveInMemory) {
  const std::vector<std::size_t> sizes = {0, 1, kContentPiece - 1, kContentPiece, kContentPiece + 1, 9'000'000, 8'000'001, 8'000'002, 8'000'003, 8'000'004, 8'000'005, 8'000'006, 8'000'007};
  {
    Writer out = Writer::open(path_, {Access::write, 2, "48MB", false}, clock_, "0.0.0").value();
    (void)out.root({"results", "/results", "results", false});
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      std::vector<IncomingFile> files;
      files.push_back(counting(std::to_string(i), 1, 1));
      files.back().content = noise(i, sizes[i]);
      const auto written = out.write(std::move(files), i % 3 == 2 ? Writer::Commit::now : Writer::Commit::later);
      ASSERT_TRUE(written) << i << ": " << written.error().message;
    }
    ASSERT_TRUE(out.commit());
  }
  const auto stored = StoredFiles::open(path_).value();
  for (std::size_t i = 0; i < sizes.size(); ++i) EXPECT_TRUE(stored->read(stored->roots()[0] + "/" + std::to_string(i)).value() == noise(i, sizes[i])) << i;
}

// One batch, made by a function that is given the catalog, and a batch that has a table.
class SmallSource final : public core::FactSource {
 public:
  using Fill = std::function<void(core::FactCatalog&, core::FactBatch&)>;
  SmallSource(core::FactCatalog& catalog, const Fill& fill) {
    batch_.table = catalog.table({core::TableKind::csv, "", 1});
    fill(catalog, batch_);
  }
  [[nodiscard]] std::unique_ptr<core::FactReader> reader() override { return std::make_unique<Reader>(*this); }
  [[nodiscard]] base::Result<core::SourceSummary> finish() override {
    core::SourceSummary summary;
    summary.artifact.digest = base::sha256("x");
    return summary;
  }

 private:
  class Reader final : public core::FactReader {
   public:
    explicit Reader(SmallSource& source) : source_(source) {}
    [[nodiscard]] base::Result<bool> next(core::FactBatch& batch) override {
      if (source_.given_.exchange(true)) return false;
      batch = source_.batch_;
      return true;
    }

   private:
    SmallSource& source_;
  };
  core::FactBatch batch_;
  std::atomic<bool> given_{false};
};

IncomingFile small(const std::string& path, const SmallSource::Fill& fill) {
  IncomingFile file;
  file.path = path;
  file.size = 10;
  file.open = [=](core::FactCatalog& catalog) { return std::make_unique<SmallSource>(catalog, fill); };
  return file;
}

// A series of facts.
std::uint32_t response(core::FactCatalog& catalog, const std::string& key) {
  core::ColumnMeaning means;
  means.role = core::Role::response;
  return catalog.series({key, 1, means});
}

// Three rows of one configuration but for two free settings.
void fill_free(core::FactCatalog& catalog, core::FactBatch& batch) {
  core::RunConfig shared;
  shared.set("model", "it's");
  shared.set("step", "7");
  const std::uint32_t base = catalog.base(shared, {"seed", "a"});
  const std::uint32_t first = catalog.configs({{base, "3\x1f" "0.5"}, {base, "4\x1f" "0.5"}, {base, "3\x1f" "0.5"}});
  const std::uint32_t plain = catalog.config(shared);
  for (std::uint32_t r = 0; r < 4; ++r) batch.push(r, r + 2, std::uint64_t{r} * 10, 5, r < 3 ? first + r : plain, core::RowState::ok);
  core::FactBatch::Column& column = batch.add_column(response(catalog, "key"), false);
  for (std::uint32_t r = 0; r < 4; ++r) column.set(r, r, std::uint64_t{r} * 10, 3);
}

TEST_F(Stores, PutConfigurationsOfFreeSettingsTogether) {
  const char* const all = "SELECT value, config, settings['seed'], config_id IS NOT NULL FROM facts WHERE path = 'a' ORDER BY ALL";
  const std::vector<std::string> expected{"0", "a=0.5, model=it's, seed=3, step=7", "3", "true", "1", "a=0.5, model=it's, seed=4, step=7", "4", "true",
                                          "2", "a=0.5, model=it's, seed=3, step=7", "3", "true", "3", "model=it's, step=7", "NULL", "true"};
  {
    Writer out = writer();
    (void)out.root({"results", "/results", "results", false});
    std::vector<IncomingFile> files;
    files.push_back(small("a", fill_free));
    files.push_back(counting("b", 1, 5));
    ASSERT_TRUE(out.write(std::move(files)));
  }
  EXPECT_EQ(ask(all), expected);
  {
    Writer out = writer();  // numbers go on, and what is replaced leaves nothing
    std::vector<IncomingFile> files;
    files.push_back(small("a", fill_free));
    files.back().supersedes = 0;
    ASSERT_TRUE(out.write(std::move(files)));
  }
  EXPECT_EQ(ask(all), expected);
  EXPECT_EQ(ask("SELECT count(*), count(fingerprint), (SELECT count(*) FROM stored.shapes) FROM stored.configs"), (std::vector<std::string>{"5", "2", "3"}));
  const std::string other = (folder_ / "other.duckdb").string();
  fs::rename(path_, other);
  Writer out = writer();
  (void)out.root({"results", "/results", "results", false});
  std::vector<IncomingFile> files;
  files.push_back(small("c", fill_free));
  ASSERT_TRUE(out.write(std::move(files)));
  { Writer closed = std::move(out); }
  {
    Writer taking = Writer::open(path_, {Access::write, 2, "", true}, clock_, "0.0.0").value();
    const auto adopted = taking.adopt(other);
    ASSERT_TRUE(adopted) << adopted.error().message;
  }
  EXPECT_EQ(ask(all), expected);
  EXPECT_EQ(ask("SELECT count(*), count(DISTINCT config_id), count(DISTINCT config) FROM facts"), (std::vector<std::string>{"13", "8", "4"}));
}

TEST_F(Stores, KeepThePlacesOfRecordsLargerThanAnyNumber) {
  {
    Writer out = writer();
    (void)out.root({"results", "/results", "results", false});
    std::vector<IncomingFile> files;
    files.push_back(small("a", [](core::FactCatalog& catalog, core::FactBatch& batch) { batch.push(0, 1, 5, 0xFFFFFFFFU, catalog.config({}), core::RowState::ok); }));
    ASSERT_TRUE(out.write(std::move(files)));
  }
  EXPECT_EQ(ask("SELECT \"begin\", \"end\", line FROM records"), (std::vector<std::string>{"5", "4294967300", "1"}));
}

// Numbers that a row's words have no room for: far from the record's begin, before it, lines below it, long; and rows without any.
TEST_F(Stores, KeepThePlacesOfNumbersWhereverTheyStand) {
  const std::vector<std::tuple<std::uint64_t, std::uint64_t, std::uint32_t>> places{
      {1'000, 20, 3}, {1'000 + (1U << 17U) - 1, 20 + 1'023, 30}, {1'000 + (1U << 17U), 21, 3}, {999, 20, 3}, {1'001, 20 + 1'024, 3}, {1'002, 19, 3}, {1'003, 20, 31}, {1'004, 20, 1U << 24U}, {1ULL << 45U, 20, 4}};
  {
    Writer out = writer();
    (void)out.root({"results", "/results", "results", false});
    std::vector<IncomingFile> files;
    files.push_back(small("a", [&](core::FactCatalog& catalog, core::FactBatch& batch) {
      for (std::uint32_t r = 0; r < 3; ++r) batch.push(r, 20, 1'000, 50, catalog.config({}), core::RowState::ok);
      for (std::size_t i = 0; i < places.size(); ++i) {
        const auto& [begin, line, size] = places[i];
        core::FactBatch::Column& column = batch.add_column(response(catalog, fmt::format("{}", i)), true);
        column.set(1, static_cast<double>(i) + 0.25, begin, size);
        column.line[1] = line;
      }
    }));
    EXPECT_EQ(out.write(std::move(files)).value().numbers, places.size());
  }
  std::vector<std::string> expected;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto& [begin, line, size] = places[i];
    for (const std::string& one : {fmt::format("{}.25", i), fmt::format("{}", begin), fmt::format("{}", begin + size), fmt::format("{}", line), std::string("1")}) expected.push_back(one);
  }
  EXPECT_EQ(ask("SELECT value, \"begin\", \"end\", line, record FROM facts ORDER BY key"), expected);
  EXPECT_EQ(ask("SELECT record, line, \"begin\" FROM records ORDER BY record"), (std::vector<std::string>{"0", "20", "1000", "1", "20", "1000", "2", "20", "1000"}));
}

TEST_F(Stores, GiveBackEveryNumberToTheBit) {
  const std::vector<std::vector<double>> columns{
      {0, 1, -3, 1234567890123, 0.5},
      {12.3, 12.34, 0.001, -7, 99999.999},
      {0.1 + 0.2, 1.0 / 3, 2.718281828459045, 0.9999999999999999, 1.0000000000000002},
      {-0.0, 0.0, 1.5, 2, 3},
      {1e300, 1e-300, 5e-324, 1.7976931348623157e308, -1e22},
      {9007199254740993.0, 9007199254740992, -18446744073709551616.0, 4503599627370497.5, 3},
      {1e-7, 2.5e-9, 123456.789e-3, 1e15, 8},
      {0.017453292519943295, 5.1, 17.25, 3.3333333333333335, 0.25}};
  {
    Writer out = writer();
    (void)out.root({"results", "/results", "results", false});
    std::vector<IncomingFile> files;
    files.push_back(small("a", [&](core::FactCatalog& catalog, core::FactBatch& batch) {
      for (std::uint32_t r = 0; r < 5; ++r) batch.push(r, r + 1, std::uint64_t{r} * 100, 100, catalog.config({}), core::RowState::ok);
      for (std::size_t c = 0; c < columns.size(); ++c) {
        core::FactBatch::Column& column = batch.add_column(response(catalog, fmt::format("{}", c)), false);
        for (std::uint32_t r = 0; r < 5; ++r) column.set(r, columns[c][r], std::uint64_t{r} * 100 + c * 10, 3);
      }
    }));
    ASSERT_TRUE(out.write(std::move(files)));
  }
  Store store = Store::open(path_, {}).value();
  Rows rows = store.connection().query("SELECT value FROM facts ORDER BY key, record").value();
  for (const std::vector<double>& column : columns)
    for (const double number : column) {
      ASSERT_TRUE(rows.next());
      EXPECT_EQ(rows.real(0), number);
      EXPECT_EQ(std::signbit(rows.real(0)), std::signbit(number)) << number;
    }
}

// Whatever numbers rows have inside.
constexpr const char* kAllNumbers = "SELECT fact, path, key, value, \"begin\", \"end\", config, state FROM numbers ORDER BY ALL";

TEST_F(Stores, TakeOverAnotherStoreAsIfItsFilesHadBeenReadHere) {
  const auto fill = [&](const std::string& path, const std::vector<std::pair<std::string, std::uint32_t>>& files) {
    Writer out = Writer::open(path, {Access::write, 2, "", false}, clock_, "0.0.0").value();
    ASSERT_EQ(out.root({"results", "/results", "results", false}).value(), 0U);
    std::vector<IncomingFile> incoming;
    for (const auto& [name, rows] : files) incoming.push_back(counting(name, 2, rows));
    ASSERT_TRUE(out.write(std::move(incoming)));
  };
  fill(path_, {{"a", 3000}, {"b", 20}, {"c", 1}});
  const std::vector<std::string> expected = ask(kAllNumbers);
  ASSERT_GT(expected.size(), 1000U);
  fs::remove(path_);
  const std::string first = (folder_ / "it's 1.duckdb").string();
  const std::string second = (folder_ / "2.duckdb").string();
  fill(first, {{"b", 20}});
  fill(second, {{"c", 1}, {"a", 3000}});
  {
    Writer out = Writer::open(path_, {Access::write, 2, "", true}, clock_, "0.0.0").value();
    const auto one = out.adopt(first);
    ASSERT_TRUE(one) << one.error().message;
    EXPECT_EQ(one->files, 1U);
    EXPECT_EQ(one->replaced, 0U);
    EXPECT_EQ(one->coverage, (std::vector<std::pair<std::string, std::uint64_t>>{{"fact", 40}}));
    ASSERT_TRUE(out.adopt(second));
    const auto again = out.adopt(first);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->replaced, 1U);  // nothing twice
    EXPECT_EQ(out.artifacts().value().size(), 3U);
    std::vector<IncomingFile> more;
    more.push_back(counting("d", 1, 5));  // numbers go on behind what came
    ASSERT_TRUE(out.write(std::move(more)));
  }
  EXPECT_EQ(ask("SELECT count(DISTINCT artifact) FROM numbers"), std::vector<std::string>{"4"});
  EXPECT_EQ(ask("SELECT fact, path, key, value, \"begin\", \"end\", config, state FROM numbers WHERE path != 'd' ORDER BY ALL"), expected);
  EXPECT_EQ(ask("SELECT count(*) FROM stored.configs"), std::vector<std::string>{"1"});
}

TEST_F(Stores, AreLeftAsTheyWereByAStoreThatCannotBeTakenOver) {
  Writer out = Writer::open(path_, {Access::write, 2, "", true}, clock_, "0.0.0").value();
  EXPECT_FALSE(out.adopt((folder_ / "nowhere.duckdb").string()));
  std::ofstream(folder_ / "noise.duckdb") << "noise";
  EXPECT_FALSE(out.adopt((folder_ / "noise.duckdb").string()));
  {
    auto other = Duck::open((folder_ / "other.duckdb").string(), {Access::write, 1, "", false});
    ASSERT_TRUE(other);
  }
  const auto none_of_ours = out.adopt((folder_ / "other.duckdb").string());
  ASSERT_FALSE(none_of_ours);
  EXPECT_NE(none_of_ours.error().message.find("no store"), std::string::npos) << none_of_ours.error().message;
  EXPECT_EQ(out.artifacts().value().size(), 0U);
}

}  // namespace
}  // namespace chimera::store
