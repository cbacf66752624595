#include "writing/report_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "base/files.h"

namespace chimera::writing {
namespace {

std::vector<report::PlacedClaim> placed_claims(const std::vector<claims::Verdict>& verdicts) {
  std::vector<report::PlacedClaim> placed;
  placed.reserve(verdicts.size());
  for (const claims::Verdict& verdict : verdicts) placed.push_back({verdict.claim.span, claim_line(verdict)});
  std::stable_sort(placed.begin(), placed.end(), [](const auto& a, const auto& b) { return a.span.begin < b.span.begin; });
  return placed;
}

// What the page says of the metrics that occur.
std::vector<report::MetricLine> metric_lines(const report::Publication& publication, const core::Vocabulary& vocabulary) {
  std::map<std::string_view, const core::Metric*> used;
  for (const report::CitedFact& cited : publication.facts)
    if (const core::Metric* metric = vocabulary.find(cited.fact.metric)) used.emplace(metric->name, metric);
  std::vector<report::MetricLine> lines;
  for (const auto& [name, metric] : used) lines.push_back({metric->name, metric->title, metric->description});
  return lines;
}

}  // namespace

report::ClaimLine claim_line(const claims::Verdict& verdict) {
  return {verdict.claim.quote, std::string(claims::to_string(verdict.claim.kind)), std::string(claims::to_string(verdict.kind)), verdict.reason};
}

std::vector<core::FactId> facts_of(const std::vector<StudyChart>& charts) {
  std::vector<core::FactId> facts;
  for (const StudyChart& chart : charts) facts.insert(facts.end(), chart.chart.facts.begin(), chart.chart.facts.end());
  return facts;
}

std::string report_page(const PageInput& input) {
  const std::vector<report::PlacedClaim> claims = placed_claims(input.verdicts);
  std::vector<report::Chart> charts;
  for (const StudyChart& chart : input.charts) charts.push_back(chart.chart);
  report::HtmlInput page;
  page.title = input.title;
  page.draft = input.draft;
  page.writer = "the deterministic writer";
  if (input.written != nullptr)
    for (const SectionRecord& section : input.written->sections)
      if (section.published)
        page.writers.emplace_back(section.title, fmt::format("{} with {}, every sentence judged", section.author == Author::collector ? "Agent A" : "Agent B", input.written->model));
  page.publication = &input.publication;
  page.facts_part = input.facts_part;
  page.claims = &claims;
  page.charts = &charts;
  page.findings = &input.findings;
  page.metrics = metric_lines(input.publication, input.vocabulary);
  page.facts = &input.facts;
  page.links = &input.links;
  page.facts_file = "report.json";
  return report::to_html(page);
}

base::Result<std::vector<report::Figure>> write_figures(const std::string& out, const std::vector<StudyChart>& charts, const std::vector<std::string>& drawn) {
  const std::filesystem::path folder = std::filesystem::path(out) / "figures";
  std::vector<report::Figure> figures;
  std::error_code ignored;
  for (std::size_t i = 0; i < charts.size(); ++i) {
    const std::string& id = charts[i].chart.head.id;
    TRY_VOID(base::write_file((folder / (id + ".vl.json")).string(), charts[i].chart.spec + "\n"));
    const std::filesystem::path picture = folder / (id + ".svg");
    if (i >= drawn.size() || drawn[i].empty()) {
      std::filesystem::remove(picture, ignored);
      continue;
    }
    TRY_VOID(base::write_file(picture.string(), drawn[i] + "\n"));
    figures.push_back({id, "figures/" + id + ".svg"});
  }
  for (std::size_t next = charts.size() + 1; std::filesystem::remove(folder / fmt::format("chart-{}.vl.json", next), ignored); ++next)
    std::filesystem::remove(folder / fmt::format("chart-{}.svg", next), ignored);
  return figures;
}

}  // namespace chimera::writing
