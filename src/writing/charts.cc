#include "writing/charts.h"

#include <fmt/format.h>

#include <algorithm>

#include "writing/chart_parts.h"

namespace chimera::writing {
namespace {

constexpr std::size_t kMostCharts = 48;

std::set<core::FactId> outliers_of(const std::vector<core::Finding>& findings) {
  std::set<core::FactId> out;
  for (const core::Finding& finding : findings)
    if (finding.kind == core::FindingKind::outlier) out.insert(finding.facts.begin(), finding.facts.end());
  return out;
}

std::vector<report::Chart> charts_of(const ChartSource& source) {
  std::vector<report::Chart> out;
  if (!source.study.restates.empty() || source.study.rows.empty()) return out;
  if (source.study.kind == analysis::StudyKind::sweep) add_sweep_charts(source, out);
  if (source.study.kind == analysis::StudyKind::samples || source.study.kind == analysis::StudyKind::series) {
    add_run_charts(source, out);
    add_telemetry_charts(source, out);
  }
  add_parts_chart(source, out);
  add_tradeoff_charts(source, out);
  return out;
}

}  // namespace

report::Mark mark_of(const ChartSource& source, core::FactId fact) { return {fact, source.ledger.value(fact)}; }

report::Measure measure_of(const ChartSource& source, const analysis::Response& response) {
  const core::Metric* metric = source.vocabulary.find(response.metric);
  std::string title = metric == nullptr ? response.metric : metric->title;
  if (response.statistic.kind != core::Statistic::Kind::sample) title += " " + core::to_string(response.statistic);
  return {std::move(title), std::string(response.unit->symbol)};
}

const analysis::Response* find_response(const analysis::Study& study, std::string_view metric) {
  for (const analysis::Response& response : study.responses)
    if (response.metric == metric && std::any_of(response.value.begin(), response.value.end(), [](const auto& v) { return v.has_value(); })) return &response;
  return nullptr;
}

std::vector<std::size_t> thinned(std::size_t n, std::size_t most) {
  std::vector<std::size_t> out;
  const std::size_t count = std::min(n, most);
  for (std::size_t i = 0; i < count; ++i) out.push_back(count < 2 ? 0 : i * (n - 1) / (count - 1));
  return out;
}

std::string factor_names(const analysis::Study& study) {
  std::string names;
  for (const analysis::Factor& factor : study.factors) names += (names.empty() ? "" : " · ") + factor.key;
  return names;
}

std::string levels_of(const analysis::Study& study, std::size_t row) {
  std::string levels;
  for (const analysis::Factor& factor : study.factors) levels += (levels.empty() ? "" : " · ") + factor.levels[factor.level[row]];
  return levels;
}

std::vector<StudyChart> make_charts(const std::vector<analysis::Study>& studies, const std::vector<core::Finding>& findings,
                                    const core::Vocabulary& vocabulary, analysis::Ledger& ledger) {
  const std::set<core::FactId> outliers = outliers_of(findings);
  std::vector<StudyChart> out;
  for (const bool sweeps : {true, false}) {
    for (std::size_t i = 0; i < studies.size(); ++i) {
      if ((studies[i].kind == analysis::StudyKind::sweep) != sweeps) continue;
      for (report::Chart& chart : charts_of({studies[i], ledger, vocabulary, outliers}))
        if (out.size() < kMostCharts) out.push_back({i, std::move(chart)});
    }
  }
  std::stable_sort(out.begin(), out.end(), [](const StudyChart& a, const StudyChart& b) { return a.study < b.study; });
  for (std::size_t i = 0; i < out.size(); ++i) out[i].chart.head.id = fmt::format("chart-{}", i + 1);
  return out;
}

}  // namespace chimera::writing
