// The charts of one sweep.
#include <fmt/format.h>

#include <algorithm>

#include "analysis/equal_work.h"
#include "analysis/sweep_points.h"
#include "writing/chart_parts.h"

namespace chimera::writing {
namespace {

using analysis::SweepView;
using report::ChartHead;

constexpr std::size_t kMostConfigurations = 40;
constexpr std::size_t kMostLevels = 12;  // of a setting on a heat map

constexpr std::string_view kFromNoise = "Lines are 95 % confidence intervals from the noise of single runs.";

report::Bounds bounds_of(const ChartSource& source, const analysis::PointBounds& bounds) { return {mark_of(source, bounds.low), mark_of(source, bounds.high)}; }

std::optional<report::Bounds> bounds_of(const ChartSource& source, const std::optional<analysis::PointBounds>& bounds) {
  return bounds ? std::optional(bounds_of(source, *bounds)) : std::nullopt;
}

// One response of one sweep, as far as rows were given the same work.
class SweepCharts {
 public:
  SweepCharts(const ChartSource& source, const SweepView& view, std::string work, std::vector<report::Chart>& out)
      : source_(source), view_(view), out_(out), name_(analysis::title_of(*view.study, source.corpus())), measure_(measure_of(source, *view.response)) {
    if (!work.empty()) name_ += " at `" + work + "`";
  }

  void add_configurations() {
    auto points = analysis::configuration_points(view_, source_.prose());
    const std::size_t tied = static_cast<std::size_t>(std::count_if(points.begin(), points.end(), [](const auto& p) { return p.tied; }));
    const bool known = points.front().bounds.has_value();
    report::ConfigurationsChart chart;
    chart.head = head("The leading configuration of " + name_ + (!known ? "" : tied > 1 ? " cannot be told apart" : " stands out"));
    chart.head.caption = "The configurations of " + name_ + " by " + measure_.title + ", the leading one first. " +
                         (known ? std::string(kFromNoise) : "Too few runs are left to estimate the noise, so that no interval can be drawn.");
    if (points.size() > kMostConfigurations) {
      points.resize(kMostConfigurations);
      chart.head.caption += " Those that trail further behind are left out.";
    }
    chart.measure = measure_;
    chart.settings = factor_names(*view_.study);
    for (std::size_t i = 0; i < points.size(); ++i) {
      using report::Standing;
      const Standing standing = !known ? Standing::alone : i == 0 ? Standing::leader : points[i].tied ? Standing::tied : Standing::behind;
      chart.marks.push_back({levels_of(*view_.study, points[i].row), mark_of(source_, points[i].value), bounds_of(source_, points[i].bounds), points[i].runs, standing});
    }
    out_.push_back(report::to_chart(chart));
  }

  void add_effects() {
    const auto effects = analysis::level_effects(view_, source_.prose());
    if (effects.empty()) return;
    report::EffectsChart chart;
    chart.head = head("What the settings do to " + measure_.title + " in " + name_);
    chart.head.caption = "Each level against the lowest one of its setting, the other settings held equal by an additive model. Lines are 95 % confidence "
                         "intervals, widened for the number of comparisons.";
    for (const analysis::FactorView& factor : view_.factors)
      if (factor.confounded()) chart.head.caption += " `" + factor.factor->key + "` is left out: it cannot be told from " + (factor.with_time ? "time." : "model load.");
    chart.measure = {"change of " + measure_.title, "%"};
    for (const analysis::LevelEffect& effect : effects) {
      const analysis::FactorView& factor = view_.factors[effect.factor];
      chart.marks.push_back({factor.factor->key, factor.name(effect.to) + " against " + factor.name(effect.from), mark_of(source_, effect.effect), bounds_of(source_, effect.bounds)});
    }
    out_.push_back(report::to_chart(chart));
  }

  // Of the two settings with most levels.
  void add_heatmap() {
    std::vector<const analysis::FactorView*> factors;
    for (const analysis::FactorView& factor : view_.factors)
      if (factor.used.size() >= 2 && factor.used.size() <= kMostLevels) factors.push_back(&factor);
    if (factors.size() < 2) return;
    std::stable_sort(factors.begin(), factors.end(), [](const auto* a, const auto* b) { return a->used.size() > b->used.size(); });
    const analysis::FactorView& x = *factors[0];
    const analysis::FactorView& y = *factors[1];
    report::HeatmapChart chart;
    chart.head = head(measure_.title + " by `" + x.factor->key + "` and `" + y.factor->key + "` in " + name_);
    chart.head.caption = "Means over the runs of each cell" + std::string(view_.noise_df > 0 ? ", with 95 % confidence intervals from the noise of single runs." : ".");
    chart.measure = measure_;
    chart.x = x.factor->key;
    chart.y = y.factor->key;
    for (std::uint32_t l = 0; l < x.used.size(); ++l) chart.x_levels.push_back(x.name(l));
    for (std::uint32_t l = 0; l < y.used.size(); ++l) chart.y_levels.push_back(y.name(l));
    for (std::uint32_t row = 0; row < y.used.size(); ++row) {
      for (std::uint32_t column = 0; column < x.used.size(); ++column) {
        std::vector<std::size_t> used;
        for (std::size_t i = 0; i < view_.y.size(); ++i)
          if (x.level[i] == column && y.level[i] == row) used.push_back(i);
        if (used.empty()) continue;
        const analysis::GroupPoint point = analysis::group_point(view_, used, source_.prose());
        chart.marks.push_back({x.name(column), y.name(row), mark_of(source_, point.value), bounds_of(source_, point.bounds), used.size()});
      }
    }
    out_.push_back(report::to_chart(chart));
  }

  void add_runs() {
    if (view_.study->order == analysis::RunOrder::unknown) return;
    report::RunsChart chart;
    chart.head = head(measure_.title + " of " + name_ + ", run by run");
    chart.head.caption = std::string(view_.nested ? "The median of the runs of each block." : "Every run as it was measured.") +
                         " A trend here is drift, or a setting that was changed with time.";
    chart.measure = measure_;
    chart.order = view_.study->order == analysis::RunOrder::timestamps ? "run, in order of time" : "run, in order of the rows";
    for (const std::size_t i : thinned(view_.y.size(), kMostPoints)) {
      const core::FactId id = view_.id[i];
      const std::string_view group = source_.outliers.count(id) != 0 ? report::kOutlier : view_.cold[i] == 1 ? report::kLoaded : "run";
      chart.marks.push_back({i + 1, std::string(group), mark_of(source_, id)});
    }
    out_.push_back(report::to_chart(chart));
  }

 private:
  ChartHead head(std::string title) const { return {"", std::move(title), "", source_.path()}; }

  const ChartSource& source_;
  const SweepView& view_;
  std::vector<report::Chart>& out_;
  std::string name_;
  report::Measure measure_;
};

}  // namespace

void add_sweep_charts(const ChartSource& source, std::vector<report::Chart>& out) {
  const auto parts = analysis::parts_of_equal_work(source.study);
  for (const analysis::Part& part : parts) {
    const analysis::Study study = parts.size() == 1 ? source.study : analysis::subset(source.study, part.rows);
    const analysis::Response* response = analysis::primary_response(study);
    const auto view = response == nullptr ? std::nullopt : analysis::view_sweep(study, *response, source.ledger);
    if (!view) continue;
    SweepCharts charts(source, *view, parts.size() == 1 ? "" : part.work, out);
    charts.add_configurations();
    charts.add_effects();
    charts.add_heatmap();
    charts.add_runs();
  }
}

}  // namespace chimera::writing
