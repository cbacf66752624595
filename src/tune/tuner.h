// Tunes: spends a budget of seconds on finding the configurations that may be the best, and says which these are.
//
// Threads: one at a time. Deterministic for a seed and what the Measurer answers.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tune/measurer.h"
#include "tune/observations.h"
#include "tune/prior.h"
#include "tune/race.h"
#include "tune/search.h"

namespace chimera::tune {

enum class Strategy {
  automatic,  // racing over small spaces, else the search with surrogate
  grid,       // every configuration in order, with a fixed number of repetitions
  random,     // the same in random order
  halving,    // successive halving of a random set (Jamieson & Talwalkar 2016)
  racing      // successive elimination: blocks over all that may still be the best (Maron & Moore 1997)
};

struct TuneOptions {
  Strategy strategy = Strategy::automatic;
  Ingredients ingredients;
  std::uint64_t seed = 1;
  double confidence = 0.95;
  unsigned fixed_repetitions = 7;  // of grid and random
  Prior prior;                     // of earlier sessions
  Observations known;              // what this session measured already, by the objective at hand
};

// One request to the Measurer, and where things stood after it.
struct Step {
  ConfigId config = 0;
  std::vector<double> values;  // empty: it failed
  std::string failure;
  double seconds = 0;          // charged until after it
  std::string_view phase;      // "search" or "final"
  std::optional<ConfigId> leader;
};

struct TuneResult {
  std::vector<Standing> tied;  // the leader first; empty where nothing could be measured
  std::vector<Step> steps;
  std::size_t measured = 0;
  std::size_t failed = 0;
  std::size_t passed_over = 0; // not measured, as the prior shows them to be behind
  bool exhausted = false;      // every configuration of the space was measured or failed
  double charged_seconds = 0;
  double suggestion_seconds = 0;  // of the processor, by `clock`; 0 without one
  double smallest_difference = 0; // that the session could see between two of the tied, as a share
  std::string stop_reason;
  Observations observations;
};

struct TuneProgress {
  std::function<void(const Step&)> step;  // may be empty
  std::function<double()> clock;          // seconds, for suggestion_seconds; may be empty
};

// Takes the answer from these observations: who may be the best, how many were measured.
void answer_from(TuneResult& result, Observations observations, std::size_t space, double confidence);

[[nodiscard]] TuneResult tune(const Space& space, Measurer& measurer, const TuneOptions& options, const TuneProgress& progress = {});

}  // namespace chimera::tune
