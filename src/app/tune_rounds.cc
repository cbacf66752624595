#include "app/tune_rounds.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <map>
#include <optional>

#include "analysis/statistics.h"

namespace chimera::app {
namespace {

using Rows = std::map<std::uint32_t, std::vector<std::vector<double>>>;  // by block: a row of values for each repetition

// Medians of the repetitions of a block, as log values.
std::vector<double> centre_of(const std::vector<std::vector<double>>& repetitions) {
  std::vector<double> centre;
  for (std::size_t k = 0; k < repetitions.front().size(); ++k) {
    analysis::Sample logs;
    for (const std::vector<double>& repetition : repetitions) logs.push_back(std::log(repetition[k]));
    centre.push_back(analysis::median(logs));
  }
  return centre;
}

std::vector<double> mean_of(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> mean;
  for (std::size_t k = 0; k < a.size(); ++k) mean.push_back((a[k] + b[k]) / 2);
  return mean;
}

std::string reason_of(const core::TrialStop& stop) {
  return stop.remarks.empty() ? std::string(core::to_string(stop.reason)) : fmt::format("{}", fmt::join(stop.remarks, "; "));
}

}  // namespace

RoundResults::RoundResults(const LiveSpace& space, std::vector<VisitMetric> objectives, std::vector<Limit> limits)
    : space_(space), objectives_(std::move(objectives)), limits_(std::move(limits)), failures_(space.space.size()), samples_(space.space.size()) {}

void RoundResults::add(const measure::TrialSession& session) {
  std::map<std::string, tune::ConfigId> ids;
  for (tune::ConfigId config = 0; config < space_.plans.size(); ++config) ids.emplace(space_.plans[config].trial, config);
  const std::string baseline = space_.plans.front().trial, again = baseline + std::string(kDuplicateSuffix);
  std::map<std::string, Rows> of;
  for (const core::Sample& sample : session.samples) {
    const auto id = ids.find(sample.trial);
    if (id != ids.end()) samples_[id->second].push_back(sample);
    if (id != ids.end() && sample.failure) failures_[id->second] = sample.failure->message.empty() ? sample.failure->kind : sample.failure->message;
    if (sample.phase != core::Phase::measured || sample.validity == core::Validity::invalid) continue;
    if (auto values = values_of(objectives_, sample)) of[sample.trial][sample.block].push_back(std::move(*values));
  }
  for (const core::TrialStop& stop : session.stops) {
    const auto id = ids.find(stop.trial);
    const bool cannot = stop.reason == core::StopReason::failed || stop.reason == core::StopReason::same_as_other;
    if (id != ids.end() && cannot && failures_[id->second].empty()) failures_[id->second] = reason_of(stop);
  }
  for (const auto& [block, repetitions] : of[baseline]) {
    const std::vector<double> first = centre_of(repetitions);
    const auto second = of[again].find(block);
    const bool twice = second != of[again].end();
    const std::vector<double> base = twice ? mean_of(first, centre_of(second->second)) : first;
    // Against itself the baseline would have no noise: it stands by its second measurement against its first.
    if (twice) rows_.push_back({0, centre_of(second->second), first});
    for (const auto& [trial, rows] : of) {
      const auto here = rows.find(block);
      const auto id = ids.find(trial);
      if (here == rows.end() || id == ids.end() || id->second == 0) continue;
      rows_.push_back({id->second, centre_of(here->second), base});
    }
  }
}

tune::Observations RoundResults::observations(std::size_t objective) const {
  tune::Observations out;
  analysis::Sample usual;
  for (const Row& row : rows_) usual.push_back(row.baseline[objective]);
  const double scale = usual.empty() ? 0 : analysis::median(usual);
  std::vector<std::string> why = failures_;
  for (const Row& row : rows_) why[row.config].clear();  // it works: what failed once may have been the node
  for (tune::ConfigId config = 0; config < samples_.size(); ++config)
    for (const Limit& limit : limits_)
      if (why[config].empty() && !samples_[config].empty()) why[config] = broken(limit, samples_[config]);
  std::uint32_t visit = 0;
  for (const Row& row : rows_) {
    ++visit;
    if (why[row.config].empty()) out.add(row.config, {std::exp(row.values[objective] - row.baseline[objective] + scale)}, visit);
  }
  for (tune::ConfigId config = 0; config < why.size(); ++config)
    if (!why[config].empty()) out.add_failure(config, why[config]);
  return out;
}

std::vector<tune::FrontMember> RoundResults::front(double confidence) const {
  if (objectives_.size() < 2) return {};
  std::vector<tune::Observations> each;
  for (std::size_t k = 0; k < objectives_.size(); ++k) each.push_back(observations(k));
  return tune::pareto_front(each, confidence);
}

}  // namespace chimera::app
