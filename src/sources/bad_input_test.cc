// What people's files have wrong with them: each is read as far as it goes, and said with a code and a place.
#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <string>

#include "sources/read.h"

namespace chimera::sources {
namespace {

using core::DiagnosticCode;

struct Read {
  core::Document document;
  core::Diagnostics diagnostics;
  // The line of the first diagnostic of this kind; 0 where it has none; -1 where there is no such diagnostic.
  [[nodiscard]] long line_of(DiagnosticCode code) const {
    for (const core::Diagnostic& d : diagnostics.entries())
      if (d.code == code) return static_cast<long>(d.place.line);
    return -1;
  }
  [[nodiscard]] bool has(DiagnosticCode code) const { return line_of(code) >= 0; }
  // All numbers of the column called `key`, of all tables.
  [[nodiscard]] std::vector<double> numbers(const std::string& key) const {
    std::vector<double> found;
    for (const core::Table& table : document.tables)
      for (const core::Column& column : table.columns)
        for (const core::Cell& cell : column.cells)
          if (column.key == key && cell.kind == core::CellKind::number) found.push_back(cell.number);
    return found;
  }
};

Read read(const std::string& name, const std::string& bytes) {
  Read out;
  out.document = read_document({name, bytes.size(), 0}, bytes, out.diagnostics);
  out.diagnostics.sort();
  return out;
}

std::string gzip(const std::string& bytes) {
  z_stream stream = {};
  deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, bytes.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string utf16(const std::string& ascii) {
  std::string out = "\xFF\xFE";
  for (const char c : ascii) out += {c, '\0'};
  return out;
}

const std::vector<double> kTwo = {1.5, 2.5};

TEST(BadInput, GzipWithGarbageBehindIt) {
  const Read out = read("a.csv.gz", gzip("name,latency_ms\na,1.5\nb,2.5\n") + "garbage");
  EXPECT_TRUE(out.has(DiagnosticCode::gzip_damaged));
  EXPECT_EQ(out.numbers("latency_ms"), kTwo);
}

TEST(BadInput, GzipThatEndsEarly) {
  std::string text = "name,latency_ms\n";
  for (int i = 0; i < 2000; ++i) text += "row" + std::to_string(i * 7919) + ",1.5\n";
  const std::string packed = gzip(text);
  const Read out = read("a.csv.gz", packed.substr(0, packed.size() / 2));
  EXPECT_TRUE(out.has(DiagnosticCode::gzip_damaged));
  EXPECT_GT(out.numbers("latency_ms").size(), 100U);
}

TEST(BadInput, GzipThatGrowsWithoutMeasureIsCutOff) {
  const Read out = read("a.txt.gz", gzip(std::string(std::size_t{160} << 20, '\n')));
  EXPECT_TRUE(out.has(DiagnosticCode::file_too_large));
}

TEST(BadInput, GzipUnderAnyName) {
  EXPECT_EQ(read("capture.dat.gz", gzip("{\"latency_ms\": 1.5}")).numbers("latency_ms"), std::vector<double>{1.5});
  EXPECT_EQ(read("capture", gzip("{\"latency_ms\": 1.5}")).numbers("latency_ms"), std::vector<double>{1.5});
}

TEST(BadInput, NumbersThatNoDoubleHolds) {
  EXPECT_EQ(read("a.json", "{\"x\": 1,\n \"latency_ms\": 1e400}").line_of(DiagnosticCode::number_out_of_range), 2);
  EXPECT_EQ(read("a.csv", "x,latency_ms\n1,1e400\n2,5\n").line_of(DiagnosticCode::number_out_of_range), 2);
  EXPECT_EQ(read("a.md", "| x | latency_ms |\n|---|---|\n| 1 | 1e400 |\n").line_of(DiagnosticCode::number_out_of_range), 3);
  EXPECT_EQ(read("a.log", "rate: 5 tok/s\nlatency: 1e400 ms\n").line_of(DiagnosticCode::number_out_of_range), 2);
}

TEST(BadInput, AHundredThousandColumns) {
  std::string header = "c0";
  std::string row = "1";
  for (int i = 1; i < 100'000; ++i) header += ",c" + std::to_string(i), row += ",1";
  const Read out = read("a.csv", header + "\n" + row + "\n");
  ASSERT_EQ(out.document.tables.size(), 1U);
  EXPECT_EQ(out.document.tables[0].columns.size(), 100'000U);
}

TEST(BadInput, TwoColumnsOfOneName) {
  const Read out = read("a.csv", "latency_ms,latency_ms\n1.5,3.5\n2.5,4.5\n");
  EXPECT_EQ(out.line_of(DiagnosticCode::table_duplicate_header), 1);
  EXPECT_EQ(out.numbers("latency_ms"), kTwo);
  EXPECT_TRUE(read("a.json", "{\"a\": 1, \"a\": 2}").has(DiagnosticCode::json_duplicate_key));
}

TEST(BadInput, AHeaderThatStandsAgain) {
  const Read out = read("a.csv", "name,latency_ms\na,1.5\nname,latency_ms\nb,2.5\n");
  EXPECT_TRUE(out.has(DiagnosticCode::table_repeated_header));
  EXPECT_EQ(out.numbers("latency_ms"), kTwo);
  EXPECT_EQ(read("a.log", "name  rate  took\na  1.5  1 ms\nb  2.5  2 ms\n\nname  rate  took\nc  3.5  1 ms\nd  4.5  2 ms\n").numbers("rate").size(), 4U);
}

TEST(BadInput, ThreeHeaderRows) {
  const Read out = read("a.csv", "Run,TTFT,TTFT\nRun,Successful ms,Successful ms\nRun,Mean,P99\na,1.5,9.5\nb,2.5,9.5\n");
  EXPECT_EQ(out.numbers("TTFT/Successful ms/Mean"), kTwo);
  EXPECT_EQ(out.numbers("TTFT/Successful ms/P99"), (std::vector<double>{9.5, 9.5}));
}

TEST(BadInput, ARowOfUnits) {
  const Read out = read("a.csv", "name,latency,rate\n,ms,tok/s\na,1.5,10\nb,2.5,11\n");
  ASSERT_FALSE(out.document.tables.empty());
  EXPECT_EQ(out.document.tables[0].find("latency")->unit, "ms");
  EXPECT_EQ(out.numbers("latency"), kTwo);
}

TEST(BadInput, ListsInCells) {
  const Read out = read("a.csv", "name,latencies,n\na,\"[1.5, 2.5]\",2\nb,\"[3.5]\",1\n");
  EXPECT_EQ(out.line_of(DiagnosticCode::cells_hold_lists), 2);
  EXPECT_EQ(out.numbers("n"), (std::vector<double>{2, 1}));
}

TEST(BadInput, RatesWithoutALimit) {
  EXPECT_FALSE(read("a.jsonl", "{\"request_rate\": Infinity, \"latency_ms\": 1.5}\n").has(DiagnosticCode::json_nonfinite));
  EXPECT_TRUE(read("a.jsonl", "{\"request_rate\": NaN, \"latency_ms\": 1.5}\n").has(DiagnosticCode::json_nonfinite));
  EXPECT_TRUE(read("a.jsonl", "{\"achieved_request_rate\": Infinity, \"latency_ms\": 1.5}\n").has(DiagnosticCode::json_nonfinite));
  EXPECT_FALSE(read("a.csv", "request_rate,latency_ms\ninf,1.5\n4,2.5\n").has(DiagnosticCode::table_nonfinite));
  EXPECT_TRUE(read("a.csv", "request_rate,latency_ms\nnan,1.5\ninf,2.5\n").has(DiagnosticCode::table_nonfinite));
}

TEST(BadInput, LogLinesInJson) {
  const Read out = read("a.jsonl", "{\"latency_ms\": 1.5}\nWARN slow\n{\"latency_ms\": 2.5}\n");
  EXPECT_EQ(out.line_of(DiagnosticCode::json_foreign_text), 2);
  EXPECT_EQ(out.numbers("latency_ms"), kTwo);
}

TEST(BadInput, BracketsThatNeverClose) {
  const Read out = read("a.json", "[{\"latency_ms\": 1.5}, {\"latency_ms\": 2.5}, {\"latency_ms\":");
  EXPECT_TRUE(out.has(DiagnosticCode::json_truncated));
  EXPECT_EQ(out.numbers("latency_ms"), kTwo);
  EXPECT_TRUE(read("a.json", std::string(100'000, '[')).has(DiagnosticCode::json_too_deep));
}

TEST(BadInput, ARowFarBelowItsTable) {
  std::string prose;
  for (int i = 0; i < 300; ++i) prose += "nothing happens here\n";
  const Read csv = read("a.csv", "name,latency_ms\na,1.5\n" + prose + "b,2.5\n");
  EXPECT_TRUE(csv.has(DiagnosticCode::table_ragged_row));
  EXPECT_EQ(csv.numbers("latency_ms"), kTwo);
  const Read log = read("a.log", "name  rate  took\na  1.5  1 ms\nb  2.5  2 ms\n" + prose + "c  3.5  3 ms\n");
  EXPECT_EQ(log.line_of(DiagnosticCode::table_row_far_away), 304);
  const Read markdown = read("a.md", "| a | b |\n|---|---|\n| 1 | 2 |\n\n" + prose + "\n| 3 | 4 |\n");
  EXPECT_EQ(markdown.line_of(DiagnosticCode::table_row_far_away), 306);
}

TEST(BadInput, OtherEncodings) {
  const Read legacy = read("a.csv", "\xE8\xEC\xFF;latency_ms\n\xE0;1,5\n\xE1;2,5\n");
  EXPECT_TRUE(legacy.has(DiagnosticCode::legacy_encoding));
  EXPECT_EQ(legacy.numbers("latency_ms"), kTwo);
  const Read wide = read("a.log", utf16("latency: 1.5 ms\nrate: 7 tok/s\n"));
  EXPECT_TRUE(wide.has(DiagnosticCode::utf16_text));
  EXPECT_EQ(wide.numbers("latency"), std::vector<double>{1.5});
}

TEST(BadInput, GroupedNumbers) {
  EXPECT_EQ(read("a.csv", "name;n\na;1\xC2\xA0" "234\xC2\xA0" "567\nb;2\xC2\xA0" "345\n").numbers("n"), (std::vector<double>{1234567, 2345}));
  EXPECT_EQ(read("a.csv", "name,n\na,\"12,34,567\"\n").numbers("n"), std::vector<double>{1234567});
  EXPECT_EQ(read("a.log", "requests: 12,34,567\nrate: 5 tok/s\n").numbers("requests"), std::vector<double>{1234567});
}

TEST(BadInput, SourceCodeInALogSetsNothing) {
  const Read out = read("a.log", "import os\nimport sys\nclass Net:\n  def f(self):\n    width = 128\n    return width\n  def g(self):\n    return 1\nstep:1 loss:1.5\nstep:2 loss:2.5\n");
  EXPECT_TRUE(out.numbers("width").empty());
  EXPECT_EQ(out.numbers("loss"), kTwo);
}

TEST(BadInput, ProseGivesNoTable) {
  EXPECT_TRUE(read("a.txt", "In 2024 we ran it 7 times, and in 2025 we ran it 9 times.\nIt took 5 ms, or 7 ms on a bad day; see page 12.\n").document.tables.empty());
}

TEST(BadInput, ALabelWithoutANameNamesNothing) {
  for (const char* const label : {"****:", "`` :", "** **:"}) {
    const Read found = read("a.log", std::string(label) + "\n  time: 5 ms\n  memory: 7 MiB\n");
    EXPECT_EQ(found.numbers("time"), std::vector<double>{5}) << label;
  }
}

}  // namespace
}  // namespace chimera::sources
