#include "sources/json.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "sources/dump_test.h"
#include "sources/read.h"

namespace chimera::sources {
namespace {

using core::CellKind;
using core::TableKind;

struct Read {
  core::Document document;
  core::Diagnostics diagnostics;

  [[nodiscard]] std::string codes() const {
    std::string all;
    for (const core::Diagnostic& d : diagnostics.entries()) all += std::string(all.empty() ? "" : " ") + std::string(core::info(d.code).code);
    return all;
  }
  [[nodiscard]] const core::Table* table(std::string_view name) const {
    for (const core::Table& table : document.tables) {
      if (table.name == name) return &table;
    }
    return nullptr;
  }
  // The cell's text, "-" where it or its column is not there.
  [[nodiscard]] std::string at(std::string_view name, std::string_view key, std::size_t row = 0) const {
    const core::Table* in = table(name);
    const core::Column* column = in == nullptr ? nullptr : in->find(key);
    if (column == nullptr || column->cells[row].kind == CellKind::absent) return "-";
    return std::string(document.at(column->cells[row].span()));
  }
};

Read read(std::string bytes, std::string path = "a.json") {
  Read result;
  const base::FileInfo info{std::move(path), bytes.size(), 0};
  result.document = read_document(info, std::move(bytes), result.diagnostics);
  return result;
}

TEST(Json, FlattensObjectsIntoTheColumnsOfOneRow) {
  const Read r = read(R"({"model":"m","timing":{"mean_ms":1.50,"p99/x":2e3,"deep":{"~":null}}})");
  ASSERT_EQ(r.document.tables.size(), 1U);
  const core::Table& table = r.document.tables[0];
  EXPECT_EQ(table.kind, TableKind::object);
  EXPECT_EQ(r.at("", "timing/mean_ms"), "1.50");
  EXPECT_EQ(table.find("timing/mean_ms")->cells[0].decimals, 2);
  EXPECT_EQ(r.at("", "timing/p99~1x"), "2e3");
  EXPECT_EQ(table.find("timing/deep/~0")->cells[0].kind, CellKind::null);
  EXPECT_EQ(r.codes(), "");
}

TEST(Json, KeepsTheSpanAndTheDecimalsOfNumbersAsWritten) {
  const Read r = read(R"({"big":12345678901234567890,"neg":-0.50,"e":1.25e-3,"q":"999"})");
  const core::Table& table = r.document.tables[0];
  EXPECT_EQ(r.at("", "big"), "12345678901234567890");
  EXPECT_EQ(table.find("neg")->cells[0].number, -0.5);
  EXPECT_EQ(table.find("neg")->cells[0].decimals, 2);
  EXPECT_EQ(table.find("e")->cells[0].decimals, 5);
  EXPECT_EQ(r.at("", "q"), "999");
  EXPECT_TRUE(table.find("q")->cells[0].quoted);
  EXPECT_EQ(table.find("q")->cells[0].kind, CellKind::number);
}

TEST(Json, LeavesStringsWithMoreThanANumberAndAUnitAsText) {
  const Read r = read(R"({"a":"1.2.3","b":"2025-10-02","c":"12 ms or so","d":"","e":"x\"1\"","f":"-"})");
  for (const core::Column& column : r.document.tables[0].columns) EXPECT_EQ(column.cells[0].kind, CellKind::text) << column.key;
  EXPECT_EQ(r.at("", "e"), R"(x\"1\")");
}

TEST(Json, MakesTheUnionOfTheKeysOfRecords) {
  const Read r = read(R"({"results":[{"id":1,"a":2},{"id":2,"b":{"c":3}},7]})");
  ASSERT_NE(r.table("/results"), nullptr);
  EXPECT_EQ(r.table("/results")->kind, TableKind::records);
  EXPECT_EQ(r.table("/results")->rows.size(), 2U);
  EXPECT_EQ(r.table("/results")->rows[1].pointer, "/results/1");
  EXPECT_EQ(r.table("/results")->rows[1].parent_table, 0U);
  EXPECT_EQ(r.at("/results", "a", 0), "2");
  EXPECT_EQ(r.at("/results", "a", 1), "-");
  EXPECT_EQ(r.at("/results", "b/c", 1), "3");
  ASSERT_EQ(r.document.tables.size(), 3U);
  EXPECT_EQ(r.document.tables[2].kind, TableKind::series);
  EXPECT_EQ(r.document.tables[2].rows[0].pointer, "/results/2");
}

TEST(Json, SharesOneTableBetweenTheArraysOfAllRows) {
  std::string text = "[";
  for (int i = 0; i < 500; ++i) text += (i > 0 ? "," : "") + std::string(R"({"runs":[{"t":1,"s":[1,2]},{"t":2,"s":[3]}]})");
  const Read r = read(text + "]");
  ASSERT_EQ(r.document.tables.size(), 3U);
  EXPECT_EQ(r.document.tables[1].name, "/*/runs");
  EXPECT_EQ(r.document.tables[1].rows.size(), 1000U);
  EXPECT_EQ(r.document.tables[2].name, "/*/runs/*/s");
  EXPECT_EQ(r.document.tables[2].rows.size(), 1500U);
  EXPECT_EQ(r.document.tables[2].rows[1499].pointer, "/499/runs/1/s/0");
  EXPECT_EQ(r.document.tables[2].rows[1499].parent_table, 1U);
  EXPECT_EQ(r.document.tables[2].rows[1499].parent_row, 999U);
}

TEST(Json, ReadsAnObjectOfAlikeObjectsAsRows) {
  const Read r = read(R"({"backends":{"eager":{"mean":1,"std":2},"jit":{"mean":3,"std":4,"graph":"x"}}})");
  const core::Table* table = r.table("/backends");
  ASSERT_NE(table, nullptr);
  EXPECT_EQ(table->kind, TableKind::keyed);
  EXPECT_EQ(r.at("/backends", "", 1), "jit");
  EXPECT_EQ(r.at("/backends", "mean", 1), "3");
  EXPECT_EQ(table->rows[1].pointer, "/backends/jit");
}

TEST(Json, ReadsAWholeDocumentOfAlikeObjectsAsRows) {
  const Read r = read(R"({"baseline":{"acc":0.9,"ms":3},"qat":{"acc":0.8,"ms":2},"int8":{"acc":0.7,"ms":1}})");
  ASSERT_EQ(r.document.tables.size(), 1U);
  EXPECT_EQ(r.document.tables[0].kind, TableKind::keyed);
  EXPECT_EQ(r.document.tables[0].rows[2].parent_table, core::Row::kNone);
  EXPECT_EQ(r.at("", "acc", 2), "0.7");
}

TEST(Json, ReadsTheMembersOfARowAsRowsWhereTheirKeysAreLevels) {
  const Read r = read(R"({"a":{"q4":{"8":{"tps":1},"16":{"tps":2}},"q8":{"8":{"tps":3},"16":{"tps":4}}},"b":{"q4":{"8":{"tps":5},"16":{"tps":6}}}})");
  const core::Table* table = r.table("/*/*");
  ASSERT_NE(table, nullptr);
  EXPECT_EQ(table->kind, TableKind::keyed);
  EXPECT_EQ(table->rows[3].pointer, "/a/q8/16");
  EXPECT_EQ(r.at("/*/*", "tps", 4), "5");
  const Read statistics = read(R"({"a":{"p50":{"ttft":1,"itl":2},"p99":{"ttft":3,"itl":4}},"b":{"pp8":{"mean":1,"std":2},"pp9":{"mean":3,"std":4}}})");
  EXPECT_EQ(statistics.table("/*"), nullptr);
}

TEST(Json, KeepsUnlikeObjectsAsColumns) {
  const Read r = read(R"({"config":{"model":"m","ctx":1},"summary":{"mean":1,"p50":2}})");
  ASSERT_EQ(r.document.tables.size(), 1U);
  EXPECT_EQ(r.document.tables[0].kind, TableKind::object);
}

TEST(Json, ReadsEquallyLongArraysAsAMatrixAndOthersAsSeries) {
  const Read r = read(R"({"m":[[1,2],[3,4]],"n":[[1,2],[3]]})");
  EXPECT_EQ(r.at("/m", "1", 1), "4");
  EXPECT_EQ(r.table("/m")->rows[1].pointer, "/m/1");
  ASSERT_NE(r.table("/n/*"), nullptr);
  EXPECT_EQ(r.table("/n/*")->rows[2].pointer, "/n/1/0");
}

TEST(Json, TellsWhichNumbersStandInKeys) {
  const Read r = read(R"({"p99":1,"x":{"512x512":2}})");
  ASSERT_EQ(r.document.ignored.size(), 2U);
  EXPECT_EQ(r.document.at(r.document.ignored[0].span), "p99");
  EXPECT_EQ(r.document.at(r.document.ignored[1].span), "512x512");
  EXPECT_EQ(r.document.ignored[1].reason, "key");
}

TEST(Json, KeepsBothValuesOfADuplicateKey) {
  const Read r = read("{\"a\":1,\n\"a\":2}");
  EXPECT_EQ(r.at("", "a"), "1");
  EXPECT_EQ(r.at("", "a#2"), "2");
  ASSERT_EQ(r.codes(), "C205");
  EXPECT_EQ(r.diagnostics.entries()[0].place.line, 2U);
}

TEST(Json, UnescapesKeysButNotStrings) {
  const Read r = read(R"({"caf\u00e9\ud83d\ude00\/":"a\nb","\ud800":1})");
  EXPECT_EQ(r.document.tables[0].columns[0].key, "caf\xC3\xA9\xF0\x9F\x98\x80~1");
  EXPECT_EQ(r.document.tables[0].columns[1].key, "\xEF\xBF\xBD");
  EXPECT_EQ(r.document.at(r.document.tables[0].columns[0].cells[0].span()), R"(a\nb)");
}

TEST(Json, SaysTheLineOfEveryRow) {
  const Read r = read("{\n\"r\": [\n {\"a\": 1},\n\n {\"a\": 2}\n]}");
  EXPECT_EQ(r.table("/r")->rows[0].line, 3U);
  EXPECT_EQ(r.table("/r")->rows[1].line, 5U);
  const core::Place place = r.document.place(core::CellRef{{}, 1, 1, 0});
  EXPECT_EQ(place.line, 5U);
  EXPECT_EQ(place.pointer, "/r/1/a");
}

// ---- JSON that is not quite JSON -----------------------------------------------------------------------------------

TEST(BrokenJson, IsReadUpToWhereItIsCutOff) {
  const Read r = read("{\"results\": [{\"id\": 1, \"tps\": 10.5},\n {\"id\": 2, \"tps\": 11.");
  ASSERT_EQ(r.codes(), "C202");
  EXPECT_EQ(r.diagnostics.entries()[0].place.line, 2U);
  EXPECT_EQ(r.diagnostics.entries()[0].place.pointer, "/results/1/tps");
  EXPECT_EQ(r.at("/results", "id", 1), "2");
  EXPECT_EQ(r.at("/results", "tps", 1), "-");  // more digits may have followed
}

TEST(BrokenJson, CutAnywhereNeverLosesWhatStoodBefore) {
  const std::string whole = R"({"a":[{"x":1.25,"s":"t\"u"},{"x":-2e3,"b":[true,null]}],"c":{"d":"99"}})";
  for (std::size_t size = 1; size < whole.size(); ++size) {
    const Read r = read(whole.substr(0, size));
    EXPECT_EQ(r.codes(), "C202") << whole.substr(0, size);
    EXPECT_EQ(r.at("/a", "x", 0), size > 15 ? "1.25" : "-") << size;
  }
}

