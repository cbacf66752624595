// The seam between choosing and measuring: a tuner asks for configurations, and a Measurer says what came of it and
// what it cost. The recorded table (replay.h) and a live engine (app) are two of them.
#pragma once

#include <string>
#include <vector>

#include "tune/space.h"

namespace chimera::tune {

// What one request gave.
struct Measurement {
  enum class State {
    measured,
    failed,       // the configuration does not work; `reason` says how
    over_budget,  // nothing was done, as it would not have fitted into what is left
    stopped       // the user asked to stop
  };
  State state = State::measured;
  std::vector<double> values;      // one per repetition, positive, smaller is better; fewer than asked for where time ran out
  double switch_seconds = 0;       // to bring the engine to the configuration; of a failure: all it cost
  double repetition_seconds = 0;   // of all repetitions together
  std::string reason;
};

// What is known of costs before anything was measured; 0: not known.
struct CostHint {
  double load_seconds = 0;
  double switch_seconds = 0;
  double repetition_seconds = 0;
};

// Threads: one at a time.
class Measurer {
 public:
  virtual ~Measurer() = default;
  // Brings the engine to `config` where it is not there yet, and measures. `repetitions` > 0.
  [[nodiscard]] virtual Measurement measure(ConfigId config, unsigned repetitions) = 0;
  // The next measurement begins with a fresh load, where the engine can be made to load: loads differ more than repetitions of
  // one. A recorded table holds no such thing.
  virtual void load_anew() {}
  // Seconds spent so far, and how many there are in all. Never more than there are.
  [[nodiscard]] virtual double spent() const = 0;
  [[nodiscard]] virtual double budget() const = 0;
  [[nodiscard]] virtual CostHint hint() const { return {}; }
  // How many repetitions of one configuration tell something new; more repeat earlier ones.
  [[nodiscard]] virtual unsigned most_repetitions() const { return 30; }
};

}  // namespace chimera::tune
