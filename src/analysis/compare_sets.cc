#include "analysis/compare_sets.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <tuple>

namespace chimera::analysis {
namespace {

constexpr std::size_t kFewestSessions = 3;  // from which sessions are the values
constexpr std::size_t kFewestExact = 3;     // equal values that are taken for a constant
constexpr std::size_t kFewestPairs = 3;

using Settings = std::map<std::string, std::set<std::string>>;

Settings settings_of(const Collection& collection) {
  Settings settings;
  for (const Measurements& m : collection.measurements)
    for (const core::Setting& setting : m.config.settings()) settings[setting.key].insert(setting.value);
  // A key that only some have is not constant.
  for (auto& [key, values] : settings)
    if (std::any_of(collection.measurements.begin(), collection.measurements.end(), [&key = key](const Measurements& m) { return !m.config.get(key); })) values.insert("");
  return settings;
}

// Settings of one value on each side, but not the same one.
std::vector<SetComparison::Difference> find_changed(const Settings& a, const Settings& b) {
  std::set<std::string> keys;
  for (const auto& [key, values] : a) keys.insert(key);
  for (const auto& [key, values] : b) keys.insert(key);
  static const std::set<std::string> kNone = {""};
  std::vector<SetComparison::Difference> changed;
  for (const std::string& key : keys) {
    const auto in_a = a.find(key);
    const auto in_b = b.find(key);
    const std::set<std::string>& of_a = in_a == a.end() ? kNone : in_a->second;
    const std::set<std::string>& of_b = in_b == b.end() ? kNone : in_b->second;
    if (of_a.size() == 1 && of_b.size() == 1 && of_a != of_b) changed.push_back({key, *of_a.begin(), *of_b.begin()});
  }
  return changed;
}

std::string names_of(const std::set<std::string>& values) {
  std::string text;
  for (const std::string& value : values) text += (text.empty() ? "" : ", ") + value;
  return text;
}

// What both sides say of the machine must have something in common, key by key.
std::optional<Refusal> machines_differ(const Collection& a, const Collection& b) {
  const auto values = [](const Collection& side) {
    Settings by_key;
    for (const core::Setting& setting : side.machine) by_key[setting.key].insert(setting.value);
    return by_key;
  };
  const Settings of_a = values(a);
  const Settings of_b = values(b);
  for (const auto& [key, in_a] : of_a) {
    const auto in_b = of_b.find(key);
    if (in_b == of_b.end()) continue;
    const bool shared = std::any_of(in_a.begin(), in_a.end(), [&](const std::string& value) { return in_b->second.count(value) > 0; });
    if (!shared) return Refusal{"machine", fmt::format("measured on unlike machines: {} is {} in A and {} in B", key, names_of(in_a), names_of(in_b->second))};
  }
  return std::nullopt;
}

core::RunConfig without(const core::RunConfig& config, const std::set<std::string>& keys) {
  core::RunConfig out;
  for (const core::Setting& setting : config.settings())
    if (keys.count(setting.key) == 0) out.set(setting.key, setting.value);
  return out;
}

// The values that are compared: sessions where there are enough of them, else what was measured.
std::vector<Observation> values_of(const Measurements& m) {
  std::map<std::uint64_t, std::vector<double>> sessions;
  for (const Observation& value : m.values) sessions[value.session].push_back(value.value);
  if (sessions.size() < kFewestSessions || sessions.size() == m.values.size()) return m.values;
  std::vector<Observation> means;
  means.reserve(sessions.size());
  for (const auto& [session, values] : sessions) means.push_back({mean(values), {}, session, {}});
  return means;
}

Sample numbers(const std::vector<Observation>& observations) {
  Sample sample;
  sample.reserve(observations.size());
  for (const Observation& o : observations) sample.push_back(o.value);
  return sample;
}

// The values of both sides in the order of their partners, where every value has exactly one.
std::optional<std::pair<Sample, Sample>> pair_up(const std::vector<Observation>& a, const std::vector<Observation>& b) {
  std::map<std::string, double> by_partner;
  for (const Observation& o : a)
    if (o.partner.empty() || !by_partner.emplace(o.partner, o.value).second) return std::nullopt;
  if (a.size() != b.size() || a.size() < kFewestPairs) return std::nullopt;
  std::map<std::string, double> others;
  for (const Observation& o : b)
    if (by_partner.count(o.partner) == 0 || !others.emplace(o.partner, o.value).second) return std::nullopt;
  std::pair<Sample, Sample> pairs;
  for (const auto& [partner, value] : by_partner) {
    pairs.first.push_back(value);
    pairs.second.push_back(others.at(partner));
  }
  return pairs;
}

double geometric_mean(const Sample& x) {
  double sum = 0;
  for (const double value : x) sum += std::log(value);
  return std::exp(sum / static_cast<double>(x.size()));
}

bool is_constant(const Sample& x) { return x.size() >= kFewestExact && std::all_of(x.begin(), x.end(), [&](double v) { return v == x.front(); }); }

class Estimate {
 public:
  Estimate(const Measurements& a, const Measurements& b) : a_(a), b_(b), of_a_(values_of(a)), of_b_(values_of(b)), in_a_(numbers(of_a_)), in_b_(converted()) {}