TEST(BrokenJson, StopsAtAFaultAndNamesIt) {
  const Read r = read(R"({"a":1,"b":{"c":[1,@]},"d":2})");
  ASSERT_EQ(r.codes(), "C201 C207");
  EXPECT_EQ(r.diagnostics.entries()[0].place.pointer, "/b/c/1");
  EXPECT_EQ(r.at("", "a"), "1");
  EXPECT_EQ(r.at("/b/c", "b/c"), "1");
}

TEST(BrokenJson, ReadsNeitherNaNNorInfinityAsANumber) {
  const Read r = read(R"({"a":NaN,"b":-Infinity,"c":[1,inf]})");
  EXPECT_EQ(r.codes(), "C203 C203 C203");
  EXPECT_EQ(r.diagnostics.entries()[1].place.pointer, "/b");
  EXPECT_TRUE(std::isnan(r.document.tables[0].columns[0].cells[0].number));
  EXPECT_EQ(r.document.tables[0].columns[0].cells[0].kind, core::CellKind::null);
  EXPECT_EQ(r.document.tables[0].columns[1].cells[0].kind, core::CellKind::text);
  EXPECT_EQ(r.document.tables[0].columns[1].cells[0].number, -INFINITY);
  EXPECT_EQ(r.table("/c")->columns[0].cells[1].number, INFINITY);
}

