#include "sources/read.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <string>
#include <utility>

#include "sources/dump_test.h"
#include "sources/gzip.h"

namespace chimera::sources {
namespace {

using core::Format;

struct Read {
  core::Document document;
  core::Diagnostics diagnostics;
  [[nodiscard]] std::string codes() const {
    std::string all;
    for (const core::Diagnostic& d : diagnostics.entries()) all += (all.empty() ? "" : " ") + std::string(core::info(d.code).code);
    return all;
  }
};

Read read(std::string bytes, std::string path) {
  Read result;
  const base::FileInfo info{std::move(path), bytes.size(), 7};
  result.document = read_document(info, std::move(bytes), result.diagnostics);
  return result;
}

std::string gzip(std::string_view text) {
  z_stream stream = {};
  deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::string utf16le(std::string_view ascii) {
  std::string bytes;
  for (const char c : ascii) bytes += {c, '\0'};
  return bytes;
}

TEST(DeclaredFormat, LooksAtTheExtensionOnly) {
  EXPECT_EQ(declared_format("a/b.JSON"), Format::json);
  EXPECT_EQ(declared_format("a.json.gz"), Format::json);
  EXPECT_EQ(declared_format("x.ndjson"), Format::jsonl);
  EXPECT_EQ(declared_format("x.tsv"), Format::csv);
  EXPECT_EQ(declared_format("run.log"), Format::text);
  EXPECT_EQ(declared_format("README"), Format::unknown);
  EXPECT_EQ(declared_format("a.json/README"), Format::unknown);
  EXPECT_EQ(declared_format(".json"), Format::unknown);
  EXPECT_EQ(declared_format("model.py"), Format::unknown);
}

TEST(DetectFormat, GoesByContent) {
  EXPECT_EQ(detect_format("{\"a\":1}", Format::csv), Format::json);
  EXPECT_EQ(detect_format("{\"a\":1}\n{\"a\":2}\n", Format::json), Format::jsonl);
  EXPECT_EQ(detect_format("a,b\n1,2\n3,4\n", Format::json), Format::csv);
  EXPECT_EQ(detect_format("a\tb\n1\t2\n3\t4\n", Format::unknown), Format::csv);
  EXPECT_EQ(detect_format("a;b\n1,5;2\n", Format::csv), Format::csv);
  EXPECT_EQ(detect_format("# Title\n\ntext\n", Format::unknown), Format::markdown);
  EXPECT_EQ(detect_format("| a | b |\n|---|---|\n| 1 | 2 |\n", Format::text), Format::markdown);
  EXPECT_EQ(detect_format("loading model\n\n| a | b |\n|---|---|\n| 1 | 2 |\n", Format::text), Format::text);
  EXPECT_EQ(detect_format("loading, please wait\nready\ntook 3 s, good\n", Format::unknown), Format::text);
  EXPECT_EQ(detect_format(" \n\t\n", Format::json), Format::unknown);
}

TEST(DetectFormat, IsNotFooledByBrackets) {
  EXPECT_EQ(detect_format("[INFO] 1, 2\n[INFO] 2\n", Format::unknown), Format::text);
  EXPECT_EQ(detect_format("[2025-10-02 21:08:57] start\n[2025-10-02 21:08:58] end\n", Format::text), Format::text);
  EXPECT_EQ(detect_format("[1] first footnote\n[2] second\n", Format::unknown), Format::text);
  EXPECT_EQ(detect_format("[link](x.md) and more\n", Format::markdown), Format::markdown);
  EXPECT_EQ(detect_format("[1.5, 2.5]\n", Format::unknown), Format::json);
  EXPECT_EQ(detect_format("[\n [1, 2],\n [3, 4]\n]\n", Format::unknown), Format::json);
}

TEST(DetectFormat, FindsResultsBelowAToolsGreeting) {
  const std::string results = "{\n \"a\": 1,\n \"b\": [1, 2, 3, 4, 5, 6, 7, 8, 9]\n}\n";
  EXPECT_EQ(detect_format("ready\n" + results, Format::text), Format::json);
  EXPECT_EQ(detect_format("ready\n" + results, Format::json), Format::json);
}

TEST(DetectFormat, TakesAnErrorTextNamedCsvForText) {
  EXPECT_EQ(detect_format("==ERROR== the argument for option '--page' is invalid. Use --help for details.\n", Format::csv), Format::text);
  EXPECT_EQ(detect_format("Traceback (most recent call last):\n  File \"x.py\", line 3\nValueError: bad, very bad\n", Format::csv),
            Format::text);
  EXPECT_EQ(detect_format("time_s\n0.5\n0.25\n", Format::csv), Format::csv);
  EXPECT_EQ(detect_format("num_gpu,num_ctx,ttft\n", Format::csv), Format::csv);
}

TEST(ReadDocument, FillsTheArtifact) {
  const Read r = read("{\"a\": 1}\n", "x/a.json");
  EXPECT_EQ(r.document.artifact.path, "x/a.json");
  EXPECT_EQ(r.document.artifact.size, 9U);
  EXPECT_EQ(r.document.artifact.modified, 7);
  EXPECT_EQ(base::to_hex(r.document.artifact.digest), "e8c628edc9968ef0c668f54e0ba2636b35503357eb1aca0ddc828aeace432f67");
  EXPECT_EQ(r.document.lines.size(), 2U);
}

TEST(ReadDocument, SaysThatAFileIsEmpty) {
  EXPECT_EQ(read("", "a.json").codes(), "C110");
  EXPECT_EQ(read(" \n\n", "a.json").codes(), "C110");
  EXPECT_EQ(read("", "a.json").document.artifact.format, Format::unknown);
}

TEST(ReadDocument, DropsAByteOrderMarkAndStillCountsIt) {
  const Read r = read("\xEF\xBB\xBF{\"a\": 15}", "a.json");
  EXPECT_EQ(r.codes(), "C106");
  const core::Span span = r.document.tables[0].columns[0].cells[0].span();
  EXPECT_EQ(r.document.at(span), "15");
  EXPECT_EQ(r.document.to_file(span), (core::Span{9, 11}));
}

TEST(ReadDocument, DecodesUtf16AndMapsSpansBack) {
  const Read r = read("\xFF\xFE" + utf16le("{\"a\": 15}"), "a.json");
  EXPECT_EQ(r.document.artifact.format, Format::json);
  EXPECT_EQ(r.document.artifact.encoding, "UTF-16LE");
  EXPECT_EQ(r.codes(), "C107");
  const core::Span span = r.document.tables[0].columns[0].cells[0].span();
  EXPECT_EQ(r.document.at(span), "15");
  EXPECT_EQ(r.document.to_file(span), (core::Span{14, 18}));
}

TEST(ReadDocument, KeepsSpansBehindInvalidUtf8) {
  const Read r = read("{\"s\": \"\u00e9 \u00e9 \u00e9 \u2014 \u00e9 \xC3(\", \"a\": 15}", "a.json");
  EXPECT_EQ(r.codes(), "C108");
  EXPECT_EQ(r.diagnostics.entries()[0].place.line, 1U);
  const core::Column* a = r.document.tables[0].find("a");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(r.document.to_file(a->cells[0].span()), (core::Span{33, 35}));
}

TEST(ReadDocument, ReadsLinesThatEndInCrLf) {
  const Read r = read("{\r\n\"a\": 1,\r\n\"b\": 2\r\n}\r\n", "a.json");
  EXPECT_EQ(r.codes(), "");
  EXPECT_EQ(r.document.place(core::CellRef{{}, 0, 0, 1}).line, 3U);
}

TEST(ReadDocument, RefusesBinaryUnderAnyName) {
  std::string bytes = "\x89PNG\r\n\x1A\n";
  for (int i = 0; i < 300; ++i) bytes += static_cast<char>(i * 7);
  const Read r = read(bytes, "chart.json");
  EXPECT_EQ(r.codes(), "C105");
  EXPECT_EQ(r.document.artifact.format, Format::binary);
  EXPECT_TRUE(r.document.tables.empty());
}

TEST(ReadDocument, ReadsAHugeLine) {
  std::string text = "{\"samples\":[";
  for (int i = 0; i < 1'000'000; ++i) text += "0.25,";
  text += "1]}";
  const Read r = read(text, "a.json");
  EXPECT_EQ(r.codes(), "");
  EXPECT_EQ(r.document.tables[1].rows.size(), 1'000'001U);
}

TEST(ReadDocument, SaysWhenTheContentIsNotWhatTheNameSays) {
  EXPECT_EQ(read("{\"a\": 1}", "a.csv").codes(), "C112");
  EXPECT_EQ(read("{\"a\": 1}", "a.jsonl").codes(), "");
  EXPECT_EQ(read("{\"a\": 1}", "a.txt").codes(), "");
}

TEST(ReadDocument, UnpacksGzip) {
  const Read r = read(gzip("{\"a\": 15}"), "a.json.gz");
  EXPECT_EQ(r.codes(), "");
  EXPECT_EQ(r.document.artifact.declared, Format::json);
  EXPECT_EQ(r.document.tables[0].columns[0].cells[0].begin, 6U);
  EXPECT_EQ(read(gzip("{\"a\":1}\n") + gzip("{\"a\":2}\n"), "a.jsonl.gz").document.tables[0].rows.size(), 2U);
}

TEST(ReadDocument, ReadsWhatADamagedGzipStillGives) {
  std::string lines;
  for (int i = 0; i < 20'000; ++i) lines += "{\"a\":" + std::to_string(i * 7919 % 10007) + "}\n";
  const std::string packed = gzip(lines);
  const Read cut = read(packed.substr(0, packed.size() / 2), "a.jsonl.gz");
  EXPECT_EQ(cut.codes().substr(0, 4), "C115");
  EXPECT_GT(cut.document.tables.at(0).rows.size(), 1000U);
  const Read trailing = read(packed + "garbage", "a.jsonl.gz");
  EXPECT_EQ(trailing.codes(), "C115");
  EXPECT_EQ(trailing.document.tables.at(0).rows.size(), 20'000U);
  EXPECT_EQ(read(packed + std::string(512, '\0'), "a.jsonl.gz").codes(), "");
  std::string flipped = packed;
  flipped[packed.size() / 2] = static_cast<char>(flipped[packed.size() / 2] ^ 0x55);
  EXPECT_NE(read(flipped, "a.jsonl.gz").codes().find("C115"), std::string::npos);
  EXPECT_EQ(read("\x1F\x8B\x08\x01\x02", "a.json.gz").codes(), "C115 C110");
}

TEST(Gunzip, StopsWhereAFileGrowsSuspiciously) {
  const Unpacked unpacked = gunzip(gzip(std::string(kGrowthFloor + (std::size_t{8} << 20), ' ')));
  EXPECT_EQ(unpacked.state, GzipState::too_large);
  EXPECT_LT(unpacked.bytes.size(), kGrowthFloor + (std::size_t{1} << 20));
  EXPECT_EQ(gunzip(gzip("harmless")).bytes, "harmless");
}

TEST(IsOwnOutput, KnowsReportsAndRunRecords) {
  EXPECT_TRUE(is_own_output(read("{\"chimera\": \"0.1.0\", \"schema\": 1, \"facts\": []}", "run.json").document));
  EXPECT_FALSE(is_own_output(read("{\"chimera\": \"0.1.0\"}", "run.json").document));
  EXPECT_FALSE(is_own_output(read("[{\"chimera\": 1, \"schema\": 1}]", "run.json").document));
  EXPECT_TRUE(is_own_output(read("<!-- chimera report -->\n# Title\n", "report.md").document));
  EXPECT_TRUE(is_own_output(read("<!doctype html>\n<!-- chimera report -->\n<html>{\"a\": 1}\n</html>\n", "report.html").document));
  EXPECT_TRUE(is_own_output(read("{\"$schema\":\"v5\",\"usermeta\":{\"chimera\":\"chart\"},\"data\":{\"values\":[{\"value\":1}]}}", "figures/chart-1.vl.json").document));
  EXPECT_FALSE(is_own_output(read("# About chimera reports\n", "report.md").document));
  EXPECT_TRUE(is_own_output(read("{\"schema\":\"chimera-transcript/1\",\"engine\":\"replay\"}\n", "out/transcript.jsonl").document));
  EXPECT_FALSE(is_own_output(read("{\"schema\":\"chimera-transcript/1\",\"engine\":\"replay\"}\n", "calls.jsonl").document));
}

// Which columns hold a number, by the format of their tables.
std::string columns_of(const core::Document& document) {
  std::string all;
  for (const core::Table& table : document.tables)
    for (const core::Column& column : table.columns) all += std::string(core::to_string(document.format_of(table))) + ':' + column.key + ' ';
  return all;
}

TEST(Logs, HoldRecordsAmongLines) {
  const Read most = read("starting\n{'loss': 2.5, 'epoch': 1.0}\npeak memory: 5 GiB\n{'loss': 2.25, 'epoch': 2.0}\n", "a.log");
  EXPECT_EQ(most.document.artifact.format, Format::jsonl);
  EXPECT_EQ(columns_of(most.document), "jsonl:loss jsonl:epoch text:peak memory ");
  EXPECT_EQ(most.codes().find("C207"), std::string::npos);
  const Read few = read("speed: 5 ms\nmemory: 5 GiB\nrate: 7 req/s\n{\"loss\": 2.5}\nlast: 3 ms\n", "a.log");
  EXPECT_EQ(few.document.artifact.format, Format::text);
  EXPECT_EQ(columns_of(few.document), "text:speed text:memory text:rate text:last jsonl:loss ");
}

TEST(Logs, TellOfTextThatSaysNothing) {
  const Read out = read("{\"loss\": 2.5}\nWARN slow\n{\"loss\": 2.25}\n", "a.log");
  EXPECT_EQ(out.document.artifact.format, Format::jsonl);
  EXPECT_EQ(out.codes(), "C207");
  EXPECT_EQ(read("{\"loss\": 2.5}\npeak memory: 5 GiB\n{\"loss\": 2.25}\n", "a.jsonl").codes(), "C207");
  // The rest of what broke off is no text.
  EXPECT_EQ(columns_of(read("{\"a\": [1, 2\n\"p50\": 5 ms}\nend: 5 ms\n", "a.log").document).find("text:p50"), std::string::npos);
}

TEST(Logs, BeginWithListsThatAreNoJson) {
  const Read out = read("['lr', 'depth']\nlatency: 5 ms\nrate: 7 req/s\n", "a.log");
  EXPECT_EQ(out.document.artifact.format, Format::text);
  EXPECT_EQ(columns_of(out.document), "text:latency text:rate ");
}

}  // namespace
}  // namespace chimera::sources
