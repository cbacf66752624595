#include "sources/csv.h"

#include <gtest/gtest.h>

#include <cmath>

#include "sources/csv_records.h"
#include "sources/csv_shape.h"
#include "text/decode.h"

namespace chimera::sources {
namespace {

struct Read {
  core::Document document;
  core::Diagnostics diagnostics;

  explicit Read(std::string text) {
    document.artifact.path = "t.csv";
    document.artifact.format = core::Format::csv;
    document.text = std::move(text);
    document.lines = text::line_starts(document.text);
    read_csv(document, diagnostics);
  }
  [[nodiscard]] const core::Table& table(std::size_t i = 0) const { return document.tables.at(i); }
  [[nodiscard]] const core::Column& column(std::string_view key) const {
    const core::Column* found = table().find(key);
    EXPECT_NE(found, nullptr) << key;
    static const core::Column kNone;
    return found == nullptr ? kNone : *found;
  }
  // The bytes of one cell.
  [[nodiscard]] std::string at(std::string_view key, std::size_t row) const { return std::string(document.at(column(key).cells.at(row).span())); }
  [[nodiscard]] std::string codes() const {
    std::string all;
    for (const core::Diagnostic& d : diagnostics.entries()) all += (all.empty() ? "" : " ") + std::string(core::info(d.code).name);
    return all;
  }
  [[nodiscard]] std::string keys() const {
    std::string all;
    for (const core::Column& c : table().columns) all += "|" + c.key + (c.unit.empty() ? "" : "{" + c.unit + "}");
    return all.substr(1);
  }
};

TEST(Csv, KeepsTheSpanOfEveryCell) {
  const Read read("name,ttft_s,ok\r\nfirst, 0.0850 ,TRUE\r\n\"second, quoted\",\"12\",false\r\n");
  EXPECT_EQ(read.keys(), "name|ttft_s|ok");
  ASSERT_EQ(read.table().rows.size(), 2U);
  const core::Cell& number = read.column("ttft_s").cells[0];
  EXPECT_EQ(number.kind, core::CellKind::number);
  EXPECT_EQ(read.at("ttft_s", 0), "0.0850");
  EXPECT_DOUBLE_EQ(number.number, 0.085);
  EXPECT_EQ(number.decimals, 4);
  EXPECT_EQ(read.at("name", 1), "second, quoted");
  EXPECT_TRUE(read.column("ttft_s").cells[1].quoted);
  EXPECT_EQ(read.column("ok").cells[0].kind, core::CellKind::boolean);
  EXPECT_EQ(read.column("ok").cells[1].number, 0);
  EXPECT_EQ(read.table().rows[1].line, 3U);
  EXPECT_EQ(read.codes(), "");
}

TEST(Csv, FindsTheDelimiter) {
  EXPECT_EQ(Read("a;b\n1;2\n").keys(), "a|b");
  EXPECT_EQ(Read("a\tb\n1,5\t2\n").keys(), "a|b");
  EXPECT_EQ(Read("a|b\n1|2\n").keys(), "a|b");
  EXPECT_EQ(Read("a,b\n\"x;y\",2\n\"z;w\",3\n").keys(), "a|b");
  EXPECT_EQ(Read("ms\n1\n2\n").keys(), "ms");
}

TEST(Csv, ReadsDecimalCommas) {
  const Read read("name;speed\nx;12,5\ny;1.234,75\n");
  EXPECT_DOUBLE_EQ(read.column("speed").cells[0].number, 12.5);
  EXPECT_DOUBLE_EQ(read.column("speed").cells[1].number, 1234.75);
  EXPECT_EQ(read.codes(), "table_decimal_comma");
  EXPECT_DOUBLE_EQ(Read("name;speed\nx;12.5\n").column("speed").cells[0].number, 12.5);
}

TEST(Csv, ReadsQuotesWithQuotesAndLinesInThem) {
  const Read read("text,n\n\"say \"\"hi\"\"\nover two lines\",1\n\"{\\\"a\\\": \\\"b, c\\\"}\",2\n");
  ASSERT_EQ(read.table().rows.size(), 2U);
  EXPECT_EQ(read.at("text", 0), "say \"\"hi\"\"\nover two lines");
  EXPECT_EQ(read.at("text", 1), "{\\\"a\\\": \\\"b, c\\\"}");
  EXPECT_EQ(read.at("n", 1), "2");
  EXPECT_EQ(read.table().rows[1].line, 4U);
}

TEST(Csv, EndsAnUnclosedQuoteWithItsLineAndReadsOn) {
  const Read read("name,n\n\"open,1\nclosed,2\n");
  ASSERT_EQ(read.table().rows.size(), 2U);
  EXPECT_EQ(read.at("name", 0), "open,1");
  EXPECT_EQ(read.at("n", 1), "2");
  EXPECT_EQ(read.codes(), "table_ragged_row table_unclosed_quote");
  EXPECT_EQ(read.diagnostics.entries()[1].place.line, 2U);
}

TEST(Csv, ReadsRaggedRowsAndSaysWhere) {
  const Read read("a,b,c\n1,2\n3,4\n5,6,7\n8,9,10,11\n12,13,14,\n");
  EXPECT_EQ(read.table().rows.size(), 5U);
  EXPECT_EQ(read.column("c").cells[0].kind, core::CellKind::absent);
  EXPECT_EQ(read.column("c").cells[3].kind, core::CellKind::absent);
  EXPECT_EQ(read.at("c", 4), "14");
  ASSERT_EQ(read.codes(), "table_ragged_row table_ragged_row");
  EXPECT_EQ(read.diagnostics.entries()[0].message, "2 rows to line 3 have 2 cells, the header has 3");
  EXPECT_EQ(read.diagnostics.entries()[1].place.line, 5U);
}

TEST(Csv, ReadsNoRowByPositionThatACommaInATextMoved) {
  const Read read("name,kind,ms,rate\nx,a,1.5,10\ny,b = 1, c,2.5,20\nz,d,3.5,30\n");
  EXPECT_EQ(read.at("ms", 0), "1.5");
  for (const std::string_view key : {"name", "kind", "ms", "rate"}) EXPECT_EQ(read.column(key).cells[1].kind, core::CellKind::absent) << key;
  EXPECT_EQ(read.at("ms", 2), "3.5");
  ASSERT_EQ(read.codes(), "table_ragged_row");
  EXPECT_EQ(read.diagnostics.entries()[0].message, "the row has 5 cells, the header has 4" + std::string(kNotReadByPosition));
}

TEST(Csv, ReadsAWideRowWhoseLastTextHoldsTheComma) {
  const Read read("name,ms,note\nx,1.5,fine\ny,2.5,slow, but fine\nz, w,3.5,fine\n");
  EXPECT_EQ(read.at("ms", 1), "2.5");
  EXPECT_EQ(read.column("ms").cells[2].kind, core::CellKind::absent);
}

TEST(Csv, ReadsNothingWhereEveryRowIsWiderThanTheHeader) {
  const Read read("a,b\n1,10,100\n2,20,200\n3,30,300\n");
  EXPECT_EQ(read.column("a").cells[0].kind, core::CellKind::absent);
  EXPECT_EQ(read.codes(), "table_ragged_row");
  EXPECT_EQ(Read("a,b\n1,10,\n2,20,\n").at("b", 1), "20");
}

TEST(Csv, EndsASectionAtAHeaderOfAnotherWidth) {
  const Read read("id,kind,ms\n1,a,2.5\n\nid,key,value,text\n1,build,release,how it was built\n1,port,80,where\n");
  ASSERT_EQ(read.document.tables.size(), 2U);
  EXPECT_EQ(read.document.tables[1].columns[2].key, "value");
  EXPECT_EQ(read.document.tables[1].rows.size(), 2U);
}

TEST(Csv, ReadsTheNumberInFrontOfItsParts) {
  const Read read("name,ms\nx,\"290.4, [170.5,119.9]\"\ny,\"[1.5, 2.5]\"\n");
  EXPECT_EQ(read.column("ms").cells[0].number, 290.4);
  EXPECT_EQ(read.column("ms").cells[1].kind, core::CellKind::text);
}

TEST(Csv, TurnsATableWhoseColumnsAreNumberedByOneOfItsRows) {
  const Read read(",1,2,4\nload,1.0,2.0,4.0\nttft_ms,5.5,6.5,\n");
  EXPECT_EQ(read.keys(), "load|ttft_ms");
  EXPECT_EQ(read.table().kind, core::TableKind::transposed);
  EXPECT_EQ(read.at("ttft_ms", 1), "6.5");
  EXPECT_EQ(Read(",1,2,4\na,5.5,6,7\nb,8,9.5,10\n").keys(), "||value") << "levels";
}

TEST(Csv, TurnsEachBlockOfATableWhoseColumnsAreNumbered) {
  const Read read(",2,6\nload,2.0,6.0\nttft_ms,5.5,6.5\n\nload,2.0,6.0\nttft_ms,7.5,8.5\n");
  ASSERT_EQ(read.document.tables.size(), 2U);
  EXPECT_EQ(read.document.tables[0].columns.size(), 2U);
  EXPECT_EQ(read.document.tables[1].columns[1].key, "ttft_ms");
  EXPECT_EQ(read.document.tables[1].columns[1].cells[1].number, 8.5);
  EXPECT_EQ(read.document.tables[1].rows[0].line, 5U);
}

TEST(Csv, ReadsThousandsWhereAllOfAColumnAreNumbers) {
  const Read read("name,ips,ctx\na,2.5K,4K\nb,7.25M,8K\nc,12.5,16K\n");
  EXPECT_EQ(read.keys(), "name|ips|ctx|ips{kop/s}|ips{Mop/s}");
  EXPECT_EQ(read.document.tables[0].columns[3].unit, "kop/s");
  EXPECT_EQ(read.document.tables[0].columns[4].cells[1].number, 7.25);
  EXPECT_EQ(read.column("ctx").cells[0].kind, core::CellKind::text) << "no fraction";
  EXPECT_EQ(Read("name,heap\na,2.5K\nb,7.25M\n").column("heap").cells[0].kind, core::CellKind::text) << "bytes";
  EXPECT_EQ(Read("name,ips\na,2.5K\nb,fast\n").column("ips").cells[0].kind, core::CellKind::text);
}

TEST(Csv, PartsListsOfPercentilesAndValuesOfDevices) {
  const Read read("name,Percentiles,power\na,\"[1.5, 2.5, 30]\",GPU-a1:0.5;GPU-b2:7;\nb,\"[4, 5, 6]\",GPU-b2:8.5;\n");
  EXPECT_EQ(read.keys(), "name|Percentiles#1|power|Percentiles#2|Percentiles#3|power#2");
  EXPECT_EQ(read.at("Percentiles#3", 1), "6");
  EXPECT_EQ(read.at("power#2", 1), "8.5");
  EXPECT_EQ(read.column("power").cells[1].kind, core::CellKind::absent);
  EXPECT_EQ(Read("name,Percentiles\na,\"[1.5, 2.5]\"\nb,\"[4, 5, 6]\"\n").keys(), "name|Percentiles") << "of several lengths";
  EXPECT_EQ(Read("name,samples\na,\"[1.5, 2.5]\"\n").keys(), "name|samples");
  for (const char* other : {"GPU-a1:0.5", "GPU-a1:x;", ":5;", "a:1;a:2;", ";", "a;"}) EXPECT_EQ(Read(std::string("name,power\na,") + other + "\n").keys(), "name|power") << other;
}

TEST(Csv, MakesARowOfEachNumberBelowLevels) {
  const Read read("threads,1,3,6\nold,71,140,201\nnew,88,,305\n");
  EXPECT_EQ(read.keys(), "|threads|value");
  EXPECT_EQ(read.table().rows.size(), 5U) << "no cell, no row";
  EXPECT_EQ(read.at("threads", 4), "6");
  EXPECT_EQ(read.at("value", 4), "305");
  EXPECT_EQ(Read("model\\batch,2,10\nsmall,33.5,120.5\n").keys(), "model|batch|value");
  EXPECT_EQ(Read("model,0,1,2\nsmall,33.5,120.5,7\n").keys(), "model|0|1|2") << "positions";
  EXPECT_EQ(Read("model,50,90,99\nsmall,33.5,120.5,170\n").keys(), "model|50|90|99") << "percentiles";
  EXPECT_EQ(Read("model,bs=2,bs=10\nsmall,33.5,120.5\n").keys(), "model|bs|value");
  EXPECT_EQ(Read("model,tps_bs2,tps_bs10,ms_bs2,ms_bs10\nsmall,33.5,120.5,4.5,8.5\n").keys(), "model|bs|tps|ms");
  EXPECT_EQ(Read("model,tps_bs2,ms_bs10\nsmall,33.5,120.5\n").keys(), "model|tps_bs2|ms_bs10") << "not each of both";
  EXPECT_EQ(Read("size,4,2,8\nsmall,33.5,120.5,170\n").keys(), "1|2|3|4") << "no levels";
}

TEST(Csv, TurnsATableOfMetricsOfSystems) {
  const Read read("Metric,alpha,beta,Change\n[[Requests]],,,\nTTFT (ms),210.5,190.25,-9.6%\nRate (tok/s),88.5,91.5,3.4%\n");
  EXPECT_EQ(read.table().kind, core::TableKind::transposed);
  EXPECT_EQ(read.keys(), "|TTFT (ms){ms}|TTFT (ms){%}|Rate (tok/s){tok/s}|Rate (tok/s){%}");
  EXPECT_EQ(read.at("", 1), "beta");
  EXPECT_EQ(Read("Metric,Mean,P99\nTTFT,210.5,190.25\n").table().kind, core::TableKind::csv) << "statistics";
}

TEST(Csv, TakesNamesThatEveryRecordRepeats) {
  const Read read("Time,19:56:50,Watts,2.5,Volts,249.5\nTime,19:56:51,Watts,3.5,Volts,249.75\n");
  EXPECT_EQ(read.keys(), "Time|Watts|Volts");
  EXPECT_EQ(read.column("Watts").cells[1].number, 3.5);
  EXPECT_EQ(read.column("Watts").position, 4U);
  EXPECT_EQ(read.codes(), "");
}

TEST(Csv, TellsColumnsOfOneNameApart) {
  const Read read("Noise,t,Noise\n1,2,3\n");
  EXPECT_EQ(read.keys(), "Noise|t|Noise#2");
  EXPECT_EQ(read.codes(), "table_duplicate_header");
}

TEST(Csv, PassesOverLinesBeforeTheHeaderAndRepeatedHeaders) {
  const Read read("# version 2.0\n==TOOL== connected, to 1234\nid,at,ms\n1,a,2.5\nid,at,ms\n2,b,3.5\n# done\n3,c,4.5\n");
  EXPECT_EQ(read.keys(), "id|at|ms");
  EXPECT_EQ(read.table().header_line, 3U);
  EXPECT_EQ(read.table().rows.size(), 3U);
  EXPECT_EQ(read.codes(), "table_preamble table_repeated_header");
  ASSERT_EQ(read.document.ignored.size(), 5U);
  EXPECT_EQ(read.document.ignored[0].reason, "preamble");
  EXPECT_EQ(read.document.ignored[3].reason, "key");
  EXPECT_EQ(read.document.ignored[4].reason, "comment");
}

TEST(Csv, TakesAHeaderThatIsAComment) {
  EXPECT_EQ(Read("# step,loss\n1,0.5\n2,0.4\n").keys(), "step|loss");
}

TEST(Csv, TakesUnitsFromTheHeaderCellsOrARowOfTheirOwn) {
  EXPECT_EQ(Read("power.draw [W],Time (%),f(x)\n1,2,3\n").keys(), "power.draw [W]{W}|Time (%){%}|f(x)");
  const Read cells("t,power\na,33.09 W\nb,12 W\n");
  EXPECT_EQ(cells.keys(), "t|power{W}");
  EXPECT_EQ(cells.at("power", 0), "33.09");
  const Read row("kernel,time,share\n,us,%\nadd,9.4,12\nmul,3.1,5\n");
  EXPECT_EQ(row.keys(), "kernel|time{us}|share{%}");
  EXPECT_EQ(row.table().rows.size(), 2U);
}

TEST(Csv, NeverGivesANumberTheUnitOfItsNeighbour) {
  const Read read("name,total\na,4.73s\nb,6.16us\nc,2s\n");
  EXPECT_EQ(read.keys(), "name|total{s}|total{us}");
  EXPECT_EQ(read.table().columns[1].cells[1].kind, core::CellKind::absent);
  EXPECT_DOUBLE_EQ(read.table().columns[2].cells[1].number, 6.16);
  EXPECT_EQ(read.table().columns[2].position, 2U);
  const Read bare("name,total\na,5\nb,6 ms\n");
  EXPECT_EQ(bare.keys(), "name|total|total{ms}");
  EXPECT_EQ(Read("model,n\n7B,1\n13B,2\n").column("model").cells[0].kind, core::CellKind::text) << "a size, not bytes";
}

TEST(Csv, JoinsHeadersOfSeveralLines) {
  const Read read("Run,Run,Latency,Latency\nID,Index,ms,ms\n,,Mean,Median\na,1,2.5,3.5\n");
  EXPECT_EQ(read.keys(), "Run/ID|Run/Index|Latency/ms/Mean|Latency/ms/Median");
  EXPECT_EQ(read.table().rows.size(), 1U);
}

TEST(Csv, NumbersColumnsWithoutAHeader) {
  const Read read("fp32,0.15,True\nfp16,0.11,False\n");
  EXPECT_EQ(read.keys(), "1|2|3");
  EXPECT_EQ(read.table().rows.size(), 2U);
  EXPECT_EQ(read.codes(), "table_no_header");
  EXPECT_EQ(Read(",1,2,4\nlatency,1.5,2.5,4.5\n").keys(), "||value") << "levels of a setting";
}

TEST(Csv, KeepsRowsWithoutValues) {
  const Read read("a,b\nnan,N/A\n-inf,\n1e400,3\n");
  EXPECT_EQ(read.column("a").cells[0].kind, core::CellKind::null);
  EXPECT_TRUE(std::isnan(read.column("a").cells[0].number));
  EXPECT_EQ(read.column("a").cells[1].kind, core::CellKind::text);
  EXPECT_EQ(read.column("b").cells[0].kind, core::CellKind::null);
  EXPECT_EQ(read.column("b").cells[1].kind, core::CellKind::absent);
  EXPECT_EQ(read.codes(), "table_nonfinite number_out_of_range");
}

TEST(Csv, ReadsSeveralTablesOfOneFile) {
  const Read read("Model,GPU\nm,1\n\nMetric,avg,p99\nttft,1.5,2.5\nitl,0.5,0.7\n");
  ASSERT_EQ(read.document.tables.size(), 2U);
  EXPECT_EQ(read.table(1).columns[2].key, "p99");
  EXPECT_EQ(read.table(1).rows[1].line, 6U);
  EXPECT_EQ(Read("a,b\nx,2\n\nc,d\ny,4\n").table(1).columns[1].key, "d");
  EXPECT_EQ(Read("a,b\n1,2\n\n\n3,4\n").document.tables.size(), 1U) << "blank lines between rows";
}

TEST(Csv, KnowsOtherLineEnds) {
  EXPECT_EQ(Read("a,b\r1,2\r3,4\r").table().rows.size(), 2U);
  const Read doubled("a,b\r\r\n1,2\r\r\n");
  EXPECT_EQ(doubled.at("b", 0), "2");
  EXPECT_EQ(doubled.keys(), "a|b");
}

TEST(Csv, HasNoTableWithoutRows) {
  EXPECT_TRUE(Read("").document.tables.empty());
  const Read header("a,b,c\n");
  EXPECT_TRUE(header.document.tables.empty());
  EXPECT_EQ(header.codes(), "table_no_rows");
}

TEST(CsvRecords, PassOverLinesThatAreTooLong) {
  const std::string text = "a,b\n" + std::string(100, 'x') + "\n1,2\n";
  RecordReader reader(text, ',', 0, 50);
  RawRecord record;
  ASSERT_TRUE(reader.next(record));
  ASSERT_TRUE(reader.next(record));
  EXPECT_EQ(text.substr(record.cells[0].begin, 1), "1");
  EXPECT_FALSE(reader.next(record));
  ASSERT_EQ(reader.too_long().size(), 1U);
  EXPECT_EQ(reader.too_long()[0].begin, 4U);
}

// Texts made to make a careless reader look at the same bytes again and again.
TEST(Csv, TakesLinearTimeOnHostileText) {
  constexpr std::size_t kSize = 1'000'000;
  for (const char* piece : {"\"", ",\"", "\"\"\",", "a\"b,", "\n\"a", "\n\n1,2\n\na,b,c\n", "\\\"", ",", "#\n", "\"a\\\"b,", "1\n"}) {
    std::string text;
    while (text.size() < kSize) text += piece;
    const Read read(text);
    EXPECT_LE(read.diagnostics.entries().size(), kSize);
  }
}

TEST(CsvRecords, PassOverLinesOfTooManyCells) {
  const std::string text = std::string(RecordReader::kMostCells + 1, ',') + "\n1,2\n";
  RecordReader reader(text, ',');
  RawRecord record;
  ASSERT_TRUE(reader.next(record));
  EXPECT_EQ(record.cells.size(), 2U);
  EXPECT_EQ(reader.too_long().size(), 1U);
}

TEST(Csv, ReadsAMillionColumns) {
  std::string header;
  std::string row;
  for (int i = 0; i < 1'000'000; ++i) {
    header += "c,";
    row += "1,";
  }
  const Read read(header + "\n" + row + "\n");
  EXPECT_EQ(read.table().columns.size(), 1'000'001U);
}

}  // namespace
}  // namespace chimera::sources
