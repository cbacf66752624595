#include "plaintext/markdown.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "plaintext/text_tables.h"
#include "text/decode.h"
#include "text/number.h"

namespace chimera::plaintext {
namespace {

using Reader = void (*)(core::Document&, core::Diagnostics&);

struct Read {
  core::Document document;
  core::Diagnostics diagnostics;
};

Read read_with(Reader reader, std::string bytes) {
  Read result;
  text::Decoded decoded = text::decode(std::move(bytes));
  result.document.text = std::move(decoded.text);
  result.document.lines = text::line_starts(result.document.text);
  result.document.artifact.format = core::Format::markdown;
  reader(result.document, result.diagnostics);
  return result;
}

std::string show(const core::Document& document, const core::Cell& cell) {
  const std::string written(document.at(cell.span()));
  switch (cell.kind) {
    case core::CellKind::absent:
      return ".";
    case core::CellKind::null:
      return "null";
    case core::CellKind::number:
      return "#" + written;
    case core::CellKind::text:
      return written;
    case core::CellKind::boolean:
      return cell.number != 0 ? "true" : "false";
  }
  return {};
}

// "kind 'name': key[unit]=a,b key=c,d", tables separated by " | ".
std::string show(const core::Document& document) {
  constexpr std::string_view kKinds[] = {"object", "records",  "keyed",   "series",
                                         "csv",    "markdown", "listing", "transposed"};
  std::string out;
  for (const core::Table& table : document.tables) {
    out += (out.empty() ? "" : " | ") + std::string(kKinds[static_cast<std::size_t>(table.kind)]) + " '" + table.name +
           "':";
    for (const core::Column& column : table.columns) {
      out += ' ' + column.key + (column.unit.empty() ? "" : "[" + column.unit + "]") + '=';
      for (std::size_t i = 0; i < column.cells.size(); ++i) out += (i > 0 ? "," : "") + show(document, column.cells[i]);
    }
  }
  return out;
}

std::string markdown(std::string bytes) { return show(read_with(read_markdown, std::move(bytes)).document); }
std::string plain(std::string bytes) { return show(read_with(read_text, std::move(bytes)).document); }

// "12:prose 5:date": the numbers that are no cell, with their reason; neighbours with the same one are one region.
std::string leftover(std::string bytes, Reader reader = read_markdown) {
  const Read read = read_with(reader, std::move(bytes));
  std::string out;
  for (const core::Ignored& ignored : read.document.ignored)
    out += (out.empty() ? "" : " ") + std::string(read.document.at(ignored.span)) + ':' + std::string(ignored.reason);
  return out;
}

std::string codes(std::string bytes, Reader reader = read_markdown) {
  const Read read = read_with(reader, std::move(bytes));
  std::string out;
  for (const core::Diagnostic& d : read.diagnostics.entries())
    out += (out.empty() ? "" : " ") + std::string(core::info(d.code).code);
  return out;
}

TEST(MarkdownDocument, ReadsATableUnderItsHeading) {
  EXPECT_EQ(
      markdown("# Speed\n\n| tag | Mean (ms) | ok |\n|---|---|---|\n| `q4` | **1.50** | yes |\n| q8 | - | no |\n"),
      "markdown 'Speed': tag=q4,q8 Mean (ms)[ms]=#1.50,. ok=true,false");
}

TEST(MarkdownDocument, KeepsTheSpanAndDecimalsOfEveryNumber) {
  const core::Document document = read_with(read_markdown, "| a | b |\n|---|---|\n| x | **1,234.50** |\n").document;
  const core::Cell& cell = document.tables[0].columns[1].cells[0];
  EXPECT_EQ(document.at(cell.span()), "1,234.50");
  EXPECT_EQ(cell.number, 1234.5);
  EXPECT_EQ(cell.decimals, 2);
  const core::Place place = document.place(core::CellRef{{}, 0, 0, 1});
  EXPECT_EQ(place.line, 3U);
  EXPECT_EQ(place.row, 1U);
  EXPECT_EQ(place.column, 2U);
  EXPECT_EQ(place.header, "b");
}

TEST(MarkdownDocument, GivesNoNumberTheUnitOfItsNeighbour) {
  EXPECT_EQ(markdown("| m | Size |\n|---|---|\n| a | 3.3 GB |\n| b | 291 MB |\n| c | 7 |\n"),
            "markdown '': m=a,b,c Size[GB]=#3.3,.,. Size[MB]=.,#291,. Size=.,.,#7");
  EXPECT_EQ(markdown("| m | t (ms) |\n|---|---|\n| a | 3 |\n| b | 4 ms |\n| c | 5 s |\n"),
            "markdown '': m=a,b,c t (ms)[ms]=#3,#4,. t (ms)[s]=.,.,#5");
  EXPECT_EQ(markdown("| m | v |\n|---|---|\n| a | 3 tok/s |\n| b | 4 tokens/s |\n"),
            "markdown '': m=a,b v[tok/s]=#3,#4");
}

TEST(MarkdownDocument, TakesNoBillionForBytes) {
  EXPECT_EQ(markdown("| m | size | params |\n|---|---|---|\n| a | 4.7 GB | 8B |\n| b | 401 GB | 671.03 B |\n"),
            "markdown '': m=a,b size[GB]=#4.7,#401 params[billion]=#8,#671.03");
}

TEST(MarkdownDocument, ShowsSplitColumnsAtTheirWrittenPlace) {
  const core::Document document =
      read_with(read_markdown, "| m | v | w |\n|---|---|---|\n| a | 3 s | 1 |\n| b | 4 ms | 2 |\n").document;
  ASSERT_EQ(document.tables[0].columns.size(), 4U);
  EXPECT_EQ(document.place(core::CellRef{{}, 0, 1, 3}).column, 2U);
}

TEST(MarkdownDocument, PutsTheSpreadBesideItsValue) {
  EXPECT_EQ(markdown("| test | t/s |\n|---|--:|\n| pp512 | 1234.56 ± 7.89 |\n| tg128 | 50.1 ± 0.2 |\n"),
            "markdown '': test=pp512,tg128 t/s=#1234.56,#50.1 t/s/±=#7.89,#0.2");
}

TEST(MarkdownDocument, ReadsNumbersWithRemarks) {
  EXPECT_EQ(markdown("| m | v |\n|---|---|\n| a | ~5.5x |\n| b | 1.5x (warm) |\n| c | **-0.8x** ❌ |\n| d | 6-7x |\n"),
            "markdown '': m=a,b,c,d v[x]=#5.5,#1.5,#-0.8,6-7x");
}

TEST(MarkdownDocument, ContinuesTheGroupAbove) {
  const core::Document document =
      read_with(read_markdown, "| m | b | t |\n|---|---|---|\n| `x` | e | 1 |\n| | j | 2 |\n| | | |\n| y | e | 3 |\n| | | |\n")
          .document;
  EXPECT_EQ(show(document), "markdown '': m=x,x,y b=e,j,e t=#1,#2,#3");  // rows of empty cells are none
  EXPECT_EQ(document.tables[0].columns[0].cells[0].begin, document.tables[0].columns[0].cells[1].begin);
}

TEST(MarkdownDocument, TurnsTablesOfMetrics) {
  EXPECT_EQ(markdown("| Metric | Value |\n|---|---|\n| TTFT | 0.1 s |\n| Rate | 5 tok/s |\n"),
            "transposed '': TTFT[s]=#0.1 Rate[tok/s]=#5");
  EXPECT_EQ(markdown("| Metric | A | B |\n|---|---|---|\n| TTFT | 1 s | 2 s |\n| Rate | 5 tok/s | +4% |\n"),
            "transposed '': =A,B TTFT[s]=#1,#2 Rate[tok/s]=#5,. Rate[%]=.,#+4");
}

TEST(MarkdownDocument, TurnsTablesWhoseRowsNameAUnit) {
  EXPECT_EQ(markdown("| Engine | A | B |\n|---|---|---|\n| TTFT (ms) | 1 | 2 |\n| Rate (tok/s) | 5 | 6 |\n"),
            "transposed '': =A,B TTFT (ms)[ms]=#1,#2 Rate (tok/s)[tok/s]=#5,#6");
  EXPECT_EQ(markdown("| Engine | A |\n|---|---|\n| x (ms) | 1 |\n| y | 5 |\n"), "markdown '': Engine=x (ms),y A=#1,#5");
}

TEST(MarkdownDocument, LeavesTablesOfThingsAsTheyAre) {
  EXPECT_EQ(markdown("| Model | Rate |\n|---|---|\n| a | 5 |\n| b | 6 |\n"), "markdown '': Model=a,b Rate=#5,#6");
  EXPECT_EQ(markdown("| Op | Time |\n|---|---|\n| a | 5 ms |\n| b | 6 s |\n"),
            "markdown '': Op=a,b Time[ms]=#5,. Time[s]=.,#6");
}

TEST(MarkdownDocument, TurnsTablesThatMixDimensions) {
  EXPECT_EQ(markdown("| | A |\n|---|---|\n| load | 5 ms |\n| rate | 6 tok/s |\n"),
            "transposed '': load[ms]=#5 rate[tok/s]=#6");
}

TEST(MarkdownDocument, MakesOneRowOfThePairsUnderAHeading) {
  EXPECT_EQ(markdown("## A\n- Mean: 5.15 s\n- Runs: 7\n- Model: m\n## B\n- Mean: 6 ms\n"),
            "listing 'A': Mean[s]=#5.15 Runs=#7 Model=m | listing 'B': Mean[ms]=#6");
}

TEST(MarkdownDocument, BeginsARowWhereANameComesAgain) {
  EXPECT_EQ(markdown("- Model: a\n- Rate: 1\n- Model: b\n- Rate: 2\n"), "listing '': Model=a,b Rate=#1,#2");
}

TEST(MarkdownDocument, MakesRowsOfEntities) {
  EXPECT_EQ(markdown("### R\n- g1: - q8: ms=4.5 tps=2 - 40.00: ms=6 tps=3\n"),
            "keyed 'R': =q8,40.00 group=g1,g1 ms=#4.5,#6 tps=#2,#3");
}

TEST(MarkdownDocument, JoinsALoneConfigurationToItsPairs) {
  EXPECT_EQ(markdown("## Best\nTop: num_gpu=40, num_ctx=1024\n- Rate: 78.4\n"),
            "listing 'Best': num_gpu=#40 num_ctx=#1024 Rate=#78.4");
}

TEST(MarkdownDocument, ReadsALeadInThatRanTogetherWithAValue) {
  EXPECT_EQ(markdown("- TTFT: 0.088 s Best of all: | a | b |\n|---|---|\n| 1 | 2 |\n"),
            "listing '': TTFT[s]=#0.088 | markdown '': a=#1 b=#2");
}

TEST(MarkdownDocument, GivesEveryOtherNumberItsReason) {
  EXPECT_EQ(
      leftover("# Report 7\n\nTook 5 s on 2025-01-02 at 3 pm.\n\n1. see [x](a/4) and `n 6`\n\n```\n8\n```\n\n<b "
               "w=\"9\">gemma 3:4 q-12</b>\n"),
      "7:heading 5 s on 2025-01-02 at 3:prose 1:list ordinal 4:link 6:code 8:code 9:html 3:4:prose 12:identifier");
}

TEST(MarkdownDocument, NamesRaggedRowsAndRecoveredTables) {
  EXPECT_EQ(codes("| a | b |\n|---|---|\n| 1 |\n"), "C211");
  EXPECT_EQ(codes("text | a | b |\n|---|---|\n| 1 | 2 |\n"), "C221");
  EXPECT_EQ(codes("| a | a |\n|---|---|\n| 1 | 2 |\n"), "C213");
  EXPECT_EQ(codes("| a | b |\n|---|---|\n| 1 | 2 |\n"), "");
}

// Law 2: every number that the scan of the text counts is in a cell or has a reason, and no cell is without one.
void expect_all_accounted(const core::Document& document, std::string_view name) {
  std::vector<core::Span> cells;
  for (const core::Table& table : document.tables)
    for (const core::Column& column : table.columns) {
      ASSERT_EQ(column.cells.size(), table.rows.size()) << name;
      for (const core::Cell& cell : column.cells)
        if (cell.kind == core::CellKind::number) cells.push_back(cell.span());
    }
  std::sort(cells.begin(), cells.end());
  std::uint64_t numbers = 0, in_cells = 0, seen = 0, ignored = 0, end = 0;
  std::size_t next = 0, cell = 0;
  for (const text::NumberToken& token : text::find_numbers(document.text)) {
    ++numbers;
    while (next < document.ignored.size() && document.ignored[next].span.end <= token.begin) ++next;
    const bool has_reason = next < document.ignored.size() && document.ignored[next].span.begin <= token.begin;
    ignored += has_reason;
    // "1 815.9" is one cell and two numbers, "512,981.5" in a row of delimited text two cells and one number.
    while (cell < cells.size() && cells[cell].end <= token.begin) ++cell;
    in_cells += cell < cells.size() && cells[cell].begin < token.end;
    EXPECT_TRUE(!has_reason || cell == cells.size() || cells[cell].begin >= token.end) << name << " at " << token.begin;
    for (; cell < cells.size() && cells[cell].end <= token.end; ++cell) seen += cells[cell].begin >= token.begin || cells[cell].end == token.end;
  }
  for (const core::Ignored& region : document.ignored) {
    EXPECT_GE(region.span.begin, end) << name;
    end = region.span.end;
  }
  EXPECT_EQ(numbers, in_cells + ignored) << name;
  EXPECT_EQ(seen, cells.size()) << name;
}

TEST(MarkdownDocument, AccountsForEveryNumberOfRealReports) {
  const char* const shared = std::getenv("CHIMERA_SHARED");
  const std::filesystem::path root = std::filesystem::path(shared != nullptr ? shared : "../shared") / "corpora";
  if (!std::filesystem::exists(root)) GTEST_SKIP() << root << " is not there";
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    const std::string extension = entry.path().extension();
    if (extension != ".md" && extension != ".txt" && extension != ".log") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(in), {});
    for (const Reader reader : {read_markdown, read_text})
      expect_all_accounted(read_with(reader, bytes).document, entry.path().string());
    ++files;
  }
  EXPECT_GT(files, 0U);
}

