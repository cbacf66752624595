// Measures configurations on an engine for the tuner, each repetition into a trial log before the next begins.
//
// A log of an earlier session with the same space is played back first: the tuner, being deterministic, asks the same
// questions again, gets the recorded answers at once, and goes on where it was. Keeps references. Threads: one.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "app/tune_measured.h"
#include "app/tune_objective.h"
#include "app/tune_space.h"
#include "base/clock.h"
#include "measure/trial_json.h"
#include "measure/visit.h"
#include "tune/measurer.h"
#include "tune/observations.h"

namespace chimera::app {

struct LiveOptions {
  std::vector<VisitMetric> objectives;  // one at least
  std::vector<Limit> limits;
  std::vector<std::string> refused;  // by ConfigId: why it is not tried; empty, as the list may be: it is
  double budget_seconds = 0;
  measure::WarmUp warmup;
  measure::PromptForm form = measure::PromptForm::raw;
};

class LiveMeasurer final : public tune::Measurer, public Measured {
 public:
  LiveMeasurer(const LiveSpace& space, LiveOptions options, measure::Visitor& visitor, const base::Clock& clock, measure::Stops stops);
  // What is improved from now on: the objectives to the power of these weights, which add up to 1. Until then it is the first one.
  // `until_seconds`: how much of the budget may be spent by then.
  void aim(std::vector<double> weights, double until_seconds);
  // What an earlier session measured, in the order of time.
  void play_back(const std::vector<core::Sample>& samples);

  [[nodiscard]] tune::Measurement measure(tune::ConfigId config, unsigned repetitions) override;
  void load_anew() override { fresh_ = true; }
  // One visit with a fresh load beside the budget, when the search is over.
  [[nodiscard]] tune::Measurement beside_the_budget(tune::ConfigId config, unsigned repetitions);
  [[nodiscard]] double spent() const override;
  [[nodiscard]] double budget() const override { return until_seconds_; }

  // Visits that were played back and not asked for again: the log is of another search.
  [[nodiscard]] std::size_t left_over() const { return recorded_.size(); }
  // Set where the log could not be written or the engine is gone; the tuner was told to stop then.
  [[nodiscard]] const std::optional<base::Error>& broke() const { return broke_; }
  [[nodiscard]] const std::vector<core::Sample>& samples(tune::ConfigId config) const override { return samples_[config]; }
  [[nodiscard]] const std::vector<VisitMetric>& objectives() const override { return options_.objectives; }
  // Everything that was answered so far, by other weights than those of the time.
  [[nodiscard]] tune::Observations observations(const std::vector<double>& weights) const;
  // Of the last answer, by objective and repetition; empty where it was a failure.
  [[nodiscard]] const std::vector<std::vector<double>>& latest() const { return answered_.back().values; }

 private:
  // One answer: a row of values for each repetition, or why there is none.
  struct Answered {
    tune::ConfigId config = 0;
    std::vector<std::vector<double>> values;
    std::string failure;
  };
  [[nodiscard]] std::optional<std::vector<core::Sample>> recorded(const std::string& trial, std::uint32_t visit);
  [[nodiscard]] std::string missing_of(const std::vector<core::Sample>& visit) const;
  [[nodiscard]] tune::Measurement answer(tune::ConfigId config, const std::vector<core::Sample>& visit);

  const LiveSpace& space_;
  LiveOptions options_;
  measure::Visitor& visitor_;
  const base::Clock& clock_;
  measure::Stops stops_;
  std::deque<std::vector<core::Sample>> recorded_;  // visits of an earlier session
  std::vector<std::vector<core::Sample>> samples_;
  std::vector<std::uint32_t> visits_;  // so far, of each configuration
  std::uint32_t position_ = 0;
  std::vector<double> weights_;
  double until_seconds_ = 0;
  std::uint32_t answers_ = 0;  // that took time
  std::vector<Answered> answered_;
  std::optional<tune::ConfigId> loaded_;
  bool fresh_ = false;  // the next visit loads anew
  bool beside_ = false;  // the next visit is not charged
  double spent_ = 0;
  std::optional<base::Error> broke_;
};

}  // namespace chimera::app
