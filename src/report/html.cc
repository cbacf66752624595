#include "report/html.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "base/sha256.h"
#include "report/embedded.h"
#include "report/html_text.h"
#include "report/json_writer.h"

namespace chimera::report {
namespace {

constexpr std::size_t kDisagreementsShown = 60;
constexpr std::uint64_t kAround = 60;  // bytes before and behind what an excerpt marks

std::string base64(const base::Digest& bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) group = group << 8U | (i + k < bytes.size() ? bytes[i + k] : 0U);
    for (std::size_t k = 0; k < 4; ++k) out += i + k > bytes.size() ? '=' : kDigits[group >> (18 - 6 * k) & 63U];
  }
  return out;
}

std::string hash_of(std::string_view text) { return "'sha256-" + base64(base::sha256(text)) + "'"; }

void head(std::string& out, const HtmlInput& input) {
  out += fmt::format("<!doctype html>\n<!-- chimera report -->\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                     "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src {} {}; style-src {}; base-uri 'none'; form-action 'none'\">\n"
                     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n"
                     "<meta name=\"color-scheme\" content=\"light dark\">\n<title>{}</title>\n<style>",
                     hash_of(asset("charts.js")), hash_of(asset("report.js")), hash_of(asset("report.css")), html_escape(input.title));
  out += asset("report.css");
  out += "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#content\">Skip to the report</a>\n";
}

void contents(std::string& out, const DraftHtml& draft) {
  out += "<nav aria-label=\"Contents\"><details id=\"toc\"><summary>Contents</summary><ol>\n";
  for (const auto& [id, title] : draft.contents()) out += fmt::format("<li><a href=\"#{}\">{}</a></li>\n", id, title);
  out += "<li><a href=\"#disagreements\">Disagreements, side by side</a></li>\n<li><a href=\"#claims\">Every claim</a></li>\n<li><a href=\"#sources\">Sources</a></li>\n"
         "</ol></details></nav>\n";
}

// What stands at a place, with some bytes around it, the place itself marked.
void excerpt(std::string& out, const core::FactLookup& facts, const core::SourceRef& source) {
  const std::string marked = source.bytes.size() > 0 ? facts.bytes(source) : std::string();
  if (marked.empty()) return;
  core::SourceRef before = source;
  before.bytes = {source.bytes.begin - std::min(kAround, source.bytes.begin), source.bytes.begin};
  std::string behind;
  for (std::uint64_t around = kAround; around > 0 && behind.empty(); around /= 2) {
    core::SourceRef after = source;
    after.bytes = {source.bytes.end, source.bytes.end + around};
    behind = facts.bytes(after);
  }
  out += "<pre>" + html_escape(before.bytes.size() > 0 ? facts.bytes(before) : "") + "<mark>" + html_escape(marked) + "</mark>" + html_escape(behind) + "</pre>";
}

void side(std::string& out, const HtmlInput& input, const core::SourceRef& source, std::string_view says) {
  const std::string place = core::describe(source.place);
  out += fmt::format("<td><b>{}</b><br><a class=\"p\" href=\"{}\">{}</a>{}", html_escape(says), html_escape(input.links->href(source.path)), html_escape(source.path),
                     place.empty() ? "" : "<br>" + html_escape(place));
  excerpt(out, *input.facts, source);
  out += "</td>";
}

void disagreements(std::string& out, const HtmlInput& input) {
  std::size_t shown = 0;
  std::size_t all = 0;
  for (const core::Finding& finding : *input.findings) all += finding.disagreements.size();
  out += "<section aria-labelledby=\"disagreements\"><h2 id=\"disagreements\">Disagreements, side by side</h2>\n";
  if (all == 0) {
    out += "<p>No two artifacts were found to give different numbers for one thing.</p></section>\n";
    return;
  }
  out += "<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Disagreements\"><table class=\"sides\"><thead><tr><th scope=\"col\">What</th><th scope=\"col\">One says</th>"
         "<th scope=\"col\">The stronger evidence says</th></tr></thead><tbody>\n";
  for (const core::Finding& finding : *input.findings) {
    for (const core::Disagreement& one : finding.disagreements) {
      if (shown++ >= kDisagreementsShown) break;
      std::string title = html_escape(finding.title);
      title.erase(std::remove(title.begin(), title.end(), '`'), title.end());
      out += "<tr><td>" + title + "</td>";
      side(out, input, one.weaker, one.says);
      side(out, input, one.stronger, one.instead);
      out += "</tr>\n";
    }
  }
  out += "</tbody></table></div>\n";
  if (all > kDisagreementsShown) out += "<p>The rest of them is in <code>report.json</code>.</p>\n";
  out += "</section>\n";
}