TEST(MarkdownDocument, SurvivesHostileText) {
  const auto repeat = [](std::string_view what, std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += what;
    return out;
  };
  std::string units = "| a | b |\n|---|---|\n", keys;
  for (int i = 0; i < 20'000; ++i)
    units += "| x | " + std::to_string(i) + " u" +
             std::string(1 + static_cast<std::size_t>(i) % 20, static_cast<char>('a' + i % 26)) + " |\n",
        keys += "- e: k" + std::to_string(i) + "=1\n";
  for (const std::string& text :
       {repeat(">", 50'000), repeat("[", 50'000), repeat("*", 50'000), repeat("- a: 1 ", 20'000), repeat("# [", 20'000),
        repeat("| 1 ", 50'000), units, keys, repeat("a: 1\n", 50'000)})
    for (const Reader reader : {read_markdown, read_text})
      expect_all_accounted(read_with(reader, text).document, text.substr(0, 20));
}

TEST(TextDocument, ReadsAlignedTables) {
  EXPECT_EQ(plain("-----\nBenchmark      Time    Runs\n-----\nFast       0.3 ns  1000\nSlow  10137913 ns    10\n"),
            "csv '': Benchmark=Fast,Slow Time[ns]=#0.3,#10137913 Runs=#1000,#10");
  EXPECT_EQ(plain("step loss\n1 2.5\n2 2.25\n"), "csv '': step=#1,#2 loss=#2.5,#2.25");
  EXPECT_EQ(plain("the loss\nwas 2.5\n\n"), "");
}

TEST(TextDocument, ReadsPairsUnderTheirTitle) {
  EXPECT_EQ(plain("=====\nSummary\n=====\nMin latency (ns) : 5\nResult is : VALID\n=== More ===\nqps = 7\n"),
            "listing 'Summary': Min latency (ns)[ns]=#5 Result is=VALID | listing 'More': qps=#7");
}

TEST(TextDocument, ReadsPairsBehindLogPrefixes) {
  EXPECT_EQ(
      plain("[07/07/2026-02:11:26] [I] Latency: min = 0.1 ms, max = 0.2 ms\n2026-07-07 02:11:27,123 INFO Streams: 4\n"),
      "listing '': Latency/min[ms]=#0.1 Latency/max[ms]=#0.2 Streams=#4");
}

TEST(MarkdownDocument, ReadsOutputInFencesOfAnyLanguage) {
  const std::string report = "== Result ==\nRequests done:   10\nMean TTFT (ms):  12.5\nDuration (s):  3.5\n```\n";
  const std::string read = "listing 'Result': Requests done=#10 Mean TTFT (ms)[ms]=#12.5 Duration (s)[s]=#3.5";
  EXPECT_EQ(markdown("```bash\n" + report), read);
  EXPECT_EQ(markdown("```\n\n" + report), read);
  EXPECT_EQ(markdown("```yaml\ntimeout: 30s\nmemory: 16 GiB\nreplicas: 2\n```\n"), "");
  EXPECT_EQ(markdown("```python\nimport x\nlr = 5\nrun_time(ms) = 7\nreturn x\n```\n"), "");
}

TEST(MarkdownDocument, TakesMeasuredLinesOfMixedFences) {
  const std::string fence = "```\nnew build, which is good\nrun it again and look\nrank: 3\neval time = 5 ms\nload time = 7 ms\nthat was on my laptop\nthanks to all\n```\n";
  EXPECT_EQ(markdown(fence), "listing '': rank=. eval time[ms]=#5 load time[ms]=#7");
}

TEST(TextDocument, ReadsLoneEntriesAndGroupedThousands) {
  EXPECT_EQ(plain("threads=8\nscore=7.5\n"), "listing '': threads=#8 score=#7.5");
  EXPECT_EQ(plain("Lookups/s: 125,200\n"), "listing '': Lookups/s=#125,200");
  EXPECT_EQ(plain("import a\nimport b\nx=5\n"), "");
}

TEST(TextDocument, PassesOverWhatLoggersAdd) {
  EXPECT_EQ(plain("INFO [    print_timings] load time = 3.5 ms | tid=\"140\" id_slot=0\n"), "listing '': load time[ms]=#3.5");
  EXPECT_EQ(plain("t = 7 ms / 9 tokens ( 0.23 ms per token,  4396.48 tokens per\nsecond)\n"),
            "listing '': t[ms]=#7 t/tokens[tokens]=#9 t/ms per token[ms per token]=#0.23");
}

TEST(TextDocument, TellsAlikeBlocksApart) {
  EXPECT_EQ(plain("Model: x\n\nold build\n\nt: 5 ms\n\nnew build\n\nt: 4 ms\n"), "listing '': Model=x | listing '': t[ms]=#5,#4 group=old build,new build");
  EXPECT_EQ(plain("Run 1\nt: 5 ms\n\nRun 2\nt: 4 ms\n"), "listing '': t[ms]=#5,#4");
}

TEST(TextDocument, ReadsHeadersOfSeveralLines) {
  EXPECT_EQ(plain("Speed in MB/s\n  Memory  Inc32  Inc16\n  KBytes  Words  Words\n\n      16   1499    903\n      32    239    329\n"),
            "csv '': Memory/KBytes=#16,#32 Inc32/Words[MB/s]=#1499,#239 Inc16/Words[MB/s]=#903,#329");
}

TEST(TextDocument, ReadsSeveralQuantitiesOfOneName) {
  EXPECT_EQ(plain("timings: eval time = 600.5 ms / 12 runs ( 50.04 ms per token, 19.98 tokens per second)\n"),
            "listing '': timings/eval time[ms]=#600.5 timings/eval time/runs[runs]=#12 timings/eval time/ms per "
            "token[ms per token]=#50.04 "
            "timings/eval time/tokens per second[tokens per second]=#19.98");
}

TEST(TextDocument, ReadsRecordsOfEntries) {
  EXPECT_EQ(plain("step:1/10 loss:2.5 time:3ms\nstep:2/10 loss:2.25 time:6ms\n"),
            "records '': step=1/10,2/10 loss=#2.5,#2.25 time[ms]=#3,#6");
  EXPECT_EQ(plain("level=info msg=\"a b\" n=5\n"), "records '': level=info msg=a b n=#5");
}

TEST(TextDocument, LeavesSourceCodeAlone) { EXPECT_EQ(plain("x = [1, 2]\ny = f(3)\nreturn {a: 1}\n"), ""); }

TEST(TextDocument, TakesTimesForDates) {
  EXPECT_EQ(leftover("2026-07-07 02:11:27 INFO done after 5 s\nNov 14, 2025: n 3\n", read_text),
            "5:prose 14, 2025:date 3:text");
}

TEST(TextDocument, ReportsLinesThatAreTooLong) { EXPECT_EQ(codes(std::string(5000, 'x') + " 5\n", read_text), "C231"); }

TEST(MarkdownDocument, ReadsDecimalCommasWhereTheColumnProvesThem) {
  EXPECT_EQ(show(read_with(read_markdown, "| a | TTFT (ms) | rate |\n|---|---|---|\n| x | 12,5 | 1,75 tok/s |\n| y | 1,125 | 12,5 tok/s |\n").document),
            "markdown '': a=x,y TTFT (ms)[ms]=#12,5,#1,125 rate[tok/s]=#1,75,#12,5");
  EXPECT_EQ(show(read_with(read_markdown, "| a | GPUs | ms |\n|---|---|---|\n| x | 0,1 | 1,250 |\n| y | 2,3 | 12.5 |\n").document), "markdown '': a=x,y GPUs=0,1,2,3 ms=#1,250,#12.5");
}

}  // namespace
}  // namespace chimera::plaintext
