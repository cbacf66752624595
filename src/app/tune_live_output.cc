#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>

#include "analysis/statistics.h"
#include "app/bench_engine.h"
#include "app/tune_output.h"
#include "core/unit.h"
#include "report/json_writer.h"
#include "text/words.h"
#include "tune/effects.h"

namespace chimera::app {
namespace {

using report::JsonWriter;
using tune::Standing;

constexpr double kConfidence = 0.95;
constexpr double kNoticeable = 0.02;  // less memory by this share makes a configuration cheaper

double objective_at(const LiveResult& shown, double log_value) { return shown.measurer.objective_of(log_value); }

// How to get this configuration elsewhere.
std::map<std::string, std::string> usage_of(const LiveResult& shown, tune::ConfigId config) {
  static const std::map<std::string, std::string, std::less<>> kServer = {{"threads", "--threads"}, {"threads_batch", "--threads-batch"}, {"batch", "--batch-size"},   {"ubatch", "--ubatch-size"},
                                                                          {"num_ctx", "--ctx-size"}, {"num_gpu", "--n-gpu-layers"},        {"flash_attn", "--flash-attn"}};
  static const std::map<std::string, std::string, std::less<>> kModelfile = {{"threads", "num_thread"}, {"batch", "num_batch"}, {"num_ctx", "num_ctx"}, {"num_gpu", "num_gpu"}, {"mmap", "use_mmap"}};
  std::string chimera, server, modelfile;
  const tune::Space& space = shown.live.space;
  for (std::size_t p = 0; p < space.parameters().size(); ++p) {
    const std::string& key = space.parameters()[p].name;
    const auto value = shown.live.plans[config].config.get(key);
    if (!value) continue;
    chimera += fmt::format("{}--set {}={}", chimera.empty() ? "" : " ", key, *value);
    if (const auto flag = kServer.find(key); flag != kServer.end()) server += fmt::format("{}{} {}", server.empty() ? "" : " ", flag->second, *value);
    if (key == "kv_type") server += fmt::format("{}--cache-type-k {} --cache-type-v {}", server.empty() ? "" : " ", *value, *value);
    if (const auto name = kModelfile.find(key); name != kModelfile.end()) modelfile += fmt::format("PARAMETER {} {}\n", name->second, *value);
  }
  std::map<std::string, std::string> usage = {{"chimera", chimera}};
  const std::string kind = engine_kind(shown.command.bench);
  if (kind == "ollama" && !modelfile.empty()) usage["Modelfile"] = modelfile;
  if (kind != "ollama" && !server.empty()) usage["llama-server"] = server;
  return usage;
}

void write_config(JsonWriter& json, const LiveResult& shown, tune::ConfigId config) {
  const tune::Space& space = shown.live.space;
  json.open_object();
  for (std::size_t p = 0; p < space.parameters().size(); ++p)
    if (const auto value = shown.live.plans[config].config.get(space.parameters()[p].name)) json.text(space.parameters()[p].name, *value);
  json.close_object();
}

void write_standing(JsonWriter& json, const LiveResult& shown, const Standing& standing) {
  json.open_object().key("config");
  write_config(json, shown, standing.config);
  json.number("estimate", objective_at(shown, standing.centre));
  json.integer("repetitions", shown.result.observations.find(standing.config)->repetitions.size());
  const double a = objective_at(shown, standing.low) - 1, b = objective_at(shown, standing.high) - 1;
  json.number("low", std::min(a, b)).number("high", std::max(a, b)).text("trial", shown.live.plans[standing.config].trial).close_object();
}

void write_trace(JsonWriter& json, const LiveResult& shown) {
  json.key("trace").open_array();
  for (const tune::Step& step : shown.result.steps) {
    json.open_object().number("seconds", step.seconds).text("phase", step.phase).key("config");
    write_config(json, shown, step.config);
    json.key("values").open_array();
    for (const double value : step.values) json.number(objective_at(shown, std::log(value)));
    json.close_array();
    if (step.values.empty()) json.text("failure", step.failure);
    if (step.leader) {
      json.key("incumbent");
      write_config(json, shown, *step.leader);
    }
    json.close_object();
  }
  json.close_array();
}

// Ratios of the objective itself, whichever way is better: going from the best level to the worst.
struct Shown {
  double ratio, low, high;
};
Shown shown_effect(const LiveResult& shown, const tune::ParameterEffect& effect) {
  const double a = objective_at(shown, std::log(effect.low)), b = objective_at(shown, std::log(effect.high));
  return {objective_at(shown, std::log(effect.ratio)) - 1, std::min(a, b) - 1, std::max(a, b) - 1};
}

void write_effects(JsonWriter& json, const LiveResult& shown) {
  json.key("effects").open_array();
  for (const tune::ParameterEffect& effect : tune::effects(shown.live.space, shown.result.observations, kConfidence)) {
    const tune::Parameter& parameter = shown.live.space.parameters()[effect.parameter];
    const Shown ratio = shown_effect(shown, effect);
    json.open_object().text("parameter", parameter.name).text("best", parameter.levels[effect.from]).text("worst", parameter.levels[effect.to]);
    json.number("change", ratio.ratio).number("low", ratio.low).number("high", ratio.high).number("p", effect.p).close_object();
  }
  json.close_array();
}

std::string effects_text(const LiveResult& shown) {
  std::string text;
  for (const tune::ParameterEffect& effect : tune::effects(shown.live.space, shown.result.observations, kConfidence)) {
    const tune::Parameter& parameter = shown.live.space.parameters()[effect.parameter];
    const Shown ratio = shown_effect(shown, effect);
    const std::string what = effect.p <= 1 - kConfidence ? fmt::format("{} to {}: {:+.1f} %", parameter.levels[effect.from], parameter.levels[effect.to], 100 * ratio.ratio)
                                                         : "no effect seen: " + fmt::format("{:+.1f} %", 100 * ratio.ratio);
    text += fmt::format("  {:<14} {} ({:+.1f} % to {:+.1f} %)\n", parameter.name, what, 100 * ratio.low, 100 * ratio.high);
  }
  return text.empty() ? "" : "what each setting does:\n" + text;
}

// Of one objective of a member of the front: the estimate, and its 95 % interval.
std::array<double, 3> objective_of(const LiveResult& shown, const tune::FrontMember& member, std::size_t which) {
  const double reach = analysis::normal_quantile(0.5 + kConfidence / 2) * member.error[which];
  const double a = shown.measurer.objective_of(member.centre[which] - reach, which), b = shown.measurer.objective_of(member.centre[which] + reach, which);
  return {shown.measurer.objective_of(member.centre[which], which), std::min(a, b), std::max(a, b)};
}

void write_front(JsonWriter& json, const LiveResult& shown) {
  if (shown.front.empty()) return;
  json.key("front").open_array();
  for (const tune::FrontMember& member : shown.front) {
    json.open_object().key("config");
    write_config(json, shown, member.config);
    json.text("trial", shown.live.plans[member.config].trial).key("by_estimate").boolean(member.by_estimate).key("objectives").open_object();
    for (std::size_t k = 0; k < shown.command.objectives.size(); ++k) {
      const auto [value, low, high] = objective_of(shown, member, k);
      json.key(shown.command.objectives[k]).open_object().number("value", value).number("low", low).number("high", high).close_object();
    }
    json.close_object().close_object();
  }
  json.close_array();
}

std::string front_text(const LiveResult& shown) {
  if (shown.front.empty()) return {};
  std::string text = fmt::format("{} of those measured may be on the front of {}; * marks those that their estimates put there:\n", shown.front.size(), fmt::join(shown.command.objectives, " and "));
  for (const tune::FrontMember& member : shown.front) {
    text += member.by_estimate ? "  * " : "    ";
    for (std::size_t k = 0; k < shown.command.objectives.size(); ++k) {
      const VisitMetric& objective = shown.measurer.objectives()[k];
      const auto [value, low, high] = objective_of(shown, member, k);
      text += fmt::format("{:<38}", fmt::format("{} ({} to {})", shown_objective(objective, value), shown_objective(objective, low), shown_objective(objective, high)));
    }
    text += text::visible(shown.live.space.describe(member.config)) + "\n";
  }
  return text;
}

Recommended balanced(const std::vector<tune::FrontMember>& front) {
  const auto sum = [](const tune::FrontMember& member) { return std::accumulate(member.centre.begin(), member.centre.end(), 0.0); };
  const auto best = std::min_element(front.begin(), front.end(), [&](const tune::FrontMember& a, const tune::FrontMember& b) { return sum(a) < sum(b); });
  return {best->config, "of the front the one whose objectives multiply to the best; weigh them yourself above"};
}

// What a reading says, key by key.
constexpr std::array<std::string_view, 4> kQuality = {"perplexity", "perplexity_ratio", "top_token_agreement_percent", "kl_divergence"};

void write_quality(JsonWriter& json, const LiveResult& shown) {
  const QualityCheck& check = shown.quality;
  if (check.parameters.empty()) return;
  json.key("quality").open_object().key("parameters").open_array();
  for (const std::string& parameter : check.parameters) json.text(parameter);
  json.close_array().text("baseline", shown.live.plans.front().trial).number("seconds", check.seconds).integer("left_out", check.left_out);
  if (!check.skipped.empty()) json.text("skipped", check.skipped);
  json.key("trade_offs").open_array();
  for (const TradeOff& trade_off : check.trade_offs) {
    json.open_object().text("trial", shown.live.plans[trade_off.config].trial).key("config");
    write_config(json, shown, trade_off.config);
    if (trade_off.ratio) json.key("objective_ratio").open_object().number("value", *trade_off.ratio).number("low", trade_off.interval->low).number("high", trade_off.interval->high).close_object();
    for (const std::string_view key : kQuality) {
      const measure::Estimate* estimate = trade_off.quality.find(key);
      if (estimate == nullptr || !estimate->value) continue;
      json.key(key).open_object().number("value", *estimate->value);
      if (estimate->interval) json.number("low", estimate->interval->low).number("high", estimate->interval->high);
      json.integer("tokens", estimate->n).close_object();
    }
    json.key("remarks").open_array();
    for (const std::string& remark : trade_off.quality.remarks) json.text(remark);
    json.close_array().close_object();
  }
  json.close_array().close_object();
}

std::string quality_line(const LiveResult& shown, const TradeOff& trade_off) {
  std::string text = "  " + text::visible(shown.live.space.describe(trade_off.config));
  const auto change = [](double ratio) { return fmt::format("{:+.2f} %", 100 * (ratio - 1)); };
  text += trade_off.ratio ? fmt::format(": {} {} ({} to {})", shown.command.objectives.front(), change(*trade_off.ratio), change(trade_off.interval->low), change(trade_off.interval->high))
                          : fmt::format(": no {} to compare with", shown.command.objectives.front());
  if (const measure::Estimate* ratio = trade_off.quality.find("perplexity_ratio"); ratio != nullptr && ratio->interval)
    text += fmt::format(", perplexity {} ({} to {})", change(*ratio->value), change(ratio->interval->low), change(ratio->interval->high));
  if (const measure::Estimate* same = trade_off.quality.find("top_token_agreement_percent")) text += fmt::format(", the same top token at {:.1f} % of {} tokens", *same->value, same->n);
  if (const measure::Estimate* divergence = trade_off.quality.find("kl_divergence")) text += fmt::format(", KL divergence {} nats a token", core::format_significant(*divergence->value, 2));
  for (const std::string& remark : trade_off.quality.remarks) text += "; " + remark;
  return text + "\n";
}

std::string quality_lines(const LiveResult& shown) {
  const QualityCheck& check = shown.quality;
  if (check.parameters.empty()) return {};
  std::string text = fmt::format("against the first configuration, {}, whose {} may change what the model says:\n", text::visible(shown.live.space.describe(0)), fmt::join(check.parameters, ", "));
  for (const TradeOff& trade_off : check.trade_offs) text += quality_line(shown, trade_off);
  if (check.left_out > 0) text += fmt::format("  {} further combinations were not read\n", check.left_out);
  text += check.skipped.empty() ? fmt::format("  this took {:.0f} s beside the budget\n", check.seconds) : fmt::format("  not read: {}\n", check.skipped);
  return text;
}

}  // namespace

std::string shown_objective(const VisitMetric& objective, double value) {
  const core::UnitPtr unit = core::find_unit(objective.metric->unit);
  if (unit == nullptr) return core::format_significant(value, 4);
  const core::UnitPtr readable = core::readable_unit(value, unit);
  return core::format_significant(*core::convert(value, unit, readable), 4) + (readable->symbol.empty() ? "" : " " + std::string(readable->symbol));
}

Recommended recommend(const tune::TuneResult& result, const std::vector<tune::FrontMember>& front, const Measured& measured) {
  const std::vector<Standing>& tied = result.tied;
  if (tied.empty()) return {};
  if (result.measured == 1) return {tied.front().config, "the only one that was measured"};
  if (!front.empty()) return balanced(front);
  if (tied.size() == 1) return {tied.front().config, "the only one that may be the best"};
  for (const std::string_view name : {"gpu_memory", "memory", "server_peak_rss_bytes"}) {
    const auto metric = parse_metric(name);
    const Standing* least = nullptr;
    double lowest = 0;
    const auto leaders = value_of(*metric, measured.samples(tied.front().config));
    for (const Standing& standing : tied) {
      const auto value = value_of(*metric, measured.samples(standing.config));
      if (value && (least == nullptr || *value < lowest)) least = &standing, lowest = *value;
    }
    if (least == nullptr || !leaders || lowest > (1 - kNoticeable) * *leaders) continue;
    return {least->config, fmt::format("needs least {} of those that may be the best: {:.2f} GiB", name == "gpu_memory" ? "GPU memory" : "memory", lowest / (1U << 30U))};
  }
  return {tied.front().config, "the best estimate; those that may be the best need about as much memory"};
}

namespace {

// What stands in the object of one result, without its braces.
void write_live(JsonWriter& json, const LiveResult& shown) {
  const tune::TuneResult& result = shown.result;
  const Recommended best = recommend(shown.result, shown.front, shown.measurer);
  json.text("objective", shown.command.objectives.front()).key("incumbent");
  if (result.tied.empty()) {
    json.number(std::nan(""));  // null
  } else {
    write_standing(json, shown, result.tied.front());
  }
  json.key("tied").open_array();
  for (const Standing& standing : result.tied) write_standing(json, shown, standing);
  json.close_array();
  if (best.config) {
    json.key("recommended").open_object().key("config");
    write_config(json, shown, *best.config);
    json.text("why", best.why).key("usage").open_object();
    for (const auto& [where, how] : usage_of(shown, *best.config)) json.text(where, how);
    json.close_object().close_object();
  }
  write_front(json, shown);
  write_quality(json, shown);
  write_effects(json, shown);
  json.number("smallest_difference", result.smallest_difference);
  json.integer("configurations", shown.live.space.size()).integer("measured", result.measured).integer("failed", result.failed);
  if (!shown.command.prior.empty()) json.integer("passed_over", result.passed_over);
  json.key("exhausted").boolean(result.exhausted);
  json.number("charged_seconds", result.charged_seconds).number("suggestion_seconds", result.suggestion_seconds).integer("seed", shown.command.seed);
  json.text("stop_reason", result.stop_reason).text("log", shown.log);
  if (!shown.machine.empty()) json.text("machine", shown.machine);
  write_trace(json, shown);
}

}  // namespace

std::string live_json(const LiveResult& shown, const std::vector<LiveResult>& others) {
  std::string text;
  JsonWriter json(text);
  json.open_object();
  write_live(json, shown);
  if (!others.empty()) {
    json.key("other_machines").open_array();
    for (const LiveResult& other : others) {
      json.open_object();
      write_live(json, other);
      json.close_object();
    }
    json.close_array();
  }
  json.close_object();
  return text + "\n";
}

std::string live_text(const LiveResult& shown) {
  const tune::TuneResult& result = shown.result;
  std::string text = fmt::format("{} of {} configurations measured, {} failed, {:.0f} s spent: {}\n", result.measured, shown.live.space.size(), result.failed, result.charged_seconds, result.stop_reason);
  if (result.passed_over > 0) text += fmt::format("{} were not measured: earlier sessions show them to be behind\n", result.passed_over);
  if (result.tied.empty()) return text;
  text += front_text(shown);
  text += shown.front.empty() ? "" : fmt::format("by {} alone ", shown.command.objectives.front());
  text += fmt::format("{} may be the best{}; differences below {:.1f} % could not be seen\n", result.tied.size(), result.exhausted ? "" : " of those measured", 100 * result.smallest_difference);
  for (const Standing& standing : result.tied)
    text += fmt::format("  {:>15}  {}\n", shown_objective(shown.measurer.objectives().front(), objective_at(shown, standing.centre)), text::visible(shown.live.space.describe(standing.config)));
  const Recommended best = recommend(shown.result, shown.front, shown.measurer);
  text += fmt::format("recommended: {}\n  {}\n", text::visible(shown.live.space.describe(*best.config)), best.why);
  for (const auto& [where, how] : usage_of(shown, *best.config)) text += fmt::format("  {}: {}\n", where, text::visible(how));
  return text + quality_lines(shown) + effects_text(shown);
}

}  // namespace chimera::app