// Where each label leads without the script: a list of places.
void sources(std::string& out, const HtmlInput& input) {
  out += "<section aria-labelledby=\"sources\"><h2 id=\"sources\">Sources</h2>\n<p>Every number above leads to its place; with scripts allowed, to the bytes themselves.</p>\n<ol class=\"sources\">\n";
  for (const CitedFact& cited : input.publication->facts) {
    if (cited.label.empty()) break;
    out += fmt::format("<li id=\"{0}\"><b>{0}</b> ", cited.label);
    if (cited.fact.evidence.empty()) {
      out += fmt::format("<code>{}</code> of {} facts, in <a href=\"{}\">{}</a>", html_escape(cited.fact.formula.substr(0, cited.fact.formula.find(';'))), cited.fact.inputs.size(),
                         html_escape(input.facts_file), html_escape(input.facts_file));
    } else {
      const core::SourceRef& source = cited.fact.evidence.front();
      out += fmt::format("<code>{}</code> in <a href=\"{}\">{}</a>, {}", html_escape(cited.fact.raw), html_escape(input.links->href(source.path)), html_escape(source.path),
                         html_escape(core::describe(source.place)));
    }
    out += "</li>\n";
  }
  out += "</ol></section>\n";
}

void open_data(std::string& out, std::string_view id) { out += fmt::format("<script type=\"application/json\" id=\"{}\">", id); }

void data(std::string& out, const HtmlInput& input) {
  open_data(out, "d-facts");
  out += '{';
  script_json_to(out, input.facts_part);
  out += "}</script>\n";
  open_data(out, "d-charts");
  for (std::size_t i = 0; i < input.charts->size(); ++i) {
    out += i == 0 ? "[" : ",\n";
    script_json_to(out, (*input.charts)[i].spec);
  }
  out += input.charts->empty() ? "[]</script>\n" : "]</script>\n";
  std::string text;
  JsonWriter json(text);
  json.open_array();
  for (const PlacedClaim& claim : *input.claims) json.open_array().text(claim.line.quote).text(claim.line.kind).text(claim.line.verdict).text(claim.line.reason).close_array();
  json.close_array();
  open_data(out, "d-claims");
  script_json_to(out, text);
  text = "{";
  for (const MetricLine& metric : input.metrics) {
    if (text.size() > 1) text += ',';
    JsonWriter member(text);
    member.key(metric.name).open_array().text(metric.title).text(metric.description).close_array();
  }
  text += '}';
  out += "</script>\n";
  open_data(out, "d-metrics");
  script_json_to(out, text);
  open_data(out += "</script>\n", "d-paths");
  text = "{";
  for (const core::Artifact& artifact : input.facts->artifacts()) {
    if (text.size() > 1) text += ',';
    JsonWriter member(text);
    member.key(artifact.path).text(input.links->href(artifact.path));
  }
  text += '}';
  script_json_to(out, text);
  out += "</script>\n";
}

}  // namespace

std::string_view asset(std::string_view name) {
  for (const base::EmbeddedFile& file : embedded_data())
    if (file.name == name) return file.bytes;
  CHECK(false, "the build put its scripts and styles into the program");
  return {};
}

std::string to_html(const HtmlInput& input) {
  std::string out;
  DraftHtml draft(input);
  const std::string sections = draft.sections();
  out.reserve(sections.size() + 2 * input.facts_part.size() + asset("charts.js").size());
  head(out, input);
  contents(out, draft);
  out += "<main id=\"content\" tabindex=\"-1\">\n" + sections;
  disagreements(out, input);
  out += "<section aria-labelledby=\"claims\"><h2 id=\"claims\">Every claim</h2>\n<p>What the report states that can be checked, and how it fared.</p>\n"
         "<div id=\"claim-table\"><p class=\"js\">Shown where scripts are allowed; <code>report.json</code> holds them too.</p></div></section>\n";
  sources(out, input);
  out += "</main>\n";
  data(out, input);
  // The page is ready before the charts' script, which is large, has been read.
  out += "<script>";
  out += asset("report.js");
  out += "</script>\n<script>";
  out += asset("charts.js");
  out += "</script>\n</body>\n</html>\n";
  return out;
}

}  // namespace chimera::report