  void fill(Effect& effect, double confidence) const {
    const auto positive = [](const Sample& x) { return !x.empty() && std::all_of(x.begin(), x.end(), [](double v) { return v > 0; }); };
    effect.a.n = a_.stated ? static_cast<std::size_t>(a_.stated->n) : in_a_.size();
    effect.b.n = b_.stated ? static_cast<std::size_t>(b_.stated->n) : in_b_.size();
    if (!positive(in_a_) || !positive(in_b_)) {
      effect.reason = "values at or below zero have no ratio";
      return;
    }
    effect.a.centre = geometric_mean(in_a_);
    effect.b.centre = geometric_mean(in_b_);
    effect.ratio = effect.b.centre / effect.a.centre;
    estimate(effect, confidence);
  }

 private:
  // In the unit of A.
  Sample converted() const {
    Sample sample = numbers(of_b_);
    for (double& value : sample) value *= b_.unit->factor / a_.unit->factor;
    return sample;
  }

  void estimate(Effect& effect, double confidence) const {
    const bool equal_sizes = a_.unit->dimension == core::Dimension::information && in_a_.size() == 1 && in_a_ == in_b_;
    if (equal_sizes || (is_constant(in_a_) && is_constant(in_b_))) {
      effect.interval = Interval{effect.ratio, effect.ratio, confidence};
      effect.method = "exact";
      return;
    }
    std::optional<RatioEstimate> found;
    if (const auto pairs = pair_up(of_a_, of_b_)) {
      found = paired_ratio(pairs->first, pairs->second, confidence);
      effect.method = "paired";
    }
    if (!found) {
      const Moments of_a = a_.stated && in_a_.size() == 1 ? *a_.stated : moments(in_a_);
      const Moments of_b = b_.stated && in_b_.size() == 1 ? scaled(*b_.stated) : moments(in_b_);
      found = welch_ratio(of_a, of_b, confidence);
      effect.method = (a_.stated && in_a_.size() == 1) || (b_.stated && in_b_.size() == 1) ? "stated" : "welch";
    }
    if (!found) {
      effect.method.clear();
      effect.reason = in_a_.size() < 2 || in_b_.size() < 2 ? "a single value on one side has no interval" : "the values have no spread";
      return;
    }
    // A paired interval leaves out what all pairs share; its estimate is the one shown.
    effect.ratio = found->ratio;
    effect.interval = Interval{found->low, found->high, confidence};
  }

  Moments scaled(Moments m) const {
    const double factor = b_.unit->factor / a_.unit->factor;
    return {m.mean * factor, m.sd * factor, m.n};
  }

  const Measurements& a_;
  const Measurements& b_;
  std::vector<Observation> of_a_, of_b_;
  Sample in_a_, in_b_;
};

std::vector<std::string> paths_of(const Measurements& m, const core::Corpus& corpus) {
  std::set<std::string> paths;
  for (const Observation& value : m.values) paths.insert(corpus.document(value.cell.document).artifact.path);
  return {paths.begin(), paths.end()};
}

class SetComparer {
 public:
  SetComparer(const core::Corpus& a, const core::Corpus& b, const CompareSettings& settings)
      : corpus_a_(a), corpus_b_(b), settings_(settings), a_(collect(a)), b_(collect(b)) {}

  SetComparison run() {
    if (settings_.machines == CompareSettings::Machines::same)
      if (auto refusal = machines_differ(a_, b_)) {
        out_.refused.push_back(std::move(*refusal));
        return std::move(out_);
      }
    const Settings of_a = settings_of(a_);
    const Settings of_b = settings_of(b_);
    out_.changed = find_changed(of_a, of_b);
    for (const auto& difference : out_.changed) aside_.insert(difference.key);
    for (const auto& [key, values] : of_a)
      if (const auto in_b = of_b.find(key); values.size() == 1 && in_b != of_b.end() && in_b->second == values) everywhere_.insert(key);
    match();
    refuse_definitions();
    decide();
    out_.comparable = !out_.effects.empty();
    return std::move(out_);
  }