TEST(BrokenJson, ReportsNumbersNoDoubleCanHold) {
  const Read r = read(R"({"a":1e400,"b":[-1e999],"c":1e-400})");
  EXPECT_EQ(r.codes(), "C206 C206 C206");
  EXPECT_EQ(r.diagnostics.entries()[1].place.pointer, "/b/0");
  EXPECT_EQ(r.table("/b")->columns[0].cells[0].number, -INFINITY);
  EXPECT_EQ(r.table("/b")->columns[0].cells[0].kind, core::CellKind::null);
}

TEST(BrokenJson, ToleratesWhatOtherLanguagesWrite) {
  const Read r = read("{'a': True, b: None, // why\n \"c\": [1, 2,], /* x */ \"d\": .5,}");
  EXPECT_EQ(r.at("", "a"), "True");
  EXPECT_EQ(r.at("", "b"), "None");
  EXPECT_EQ(r.table("/c")->rows.size(), 2U);
  EXPECT_EQ(r.at("", "d"), ".5");
  EXPECT_EQ(r.codes(), "C208 C208 C208 C208 C208 C208") << dump(r.diagnostics);  // each kind once
}

TEST(BrokenJson, GoesOnBehindAMissingComma) {
  const Read r = read(R"({"a":1 "b":[{"c":2} {"c":3}]})");
  EXPECT_EQ(r.codes(), "C201 C201");
  EXPECT_EQ(r.at("/b", "c", 1), "3");
}

