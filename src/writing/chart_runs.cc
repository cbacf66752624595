// The charts of repeated runs and of telemetry, and what a run consists of.
#include <algorithm>
#include <array>
#include <numeric>

#include "analysis/sweep_view.h"
#include "writing/chart_parts.h"

namespace chimera::writing {
namespace {

using analysis::Response;
using analysis::Study;

constexpr std::size_t kFewestRuns = 8;
constexpr std::size_t kFewestValues = 20;     // of a distribution
constexpr std::size_t kFewestSamples = 4;     // of telemetry
constexpr std::size_t kMostGroups = 5;        // that colours can tell apart
constexpr std::size_t kMostWholes = 40;       // rows of stacked parts
constexpr double kNothingLeft = 0.02;         // of the whole

constexpr std::array<std::string_view, 10> kTelemetry = {"gpu_memory_used", "memory_used", "power", "gpu_utilization", "gpu_memory_utilization",
                                                         "memory_utilization", "cpu_utilization", "gpu_temperature", "gpu_clock", "gpu_memory_clock"};
constexpr std::array<std::string_view, 6> kLatencies = {"itl", "ttft", "tpot", "e2e_latency", "token_latency", "latency"};
constexpr std::array<std::string_view, 5> kCosts = {"gpu_memory_used", "memory_used", "energy_per_token", "energy", "power"};

std::vector<std::size_t> rows_with(const Study& study, const Response& response) {
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < study.rows.size(); ++i)
    if (response.value[i]) rows.push_back(i);
  return rows;
}

report::ChartHead head(const ChartSource& source, std::string title, std::string caption) { return {"", std::move(title), std::move(caption), source.path()}; }

std::optional<report::Mark> derived(const ChartSource& source, const Response& response, const std::vector<core::FactId>& ids, std::string formula, core::Statistic statistic) {
  const auto id = source.ledger.try_derive({std::move(formula), ids, response.metric, response.unit, statistic, {}});
  return id ? std::optional(mark_of(source, *id)) : std::nullopt;
}

std::optional<report::Bounds> median_bounds(const ChartSource& source, const Response& response, const std::vector<core::FactId>& ids) {
  const auto low = derived(source, response, ids, "median_low;0.95", {core::Statistic::Kind::ci_low, 0});
  const auto high = derived(source, response, ids, "median_high;0.95", {core::Statistic::Kind::ci_high, 0});
  return low && high ? std::optional(report::Bounds{*low, *high}) : std::nullopt;
}

std::vector<core::FactId> ids_of(const ChartSource& source, const Response& response, const std::vector<std::size_t>& rows) {
  std::vector<core::FactId> ids;
  for (const std::size_t row : rows) ids.push_back(source.corpus().id(response.cell[row]));
  return ids;
}

// What tells runs apart by colour: the one setting with few levels, else nothing.
const analysis::Factor* grouping(const Study& study) {
  if (study.factors.size() != 1 || study.factors.front().levels.size() > kMostGroups) return nullptr;
  return &study.factors.front();
}

std::string order_of(const Study& study) {
  switch (study.order) {
    case analysis::RunOrder::timestamps: return "run, in order of time";
    case analysis::RunOrder::rows: return "run, in order of the rows";
    case analysis::RunOrder::unknown: break;
  }
  return "row of the file, which says nothing about time";
}

void add_runs(const ChartSource& source, const Response& response, std::vector<report::Chart>& out) {
  const Study& study = source.study;
  const std::vector<std::size_t> rows = rows_with(study, response);
  if (rows.size() < kFewestRuns) return;
  const analysis::Factor* factor = grouping(study);
  report::RunsChart chart;
  chart.measure = measure_of(source, response);
  chart.order = order_of(study);
  std::vector<std::size_t> steady;
  for (const std::size_t row : rows)
    if (study.state[row] == core::RowState::ok) steady.push_back(row);
  const bool alike = factor == nullptr && study.configurations <= 1 && steady.size() >= 2;
  if (alike) {
    const auto ids = ids_of(source, response, steady);
    chart.median = derived(source, response, ids, "median", {core::Statistic::Kind::median, 0});
    chart.bounds = median_bounds(source, response, ids);
  }
  for (const std::size_t k : thinned(rows.size(), kMostPoints)) {
    const std::size_t row = rows[k];
    const core::FactId id = source.corpus().id(response.cell[row]);
    const std::string usual = factor == nullptr ? "run" : factor->levels[factor->level[row]];
    const bool loads = study.state[row] == core::RowState::cold;
    chart.marks.push_back({k + 1, std::string(source.outliers.count(id) != 0 ? report::kOutlier : loads ? report::kLoaded : usual), mark_of(source, id)});
  }
  chart.head = head(source, chart.measure.title + " of " + analysis::title_of(study, source.corpus()) + ", run by run",
                    chart.bounds ? "Every run as it was measured; the line is the median of runs that loaded no model, the band its 95 % confidence interval."
                                 : "Every run as it was measured.");
  out.push_back(report::to_chart(chart));
}

void add_distribution(const ChartSource& source, const Response& response, std::vector<report::Chart>& out) {
  const Study& study = source.study;
  std::vector<std::size_t> rows;
  for (const std::size_t row : rows_with(study, response))
    if (study.state[row] == core::RowState::ok) rows.push_back(row);
  if (rows.size() < kFewestValues) return;
  std::stable_sort(rows.begin(), rows.end(), [&](std::size_t a, std::size_t b) { return *response.value[a] < *response.value[b]; });
  const auto ids = ids_of(source, response, rows);
  report::DistributionChart chart;
  chart.measure = measure_of(source, response);
  chart.head = head(source, "Distribution of " + chart.measure.title + " in " + analysis::title_of(study, source.corpus()),
                    "The share of runs up to each value; the line is the median, the band its 95 % confidence interval.");
  for (const std::size_t k : thinned(rows.size(), kMostPoints)) chart.values.push_back(mark_of(source, ids[k]));
  for (const int percent : {50, 95, 99}) {
    const std::string formula = percent == 50 ? "median" : "percentile;" + std::to_string(percent);
    if (const auto mark = derived(source, response, ids, formula, {core::Statistic::Kind::percentile, double(percent)})) chart.quantiles.emplace_back("p" + std::to_string(percent), *mark);
  }
  chart.median = median_bounds(source, response, ids);
  out.push_back(report::to_chart(chart));
}

// The rows that stand on the front of two responses: +1 or -1 says which direction of each is better.
std::vector<bool> front_of(const std::vector<std::pair<double, double>>& points, int first, int other) {
  std::vector<bool> front(points.size(), true);
  const auto better = [](double a, double b, int direction) { return direction < 0 ? a < b : a > b; };
  for (std::size_t i = 0; i < points.size(); ++i)
    for (std::size_t k = 0; front[i] && k < points.size(); ++k) {
      const auto& [x, y] = points[i];
      const auto& [u, v] = points[k];
      if ((better(u, x, first) && !better(y, v, other)) || (better(v, y, other) && !better(x, u, first))) front[i] = false;
    }
  return front;
}

}  // namespace