 private:
  // What must be equal on both sides; distinct for the measurements of one side, whose settings aside are constant.
  using Thing = std::tuple<std::string, std::string, core::Statistic, core::Dimension, bool, std::string>;
  Thing thing(const Measurements& m) const {
    // A mean stands for the samples that it was made of.
    const core::Statistic statistic = m.statistic.kind == core::Statistic::Kind::mean ? core::Statistic{} : m.statistic;
    return {m.metric, m.definition, statistic, m.unit->dimension, m.cold, without(m.config, aside_).to_string()};
  }

  void match() {
    std::map<Thing, const Measurements*> of_b;
    for (const Measurements& b : b_.measurements) of_b.emplace(thing(b), &b);
    for (const Measurements& a : a_.measurements) {
      const auto found = of_b.find(thing(a));
      if (found == of_b.end()) {
        ++out_.only_a;
        continue;
      }
      add(a, *found->second);
      of_b.erase(found);
    }
    out_.only_b = of_b.size();
  }

  void add(const Measurements& a, const Measurements& b) {
    Effect effect;
    effect.metric = a.metric;
    effect.definition = a.definition;
    effect.statistic = a.statistic;
    effect.unit = a.unit;
    effect.direction = a.direction;
    effect.cold = a.cold;
    effect.config = without(without(a.config, aside_), everywhere_);
    effect.a.paths = paths_of(a, corpus_a_);
    effect.b.paths = paths_of(b, corpus_b_);
    out_.effects.push_back(std::move(effect));
    pairs_.emplace_back(&a, &b);
  }

  // The same name for other things: never compared, and said so.
  void refuse_definitions() {
    std::map<std::string, std::pair<std::set<std::string>, std::set<std::string>>> definitions;
    for (const Measurements& m : a_.measurements) definitions[m.metric].first.insert(m.definition);
    for (const Measurements& m : b_.measurements) definitions[m.metric].second.insert(m.definition);
    for (const auto& [metric, both] : definitions) {
      const auto& [in_a, in_b] = both;
      const bool shared = std::any_of(in_a.begin(), in_a.end(), [&b = in_b](const std::string& d) { return b.count(d) > 0; });
      if (in_a.empty() || in_b.empty() || shared) continue;
      out_.refused.push_back({metric, fmt::format("{} is {} in A and {} in B: different things by one name", metric, names_of(in_a), names_of(in_b))});
    }
    if (out_.effects.empty() && out_.refused.empty())
      out_.refused.push_back({"configurations", a_.measurements.empty() || b_.measurements.empty() ? "one side holds no measurement of a metric that has a better direction"
                                                                                                     : "no metric was measured under the same configuration on both sides"});
  }

  // All intervals hold together: each is as wide as its share of the error asks for.
  void decide() {
    if (out_.effects.empty()) return;
    const double confidence = 1 - (1 - settings_.confidence) / static_cast<double>(out_.effects.size());
    for (std::size_t i = 0; i < out_.effects.size(); ++i) {
      Effect& effect = out_.effects[i];
      Estimate(*pairs_[i].first, *pairs_[i].second).fill(effect, confidence);
      if (effect.interval) effect.change = classify(*effect.interval, effect.direction, settings_.margin);
    }
  }

  const core::Corpus& corpus_a_;
  const core::Corpus& corpus_b_;
  const CompareSettings& settings_;
  Collection a_, b_;
  SetComparison out_;
  std::set<std::string> aside_;       // settings under comparison
  std::set<std::string> everywhere_;  // one value in all of A and B
  std::vector<std::pair<const Measurements*, const Measurements*>> pairs_;  // parallel to the effects
};

}  // namespace

double Effect::smallest() const {
  if (!interval || !(interval->low > 0)) return std::numeric_limits<double>::quiet_NaN();
  return std::sqrt(interval->high / interval->low) - 1;
}

Change classify(const Interval& ratio, int direction, double margin) {
  if (ratio.low >= 1 / (1 + margin) && ratio.high <= 1 + margin) return Change::same;
  if (ratio.low > 1) return direction > 0 ? Change::better : Change::worse;
  if (ratio.high < 1) return direction > 0 ? Change::worse : Change::better;
  return Change::undecided;
}

std::string_view to_string(Change change) {
  switch (change) {
    case Change::better: return "better";
    case Change::worse: return "worse";
    case Change::same: return "same";
    case Change::undecided: return "undecided";
  }
  return "undecided";
}

SetComparison compare_sets(const core::Corpus& a, const core::Corpus& b, const CompareSettings& settings) { return SetComparer(a, b, settings).run(); }

}  // namespace chimera::analysis
