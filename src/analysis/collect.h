// What a corpus holds of each metric under each configuration: the values that can be set against those of another corpus.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/statistics.h"
#include "core/corpus.h"

namespace chimera::analysis {

struct Observation {
  double value = 0;              // in Measurements::unit
  std::string partner;           // what it was measured on ("prompt 3"): equal texts are partners; empty where nothing says
  std::uint64_t session = 0;     // values of one session were measured together: one array of samples, one table, one block
  core::CellRef cell;
};

// One metric under one configuration. Failed and warm-up rows are left out, cold ones are measurements of their own.
struct Measurements {
  std::string metric;
  std::string definition;
  core::Statistic statistic;       // of each value: samples, or a statistic that somebody else computed
  core::UnitPtr unit = core::no_unit();
  int direction = 0;               // +1 more is better, -1 less is better; never 0
  bool cold = false;
  core::RunConfig config;          // without what describes the machine
  std::vector<Observation> values; // in order of document, table, row
  std::optional<Moments> stated;   // mean, standard deviation and n as the artifact states them, where it kept no samples
};

struct Collection {
  std::vector<Measurements> measurements;      // sorted by metric, definition, statistic, cold, configuration
  std::vector<core::Setting> machine;          // settings that describe the machine, every value once, sorted
};

// Metrics that have a better direction. Documents in prose count only where the corpus holds nothing else; of identical files
// the first counts. A mean is left out where the samples that it summarises are there.
[[nodiscard]] Collection collect(const core::Corpus& corpus);

// Whether a setting describes the machine, not what ran on it: cpu, gpu, driver, memory, …
[[nodiscard]] bool is_of_machine(std::string_view key);

}  // namespace chimera::analysis
