#include "report/html.h"

#include <gtest/gtest.h>

#include <regex>

#include "core/corpus.h"
#include "report/embedded.h"
#include "report/html_text.h"

namespace chimera::report {
namespace {

class FixedLinks final : public Links {
 public:
  [[nodiscard]] std::string href(const std::string& path) const override { return "../" + path; }
};

// A page over a draft without facts.
std::string page(std::string_view draft, const std::vector<PlacedClaim>& claims = {}, const std::vector<Chart>& charts = {}) {
  static const core::Corpus corpus;
  static const FixedLinks links;
  static const std::vector<core::Finding> findings;
  const Publication publication;
  HtmlInput input;
  input.title = "A <title>";
  input.draft = draft;
  input.writer = "somebody";
  input.writers = {{"Theirs", "somebody else"}};
  input.publication = &publication;
  input.facts_part = "\"facts\": [\n]";
  input.claims = &claims;
  input.charts = &charts;
  input.findings = &findings;
  input.facts = &corpus;
  input.links = &links;
  input.facts_file = "report.json";
  return to_html(input);
}

std::string sections(std::string_view draft, const std::vector<PlacedClaim>& claims = {}) {
  const std::string html = page(draft, claims);
  const std::size_t begin = html.find("<main") + 34;
  return html.substr(begin, html.find("<section aria-labelledby=\"disagreements\"") - begin);
}

TEST(Html, KeepsWhatAnArtifactWroteFromBecomingElements) {
  for (const std::string_view hostile : {"<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))", "![x](http://a/b.png)",
                                         "<svg onload=alert(1)>", "`<b>`", "[<b>](fact:1)", "\"><script>", "# <iframe>", "- <object>", "| <a> |\n| --- |\n| <form> |\n"}) {
    const std::string html = sections(std::string(hostile) + "\n");
    EXPECT_FALSE(std::regex_search(html, std::regex("<(script|img|svg|iframe|object|form|b>|a href=\"(javascript|http))"))) << hostile << "\n" << html;
  }
}

TEST(Html, LetsNoDataEndItsScriptElement) {
  std::string out;
  script_json_to(out, "{\"a\":\"</script><script>alert(1)</script>\"}");
  EXPECT_EQ(out.find('<'), std::string::npos);
  EXPECT_NE(out.find("\\u003c/script>"), std::string::npos);
}

TEST(Html, ShowsMarksThatTurnTextAsReplaced) { EXPECT_EQ(html_escape("a\xE2\x80\xAE" "b"), "a\uFFFDb"); }

TEST(Html, AllowsItsOwnScriptsAloneAndNoEval) {
  const std::string html = page("# T\n");
  const std::size_t at = html.find("Content-Security-Policy");
  ASSERT_NE(at, std::string::npos);
  const std::string policy = html.substr(at, html.find('>', at) - at);
  EXPECT_NE(policy.find("default-src 'none'"), std::string::npos);
  EXPECT_EQ(policy.find("unsafe"), std::string::npos);
  EXPECT_NE(html.find("<title>A &lt;title&gt;</title>"), std::string::npos);
}

TEST(Html, HoldsScriptsThatEndWhereTheyShould) {
  for (const std::string_view name : {"charts.js", "report.js", "report.css"}) {
    EXPECT_GT(asset(name).size(), 100U) << name;
    EXPECT_EQ(asset(name).find("</script"), std::string_view::npos) << name;
    EXPECT_EQ(asset(name).find("<!--"), std::string_view::npos) << name;
    EXPECT_EQ(asset(name).find("</style"), std::string_view::npos) << name;
  }
}

TEST(Html, WritesListsInListsAndNumberedOnes) {
  EXPECT_EQ(sections("- a\n  - b\n- c\n\n1. d\n2. e\n"), "<ul><li>a<ul><li>b</li></ul>\n</li>\n<li>c</li></ul>\n<ol><li>d</li>\n<li>e</li></ol>\n");
}

TEST(Html, WritesTablesWithNumbersAtTheRight) {
  const std::string html = sections("| a | b |\n| :-- | --: |\n| x \\| y | 1 |\n");
  EXPECT_NE(html.find("<th scope=\"col\">a</th><th scope=\"col\" class=\"n\">b</th>"), std::string::npos) << html;
  EXPECT_NE(html.find("<td>x | y</td><td class=\"n\">1</td>"), std::string::npos) << html;
}

TEST(Html, WritesEmphasisCodeAndHardBreaks) {
  EXPECT_EQ(sections("**A:** `x<y`  \n*b* 2 * 3\n"), "<p><strong>A:</strong> <code>x&lt;y</code>  <br>\n<em>b</em> 2 * 3</p>\n");
}

TEST(Html, MarksEachSentenceWithItsClaims) {
  const std::string draft = "One is 1. Two is 2 and 3.\n";
  const std::string html = sections(draft, {{{7, 8}, {"1", "count", "supported", ""}}, {{17, 18}, {"2", "count", "supported", ""}}, {{23, 24}, {"3", "count", "uncheckable", "why"}}});
  EXPECT_NE(html.find("One is 1.<span class=\"v\" data-c=\"0-1\" title=\"1 claim, supported\">"), std::string::npos) << html;
  EXPECT_NE(html.find("<span class=\"v bad\" data-c=\"1-3\" title=\"2 claims, 1 not supported\">"), std::string::npos) << html;
}

TEST(Html, PutsFiguresWhereTheDraftNamesCharts) {
  const Chart chart{{"chart-1", "Speed of `x`", "How.", "a.csv"}, "{\"a\":\"</script>\"}", {}};
  const std::string html = page("Charts: [Speed of `x`](chart:chart-1).\n", {}, {chart});
  EXPECT_NE(html.find("<figure id=\"chart-1\" class=\"chart\" data-chart=\"0\"><figcaption><b>Speed of <code>x</code></b> <span>How.</span>"), std::string::npos);
  EXPECT_NE(html.find("{\"a\":\"\\u003c/script>\"}"), std::string::npos);
}

TEST(Html, StaysLinearInBracketsThatNeverClose) {
  const std::string draft(60000, '[');
  EXPECT_NE(sections(draft + "\n").find("[[["), std::string::npos);
}

TEST(Html, SaysWhoWroteEachSection) {
  const std::string html = sections("# T\n\n## Part\n\ntext\n\n## Theirs\n\nmore\n");
  EXPECT_NE(html.find("<p class=\"by\">written by somebody</p>\n<p>text"), std::string::npos) << html;
  EXPECT_NE(html.find("<p class=\"by\">written by somebody else</p>\n<p>more"), std::string::npos) << html;
}

}  // namespace
}  // namespace chimera::report
