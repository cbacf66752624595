#include "app/bench_output.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "app/bench_kernels.h"
#include "core/unit.h"
#include "measure/machine_json.h"

namespace chimera::app {
namespace {

using Json = nlohmann::ordered_json;
using measure::Estimate;
using measure::SessionSummary;
using measure::TrialSession;
using measure::TrialSummary;

constexpr int kDigits = 4;

// Three columns at most for how fast it was, whoever's clock told it; quality where it was asked for.
const std::vector<std::string> kShown = {"prefill_tok_per_s", "prefill_server_tok_per_s", "decode_tok_per_s", "decode_engine_tok_per_s", "decode_server_tok_per_s",
                                         "ttft_s", "itl_p99_s", "wall_s", "evaluation_s", "gflop_per_s", "gbyte_per_s", "copy_share_percent", "copy_gbyte_per_s", "peak_rss_bytes", "server_peak_rss_bytes", "gpu_memory_bytes", "energy_per_token_j",
                                         "perplexity", "top_token_agreement_percent", "kl_divergence"};

// Times in milliseconds, memory in MiB: as people read them.
struct Shown {
  std::string unit;
  double factor;
};
Shown shown(const std::string& unit) {
  if (unit == "s") return {"ms", 1e3};
  if (unit == "B") return {"MiB", 1.0 / (1024 * 1024)};
  return {unit, 1};
}

std::string value_text(const Estimate* estimate) {
  if (estimate == nullptr || !estimate->value) return "-";
  const double factor = shown(estimate->unit).factor;
  std::string text = core::format_significant(*estimate->value * factor, kDigits);
  if (estimate->interval) text += fmt::format(" ({} to {})", core::format_significant(estimate->interval->low * factor, kDigits), core::format_significant(estimate->interval->high * factor, kDigits));
  return text;
}

// The settings whose values differ, and those that all trials share.
struct Settings {
  std::vector<std::string> differing;
  std::vector<std::string> common;
};
const core::RunConfig& config_of(const TrialSummary& trial) { return trial.effective.empty() ? trial.plan.config : trial.effective; }

Settings settings_of(const SessionSummary& summary) {
  Settings settings;
  std::vector<std::string> keys;
  const auto compared = [](const TrialSummary& trial) { return trial.plan.role != core::TrialRole::reference; };
  for (const TrialSummary& trial : summary.trials)
    for (const core::Setting& setting : config_of(trial).settings())
      if (compared(trial)) keys.push_back(setting.key);
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  for (const std::string& key : keys) {
    const auto first = config_of(summary.trials.front()).get(key);
    const bool same = std::all_of(summary.trials.begin(), summary.trials.end(), [&](const TrialSummary& trial) { return config_of(trial).get(key) == first || trial.effective.empty() || !compared(trial); });
    if (!same) settings.differing.push_back(key);
    else if (first) settings.common.push_back(fmt::format("{}={}", key, *first));
  }
  return settings;
}

using Row = std::vector<std::string>;

std::string stop_text(const TrialSummary& trial) {
  if (!trial.stop) return "not finished";
  std::string text(to_string(trial.stop->reason));
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

std::vector<std::string> shown_metrics(const SessionSummary& summary) {
  std::vector<std::string> keys;
  for (const std::string& key : kShown)
    if (std::any_of(summary.trials.begin(), summary.trials.end(), [&](const TrialSummary& trial) { const Estimate* e = trial.find(key); return e != nullptr && e->value; })) keys.push_back(key);
  return keys;
}

const Estimate* cold_of(const TrialSummary& trial, std::string_view key) {
  const auto found = std::find_if(trial.cold.begin(), trial.cold.end(), [&](const Estimate& estimate) { return estimate.key == key; });
  return found == trial.cold.end() ? nullptr : &*found;
}

std::vector<Row> table_rows(const SessionSummary& summary, const Settings& settings) {
  const std::vector<std::string> metrics = shown_metrics(summary);
  Row header = {"trial"};
  header.insert(header.end(), settings.differing.begin(), settings.differing.end());
  for (const std::string& key : metrics)
    for (const TrialSummary& trial : summary.trials)
      if (const Estimate* estimate = trial.find(key)) {
        header.push_back(estimate->title + (estimate->unit.empty() ? "" : " " + shown(estimate->unit).unit));
        break;
      }
  const bool loads = std::any_of(summary.trials.begin(), summary.trials.end(), [](const TrialSummary& trial) { return !trial.cold.empty(); });
  if (loads) header.insert(header.end(), {"load ms", "cold TTFT ms"});
  header.insert(header.end(), {"blocks", "stopped"});
  std::vector<Row> rows = {std::move(header)};
  for (const TrialSummary& trial : summary.trials) {
    Row row = {trial.plan.trial};
    for (const std::string& key : settings.differing) row.emplace_back(config_of(trial).get(key).value_or("-"));
    for (const std::string& key : metrics) row.push_back(value_text(trial.find(key)));
    for (const std::string_view key : {"load_s", "ttft_cold_s"}) {
      if (!loads) break;
      const Estimate* cold = cold_of(trial, key);
      row.push_back(cold == nullptr ? "-" : core::format_significant(*cold->value * 1e3, kDigits));
    }
    row.push_back(std::to_string(trial.blocks));
    row.push_back(stop_text(trial));
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string percent(double ratio) { return fmt::format("{:+.2f} %", 100 * (ratio - 1)); }

// What a trial's predictions cost or gain against the first one's.
std::string quality_text(const TrialSummary& trial) {
  const Estimate* ratio = trial.find("perplexity_ratio");
  if (ratio == nullptr || !ratio->value) return {};
  std::string text = fmt::format("{} against t1: perplexity {}", trial.plan.trial, percent(*ratio->value));
  if (ratio->interval) text += fmt::format(" ({} to {})", percent(ratio->interval->low), percent(ratio->interval->high));
  if (const Estimate* same = trial.find("top_token_agreement_percent")) text += fmt::format(", the same top token at {:.1f} % of {} tokens ({:.1f} to {:.1f} %)", *same->value, same->n, same->interval->low, same->interval->high);
  if (const Estimate* divergence = trial.find("kl_divergence")) text += fmt::format(", KL divergence {} nats a token", core::format_significant(*divergence->value, 2));
  return text;
}

std::vector<std::string> findings(const SessionSummary& summary) {
  std::vector<std::string> lines;
  for (const measure::AaCheck& check : summary.aa) {
    if (!check.interval) {
      lines.push_back(fmt::format("{}: {} blocks are too few to say what the session can tell apart", check.title, check.n));
      continue;
    }
    lines.push_back(fmt::format("{}: the same configuration twice differs by {} ({} to {}); differences below {:.2f} % are not claimed", check.title, percent(check.ratio), percent(check.interval->low),
                                percent(check.interval->high), 100 * *check.smallest_difference));
  }
  for (const measure::Contrast& contrast : summary.contrasts) {
    if (!contrast.interval) continue;
    const std::string title(core::find_trial_metric(contrast.key)->title);
    const std::string range = fmt::format("{} ({} to {})", percent(contrast.ratio), percent(contrast.interval->low), percent(contrast.interval->high));
    lines.push_back(contrast.differs ? fmt::format("{} against t1: {} {}", contrast.trial, title, range) : fmt::format("{} against t1: {} cannot be told apart, {}", contrast.trial, title, range));
  }
  for (const TrialSummary& trial : summary.trials)
    if (std::string text = quality_text(trial); !text.empty()) lines.push_back(std::move(text));
  for (const TrialSummary& trial : summary.trials) {
    for (const std::string& remark : trial.remarks) lines.push_back(fmt::format("{}: {}", trial.plan.trial, remark));
    for (const Estimate& estimate : trial.estimates)
      if (estimate.outliers > 0 && std::any_of(summary.aa.begin(), summary.aa.end(), [&](const measure::AaCheck& check) { return check.key == estimate.key; })) lines.push_back(fmt::format("{}: {} of {} repetitions are outliers in {}; they are counted in", trial.plan.trial, estimate.outliers, estimate.samples, estimate.title));
  }
  lines.insert(lines.end(), summary.remarks.begin(), summary.remarks.end());
  return lines;
}

// Nine digits, as in the log.
Json number(double value) { return std::strtod(fmt::format("{:.9g}", value).c_str(), nullptr); }

Json config_json(const core::RunConfig& config) {
  Json object = Json::object();
  for (const core::Setting& setting : config.settings()) {
    const Json parsed = Json::parse(setting.value, nullptr, false);
    if (parsed.is_number() && parsed.dump() == setting.value) object[setting.key] = parsed;
    else object[setting.key] = setting.value;
  }
  return object;
}

Json estimate_json(const Estimate& estimate, const std::string& stop) {
  Json object = {{"value", nullptr}, {"low", nullptr}, {"high", nullptr}};
  if (estimate.value) object["value"] = number(*estimate.value);
  if (estimate.interval) object["low"] = number(estimate.interval->low), object["high"] = number(estimate.interval->high);
  object["confidence"] = measure::kConfidence;
  object["n"] = estimate.n;
  object["samples"] = estimate.samples;
  object["outliers"] = estimate.outliers;
  object["stop_reason"] = stop;
  object["unit"] = estimate.unit;
  object["definition"] = estimate.definition;
  object["title"] = estimate.title;
  if (!estimate.remark.empty()) object["remark"] = estimate.remark;
  return object;
}

Json trial_json(const TrialSummary& trial) {
  const std::string stop = trial.stop ? std::string(to_string(trial.stop->reason)) : "interrupted";
  Json object = {{"trial", trial.plan.trial}, {"role", to_string(trial.plan.role)}, {"asked", config_json(trial.plan.config)}, {"config", config_json(trial.effective)}};
  object["stop_reason"] = stop;
  object["blocks"] = trial.blocks;
  object["repetitions"] = {{"measured", trial.measured}, {"doubtful", trial.doubtful}, {"failed", trial.failed}};
  object["metrics"] = Json::object();
  for (const Estimate& estimate : trial.estimates) object["metrics"][estimate.key] = estimate_json(estimate, stop);
  for (const Estimate& estimate : trial.cold) object["metrics"][estimate.key] = estimate_json(estimate, stop);
  object["failure"] = nullptr;
  if (trial.failure) object["failure"] = {{"kind", trial.failure->kind}, {"message", trial.failure->message}};
  object["remarks"] = trial.remarks;
  return object;
}

Json interval_json(Json object, const std::optional<core::Interval>& interval) {
  object["low"] = nullptr;
  object["high"] = nullptr;
  if (interval) object["low"] = number(interval->low), object["high"] = number(interval->high);
  return object;
}

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

}  // namespace

std::string rendered(const std::vector<std::vector<std::string>>& rows, TableStyle style) {
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (const std::vector<std::string>& row : rows)
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], row[c].size());
  std::string text;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    std::string line;
    for (std::size_t c = 0; c < rows[r].size(); ++c) line += style == TableStyle::markdown ? fmt::format("| {:<{}} ", rows[r][c], widths[c]) : fmt::format("{:<{}}  ", rows[r][c], widths[c]);
    if (style == TableStyle::markdown) line += "|";
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
    if (r > 0 || style == TableStyle::text) continue;
    for (const std::size_t width : widths) text += fmt::format("|{:-<{}}", "", width + 2);
    text += "|\n";
  }
  return text;
}

std::string session_title(const core::SessionStart& start) {
  std::vector<std::string> parts;
  if (!start.model.name.empty()) parts.push_back(start.model.name + (start.model.weights.empty() ? "" : " (" + start.model.weights + " weights)"));
  parts.push_back(start.engine.version.empty() ? start.engine.kind : start.engine.kind + " " + start.engine.version);
  parts.push_back(core::describe(start.machine));
  return fmt::format("{}", fmt::join(parts, " · "));
}

std::string result_table(const TrialSession& session, const SessionSummary& summary, TableStyle style) {
  if (summary.trials.empty()) return session_title(session.start) + "\n";
  const Settings settings = settings_of(summary);
  std::string text = session_title(session.start) + "\n";
  text += fmt::format("{}{}\n\n", style == TableStyle::markdown ? "\n" : "", fmt::join(settings.common, ", "));
  text += rendered(table_rows(summary, settings), style);
  text += fmt::format("\nMedians over blocks, with 95 % intervals where there are five blocks or more.\n{}", style == TableStyle::markdown ? "\n" : "");
  for (const core::QualityRecord& quality : session.quality) {
    if (quality.nats.empty()) continue;
    text += fmt::format("Perplexity: {} tokens of the text {}, the second half of each window of {}; errors take tokens as independent.\n{}", quality.nats.size(), quality.config.get("quality_text").value_or("-"),
                        quality.config.get("quality_window").value_or("-"), style == TableStyle::markdown ? "\n" : "");
    break;
  }
  for (const std::string& line : findings(summary)) text += fmt::format("{}{}\n", style == TableStyle::markdown ? "- " : "  ", line);
  for (const core::KernelRecord& record : session.kernels) text += kernel_table(session, record, style);
  return text;
}

namespace {

Json session_json(const TrialSession& session, const SessionSummary& summary, const std::string& log) {
  const core::SessionStart& start = session.start;
  Json object = {{"schema", "chimera-bench/1"}, {"program", start.program}, {"log", log}, {"session", start.id}};
  object["complete"] = session.end && session.end->reason != core::StopReason::interrupted;
  object["machine"] = Json::parse(measure::machine_json(start.machine));
  object["engine"] = {{"kind", start.engine.kind}, {"version", start.engine.version}, {"where", start.engine.where}, {"devices", start.engine.devices}};
  object["model"] = {{"name", start.model.name}, {"digest", start.model.digest}, {"quantization", start.model.quantization}, {"weights", start.model.weights}};
  if (start.model.parameters) object["model"]["parameters"] = *start.model.parameters;
  if (start.model.bytes) object["model"]["bytes"] = *start.model.bytes;
  object["configurations"] = Json::array();
  for (const TrialSummary& trial : summary.trials) {
    object["configurations"].push_back(trial_json(trial));
    for (const core::KernelRecord& record : session.kernels)
      if (record.trial == trial.plan.trial) object["configurations"].back()["kernels"] = Json::parse(kernel_json(session, record));
  }
  object["aa"] = Json::array();
  for (const measure::AaCheck& check : summary.aa) {
    Json one = interval_json({{"metric", check.key}, {"ratio", number(check.ratio)}}, check.interval);
    one["n"] = check.n;
    one["contains_one"] = nullptr;
    one["smallest_difference"] = nullptr;
    if (check.holds) one["contains_one"] = *check.holds;
    if (check.smallest_difference) one["smallest_difference"] = number(*check.smallest_difference);
    object["aa"].push_back(std::move(one));
  }
  object["contrasts"] = Json::array();
  for (const measure::Contrast& contrast : summary.contrasts) {
    Json one = interval_json({{"trial", contrast.trial}, {"metric", contrast.key}, {"ratio", number(contrast.ratio)}}, contrast.interval);
    one["n"] = contrast.n;
    one["differs"] = contrast.differs;
    object["contrasts"].push_back(std::move(one));
  }
  object["remarks"] = summary.remarks;
  return object;
}

std::string dumped(const Json& object) { return object.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"; }

}  // namespace

std::string result_json(const TrialSession& session, const SessionSummary& summary, const std::string& log) { return dumped(session_json(session, summary, log)); }

std::string results_json(const std::vector<TrialSession>& sessions, const std::vector<SessionSummary>& summaries, const std::string& log) {
  if (sessions.empty()) return dumped(Json::object());
  Json object = session_json(sessions.front(), summaries.front(), log);
  for (std::size_t i = 1; i < sessions.size(); ++i) object["other_machines"].push_back(session_json(sessions[i], summaries[i], log));
  return dumped(object);
}

std::string result_csv(const TrialSession& session, const SessionSummary& summary) {
  Settings settings;
  if (!summary.trials.empty()) settings = settings_of(summary);
  std::string text = "trial,model,engine";
  for (const std::string& key : settings.differing) text += "," + csv_cell(key);
  text += ",metric,definition,unit,value,low,high,blocks,samples,stop_reason\n";
  const auto cell = [](const std::optional<double>& value) { return value ? fmt::format("{:.9g}", *value) : std::string(); };
  for (const TrialSummary& trial : summary.trials) {
    std::vector<Estimate> estimates = trial.estimates;
    estimates.insert(estimates.end(), trial.cold.begin(), trial.cold.end());
    for (const Estimate& estimate : estimates) {
      text += fmt::format("{},{},{}", csv_cell(trial.plan.trial), csv_cell(session.start.model.name), csv_cell(session.start.engine.kind));
      for (const std::string& key : settings.differing) text += "," + csv_cell(std::string(config_of(trial).get(key).value_or("")));
      const auto interval = estimate.interval;
      text += fmt::format(",{},{},{},{},{},{},{},{},{}\n", estimate.key, estimate.definition, estimate.unit, cell(estimate.value), cell(interval ? std::optional(interval->low) : std::nullopt),
                          cell(interval ? std::optional(interval->high) : std::nullopt), estimate.n, estimate.samples, trial.stop ? to_string(trial.stop->reason) : "");
    }
  }
  return text;
}

}  // namespace chimera::app