TEST(BrokenJson, PassesOverLogLinesAroundIt) {
  const Read r = read("[INFO] loading model\n[12:30:05] ready\n{\"a\": 1}\nDone in 3 s\n");
  EXPECT_EQ(r.codes(), "C207 C207");
  EXPECT_EQ(r.diagnostics.entries()[0].place.line, 1U);
  EXPECT_EQ(r.diagnostics.entries()[1].place.line, 4U);
  EXPECT_EQ(r.document.tables[0].kind, TableKind::object);
  EXPECT_EQ(r.at("", "a"), "1");
}

TEST(BrokenJson, SurvivesDeepNesting) {
  for (const std::size_t depth : {std::size_t{10'000}, std::size_t{1'000'000}}) {
    const Read closed = read(R"({"a":1,"deep":)" + std::string(depth, '[') + "7" + std::string(depth, ']') + R"(,"z":2})");
    EXPECT_EQ(closed.codes(), "C204");
    EXPECT_EQ(closed.at("", "z"), "2");
    const Read open = read(R"({"a":1,"deep":)" + std::string(depth, '['));
    EXPECT_EQ(open.codes(), "C204 C202");
    EXPECT_EQ(open.at("", "a"), "1");
  }
  std::string objects = R"({"z":1,"d":)";
  for (int i = 0; i < 100'000; ++i) objects += R"({"k":)";
  EXPECT_EQ(read(objects).codes(), "C204 C202");
}

TEST(BrokenJson, TakesTheFirstHundredFaultsAndCountsTheRest) {
  std::string text = "[0";
  for (int i = 0; i < 5000; ++i) text += ",NaN";
  const Read r = read(text + "]");
  EXPECT_EQ(r.diagnostics.entries().size(), 101U);
  EXPECT_NE(r.diagnostics.entries().back().message.find("5000 in all"), std::string::npos);
  EXPECT_EQ(r.document.tables[0].rows.size(), 5001U);
}

TEST(BrokenJson, DoesNotBlowUpOnEverNewKeys) {
  std::string text = "[";
  for (int i = 0; i < 20'000; ++i) text += fmt::format("{}{{\"k{}\":{}}}", i > 0 ? "," : "", i, i);
  const Read r = read(text + "]");
  std::size_t cells = 0;
  std::size_t present = 0;
  for (const core::Table& table : r.document.tables) {
    for (const core::Column& column : table.columns) {
      cells += column.cells.size();
      for (const core::Cell& cell : column.cells) present += cell.kind == CellKind::number ? 1 : 0;
    }
  }
  EXPECT_EQ(present, 20'000U);
  EXPECT_LT(cells, 100 * present);
}

// ---- JSONL ---------------------------------------------------------------------------------------------------------

TEST(Jsonl, ReadsEachLineAsARecord) {
  const Read r = read("{\"a\":1,\"b\":{\"c\":2}}\n\n{\"a\":3,\"b\":{\"c\":4},\"s\":[5,6]}\r\n", "a.jsonl");
  EXPECT_EQ(r.codes(), "");
  EXPECT_EQ(r.document.artifact.format, core::Format::jsonl);
  const core::Table& table = r.document.tables[0];
  EXPECT_EQ(table.kind, TableKind::records);
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(table.rows[1].line, 3U);
  EXPECT_EQ(table.rows[1].pointer, "");
  EXPECT_EQ(r.at("", "b/c", 1), "4");
  EXPECT_EQ(r.table("/s")->rows[1].pointer, "/s/1");
  EXPECT_EQ(r.table("/s")->rows[1].parent_row, 1U);
}

TEST(Jsonl, TellsFamiliesOfRecordsApart) {
  const Read r = read(
      "{\"type\":\"start\",\"model\":\"m\",\"seed\":1}\n"
      "{\"type\":\"sample\",\"ttft\":1,\"tps\":2,\"n\":3}\n"
      "{\"type\":\"sample\",\"ttft\":4,\"tps\":5,\"n\":6,\"error\":\"x\"}\n"
      "{\"type\":\"sample\",\"ttft\":7,\"tps\":8}\n");
  ASSERT_EQ(r.document.tables.size(), 2U);
  EXPECT_EQ(r.document.tables[0].rows.size(), 1U);
  EXPECT_EQ(r.document.tables[1].rows.size(), 3U);
}

TEST(Jsonl, ReadsTheOtherLinesWhereOneIsBroken) {
  const Read r = read("{\"a\":1,\"b\":2}\n{\"a\":3,\"b\":\n{\"a\":5,\"b\":6}\nnot json\n{\"a\":7,\"b\":8}\n", "a.jsonl");
  EXPECT_EQ(r.codes(), "C202 C207");
  EXPECT_EQ(r.diagnostics.entries()[0].place.line, 2U);
  EXPECT_EQ(r.diagnostics.entries()[0].place.pointer, "/b");
  EXPECT_EQ(r.diagnostics.entries()[1].place.line, 4U);
  ASSERT_EQ(r.document.tables.size(), 1U);
  ASSERT_EQ(r.document.tables[0].rows.size(), 4U);
  EXPECT_EQ(r.at("", "a", 3), "7");
  EXPECT_EQ(r.at("", "b", 1), "-");
}

TEST(Jsonl, ReadsRecordsBehindAPrefix) {
  const Read r = read(":::LOG {\"key\": \"a\", \"t\": 1}\n:::LOG {\"key\": \"b\", \"t\": 2}\n", "detail.txt");
  EXPECT_EQ(r.document.artifact.format, core::Format::jsonl);
  EXPECT_EQ(r.codes(), "");
  EXPECT_EQ(r.at("", "t", 1), "2");
  EXPECT_EQ(read("12:30 {\"a\": 1}\n12:31 {\"a\": 2}\n", "a.log").codes(), "");  // a mark of one word
  EXPECT_EQ(read("after 12 s {\"a\": 1}\nafter 13 s {\"a\": 2}\n", "a.log").codes(), "C207 C207");
  EXPECT_EQ(read("const a = {\"x\": 1}\nlet b = 2\nprint(a)\n", "a.txt").document.artifact.format, core::Format::text);
}

TEST(Jsonl, KeepsABrokenRecordWithTheOthers) {
  const Read r = read("{\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5}\n{\"a\":6,\"b\"\n", "a.jsonl");
  ASSERT_EQ(r.document.tables.size(), 1U);
  EXPECT_EQ(r.at("", "a", 1), "6");
}

TEST(Jsonl, DependsOnTheContentNotTheName) {
  EXPECT_EQ(read("{\"a\":1}\n{\"a\":2}\n", "a.json").document.artifact.format, core::Format::jsonl);
  EXPECT_EQ(read("{\n \"a\": 1\n}\n", "a.jsonl").at("", "a"), "1");
  EXPECT_EQ(read("{\"a\":1}\n", "a.jsonl").document.tables[0].kind, TableKind::records);
  EXPECT_EQ(read("{\"a\":1}\n", "a.json").document.tables[0].kind, TableKind::object);
}

TEST(Jsonl, ReadsPrettyPrintedValuesOneAfterTheOther) {
  const Read r = read("{\n \"a\": 1\n}\n{\n \"a\": 2\n}\n");
  EXPECT_EQ(r.document.artifact.format, core::Format::jsonl);
  EXPECT_EQ(r.document.tables[0].rows[1].line, 4U);
  EXPECT_EQ(r.codes(), "");
}

TEST(Jsonl, ReadsSeveralRecordsOnOneLine) {
  const Read r = read("{\"a\":1}{\"a\":2}\n{\"a\":3} {\"a\":4} rest\n", "a.jsonl");
  EXPECT_EQ(r.document.tables[0].rows.size(), 4U);
  EXPECT_EQ(r.codes(), "C207");
}

}  // namespace
}  // namespace chimera::sources
