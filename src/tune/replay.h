// Tuning replayed on a recorded table: what every configuration would have given, without measuring anything.
//
// A measurement costs a load where a reload parameter changed since the last one, a switch where another did, and so
// much a repetition; a failure costs the load. The k-th repetition of a configuration is the next of its recorded ones
// in an order drawn from the seed; behind the last the first comes again. Nothing is charged beyond the budget.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "tune/measurer.h"
#include "tune/random.h"

namespace chimera::tune {

struct RecordedEntry {
  std::vector<double> times;           // of the repetitions; empty: it failed
  std::optional<double> load_seconds;  // as recorded
  std::string failure;
};

struct RecordedTable {
  Space space;
  std::vector<RecordedEntry> entries;  // by ConfigId
  double time_unit = 1e-3;             // seconds of one unit of `times`
};

struct ReplayCost {
  double load_seconds = 0;
  double switch_seconds = 0;
  double repetition_seconds = 0;
  bool recorded = false;  // the recorded load time at every change, and each repetition its own recorded time
};

class ReplayMeasurer final : public Measurer {
 public:
  // `table` must outlive it. An input error where nothing in the table could be measured, or, with recorded costs,
  // no load time was recorded.
  [[nodiscard]] static base::Result<ReplayMeasurer> create(const RecordedTable& table, const ReplayCost& cost, double budget, std::uint64_t seed);

  [[nodiscard]] Measurement measure(ConfigId config, unsigned repetitions) override;
  [[nodiscard]] double spent() const override { return spent_; }
  [[nodiscard]] double budget() const override { return budget_; }
  [[nodiscard]] CostHint hint() const override;
  [[nodiscard]] unsigned most_repetitions() const override { return most_; }

 private:
  ReplayMeasurer(const RecordedTable& table, const ReplayCost& cost, double budget, std::uint64_t seed);
  [[nodiscard]] double load_of(ConfigId config) const;
  [[nodiscard]] double switch_to(ConfigId config) const;
  [[nodiscard]] double next_value(ConfigId config);

  const RecordedTable* table_;
  ReplayCost cost_;
  double budget_ = 0;
  double spent_ = 0;
  double usual_load_ = 0;  // of entries that record none
  unsigned most_ = 30;
  std::uint64_t seed_ = 0;
  std::optional<ConfigId> loaded_;
  struct Order {
    std::vector<std::uint32_t> order;
    std::size_t next = 0;
  };
  std::vector<Order> orders_;
};

}  // namespace chimera::tune
