#include "measure/summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "analysis/perplexity.h"
#include "analysis/statistics.h"

namespace chimera::measure {
namespace {

using core::Phase;
using core::Sample;
using core::Validity;

constexpr double kOutlier = 10;      // scaled median absolute deviations, as hyperfine
constexpr double kDrift = 0.03;      // of the baseline from its median, as llama.cpp's tools/tuning
constexpr unsigned kResamples = 10000;
constexpr double kTogether = 10;     // percent of chunks in one packet above which gaps mean nothing

bool counts(const Sample& sample, Phase phase) { return sample.phase == phase && !sample.failure && sample.validity != Validity::invalid; }

std::optional<core::Interval> interval_of(const std::vector<double>& values) {
  if (auto interval = analysis::median_interval(values, kConfidence)) return interval;
  return analysis::bootstrap_median_interval(values, kConfidence, kResamples);
}

std::size_t outliers_in(const std::vector<double>& values) {
  if (values.size() < 3) return 0;
  const double middle = analysis::median(values);
  const double reach = kOutlier * analysis::scaled_mad(values);
  if (!(reach > 0)) return 0;
  return static_cast<std::size_t>(std::count_if(values.begin(), values.end(), [&](double value) { return std::abs(value - middle) > reach; }));
}

Estimate named(const core::MetricInfo& metric) {
  return {std::string(metric.key), std::string(metric.definition), std::string(metric.unit), std::string(metric.title), metric.direction, std::nullopt, std::nullopt, 0, 0, 0, {}};
}

// Of block values and of the repetitions behind them.
void fill(Estimate& estimate, const std::vector<double>& blocks, const std::vector<double>& all) {
  estimate.n = blocks.size();
  estimate.samples = all.size();
  estimate.outliers = outliers_in(all);
  estimate.value = analysis::median(blocks);
  estimate.interval = interval_of(blocks);
  if (!estimate.interval) estimate.remark = fmt::format("no interval: 5 blocks are needed, there {} {}", blocks.size() == 1 ? "is" : "are", blocks.size());
}

// One trial's samples of a phase, by block.
class TrialSamples {
 public:
  TrialSamples(const TrialSession& session, std::string_view trial) {
    for (const Sample& sample : session.samples)
      if (sample.trial == trial) samples_.push_back(&sample);
  }

  [[nodiscard]] const std::vector<const Sample*>& all() const { return samples_; }

  [[nodiscard]] std::vector<double> values(Phase phase, std::string_view key) const {
    std::vector<double> values;
    for (const Sample* sample : samples_)
      if (const auto value = counts(*sample, phase) ? sample->metric(key) : std::nullopt) values.push_back(*value);
    return values;
  }

  [[nodiscard]] std::vector<BlockValue> blocks(Phase phase, std::string_view key) const {
    std::map<std::uint32_t, std::vector<double>> by_block;
    for (const Sample* sample : samples_)
      if (const auto value = counts(*sample, phase) ? sample->metric(key) : std::nullopt) by_block[sample->block].push_back(*value);
    std::vector<BlockValue> out;
    for (const auto& [block, values] : by_block) out.push_back({block, analysis::median(values)});
    return out;
  }

  // Seconds a token: gaps between texts, by the tokens of the later one where these are told.
  [[nodiscard]] std::vector<double> token_gaps() const {
    std::vector<double> gaps;
    for (const Sample* sample : samples_) {
      if (!counts(*sample, Phase::measured)) continue;
      const core::SampleTimes& times = sample->times;
      for (std::size_t i = 0; i < times.gaps.size(); ++i) {
        const std::uint32_t tokens = i + 1 < times.chunk_tokens.size() ? times.chunk_tokens[i + 1] : 1;
        gaps.push_back(static_cast<double>(times.gaps[i]) / 1e9 / std::max(1U, tokens));
      }
    }
    return gaps;
  }

