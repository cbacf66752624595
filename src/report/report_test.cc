#include <gtest/gtest.h>

#include "core/corpus.h"
#include "report/draft.h"
#include "report/explain.h"
#include "report/json.h"
#include "report/publish.h"

namespace chimera::report {
namespace {

// One artifact "a b.csv" with two numbers, 1.5 s and 2.5 s.
core::Corpus small_corpus() {
  core::Document document;
  document.artifact.path = "a b.csv";
  document.artifact.format = core::Format::csv;
  document.text = "ttft_s\n1.5\n2.5\n";
  document.artifact.digest = base::sha256(document.text);
  document.artifact.size = document.text.size();
  document.lines = {0, 7, 11, 15};
  core::Table table;
  table.kind = core::TableKind::csv;
  table.columns.resize(1);
  table.columns[0].key = "ttft_s";
  table.columns[0].cells = {{7, 3, core::CellKind::number, 1, false, 1.5}, {11, 3, core::CellKind::number, 1, false, 2.5}};
  table.rows.resize(2);
  document.tables.push_back(table);
  core::TableMeaning meaning;
  meaning.columns.resize(1);
  meaning.columns[0].role = core::Role::response;
  meaning.columns[0].metric = "ttft";
  meaning.columns[0].unit = core::unit_of("s");
  meaning.configs = {0, 0};
  meaning.states = {core::RowState::ok, core::RowState::ok};
  core::Corpus corpus;
  corpus.add(std::move(document), {meaning}, {core::RunConfig{}});
  return corpus;
}

class FixedLinks final : public Links {
 public:
  [[nodiscard]] std::string href(const std::string& path) const override { return "../" + encode_path(path); }
};

core::Fact fact(const core::Corpus& corpus, std::uint32_t row) { return corpus.fact({core::DocumentId{0}, 0, row, 0}); }

std::string paragraph(const core::Statement& statement) {
  Draft draft;
  draft.paragraph(statement);
  return draft.markdown();
}

TEST(Drafts, CiteEveryNumber) {
  const core::Corpus corpus = small_corpus();
  const core::Fact first = fact(corpus, 0);
  EXPECT_EQ(paragraph(core::Statement().text("TTFT was ").quantity(first, 1).text(".")),
            "TTFT was [1.5 s](fact:" + core::to_string(first.id) + ").\n\n");
}

TEST(Drafts, EscapeWhatAnArtifactPutIntoAName) {
  EXPECT_EQ(escape("a]( b)`*_<x>|"), "a\\]( b)\\`\\*\\_\\<x\\>\\|");
  EXPECT_EQ(escape("two\nlines"), "two lines");
  EXPECT_EQ(escape("\x1b[1m"), "\xEF\xBF\xBD\\[1m");
}

TEST(Drafts, SetNamesAsCodeAndLeaveBareNumbersToBeJudged) {
  EXPECT_EQ(paragraph(core::Statement().text("by q4_0, llama.cpp and 12 more.")), "by `q4_0`, `llama.cpp` and 12 more.\n\n");
  EXPECT_EQ(paragraph(core::Statement().text("the end. Then more")), "the end. Then more\n\n");
}

TEST(Drafts, FenceQuotedTextWithMoreBackticksThanItHolds) {
  Draft draft;
  draft.code("````\n[x](fact:1)");
  EXPECT_EQ(draft.markdown(), "`````text\n````\n[x](fact:1)\n`````\n\n");
}

TEST(Drafts, LeaveOutTablesWithoutRows) {
  Draft draft;
  draft.table({"a"}, {}, {Align::left});
  EXPECT_EQ(draft.markdown(), "");
}

TEST(Paths, SurviveTheWayThroughALink) {
  const std::string path = "a b/(c)\"\xC3\xA9%20.csv";
  EXPECT_EQ(decode_path(encode_path(path)), path);
  EXPECT_EQ(encode_path(path).find_first_of(" ()\""), std::string::npos);
}

TEST(Publication, LabelsFactsInOrderOfAppearanceAndOnce) {
  const core::Corpus corpus = small_corpus();
  Draft draft;
  draft.paragraph(core::Statement().quantity(fact(corpus, 1), 1).text(" and ").quantity(fact(corpus, 0), 1).text(" and ").quantity(fact(corpus, 1), 0));
  draft.paragraph(core::Statement().compare("longer", fact(corpus, 1).id, fact(corpus, 0).id).text(" in ").artifact("a b.csv"));
  const Publication publication = publish(draft.markdown(), corpus, FixedLinks(), "report.json", 10);
  EXPECT_EQ(publication.markdown.substr(0, publication.markdown.find("## Sources")),
            "[2.5 s][f1] and [1.5 s][f2] and [3 s][f1]\n\n[longer][c1] in [a b.csv][a1]\n\n");
  EXPECT_NE(publication.markdown.find("[f1]: ../a%20b.csv#L3 \"line 3, row 2, column ttft_s\"\n"), std::string::npos);
  EXPECT_NE(publication.markdown.find("[c1]: report.json#L10 \"f1>f2\"\n"), std::string::npos);
  EXPECT_NE(publication.markdown.find("[a1]: ../a%20b.csv\n"), std::string::npos);
  ASSERT_EQ(publication.facts.size(), 2U);
  EXPECT_EQ(publication.facts[0].label, "f1");
}

TEST(Publication, KeepsLinksInsideCodeAsTheyStand) {
  const core::Corpus corpus = small_corpus();
  Draft draft;
  draft.code("[9](fact:0000000000000001)");
  EXPECT_EQ(publish(draft.markdown(), corpus, FixedLinks(), "report.json", 1).facts.size(), 0U);
}

std::string report_json(const core::Corpus& corpus) {
  Draft draft;
  draft.paragraph(core::Statement().quantity(fact(corpus, 0), 1));
  const Publication publication = publish(draft.markdown(), corpus, FixedLinks(), "report.json", kFactsFirstLine);
  const core::Diagnostics none;
  return to_json({"0", "title", write_facts(publication.facts, corpus), {}, {}, &none, &corpus});
}

TEST(ReportJson, HoldsTheFirstFactOnTheLineThatLinksName) {
  const std::string json = report_json(small_corpus());
  std::size_t at = 0;
  for (std::size_t line = 1; line < kFactsFirstLine; ++line) at = json.find('\n', at) + 1;
  EXPECT_EQ(json.compare(at, 15, "{\"label\":\"f1\",\""), 0) << json.substr(at, 40);
}

TEST(Explanations, ShowPlaceBytesAndRule) {
  const auto text = explain(report_json(small_corpus()), "f1", ExplainForm::text);
  ASSERT_TRUE(text.has_value());
  for (const char* part : {"f1 (", "1.5 s", "a b.csv", "line 2, row 1, column 1, header ttft_s", "7 to 10: 1.5"})
    EXPECT_NE(text->find(part), std::string::npos) << part << "\n" << *text;
}

TEST(Explanations, RefuseWhatIsNoReport) {
  EXPECT_EQ(explain("{}", "f1", ExplainForm::text).error().kind, base::ErrorKind::input);
  EXPECT_EQ(explain("not json", "f1", ExplainForm::text).error().kind, base::ErrorKind::input);
  EXPECT_EQ(explain(R"({"chimera":"report","facts":[{"id":7}]})", "f1", ExplainForm::text).error().kind, base::ErrorKind::input);
  EXPECT_EQ(explain(report_json(small_corpus()), "f2", ExplainForm::text).error().kind, base::ErrorKind::usage);
}

TEST(Explanations, EndWhereAFactIsItsOwnInput) {
  const std::string circle = R"({"chimera":"report","configs":[],"facts":[{"id":"00000000000000aa","label":"f1","metric":"m","definition":"d","statistic":"mean",)"
                             R"("value":1,"unit":"","provenance":"derived","formula":"mean","inputs":["00000000000000aa"]}]})";
  EXPECT_TRUE(explain(circle, "f1", ExplainForm::text).has_value());
  EXPECT_TRUE(explain(circle, "f1", ExplainForm::json).has_value());
}

}  // namespace
}  // namespace chimera::report
