#include "app/scenario_metrics.h"

#include <functional>
#include <nlohmann/json.hpp>

#include "analysis/statistics.h"

namespace chimera::app {
namespace {

using Json = nlohmann::ordered_json;

// Nothing where no call has it.
std::optional<double> mean_of(const AgentCalls& calls, const std::function<std::optional<double>(const measure::CallMetrics&)>& metric) {
  std::vector<double> values;
  for (const measure::CallMetrics& call : calls.calls)
    if (const auto value = metric(call)) values.push_back(*value);
  if (values.empty()) return std::nullopt;
  return analysis::mean(values);
}

std::optional<double> ttft(const AgentCalls& calls) {
  return mean_of(calls, [](const measure::CallMetrics& m) { return m.client.ttft_s; });
}
std::optional<double> rate(const AgentCalls& calls) {
  return mean_of(calls, [](const measure::CallMetrics& m) { return m.client.decode_tokens_per_s; });
}

double sequential(const ScenarioRun& run) { return run.a.alone.wall_seconds + run.b.alone.wall_seconds; }
double speedup(const ScenarioRun& run) { return sequential(run) / run.together_wall_seconds; }
double contention(const AgentTimes& agent) { return 100 * (agent.together.wall_seconds / agent.alone.wall_seconds - 1); }

std::optional<double> change(std::optional<double> from, std::optional<double> to) {
  if (!from || !to || *from == 0) return std::nullopt;
  return 100 * (*to - *from) / *from;
}

struct Measured {
  ScenarioMetric about;
  std::function<std::optional<double>(const ScenarioRun&)> value;
};

const std::vector<Measured>& measured() {
  using Run = const ScenarioRun&;
  static const std::vector<Measured> all = {
      {{"speedup", "Speedup", 3}, [](Run r) { return speedup(r); }},
      {{"efficiency_percent", "Efficiency", 1}, [](Run r) { return 50 * speedup(r); }},
      {{"contention_a_percent", "Contention of Agent A", 1}, [](Run r) { return contention(r.a); }},
      {{"contention_b_percent", "Contention of Agent B", 1}, [](Run r) { return contention(r.b); }},
      {{"together_wall_seconds", "Both at the same time", 3}, [](Run r) { return r.together_wall_seconds; }},
      {{"sequential_wall_seconds", "One after the other", 3}, [](Run r) { return sequential(r); }},
      {{"agent_a_alone_seconds", "Agent A alone", 3}, [](Run r) { return r.a.alone.wall_seconds; }},
      {{"agent_b_alone_seconds", "Agent B alone", 3}, [](Run r) { return r.b.alone.wall_seconds; }},
      {{"agent_a_ttft_seconds", "TTFT of Agent A beside B", 4}, [](Run r) { return ttft(r.a.together); }},
      {{"agent_b_ttft_seconds", "TTFT of Agent B beside A", 4}, [](Run r) { return ttft(r.b.together); }},
      {{"agent_a_decode_tokens_per_second", "Throughput of Agent A beside B", 1}, [](Run r) { return rate(r.a.together); }},
      {{"agent_b_decode_tokens_per_second", "Throughput of Agent B beside A", 1}, [](Run r) { return rate(r.b.together); }},
      {{"throughput_b_against_a_percent", "Throughput of B against A", 1}, [](Run r) { return change(rate(r.a.together), rate(r.b.together)); }},
      {{"ttft_b_against_a_percent", "TTFT of B against A", 1}, [](Run r) { return change(ttft(r.a.together), ttft(r.b.together)); }},
  };
  return all;
}

Json config_json(const std::vector<std::pair<std::string, std::string>>& config) {
  Json json = Json::object();
  for (const auto& [key, value] : config) json[key] = value;
  return json;
}

Json about_json(const ScenarioAbout& about) {
  return {{"chimera", "agents"}, {"schema", 1}, {"scenario", about.scenario}, {"engine", about.engine}, {"model", about.model},
          {"agent_a", config_json(about.config_a)}, {"agent_b", config_json(about.config_b)}};
}

Json calls_json(const AgentCalls& calls) {
  Json json = {{"wall_seconds", calls.wall_seconds}, {"calls", Json::array()}};
  for (std::size_t i = 0; i < calls.calls.size(); ++i) {
    const measure::CallMetrics& call = calls.calls[i];
    Json one = Json::object();
    const auto put = [&one](const char* key, const auto& value) {
      if (value) one[key] = *value;
    };
    put("completion_tokens", calls.tokens[i]);
    put("ttft_seconds", call.client.ttft_s);
    put("total_seconds", call.client.total_s);
    put("decode_tokens_per_second", call.client.decode_tokens_per_s);
    put("server_load_seconds", call.server.load_s);
    put("server_prompt_eval_seconds", call.server.prompt_eval_s);
    put("server_eval_seconds", call.server.eval_s);
    json["calls"].push_back(std::move(one));
  }
  return json;
}

std::string text(const Json& json) { return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n"; }

}  // namespace

std::string metrics_json(const ScenarioAbout& about, const ScenarioRun& run, std::size_t number) {
  Json json = about_json(about);
  json["run"] = number;
  json["order"] = run.order == RunOrder::together_first ? "together first" : "alone first";
  for (const Measured& metric : measured())
    if (const auto value = metric.value(run)) json[metric.about.key] = *value;
  for (const auto& [key, agent] : {std::pair{"collector", &run.a}, std::pair{"insight", &run.b}})
    json[key] = {{"together", calls_json(agent->together)}, {"alone", calls_json(agent->alone)}};
  return text(json);
}

std::string summary_json(const ScenarioAbout& about, const std::vector<ScenarioRun>& runs) {
  Json json = about_json(about);
  json["runs"] = runs.size();
  json["confidence"] = 0.95;
  for (const Measured& metric : measured()) {
    analysis::Sample values;
    for (const ScenarioRun& run : runs)
      if (const auto value = metric.value(run)) values.push_back(*value);
    if (values.empty()) continue;
    // The unit is in the key of every number, where readers of the file look for it.
    const std::string& key = metric.about.key;
    Json one = {{"mean_" + key, analysis::mean(values)}, {"n", values.size()}};
    if (const auto interval = analysis::t_interval(values, 0.95)) {
      one["low_" + key] = interval->low;
      one["high_" + key] = interval->high;
    }
    one["values"] = values;
    json[key] = std::move(one);
  }
  return text(json);
}

const std::vector<ScenarioMetric>& scenario_metrics() {
  static const std::vector<ScenarioMetric> all = [] {
    std::vector<ScenarioMetric> metrics;
    for (const Measured& metric : measured()) metrics.push_back(metric.about);
    return metrics;
  }();
  return all;
}

}  // namespace chimera::app
