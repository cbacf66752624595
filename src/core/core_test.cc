#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "core/config.h"
#include "core/corpus.h"
#include "core/diagnostic.h"
#include "core/hash.h"
#include "core/statement.h"
#include "core/statistic.h"

namespace chimera::core {
namespace {

TEST(Statistics, AreFoundUnderTheirCommonNames) {
  EXPECT_EQ(find_statistic("avg")->kind, Statistic::Kind::mean);
  EXPECT_EQ(find_statistic("P99.9")->percent, 99.9);
  EXPECT_EQ(find_statistic("p999")->percent, 99.9);
  EXPECT_EQ(find_statistic("p99.999")->percent, 99.999);
  EXPECT_EQ(find_statistic("p99.99999999999"), std::nullopt);
  EXPECT_EQ(find_statistic("p50"), find_statistic("median"));
  EXPECT_EQ(find_statistic("95p"), find_statistic("p95"));
  EXPECT_FALSE(find_statistic("perhaps").has_value());
  EXPECT_FALSE(find_statistic("p").has_value());
  EXPECT_EQ(to_string(*find_statistic("p95")), "p95");
}

// As it is defined: FNV-1a over the eight bytes of the length, the least first, and the bytes; then the mixer of splitmix64.
std::uint64_t hash_by_definition(std::uint64_t number, std::string_view text) {
  std::uint64_t state = 0xcbf29ce484222325U;
  const auto take = [&](std::uint64_t part) { state = (state ^ part) * 0x100000001b3U; };
  for (const std::uint64_t eight : {number, std::uint64_t{text.size()}})
    for (unsigned i = 0; i < 8; ++i) take(eight >> (8 * i) & 0xFFU);
  for (const char c : text) take(static_cast<unsigned char>(c));
  state = (state ^ (state >> 30U)) * 0xbf58476d1ce4e5b9U;
  state = (state ^ (state >> 27U)) * 0x94d049bb133111ebU;
  return state ^ (state >> 31U);
}

TEST(Hash, IsWhatItsDefinitionSays) {
  EXPECT_EQ(Hash().number(0).text("a").value(), hash_by_definition(0, "a"));
  EXPECT_EQ(Hash().number(3).text(std::string(300, '\xE9')).value(), hash_by_definition(3, std::string(300, '\xE9')));
  for (unsigned bit = 0; bit < 64; ++bit) {
    for (const std::uint64_t number : {(std::uint64_t{1} << bit) - 1, std::uint64_t{1} << bit, std::numeric_limits<std::uint64_t>::max() >> bit})
      EXPECT_EQ(Hash().number(number).text("tokens").value(), hash_by_definition(number, "tokens")) << number;
  }
}

TEST(Configurations, AreEqualWhateverTheOrderOfTheirSettings) {
  RunConfig a;
  a.set("num_ctx", "1024.00");
  a.set("temperature", "0.40");
  RunConfig b;
  b.set("temperature", " 0.4");
  b.set("num_ctx", "1024");
  EXPECT_EQ(a, b);
  EXPECT_EQ(a.fingerprint(), b.fingerprint());
  b.set("num_ctx", "2048");
  EXPECT_NE(a.fingerprint(), b.fingerprint());
  EXPECT_EQ(b.to_string(), "num_ctx=2048, temperature=0.4");
}

TEST(Configurations, DropOnlyZerosBehindAPoint) {
  EXPECT_EQ(canonical_value("999.00"), "999");
  EXPECT_EQ(canonical_value("1000"), "1000");
  EXPECT_EQ(canonical_value("0.0"), "0");
  EXPECT_EQ(canonical_value("q4_0"), "q4_0");
  EXPECT_EQ(canonical_value("1.2.0"), "1.2.0");
  RunConfig config;
  config.set("python_version", "3.10");
  config.set("temperature", "0.70");
  EXPECT_EQ(config.get("python_version"), "3.10");
  EXPECT_EQ(config.get("temperature"), "0.7");
}

// One CSV-like document, "a,b\n1.5,x\n".
Document small_document(const std::string& path) {
  Document document;
  document.artifact.path = path;
  document.artifact.format = Format::csv;
  document.artifact.digest = base::sha256("a,b\n1.5,x\n");
  document.text = "a,b\n1.5,x\n";
  document.lines = {0, 4, 10};
  Table table;
  table.kind = TableKind::csv;
  table.header_line = 1;
  table.columns.resize(2);
  table.columns[0].key = "a";
  table.columns[0].cells = {Cell{4, 3, CellKind::number, 1, false, 1.5}};
  table.columns[1].key = "b";
  table.columns[1].cells = {Cell{8, 1, CellKind::text, 0, false, 0}};
  table.rows = {Row{{4, 9}, 2, {}, Row::kNone, Row::kNone}};
  document.tables = {std::move(table)};
  return document;
}

TableMeaning small_meaning() {
  TableMeaning meaning;
  meaning.columns.resize(2);
  meaning.columns[0].role = Role::response;
  meaning.columns[0].metric = "ttft";
  meaning.columns[0].unit = unit_of("s");
  meaning.configs = {0};
  meaning.states = {RowState::ok};
  return meaning;
}

TEST(Corpora, MakeFactsThatCarryTheirPlaceAndBytes) {
  Corpus corpus;
  const DocumentId id = corpus.add(small_document("x.csv"), {small_meaning()}, {RunConfig{}});
  const Fact fact = corpus.fact({id, 0, 0, 0});
  EXPECT_EQ(fact.raw, "1.5");
  EXPECT_EQ(fact.value.value, 1.5);
  EXPECT_EQ(fact.evidence.front().place.line, 2U);
  EXPECT_EQ(fact.evidence.front().place.row, 1U);
  EXPECT_EQ(fact.evidence.front().place.header, "a");
  EXPECT_EQ(corpus.bytes(fact.evidence.front()), "1.5");
  EXPECT_EQ(corpus.find(fact.id)->raw, "1.5");
  EXPECT_FALSE(corpus.find(FactId{42}).has_value());
}

TEST(Corpora, GiveEqualBytesEqualIds) {
  Corpus one;
  Corpus two;
  const DocumentId a = one.add(small_document("x.csv"), {small_meaning()}, {RunConfig{}});
  const DocumentId b = two.add(small_document("elsewhere/y.csv"), {small_meaning()}, {RunConfig{}});
  EXPECT_EQ(one.id({a, 0, 0, 0}), two.id({b, 0, 0, 0}));
  EXPECT_NE(one.id({a, 0, 0, 0}), fact_id(base::to_hex(base::sha256("other")), Span{4, 7}));
}

TEST(Corpora, ShareConfigurationsBetweenDocuments) {
  RunConfig config;
  config.set("num_ctx", "1024");
  Corpus corpus;
  corpus.add(small_document("a.csv"), {small_meaning()}, {config});
  corpus.add(small_document("b.csv"), {small_meaning()}, {config});
  EXPECT_EQ(corpus.configs().size(), 1U);
}

TEST(OffsetMaps, LeadBackToTheFile) {
  OffsetMap plain;
  plain.shift = 3;
  EXPECT_EQ(plain.to_source(10), 13U);
  EXPECT_EQ(plain.to_decoded(13), 10U);
  OffsetMap wide;
  wide.runs = {{0, 2, 1, 2}};  // UTF-16 of ASCII behind a byte order mark
  EXPECT_EQ(wide.to_source(5), 12U);
  EXPECT_EQ(wide.to_decoded(12), 5U);
}

TEST(Diagnostics, AreSortedByPathAndPlace) {
  Diagnostics diagnostics;
  diagnostics.add({DiagnosticCode::json_syntax, "b.json", {}, "second", ""});
  Place later;
  later.line = 9;
  diagnostics.add({DiagnosticCode::json_syntax, "a.json", later, "later", ""});
  diagnostics.add({DiagnosticCode::json_truncated, "a.json", {}, "first", ""});
  diagnostics.sort();
  EXPECT_EQ(diagnostics.entries()[0].message, "first");
  EXPECT_EQ(diagnostics.entries()[1].message, "later");
  EXPECT_EQ(format(diagnostics.entries()[1]), "a.json: line 9: loss C201: later");
}

TEST(FactIds, ReadBackAsWritten) {
  const FactId id = fact_id("mean", {FactId{1}, FactId{2}});
  EXPECT_EQ(parse_fact_id(to_string(id)), id);
  EXPECT_EQ(parse_fact_id("nonsense"), FactId{});
  EXPECT_NE(id, fact_id("mean", {FactId{2}, FactId{1}}));
}

}  // namespace
}  // namespace chimera::core