 private:
  std::vector<const Sample*> samples_;
};

std::vector<double> values_of(const std::vector<BlockValue>& blocks) {
  std::vector<double> values;
  for (const BlockValue& block : blocks) values.push_back(block.value);
  return values;
}

// Percentiles of what came together, each only from as many values as it needs.
void add_percentiles(const std::vector<double>& values, std::string_view key, std::string_view definition, std::string_view title, std::vector<Estimate>& into) {
  if (values.empty()) return;
  for (const double percent : {50.0, 90.0, 95.0, 99.0}) {
    Estimate estimate;
    estimate.key = fmt::format("{}_p{:.0f}_s", key, percent);
    estimate.definition = definition;
    estimate.unit = "s";
    estimate.title = fmt::format("{} p{:.0f}", title, percent);
    estimate.direction = -1;
    estimate.n = estimate.samples = values.size();
    if (const std::size_t needed = samples_for_percentile(percent); values.size() < needed) estimate.remark = fmt::format("p{:.0f} needs {} values, there are {}", percent, needed, values.size());
    else estimate.value = analysis::percentile(values, percent);
    into.push_back(std::move(estimate));
  }
}

void add_itl(const TrialSamples& samples, TrialSummary& summary) {
  bool told = false;
  double together = 0;
  for (const Sample* sample : samples.all()) {
    if (!counts(*sample, Phase::measured)) continue;
    told = told || !sample->times.chunk_tokens.empty();
    together = std::max(together, sample->metric("zero_gap_percent").value_or(0));
  }
  if (together > kTogether) {
    summary.remarks.push_back(fmt::format("no inter-token latency: up to {:.0f} % of the chunks came together", together));
    return;
  }
  add_percentiles(samples.token_gaps(), "itl", told ? "itl:token_gap" : "itl:chunk_gap", "ITL", summary.estimates);
}

void add_remarks(const TrialSamples& samples, TrialSummary& summary) {
  std::map<std::string, std::size_t> remarks;
  for (const Sample* sample : samples.all()) {
    if (sample->phase == Phase::measured)
      for (const std::string& remark : sample->remarks) ++remarks[remark.substr(0, remark.find_first_of("0123456789"))];
    if (sample->failure) summary.failure = sample->failure;
  }
  for (const Sample* sample : samples.all())
    for (const std::string& remark : sample->remarks) {
      const auto kind = remarks.find(remark.substr(0, remark.find_first_of("0123456789")));
      if (sample->phase != Phase::measured || kind == remarks.end()) continue;
      summary.remarks.push_back(kind->second == 1 ? remark : fmt::format("{} repetitions: {}", kind->second, remark));
      remarks.erase(kind);
    }
}

// Of tokens, not of blocks: a text is read once.
Estimate of_tokens(std::string_view key, double value, std::optional<core::Interval> interval, std::size_t tokens) {
  Estimate estimate = named(*core::find_trial_metric(key));
  estimate.value = value;
  estimate.interval = interval;
  estimate.n = estimate.samples = tokens;
  estimate.remark = fmt::format("over {} tokens of a text", tokens);
  return estimate;
}

const core::QualityRecord* quality_of(const TrialSession& session, std::string_view trial) {
  const auto found = std::find_if(session.quality.rbegin(), session.quality.rend(), [&](const core::QualityRecord& record) { return record.trial == trial; });
  return found == session.quality.rend() ? nullptr : &*found;
}

void add_quality(const TrialSession& session, TrialSummary& summary) {
  const core::QualityRecord* record = quality_of(session, summary.plan.trial);
  if (record == nullptr) return;
  if (record->failure) summary.remarks.push_back(fmt::format("no perplexity: {}", record->failure->message));
  summary.remarks.insert(summary.remarks.end(), record->remarks.begin(), record->remarks.end());
  if (record->nats.empty()) return;
  const std::size_t tokens = record->nats.size(), compared = record->divergence.size();
  const analysis::Perplexity perplexity = analysis::perplexity_of(record->nats, kConfidence);
  summary.estimates.push_back(of_tokens("perplexity", perplexity.value, perplexity.interval, tokens));
  if (const core::QualityRecord* against = quality_of(session, record->against); against != nullptr && against->nats.size() == tokens) {
    const analysis::Perplexity ratio = analysis::perplexity_ratio(record->nats, against->nats, kConfidence);
    summary.estimates.push_back(of_tokens("perplexity_ratio", ratio.value, ratio.interval, tokens));
  }
  if (compared == 0) return;
  summary.estimates.push_back(of_tokens("top_token_agreement_percent", 100 * static_cast<double>(record->same_top) / static_cast<double>(compared), std::nullopt, compared));
  const core::Interval share = analysis::share_interval(record->same_top, compared, kConfidence);
  summary.estimates.back().interval = core::Interval{100 * share.low, 100 * share.high, share.confidence};
  auto divergence = analysis::mean_interval(record->divergence, kConfidence);
  if (divergence) divergence->low = std::max(0.0, divergence->low);  // it is never negative
  summary.estimates.push_back(of_tokens("kl_divergence", analysis::mean(record->divergence), divergence, compared));
}

TrialSummary summarise_trial(const TrialSession& session, const core::TrialPlan& plan) {
  TrialSummary summary;
  summary.plan = plan;
  const TrialSamples samples(session, plan.trial);
  for (const Sample* sample : samples.all()) {
    if (!sample->failure) summary.effective = sample->config;
    if (sample->failure) ++summary.failed;
    if (counts(*sample, Phase::measured)) ++summary.measured;
    if (sample->phase == Phase::measured && sample->validity == Validity::doubtful) ++summary.doubtful;
  }
  for (const core::MetricInfo& metric : core::trial_metrics()) {
    const std::vector<double> blocks = values_of(samples.blocks(Phase::measured, metric.key));
    if (!blocks.empty()) {
      fill(summary.estimates.emplace_back(named(metric)), blocks, samples.values(Phase::measured, metric.key));
      summary.blocks = std::max(summary.blocks, blocks.size());
    }
    if (metric.key != "ttft_cold_s" && metric.key != "load_s") continue;
    const std::vector<double> loads = samples.values(Phase::cold, metric.key);
    if (!loads.empty()) fill(summary.cold.emplace_back(named(metric)), loads, loads);
  }
  add_itl(samples, summary);
  const std::vector<double> waits = samples.values(Phase::measured, "ttft_s");
  if (waits.size() >= samples_for_percentile(90)) add_percentiles(waits, "ttft", "ttft:first_chunk", "TTFT", summary.estimates);
  add_remarks(samples, summary);
  add_quality(session, summary);
  for (const core::TrialStop& stop : session.stops)
    if (stop.trial == plan.trial) summary.stop = stop;
  if (summary.stop) summary.remarks.insert(summary.remarks.end(), summary.stop->remarks.begin(), summary.stop->remarks.end());
  return summary;
}

// Ratios b / a in the blocks that have both.
std::vector<double> ratios(const std::vector<BlockValue>& a, const std::vector<BlockValue>& b) {
  std::vector<double> out;
  std::size_t j = 0;
  for (const BlockValue& one : a) {
    while (j < b.size() && b[j].block < one.block) ++j;
    if (j < b.size() && b[j].block == one.block && one.value > 0 && b[j].value > 0) out.push_back(b[j].value / one.value);
  }
  return out;
}

std::string role_label(const TrialSession& session, core::TrialRole role) {
  for (const core::TrialPlan& plan : session.start.plan)
    if (plan.role == role) return plan.trial;
  return {};
}

double larger_side(const core::Interval& interval) { return std::max(std::abs(interval.high - 1), std::abs(interval.low - 1)); }

void check_aa(const TrialSession& session, SessionSummary& summary) {
  const std::string baseline = role_label(session, core::TrialRole::baseline);
  const std::string duplicate = role_label(session, core::TrialRole::duplicate);
  if (baseline.empty() || duplicate.empty()) return;
  for (const std::string& key : watched_metrics(session)) {
    const std::vector<double> pairs = ratios(block_values(session, baseline, key), block_values(session, duplicate, key));
    if (pairs.empty()) continue;
    AaCheck check{key, std::string(core::find_trial_metric(key)->title), analysis::median(pairs), interval_of(pairs), pairs.size(), std::nullopt, std::nullopt};
    if (check.interval) {
      check.holds = check.interval->low <= 1 && check.interval->high >= 1;
      check.smallest_difference = larger_side(*check.interval);
      if (!*check.holds)
        summary.remarks.push_back(fmt::format("the same configuration under two labels differs in {} by {:+.2f} % ({:+.2f} to {:+.2f} %): this session cannot be trusted with differences that small",
                                              check.title, 100 * (check.ratio - 1), 100 * (check.interval->low - 1), 100 * (check.interval->high - 1)));
    }
    summary.aa.push_back(std::move(check));
  }
}

void add_contrasts(const TrialSession& session, SessionSummary& summary) {
  const std::string baseline = role_label(session, core::TrialRole::baseline);
  if (baseline.empty()) return;
  for (const core::TrialPlan& plan : session.start.plan) {
    if (plan.role != core::TrialRole::plain) continue;
    for (const std::string& key : watched_metrics(session)) {
      const std::vector<double> pairs = ratios(block_values(session, baseline, key), block_values(session, plan.trial, key));
      if (pairs.empty()) continue;
      Contrast contrast{plan.trial, key, analysis::median(pairs), interval_of(pairs), pairs.size(), false};
      const auto check = std::find_if(summary.aa.begin(), summary.aa.end(), [&](const AaCheck& aa) { return aa.key == key; });
      const double least = check == summary.aa.end() ? 0 : check->smallest_difference.value_or(0);
      if (contrast.interval) contrast.differs = contrast.interval->low > 1 + least || contrast.interval->high < 1 - least;
      summary.contrasts.push_back(std::move(contrast));
    }
  }
}

bool agree(const core::RunConfig& trial, const core::RunConfig& reference) {
  return std::all_of(reference.settings().begin(), reference.settings().end(), [&](const core::Setting& setting) {
    const auto value = trial.get(setting.key);
    return setting.key == "kernel" || !value || *value == setting.value;
  });
}

// A kernel's bandwidth as a part of the copy's that was measured beside it, where both ran under the same settings.
void add_shares(const TrialSession& session, SessionSummary& summary) {
  constexpr std::string_view kCopied = "copy_gbyte_per_s";
  constexpr std::string_view kNeeded = "gbyte_per_s";
  for (TrialSummary& trial : summary.trials) {
    const auto reference = std::find_if(summary.trials.begin(), summary.trials.end(), [&](const TrialSummary& other) {
      return other.plan.role == core::TrialRole::reference && other.find(kCopied) != nullptr && agree(trial.effective, other.effective);
    });
    if (reference == summary.trials.end()) continue;
    std::vector<double> shares = ratios(block_values(session, reference->plan.trial, kCopied), block_values(session, trial.plan.trial, kNeeded));
    if (shares.empty()) continue;
    for (double& share : shares) share *= 100;
    Estimate estimate{"copy_share_percent", "bandwidth_share:copy", "%", "of the copy's bandwidth", 0, std::nullopt, std::nullopt, 0, 0, 0, {}};
    fill(estimate, shares, shares);
    trial.estimates.push_back(std::move(estimate));
  }
}

struct BlockRange {
  std::uint32_t first = 1;
  std::uint32_t last = ~0U;
  [[nodiscard]] std::vector<double> values_in(const std::vector<BlockValue>& blocks) const {
    std::vector<double> values;
    for (const BlockValue& block : blocks)
      if (block.block >= first && block.block <= last) values.push_back(block.value);
    return values;
  }
};

// Blocks that one node measured one after another; the whole session where it had no parts.
std::vector<BlockRange> ranges_of(const TrialSession& session) {
  std::vector<BlockRange> ranges;
  for (const core::SessionPart& part : session.parts) ranges.push_back({part.first_block, part.last_block});
  if (ranges.empty()) ranges.emplace_back();
  return ranges;
}

void check_drift_in(const BlockRange& range, const std::vector<BlockValue>& blocks, std::string_view rate, SessionSummary& summary) {
  const std::vector<double> values = range.values_in(blocks);
  if (values.size() < 3) return;
  const double middle = analysis::median(values);
  const auto far = std::max_element(values.begin(), values.end(), [&](double a, double b) { return std::abs(a - middle) < std::abs(b - middle); });
  const double off = *far / middle - 1;
  if (std::abs(off) > kDrift)
    summary.remarks.push_back(fmt::format("the baseline's {} was {:+.1f} % off its median in block {}: the machine was not steady", rate, 100 * off, range.first + static_cast<std::uint32_t>(far - values.begin())));
  if (const auto trend = analysis::trend(values, kConfidence); trend && trend->p < 0.01)
    summary.remarks.push_back(fmt::format("the baseline's {} drifted by {:+.2f} % a block (p = {:.2g})", rate, 100 * trend->slope / middle, trend->p));
}

void check_drift(const TrialSession& session, SessionSummary& summary) {
  const std::string baseline = role_label(session, core::TrialRole::baseline);
  if (baseline.empty()) return;
  for (const std::string& key : watched_metrics(session)) {
    const bool decode = key.rfind("decode", 0) == 0;
    if (!decode && key != "gflop_per_s") continue;
    const std::vector<BlockValue> blocks = block_values(session, baseline, key);
    for (const BlockRange& range : ranges_of(session)) check_drift_in(range, blocks, decode ? "decode rate" : "arithmetic rate", summary);
  }
}

// Nodes of one kind are seldom equally fast. The baseline, which every part measured, says by how much values of trials
// that were measured on different nodes differ for no other reason.
void check_nodes(const TrialSession& session, SessionSummary& summary) {
  const std::string baseline = role_label(session, core::TrialRole::baseline);
  if (baseline.empty() || session.parts.size() < 2) return;
  for (const std::string& key : watched_metrics(session)) {
    const std::vector<BlockValue> blocks = block_values(session, baseline, key);
    std::map<double, std::string> medians;
    for (const core::SessionPart& part : session.parts)
      if (const std::vector<double> values = BlockRange{part.first_block, part.last_block}.values_in(blocks); !values.empty()) medians.emplace(analysis::median(values), part.node);
    if (medians.size() < 2 || !(medians.begin()->first > 0)) continue;
    const double apart = medians.rbegin()->first / medians.begin()->first - 1;
    const auto check = std::find_if(summary.aa.begin(), summary.aa.end(), [&](const AaCheck& aa) { return aa.key == key; });
    if (apart <= std::max(kDrift, check == summary.aa.end() ? 0 : check->smallest_difference.value_or(0))) continue;
    summary.remarks.push_back(fmt::format("the baseline's {} differs by up to {:.1f} % between parts, from {} to {}: trials of different parts are compared by their ratio to the baseline beside them, not by their values",
                                          core::find_trial_metric(key)->title, 100 * apart, medians.begin()->second, medians.rbegin()->second));
  }
}

}  // namespace

std::optional<double> Estimate::half_width() const {
  if (!value || !interval || *value == 0) return std::nullopt;
  return std::max(interval->high - *value, *value - interval->low) / std::abs(*value);
}

const Estimate* TrialSummary::find(std::string_view key) const {
  const auto found = std::find_if(estimates.begin(), estimates.end(), [&](const Estimate& estimate) { return estimate.key == key; });
  return found == estimates.end() ? nullptr : &*found;
}

std::vector<BlockValue> block_values(const TrialSession& session, std::string_view trial, std::string_view key) { return TrialSamples(session, trial).blocks(Phase::measured, key); }

std::vector<std::string> watched_metrics(const TrialSession& session) {
  static const std::vector<std::vector<std::string_view>> kWatched = {{"decode_tok_per_s", "decode_engine_tok_per_s", "decode_server_tok_per_s"},
                                                                      {"prefill_tok_per_s", "prefill_engine_tok_per_s", "prefill_server_tok_per_s"},
                                                                      {"ttft_s", "wall_s", "e2e_s"},
                                                                      {"gflop_per_s", "copy_gbyte_per_s"}};
  std::vector<std::string> keys;
  for (const auto& choices : kWatched)
    for (const std::string_view key : choices) {
      const bool there = std::any_of(session.samples.begin(), session.samples.end(), [&](const Sample& sample) { return counts(sample, Phase::measured) && sample.metric(key); });
      if (!there) continue;
      keys.emplace_back(key);
      break;
    }
  return keys;
}

std::size_t samples_for_percentile(double percent) {
  // One-sided, 99 % confidence (mlcommons/inference early stopping).
  if (percent <= 50) return 11;
  if (percent <= 90) return 64;
  if (percent <= 95) return 130;
  return 662;
}

SessionSummary summarise(const TrialSession& session) {
  SessionSummary summary;
  for (const core::TrialPlan& plan : session.start.plan) summary.trials.push_back(summarise_trial(session, plan));
  add_shares(session, summary);
  check_aa(session, summary);
  add_contrasts(session, summary);
  check_drift(session, summary);
  check_nodes(session, summary);
  summary.remarks.insert(summary.remarks.begin(), session.start.remarks.begin(), session.start.remarks.end());
  if (session.end) summary.remarks.insert(summary.remarks.end(), session.end->remarks.begin(), session.end->remarks.end());
  return summary;
}

}  // namespace chimera::measure
