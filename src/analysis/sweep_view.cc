#include "analysis/sweep_view.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "analysis/levels.h"

namespace chimera::analysis {
namespace {

constexpr double kOrderShare = 0.5;      // more than half of the variance of position: the factor is a clock
constexpr double kColdShare = 0.9;       // of the cold rows in one level
constexpr double kColdChance = 0.01;     // of so many cold rows in one level if they fell at random
constexpr std::size_t kFewestCold = 3;
constexpr double kDominantRatio = 1.5;   // between level means: more than throttling and drift
constexpr double kMostNoise = 0.1;       // of a single run: what exceeds it is interaction of the factors
constexpr std::size_t kMostLevels = 24;
constexpr std::size_t kMostColumns = 100;
constexpr std::size_t kMostRows = 2000;  // for the additive model
constexpr double kFewestNoiseDf = 5;
constexpr double kStretch = 0.5;         // of the variance of position: blocks follow one another in time

// Renumbers values in order of appearance.
std::vector<std::uint32_t> compact(const std::vector<std::uint32_t>& values, std::vector<std::uint32_t>& used) {
  std::vector<std::uint32_t> out;
  used = values;
  std::sort(used.begin(), used.end());
  used.erase(std::unique(used.begin(), used.end()), used.end());
  for (const std::uint32_t value : values)
    out.push_back(static_cast<std::uint32_t>(std::lower_bound(used.begin(), used.end(), value) - used.begin()));
  return out;
}

std::optional<std::uint32_t> level_of_load(const FactorView& view, const std::vector<std::uint32_t>& cold) {
  const auto total_cold = static_cast<std::size_t>(std::count(cold.begin(), cold.end(), 1U));
  if (total_cold < kFewestCold || total_cold == cold.size()) return std::nullopt;
  for (std::uint32_t l = 0; l < view.used.size(); ++l) {
    std::size_t in_level = 0;
    std::size_t hits = 0;
    for (std::size_t i = 0; i < cold.size(); ++i) {
      in_level += view.level[i] == l ? 1 : 0;
      hits += view.level[i] == l && cold[i] == 1 ? 1 : 0;
    }
    const bool most = static_cast<double>(hits) >= kColdShare * static_cast<double>(total_cold);
    if (most && hypergeometric_upper(hits, in_level, total_cold, cold.size()) < kColdChance) return l;
  }
  return std::nullopt;
}

Sample log_of(const Sample& y) {
  Sample out(y.size());
  std::transform(y.begin(), y.end(), out.begin(), [](double v) { return std::log(v); });
  return out;
}

void take_factors(SweepView& view) {
  std::size_t columns = 0;
  for (const Factor& factor : view.study->factors) {
    FactorView out;
    out.factor = &factor;
    std::vector<std::uint32_t> level;
    for (const std::size_t row : view.rows) level.push_back(factor.level[row]);
    out.level = compact(level, out.used);
    columns += out.used.size();
    if (out.used.size() < 2 || out.used.size() > kMostLevels || columns > kMostColumns) continue;
    out.order_share = order_share(out.level);
    const bool blocks_possible = view.study->order != RunOrder::unknown && out.level.size() >= 2 * out.used.size();
    out.with_time = blocks_possible && out.order_share >= kOrderShare;
    out.load_level = level_of_load(out, view.cold);
    view.factors.push_back(std::move(out));
  }
}

// A block effect of several times the other blocks is no drift, even though it stands in blocks.
void mark_dominant(SweepView& view) {
  const Sample logs = log_of(view.y);
  for (FactorView& factor : view.factors) {
    if (!factor.with_time) continue;
    std::vector<Sample> groups(factor.used.size());
    for (std::size_t i = 0; i < logs.size(); ++i) groups[factor.level[i]].push_back(logs[i]);
    double low = INFINITY;
    double high = -INFINITY;
    for (const Sample& group : groups) {
      low = std::min(low, mean(group));
      high = std::max(high, mean(group));
    }
    factor.dominant = high - low > std::log(kDominantRatio);
  }
}

bool take_noise(SweepView& view, NoiseSource source, Design design) {
  const auto model = AdditiveModel::fit(log_of(view.y), design);
  if (!model || model->df() < kFewestNoiseDf) return false;
  const bool measured = source == NoiseSource::replicates || source == NoiseSource::repetitions;
  if (!measured && model->residual_sd() > kMostNoise) {
    view.interacts = true;
    return false;
  }
  view.noise_source = source;
  view.noise = std::move(design);
  view.noise_df = model->df();
  return true;
}

std::vector<std::uint32_t> block_levels(const SweepView& view) {
  std::vector<std::uint32_t> level;
  std::vector<std::uint32_t> used;
  for (const std::size_t row : view.rows) level.push_back(view.block->level[row]);
  return compact(level, used);
}

void choose_noise(SweepView& view) {
  if (view.block != nullptr && take_noise(view, NoiseSource::repetitions, {{view.configuration, block_levels(view)}})) return;
  if (view.configurations < view.y.size() && take_noise(view, NoiseSource::replicates, {{view.configuration}})) return;
  std::vector<Factor> stable;  // with the levels of the used rows alone
  bool clock = false;
  for (const FactorView& factor : view.factors) {
    if (factor.with_time && !factor.dominant) clock = true;
    else stable.push_back({factor.factor->key, {}, factor.level, false, false});
  }
  if (clock && !stable.empty()) {
    std::vector<const Factor*> pointers;
    for (const Factor& factor : stable) pointers.push_back(&factor);
    std::uint32_t groups = 0;
    if (take_noise(view, NoiseSource::blocks, {{combine(pointers, view.y.size(), groups)}})) return;
  }
  take_noise(view, NoiseSource::additive, view.adjusted);
}

int preference(const Response& response) {
  using core::Dimension;
  if (response.metric == "throughput") return 0;
  switch (response.unit->dimension) {
    case Dimension::token_rate: return 1;
    case Dimension::request_rate:
    case Dimension::flop_rate:
    case Dimension::bandwidth: return 2;
    case Dimension::token_time: return 3;
    case Dimension::time: return response.metric == "ttft" || response.metric == "load_time" ? 6 : 4;
    default: return 5;
  }
}

bool varies(const Response& response) {
  double low = INFINITY;
  double high = -INFINITY;
  for (const auto& value : response.value) {
    if (!value) continue;
    low = std::min(low, *value);
    high = std::max(high, *value);
  }
  return high - low > 1e-9 * std::abs(high);
}

bool central(const Response& response) {
  using Kind = core::Statistic::Kind;
  return response.statistic.kind == Kind::sample || response.statistic.kind == Kind::mean || response.statistic.kind == Kind::median;
}

bool is_measured(core::RowState state) { return state == core::RowState::ok || state == core::RowState::cold; }

struct Value {
  std::size_t row = 0;  // of the study
  double y = 0;
  core::FactId id;
};

std::vector<Value> values_of_rows(const SweepView& view, const core::Corpus& corpus) {
  std::vector<Value> out;
  for (std::size_t i = 0; i < view.study->rows.size(); ++i) {
    const auto& value = view.response->value[i];
    if (!value || !(*value > 0) || !is_measured(view.study->state[i])) continue;
    if (view.warm_only && view.study->state[i] == core::RowState::cold) continue;
    out.push_back({i, *value, corpus.id(view.response->cell[i])});
  }
  return out;
}

// The median of the warm runs of each configuration in each block, in order of their first runs.
std::vector<Value> values_of_blocks(const SweepView& view, Ledger& ledger) {
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::size_t> position;
  std::vector<std::vector<Value>> members;
  for (const Value& value : values_of_rows(view, ledger.corpus())) {
    if (view.study->state[value.row] != core::RowState::ok) continue;
    const auto [at, fresh] = position.try_emplace({view.block->level[value.row], view.study->configuration[value.row]}, members.size());
    if (fresh) members.emplace_back();
    members[at->second].push_back(value);
  }
  std::vector<Value> out;
  for (const std::vector<Value>& group : members) {
    std::vector<core::FactId> ids;
    for (const Value& value : group) ids.push_back(value.id);
    const core::FactId id = ids.size() == 1 ? ids.front()
                                            : ledger.derive({"median", ids, view.response->metric, view.response->unit, {core::Statistic::Kind::median, 0}, {}});
    out.push_back({group.front().row, ledger.value(id), id});
  }
  return out;
}

}  // namespace

bool tells_performance(const Response& response) { return tells_performance(response.unit, response.metric); }

bool tells_performance(core::UnitPtr unit, std::string_view metric) {
  using core::Dimension;
  switch (unit->dimension) {
    case Dimension::time:
    case Dimension::token_time:
    case Dimension::token_rate:
    case Dimension::request_rate:
    case Dimension::bandwidth:
    case Dimension::flop_rate:
    case Dimension::energy:
    case Dimension::token_energy: return true;
    default: return metric.find("throughput") != std::string_view::npos;  // written without a unit
  }
}

const Response* primary_response(const Study& study) {
  const Response* found = nullptr;
  for (const Response& response : study.responses) {
    if (response.direction == 0 || !central(response) || !tells_performance(response) || !varies(response)) continue;
    const auto positive = std::count_if(response.value.begin(), response.value.end(), [](const auto& v) { return v && *v > 0; });
    if (2 * static_cast<std::size_t>(positive) < response.value.size()) continue;
    if (found == nullptr || preference(response) < preference(*found)) found = &response;
  }
  return found;
}

bool contains_load(const Study& study, const Response& response) {
  Sample cold;
  Sample warm;
  for (std::size_t i = 0; i < study.rows.size(); ++i) {
    if (!response.value[i] || !is_measured(study.state[i])) continue;
    (study.state[i] == core::RowState::cold ? cold : warm).push_back(*response.value[i]);
  }
  if (cold.empty() || warm.size() < 2) return false;
  const double from = median(warm);
  const double to = median(cold);
  return 3 * to < 2 * from || 2 * to > 3 * from;
}

core::Statistic SweepView::centre_statistic() const {
  return {nested ? core::Statistic::Kind::median : core::Statistic::Kind::mean, 0};
}

Blocking repetition_block(const Study& study) {
  Blocking nested;
  double most = kStretch;
  for (const Factor& block : study.blocks) {
    if (block.levels.size() < 2 || 2 * block.levels.size() > study.rows.size()) continue;
    std::set<std::pair<std::uint32_t, std::uint32_t>> seen;
    std::size_t rows = 0;
    for (std::size_t i = 0; i < study.rows.size(); ++i) {
      if (!is_measured(study.state[i])) continue;
      seen.emplace(block.level[i], study.configuration[i]);
      ++rows;
    }
    if (4 * seen.size() < 3 * block.levels.size() * study.configurations) continue;
    if (seen.size() == study.rows.size()) return {&block, false};
    // Of what repeats (visit, position, repetition) the outermost stands in consecutive stretches of time.
    const double share = study.order != RunOrder::unknown && 3 * seen.size() <= 2 * rows ? order_share(block.level) : 0;
    if (share <= most) continue;
    most = share;
    nested = {&block, true};
  }
  return nested;
}

std::optional<SweepView> view_sweep(const Study& study, const Response& response, Ledger& ledger) {
  SweepView view;
  view.study = &study;
  view.response = &response;
  view.warm_only = contains_load(study, response);
  const Blocking blocking = repetition_block(study);
  view.block = blocking.block;
  view.nested = blocking.nested;
  std::vector<std::uint32_t> configuration;
  for (const Value& value : view.nested ? values_of_blocks(view, ledger) : values_of_rows(view, ledger.corpus())) {
    view.rows.push_back(value.row);
    view.y.push_back(value.y);
    view.id.push_back(value.id);
    view.cited.push_back(ledger.corpus().id(response.cell[value.row]));
    view.cold.push_back(study.state[value.row] == core::RowState::cold ? 1 : 0);
    configuration.push_back(study.configuration[value.row]);
  }
  std::vector<std::uint32_t> used;
  view.configuration = compact(configuration, used);
  view.configurations = static_cast<std::uint32_t>(used.size());
  if (view.configurations < (view.block != nullptr ? 2 : 3)) return std::nullopt;
  if (view.y.size() > kMostRows) return view;
  take_factors(view);
  for (const FactorView& factor : view.factors) view.factors_only.factors.push_back(factor.level);
  view.adjusted = view.factors_only;
  const auto cold = std::count(view.cold.begin(), view.cold.end(), 1U);
  if (cold > 0 && static_cast<std::size_t>(cold) < view.cold.size()) view.adjusted.factors.push_back(view.cold);
  view.model = AdditiveModel::fit(log_of(view.y), view.adjusted);
  mark_dominant(view);
  choose_noise(view);
  return view;
}

}  // namespace chimera::analysis
