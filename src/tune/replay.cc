#include "tune/replay.h"

#include <algorithm>
#include <numeric>

namespace chimera::tune {

base::Result<ReplayMeasurer> ReplayMeasurer::create(const RecordedTable& table, const ReplayCost& cost, double budget, std::uint64_t seed) {
  const auto worked = [](const RecordedEntry& entry) { return !entry.times.empty(); };
  if (std::none_of(table.entries.begin(), table.entries.end(), worked)) return base::fail(base::ErrorKind::input, "no configuration of the table has a time: all failed");
  const auto recorded = [](const RecordedEntry& entry) { return entry.load_seconds.has_value(); };
  if (cost.recorded && std::none_of(table.entries.begin(), table.entries.end(), recorded))
    return base::fail(base::ErrorKind::input, "the table records no load (compile) times, as --cost recorded needs", "give --load-seconds, --switch-seconds and --rep-seconds");
  return ReplayMeasurer(table, cost, budget, seed);
}

ReplayMeasurer::ReplayMeasurer(const RecordedTable& table, const ReplayCost& cost, double budget, std::uint64_t seed)
    : table_(&table), cost_(cost), budget_(budget), seed_(seed), orders_(table.entries.size()) {
  std::vector<double> loads;
  std::size_t most = 0;
  for (const RecordedEntry& entry : table.entries) {
    if (entry.load_seconds) loads.push_back(*entry.load_seconds);
    most = std::max(most, entry.times.size());
  }
  most_ = static_cast<unsigned>(std::min<std::size_t>(most_, most));
  if (loads.empty()) return;
  const auto middle = loads.begin() + static_cast<std::ptrdiff_t>(loads.size() / 2);
  std::nth_element(loads.begin(), middle, loads.end());
  usual_load_ = *middle;
}

double ReplayMeasurer::load_of(ConfigId config) const {
  return cost_.recorded ? table_->entries[config].load_seconds.value_or(usual_load_) : cost_.load_seconds;
}

double ReplayMeasurer::switch_to(ConfigId config) const {
  if (loaded_ == config) return 0;
  const bool loads = cost_.recorded || !loaded_ || table_->space.group(*loaded_) != table_->space.group(config);
  return loads ? load_of(config) : cost_.switch_seconds;
}

CostHint ReplayMeasurer::hint() const {
  if (cost_.recorded) return {};
  return {cost_.load_seconds, cost_.switch_seconds, cost_.repetition_seconds};
}

double ReplayMeasurer::next_value(ConfigId config) {
  const std::vector<double>& times = table_->entries[config].times;
  Order& order = orders_[config];
  if (order.order.empty()) {
    order.order.resize(times.size());
    std::iota(order.order.begin(), order.order.end(), 0U);
    Random random(seed_ * 0x9E3779B97F4A7C15U + config);  // its own, so that what else is measured changes nothing
    random.shuffle(order.order);
  }
  return times[order.order[order.next++ % times.size()]];
}

Measurement ReplayMeasurer::measure(ConfigId config, unsigned repetitions) {
  const RecordedEntry& entry = table_->entries[config];
  Measurement result;
  if (entry.times.empty()) {
    result.switch_seconds = load_of(config);
    if (spent_ + result.switch_seconds > budget_) return {.state = Measurement::State::over_budget, .values = {}, .reason = {}};
    result.state = Measurement::State::failed;
    result.reason = entry.failure;
    spent_ += result.switch_seconds;
    loaded_ = config;
    return result;
  }
  const double change = switch_to(config);
  double would_be = spent_ + change;
  for (unsigned r = 0; r < repetitions; ++r) {
    Order before = orders_[config];
    const double value = next_value(config);
    const double seconds = cost_.recorded ? value * table_->time_unit : cost_.repetition_seconds;
    if (would_be + seconds > budget_) {
      orders_[config] = std::move(before);
      break;
    }
    would_be += seconds;
    result.repetition_seconds += seconds;
    result.values.push_back(value);
  }
  if (result.values.empty()) return {.state = Measurement::State::over_budget, .values = {}, .reason = {}};
  result.switch_seconds = change;
  spent_ = would_be;
  loaded_ = config;
  return result;
}

}  // namespace chimera::tune
