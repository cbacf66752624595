#include "app/trial_formats.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "analysis/statistics.h"
#include "core/unit.h"

namespace chimera::app {
namespace {

using Json = nlohmann::ordered_json;
using core::Phase;
using core::Sample;
using measure::TrialSession;

std::optional<std::int64_t> integer(const core::RunConfig& config, std::string_view key) {
  const auto text = config.get(key);
  std::int64_t value = 0;
  if (!text || std::from_chars(text->data(), text->data() + text->size(), value).ec != std::errc()) return std::nullopt;
  return value;
}

bool is_good(const Sample& sample, Phase phase) { return sample.phase == phase && !sample.failure && sample.validity != core::Validity::invalid; }

// "2025-11-14T18:53:30Z".
std::string rfc3339(base::Nanoseconds wall) {
  std::string text = base::format_utc(wall).substr(0, 19);
  text[10] = 'T';
  return text + "Z";
}

// One test of llama-bench: what was done, and how fast, repetition by repetition.
struct Test {
  const Sample* first = nullptr;
  std::int64_t prompt = 0;
  std::int64_t output = 0;
  std::int64_t depth = 0;
  std::vector<double> rates;
};

std::vector<double> rates_of(const TrialSession& session, const std::string& trial, const std::vector<std::string_view>& keys) {
  for (const std::string_view key : keys) {
    std::vector<double> rates;
    for (const Sample& sample : session.samples)
      if (const auto rate = sample.trial == trial && is_good(sample, Phase::measured) ? sample.metric(key) : std::nullopt; rate && *rate > 0) rates.push_back(*rate);
    if (!rates.empty()) return rates;
  }
  return {};
}

std::vector<Test> tests_of(const TrialSession& session) {
  std::vector<Test> tests;
  for (const core::TrialPlan& plan : session.start.plan) {
    const auto first = std::find_if(session.samples.begin(), session.samples.end(), [&](const Sample& sample) { return sample.trial == plan.trial && is_good(sample, Phase::measured); });
    if (first == session.samples.end() || plan.role == core::TrialRole::duplicate) continue;
    const std::int64_t prompt = integer(first->config, "prompt_tokens").value_or(0);
    const std::int64_t depth = integer(first->config, "depth").value_or(0);
    const std::int64_t output = integer(first->config, "output_tokens").value_or(0);
    Test prefill{&*first, prompt + depth, 0, 0, rates_of(session, plan.trial, {"prefill_engine_tok_per_s", "prefill_server_tok_per_s", "prefill_tok_per_s"})};
    Test decode{&*first, 0, output, prompt + depth, rates_of(session, plan.trial, {"decode_engine_tok_per_s", "decode_server_tok_per_s", "decode_tok_per_s"})};
    if (!prefill.rates.empty() && prefill.prompt > 0) tests.push_back(std::move(prefill));
    if (!decode.rates.empty() && decode.output > 0) tests.push_back(std::move(decode));
  }
  return tests;
}

double spread(const std::vector<double>& values) { return values.size() < 2 ? 0 : analysis::stddev(values); }

Json test_json(const TrialSession& session, const Test& test) {
  const core::SessionStart& start = session.start;
  const core::RunConfig& config = test.first->config;
  Json object = Json::object();
  const auto text = [&](const char* key, const std::string& value) {
    if (!value.empty()) object[key] = value;
  };
  const auto setting = [&](const char* key, std::string_view name) {
    if (const auto value = integer(config, name)) object[key] = *value;
  };
  text("build_commit", start.engine.version);
  text("cpu_info", start.machine.cpu);
  text("gpu_info", start.machine.gpus.empty() ? std::string() : start.machine.gpus.front().name);
  text("model_filename", std::string(config.get("model").value_or(start.model.name)));
  text("model_type", start.model.family.empty() ? start.model.name : start.model.family + " " + start.model.quantization);
  if (start.model.bytes) object["model_size"] = *start.model.bytes;
  if (start.model.parameters) object["model_n_params"] = *start.model.parameters;
  setting("n_batch", "batch");
  setting("n_ubatch", "ubatch");
  setting("n_threads", "threads");
  if (const auto type = config.get("kv_type")) object["type_k"] = object["type_v"] = *type;
  setting("n_gpu_layers", "num_gpu");
  object["n_prompt"] = test.prompt;
  object["n_gen"] = test.output;
  object["n_depth"] = test.depth;
  if (test.first->started > 0) object["test_time"] = rfc3339(test.first->started);
  std::vector<double> times;
  for (const double rate : test.rates) times.push_back(std::round(static_cast<double>(test.prompt + test.output) / rate * 1e9));
  object["avg_ns"] = static_cast<std::int64_t>(analysis::mean(times));
  object["stddev_ns"] = static_cast<std::int64_t>(spread(times));
  object["avg_ts"] = analysis::mean(test.rates);
  object["stddev_ts"] = spread(test.rates);
  object["samples_ns"] = Json::array();
  for (const double time : times) object["samples_ns"].push_back(static_cast<std::int64_t>(time));
  object["samples_ts"] = test.rates;
  return object;
}

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

std::string cell(std::optional<double> value) { return value ? fmt::format("{:.6g}", *value) : std::string(); }
std::string cell(std::optional<std::uint64_t> value) { return value ? std::to_string(*value) : std::string(); }

std::optional<double> first_of(const Sample& sample, const std::vector<std::string_view>& keys) {
  for (const std::string_view key : keys)
    if (const auto value = sample.metric(key)) return value;
  return std::nullopt;
}

struct Numbers {
  std::optional<double> ttft;
  std::optional<double> rate;
  std::optional<double> load;
  std::optional<double> prompt_eval;
  std::optional<double> eval;
};
Numbers numbers_of(const Sample& sample) {
  return {first_of(sample, {"ttft_s", "ttft_cold_s"}), first_of(sample, {"decode_tok_per_s", "decode_server_tok_per_s", "decode_engine_tok_per_s"}), sample.metric("load_s"), sample.metric("prompt_eval_s"), sample.metric("eval_s")};
}

// num_gpu, num_ctx and temperature first, as the older files have them, then whatever else differs.
std::vector<std::string> tuned_keys(const TrialSession& session) {
  std::vector<std::string> keys = {"num_gpu", "num_ctx", "temperature"};
  std::set<std::string> all;
  for (const Sample& sample : session.samples)
    for (const core::Setting& setting : sample.config.settings()) all.insert(setting.key);
  for (const std::string& key : all) {
    std::set<std::string> values;
    for (const Sample& sample : session.samples)
      if (!sample.failure) values.insert(std::string(sample.config.get(key).value_or("")));
    if (values.size() > 1 && key != "prompt_tokens" && key != "output_tokens" && std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
  }
  return keys;
}

std::string tuned_cells(const std::vector<std::string>& keys, const core::RunConfig& config) {
  std::string text;
  for (const std::string& key : keys) text += fmt::format("{},", config.get(key).value_or(""));
  return text;
}

std::string summary_csv(const TrialSession& session, const std::vector<std::string>& keys) {
  std::string text;
  for (const std::string& key : keys) text += key + ",";
  text += "mean_tokens_s,mean_ttft_s,mean_load_s,prompt_eval,eval_s_mean\n";
  for (const core::TrialPlan& plan : session.start.plan) {
    std::vector<std::vector<double>> columns(5);
    const core::RunConfig* config = nullptr;
    for (const Sample& sample : session.samples) {
      if (sample.trial != plan.trial || (!is_good(sample, Phase::measured) && !is_good(sample, Phase::cold))) continue;
      config = &sample.config;
      const Numbers numbers = numbers_of(sample);
      const bool warm = sample.phase == Phase::measured;
      const std::optional<double> values[] = {warm ? numbers.rate : std::nullopt, warm ? numbers.ttft : std::nullopt, numbers.load, warm ? numbers.prompt_eval : std::nullopt, warm ? numbers.eval : std::nullopt};
      for (std::size_t i = 0; i < 5; ++i)
        if (values[i]) columns[i].push_back(*values[i]);
    }
    if (config == nullptr) continue;
    text += tuned_cells(keys, *config);
    for (std::size_t i = 0; i < 5; ++i) text += (i > 0 ? "," : "") + cell(columns[i].empty() ? std::nullopt : std::optional(analysis::mean(columns[i])));
    text += "\n";
  }
  return text;
}

}  // namespace

std::string llama_bench_json(const TrialSession& session) {
  Json list = Json::array();
  for (const Test& test : tests_of(session)) list.push_back(test_json(session, test));
  return list.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string llama_bench_markdown(const TrialSession& session) {
  const core::SessionStart& start = session.start;
  std::string text = "| model | size | params | threads | test | t/s |\n| --- | ---: | ---: | ---: | ---: | ---: |\n";
  for (const Test& test : tests_of(session)) {
    std::string name = test.output == 0 ? fmt::format("pp{}", test.prompt) : fmt::format("tg{}", test.output);
    if (test.depth > 0) name += fmt::format(" @ d{}", test.depth);
    const std::string size = start.model.bytes ? fmt::format("{:.2f} MiB", static_cast<double>(*start.model.bytes) / 1048576.0) : "";
    const std::string params = start.model.parameters ? fmt::format("{:.2f} M", static_cast<double>(*start.model.parameters) / 1e6) : "";
    text += fmt::format("| {} | {} | {} | {} | {} | {:.2f} ± {:.2f} |\n", start.model.name.empty() ? std::string(test.first->config.get("model").value_or("")) : start.model.name, size, params,
                        test.first->config.get("threads").value_or(""), name, analysis::mean(test.rates), spread(test.rates));
  }
  return text;
}

CsvTrio csv_trio(const TrialSession& session) {
  CsvTrio trio;
  const std::vector<std::string> keys = tuned_keys(session);
  trio.baseline = "prompt,ttft_s,tokens_s,load_s,prompt_eval_s,eval_s,eval_count,response_chars,error\n";
  trio.param_tuning = "timestamp,model,";
  for (const std::string& key : keys) trio.param_tuning += key + ",";
  trio.param_tuning += "ttft_s,tokens_s,load_s,prompt_eval_s,eval_s,prompt_eval_count,eval_count,total_tokens,response_chars,error\n";
  for (const Sample& sample : session.samples) {
    if (sample.phase == Phase::warmup) continue;
    const Numbers numbers = numbers_of(sample);
    const std::string error = sample.failure ? in_quotes(sample.failure->message) : std::string();
    const std::string common = fmt::format("{},{},{},{},{}", cell(numbers.ttft), cell(numbers.rate), cell(numbers.load), cell(numbers.prompt_eval), cell(numbers.eval));
    if (!session.start.plan.empty() && sample.trial == session.start.plan.front().trial)
      trio.baseline += fmt::format("{},{},{},,{}\n", in_quotes(fmt::format("{} tokens, block {}, {} {}", sample.config.get("prompt_tokens").value_or("?"), sample.block, to_string(sample.phase), sample.repetition)), common,
                                   cell(sample.counts.output_tokens), error);
    std::optional<std::uint64_t> total;
    if (sample.counts.prompt_tokens && sample.counts.output_tokens) total = *sample.counts.prompt_tokens + *sample.counts.output_tokens;
    trio.param_tuning += fmt::format("{},{},{}{},{},{},{},,{}\n", sample.started > 0 ? rfc3339(sample.started) : "", in_quotes(sample.config.get("model").value_or(session.start.model.name)), tuned_cells(keys, sample.config), common,
                                     cell(sample.counts.prompt_tokens), cell(sample.counts.output_tokens), cell(total), error);
  }
  trio.summary = summary_csv(session, keys);
  return trio;
}

std::string trial_log_text(const TrialSession& session) {
  std::string text = measure::to_line(session.start);
  for (const Sample& sample : session.samples) text += measure::to_line(sample);
  for (const core::TelemetryRecord& telemetry : session.telemetry) text += measure::to_line(telemetry);
  for (const core::KernelRecord& kernels : session.kernels) text += measure::to_line(kernels);
  for (const core::TrialStop& stop : session.stops) text += measure::to_line(stop);
  if (session.end) text += measure::to_line(*session.end);
  return text;
}

}  // namespace chimera::app
