#include "core/telemetry.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>

namespace chimera::core {
namespace {

constexpr double kShortestWindow = 5.0;
constexpr double kLargestGap = 3.0;
constexpr double kDisagreement = 0.05;

double seconds(base::Nanoseconds value) { return static_cast<double>(value) * 1e-9; }

// The value at a time inside the series, on the line between its neighbours.
double at(const Series& series, base::Nanoseconds when) {
  const auto after = std::lower_bound(series.at.begin(), series.at.end(), when);
  const auto i = static_cast<std::size_t>(after - series.at.begin());
  if (i == 0) return series.values.front();
  if (i == series.at.size()) return series.values.back();
  const double part = seconds(when - series.at[i - 1]) / seconds(series.at[i] - series.at[i - 1]);
  return series.values[i - 1] + part * (series.values[i] - series.values[i - 1]);
}

// Whether samples reach over the window, give or take one gap that is no longer than allowed.
bool reaches(const Series& series, base::Nanoseconds begin, base::Nanoseconds end) {
  if (series.at.size() < 2) return false;
  const double slack = kLargestGap;
  return seconds(series.at.front() - begin) <= slack && seconds(end - series.at.back()) <= slack && series.at.front() < end && series.at.back() > begin;
}

double integral(const Series& power, base::Nanoseconds begin, base::Nanoseconds end) {
  double joules = 0;
  base::Nanoseconds left = begin;
  double left_value = at(power, begin);
  for (std::size_t i = 0; i < power.at.size(); ++i) {
    if (power.at[i] <= begin) continue;
    if (power.at[i] >= end) break;
    joules += (left_value + power.values[i]) / 2 * seconds(power.at[i] - left);
    left = power.at[i], left_value = power.values[i];
  }
  return joules + (left_value + at(power, end)) / 2 * seconds(end - left);
}

double widest_gap(const Series& series, base::Nanoseconds begin, base::Nanoseconds end) {
  base::Nanoseconds widest = 0;
  for (std::size_t i = 1; i < series.at.size(); ++i)
    if (series.at[i] > begin && series.at[i - 1] < end) widest = std::max(widest, series.at[i] - series.at[i - 1]);
  widest = std::max({widest, series.at.front() - begin, end - series.at.back()});
  return seconds(widest);
}

Energy energy_of(const std::string& source, const Series* counter, const Series* power, base::Nanoseconds begin, base::Nanoseconds end) {
  Energy energy{source, 0, seconds(end - begin), counter != nullptr, {}};
  const Series& used = counter != nullptr ? *counter : *power;
  energy.joules = counter != nullptr ? at(*counter, end) - at(*counter, begin) : integral(*power, begin, end);
  if (power != nullptr && energy.seconds < kShortestWindow)
    energy.doubts.push_back(fmt::format("{:.2f} s are shorter than {:.0f} s, and the sensor averages over up to a second", energy.seconds, kShortestWindow));
  if (const double gap = widest_gap(used, begin, end); gap > kLargestGap) energy.doubts.push_back(fmt::format("{:.1f} s without a sample", gap));
  if (counter != nullptr && power != nullptr) {
    const double integrated = integral(*power, begin, end);
    const double apart = std::abs(integrated - energy.joules) / std::max(energy.joules, 1e-9);
    if (apart > kDisagreement) energy.doubts.push_back(fmt::format("the counter says {:.1f} J, power over time {:.1f} J", energy.joules, integrated));
  }
  return energy;
}

}  // namespace

void LoopLag::add(base::Nanoseconds lag) {
  const auto us = static_cast<std::uint64_t>(std::max<base::Nanoseconds>(lag, 0) / 1000);
  buckets[std::min(static_cast<std::size_t>(std::bit_width(us)), kBuckets - 1)] += 1;
  ++samples;
  longest = std::max(longest, lag);
}

base::Nanoseconds LoopLag::quantile(double q) const {
  if (samples == 0) return 0;
  const auto rank = static_cast<std::uint64_t>(std::ceil(std::clamp(q, 0.0, 1.0) * static_cast<double>(samples)));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i + 1 < kBuckets; ++i)
    if ((seen += buckets[i]) >= std::max<std::uint64_t>(rank, 1)) return std::min<base::Nanoseconds>(longest, (base::Nanoseconds{1} << i) * 1000);
  return longest;
}

const Series* Telemetry::find(std::string_view name, std::string_view source) const {
  const auto found = std::find_if(series.begin(), series.end(), [&](const Series& s) { return s.name == name && s.source == source; });
  return found == series.end() ? nullptr : &*found;
}

std::optional<SeriesSummary> summarise(const Series& series, base::Nanoseconds begin, base::Nanoseconds end) {
  SeriesSummary summary;
  for (std::size_t i = 0; i < series.at.size(); ++i) {
    if (series.at[i] < begin || series.at[i] > end) continue;
    const double value = series.values[i];
    summary.least = summary.n == 0 ? value : std::min(summary.least, value);
    summary.most = summary.n == 0 ? value : std::max(summary.most, value);
    summary.mean += value;
    ++summary.n;
  }
  if (summary.n == 0) return std::nullopt;
  summary.mean /= static_cast<double>(summary.n);
  return summary;
}

std::vector<Energy> energy_between(const Telemetry& telemetry, base::Nanoseconds begin, base::Nanoseconds end) {
  std::map<std::string, std::pair<const Series*, const Series*>> sources;  // counter, power
  for (const Series& series : telemetry.series) {
    if (end <= begin || !reaches(series, begin, end)) continue;
    if (series.name == "energy") sources[series.source].first = &series;
    if (series.name == "power") sources[series.source].second = &series;
  }
  std::vector<Energy> all;
  for (const auto& [source, pair] : sources) all.push_back(energy_of(source, pair.first, pair.second, begin, end));
  return all;
}

std::optional<double> total_joules(const std::vector<Energy>& energies) {
  std::optional<double> total;
  for (const Energy& energy : energies)
    for (const std::string_view apart : {"gpu", "package", "dram"})
      if (energy.source.rfind(apart, 0) == 0) total = total.value_or(0) + energy.joules;
  return total;
}

}  // namespace chimera::core