void add_run_charts(const ChartSource& source, std::vector<report::Chart>& out) {
  const Response* primary = analysis::primary_response(source.study);
  if (primary != nullptr && analysis::tells_performance(*primary)) add_runs(source, *primary, out);
  for (const std::string_view metric : kLatencies)
    if (const Response* response = find_response(source.study, metric)) add_distribution(source, *response, out);
}

void add_telemetry_charts(const ChartSource& source, std::vector<report::Chart>& out) {
  const Study& study = source.study;
  if (study.order != analysis::RunOrder::timestamps) return;
  for (const std::string_view metric : kTelemetry) {
    const Response* response = find_response(study, metric);
    const auto rows = response == nullptr ? std::vector<std::size_t>() : rows_with(study, *response);
    if (rows.size() < kFewestSamples) continue;
    report::RunsChart chart;
    chart.measure = measure_of(source, *response);
    chart.order = "sample, in order of time";
    const analysis::Factor* factor = grouping(study);
    for (const std::size_t k : thinned(rows.size(), kMostPoints))
      chart.marks.push_back({k + 1, factor == nullptr ? "sample" : factor->levels[factor->level[rows[k]]], mark_of(source, source.corpus().id(response->cell[rows[k]]))});
    chart.head = head(source, chart.measure.title + " over time in " + analysis::title_of(study, source.corpus()), "Samples as they were taken.");
    out.push_back(report::to_chart(chart));
  }
}

