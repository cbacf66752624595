// What a run of two agents came to, and what several runs say together. Pure functions of the times taken.
//
// speedup = (A alone + B alone) / wall time of both at the same time; efficiency = speedup / 2; contention of an agent = its
// time beside the other / its time alone - 1. Times of agents that ran beside each other are never added up.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "measure/call_metrics.h"

namespace chimera::app {

struct AgentCalls {
  double wall_seconds = 0;  // first call handed over to last one done
  std::vector<measure::CallMetrics> calls;
  std::vector<std::optional<std::uint64_t>> tokens;  // of each call
};

struct AgentTimes {
  AgentCalls together;
  AgentCalls alone;
};

enum class RunOrder { together_first, alone_first };

struct ScenarioRun {
  RunOrder order = RunOrder::together_first;
  double together_wall_seconds = 0;  // both agents
  AgentTimes a;
  AgentTimes b;
};

struct ScenarioAbout {
  std::string scenario;
  std::string engine;
  std::string model;
  std::vector<std::pair<std::string, std::string>> config_a;
  std::vector<std::pair<std::string, std::string>> config_b;
};

[[nodiscard]] std::string metrics_json(const ScenarioAbout& about, const ScenarioRun& run, std::size_t number);
// Every metric with mean, a 95 % t interval (of two runs or more) and its values run by run.
[[nodiscard]] std::string summary_json(const ScenarioAbout& about, const std::vector<ScenarioRun>& runs);

// The metrics of summary_json, in its order, with what they are called and the decimals people want.
struct ScenarioMetric {
  std::string key;
  std::string title;
  int decimals = 2;
};
[[nodiscard]] const std::vector<ScenarioMetric>& scenario_metrics();

}  // namespace chimera::app
