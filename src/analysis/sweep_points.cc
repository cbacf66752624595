#include "analysis/sweep_points.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/statistics.h"

namespace chimera::analysis {
namespace {

using core::FactId;

constexpr double kAlpha = 0.05;

std::optional<FactId> noise_of(const SweepView& view, const std::vector<FactId>& ids, Prose& prose) {
  if (!(view.noise_df > 0)) return std::nullopt;
  return prose.percent("noise;" + view.noise.to_string(), ids, view.response->metric);
}

GroupPoint point_of(const SweepView& view, const std::vector<FactId>& group, std::optional<FactId> noise, Prose& prose) {
  GroupPoint point;
  point.value = group.size() == 1 ? group.front() : *prose.same_unit(view.centre(), group, view.centre_statistic());
  if (!noise) return point;
  const std::string parameters = fmt::format("{};{};{}", kAlpha, view.noise_df, group.size());
  const auto low = prose.same_unit("run_low;" + parameters, {point.value, *noise}, {core::Statistic::Kind::ci_low, 0});
  const auto high = prose.same_unit("run_high;" + parameters, {point.value, *noise}, {core::Statistic::Kind::ci_high, 0});
  if (low && high) point.bounds = PointBounds{*low, *high};
  return point;
}

}  // namespace

std::vector<ConfigurationPoint> configuration_points(const SweepView& view, Prose prose) {
  const std::vector<FactId>& ids = view.id;
  const auto noise = noise_of(view, ids, prose);
  std::vector<std::vector<FactId>> members(view.configurations);
  std::vector<std::size_t> first(view.configurations, 0);
  for (std::size_t i = ids.size(); i-- > 0;) first[view.configuration[i]] = i;
  for (std::size_t i = 0; i < ids.size(); ++i) members[view.configuration[i]].push_back(ids[i]);
  std::vector<ConfigurationPoint> points;
  std::size_t repetitions = ids.size();
  for (std::size_t c = 0; c < view.configurations; ++c) {
    const GroupPoint point = point_of(view, members[c], noise, prose);
    points.push_back({view.rows[first[c]], point.value, members[c].size(), point.bounds, false});
    repetitions = std::min(repetitions, members[c].size());
  }
  const double sign = view.response->direction < 0 ? -1 : 1;
  std::stable_sort(points.begin(), points.end(), [&](const auto& a, const auto& b) { return sign * prose.value(a.value) > sign * prose.value(b.value); });
  if (!noise || points.size() < 2) return points;
  const double margin = tie_margin(points.size(), view.noise_df, 1 - kAlpha, prose.value(*noise) / 100, static_cast<double>(repetitions));
  const double best = std::log(prose.value(points.front().value));
  for (ConfigurationPoint& point : points) point.tied = std::abs(std::log(prose.value(point.value)) - best) <= margin;
  return points;
}

std::vector<LevelEffect> level_effects(const SweepView& view, Prose prose) {
  std::vector<LevelEffect> out;
  if (!view.model || view.block != nullptr) return out;
  const std::vector<FactId>& ids = view.id;
  std::size_t pairs = 0;
  for (const FactorView& factor : view.factors)
    if (!factor.confounded()) pairs += factor.used.size() * (factor.used.size() - 1) / 2;
  const std::string design = view.adjusted.to_string();
  for (std::size_t f = 0; f < view.factors.size(); ++f) {
    if (view.factors[f].confounded()) continue;
    for (std::uint32_t to = 1; to < view.factors[f].used.size(); ++to) {
      const std::string pair = fmt::format("{};{};{};{}", f, 0, to, design);
      const std::string confidence = fmt::format("{};{};", kAlpha, pairs);
      const auto effect = prose.percent("effect;" + pair, ids, view.response->metric);
      const auto low = prose.percent("effect_low;" + confidence + pair, ids, view.response->metric);
      const auto high = prose.percent("effect_high;" + confidence + pair, ids, view.response->metric);
      if (effect && low && high) out.push_back({f, 0, to, *effect, {*low, *high}});
    }
  }
  return out;
}

GroupPoint group_point(const SweepView& view, const std::vector<std::size_t>& used, Prose prose) {
  const std::vector<FactId>& ids = view.id;
  std::vector<FactId> group;
  for (const std::size_t position : used) group.push_back(ids[position]);
  return point_of(view, group, noise_of(view, ids, prose), prose);
}

}  // namespace chimera::analysis