void add_parts_chart(const ChartSource& source, std::vector<report::Chart>& out) {
  const Study& study = source.study;
  const Response* whole = find_response(study, "ttft");
  const Response* load = find_response(study, "load_time");
  const Response* prompt = find_response(study, "prompt_eval_time");
  if (whole == nullptr || load == nullptr || prompt == nullptr || load->unit != whole->unit || prompt->unit != whole->unit) return;
  std::vector<std::size_t> rows;
  for (const std::size_t row : rows_with(study, *whole))
    if (load->value[row] && prompt->value[row] && *load->value[row] >= 0 && *prompt->value[row] >= 0) rows.push_back(row);
  if (rows.size() < 3) return;
  std::stable_sort(rows.begin(), rows.end(), [&](std::size_t a, std::size_t b) { return *whole->value[a] > *whole->value[b]; });
  report::PartsChart chart;
  chart.measure = measure_of(source, *whole);
  chart.names = study.factors.empty() ? "run" : factor_names(study);
  chart.parts = {"model load", "prompt evaluation", "rest up to the first token"};
  for (const std::size_t k : thinned(rows.size(), kMostWholes)) {
    const std::size_t row = rows[k];
    const std::string run = std::to_string(row + 1);
    const std::string name = study.factors.empty() ? run : study.configurations == study.rows.size() ? levels_of(study, row) : levels_of(study, row) + " · run " + run;
    const core::FactId first = source.corpus().id(load->cell[row]);
    const core::FactId then = source.corpus().id(prompt->cell[row]);
    chart.marks.push_back({name, chart.parts[0], mark_of(source, first)});
    chart.marks.push_back({name, chart.parts[1], mark_of(source, then)});
    if (*whole->value[row] - *load->value[row] - *prompt->value[row] <= kNothingLeft * *whole->value[row]) continue;
    const auto both = source.ledger.try_derive({"sum", {first, then}, whole->metric, whole->unit, {core::Statistic::Kind::sum, 0}, {}});
    const auto rest = both ? source.ledger.try_derive({"difference", {*both, source.corpus().id(whole->cell[row])}, whole->metric, whole->unit, {}, {}}) : std::nullopt;
    if (rest) chart.marks.push_back({name, chart.parts[2], mark_of(source, *rest)});
  }
  if (std::none_of(chart.marks.begin(), chart.marks.end(), [&](const auto& m) { return m.part == chart.parts[2]; })) chart.parts.pop_back();
  chart.head = head(source, "Where the time to first token of " + analysis::title_of(study, source.corpus()) + " goes",
                    "Single runs, the slowest first: what was measured of each part, without intervals.");
  out.push_back(report::to_chart(chart));
}

void add_tradeoff_charts(const ChartSource& source, std::vector<report::Chart>& out) {
  const Study& study = source.study;
  const Response* speed = analysis::primary_response(study);
  if (speed == nullptr || speed->direction == 0) return;
  for (const std::string_view metric : kCosts) {
    const Response* cost = find_response(study, metric);
    if (cost == nullptr || cost == speed) continue;
    std::vector<std::size_t> rows;
    for (const std::size_t row : rows_with(study, *speed))
      if (cost->value[row] && study.state[row] == core::RowState::ok) rows.push_back(row);
    if (rows.size() < 3) continue;
    std::vector<std::pair<double, double>> points;
    std::vector<std::size_t> drawn;
    for (const std::size_t k : thinned(rows.size(), kMostPoints)) drawn.push_back(rows[k]), points.emplace_back(*cost->value[rows[k]], *speed->value[rows[k]]);
    const std::vector<bool> front = front_of(points, cost->direction == 0 ? -1 : cost->direction, speed->direction);
    report::TradeoffChart chart;
    chart.x = measure_of(source, *cost);
    chart.y = measure_of(source, *speed);
    for (std::size_t i = 0; i < drawn.size(); ++i)
      chart.marks.push_back({levels_of(study, drawn[i]), mark_of(source, source.corpus().id(cost->cell[drawn[i]])),
                             mark_of(source, source.corpus().id(speed->cell[drawn[i]])), std::nullopt, front[i]});
    chart.head = head(source, chart.y.title + " against " + chart.x.title + " in " + analysis::title_of(study, source.corpus()), "Single runs, without intervals.");
    out.push_back(report::to_chart(chart));
  }
}

}  // namespace chimera::writing
