#include "measure/sample.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/check.h"
#include "core/unit.h"
#include "measure/call_metrics.h"

namespace chimera::measure {
namespace {

using Time = std::optional<base::Nanoseconds>;
using core::Sample;
using core::Validity;

// A rate above it comes from a server's duration that is not one: single batches, caches.
constexpr double kImpossibleRate = 1e7;
// Chunks that came together make gaps between them meaningless; a few do no harm.
constexpr double kManyTogether = 10;
// Above it the time from the first to the last chunk is not the time of decoding either.
constexpr double kMostTogether = 50;

Time since(Time from, Time to) { return from && to ? Time(*to - *from) : std::nullopt; }
double seconds(base::Nanoseconds duration) { return static_cast<double>(duration) / 1e9; }

void put(Sample& sample, std::string_view key, std::optional<double> value) {
  if (value && std::isfinite(*value)) put_metric(sample, key, *value);
}

void doubt(Sample& sample, std::string remark) {
  sample.remarks.push_back(std::move(remark));
  sample.validity = std::max(sample.validity, Validity::doubtful);
}

std::optional<std::uint64_t> asked(const Sample& sample, std::string_view key) {
  const auto text = sample.config.get(key);
  std::uint64_t value = 0;
  if (!text || std::from_chars(text->data(), text->data() + text->size(), value).ec != std::errc()) return std::nullopt;
  return value;
}

void fill_times(const CallTimes& times, Sample& sample) {
  core::SampleTimes& into = sample.times;
  into.loaded = since(times.sent, times.loaded);
  into.prefilled = since(times.sent, times.prefilled);
  into.ended = since(times.sent, times.ended);
  if (times.texts.empty()) return;
  into.first_text = since(times.sent, times.texts.front().at);
  into.last_text = since(times.sent, times.texts.back().at);
  into.gaps.reserve(times.texts.size() - 1);
  bool singles = true;
  for (std::size_t i = 0; i < times.texts.size(); ++i) {
    if (i > 0) into.gaps.push_back(times.texts[i].at - times.texts[i - 1].at);
    singles = singles && times.texts[i].tokens.value_or(1) == 1;
  }
  if (singles) return;
  for (const TextStamp& text : times.texts) into.chunk_tokens.push_back(text.tokens.value_or(0));
}

void put_client(const CallTimes& times, const engines::Completion& completion, const ClientMetrics& client, Sample& sample) {
  const bool cold = sample.phase == core::Phase::cold;
  const auto load = completion.server.load ? std::optional(seconds(*completion.server.load)) : client.load_s;
  // A server that was started for this request was waited for before the request was sent.
  const bool before = cold && load && client.ttft_s && *load > *client.ttft_s;
  put(sample, cold ? "ttft_cold_s" : "ttft_s", before ? std::optional(*client.ttft_s + *load) : client.ttft_s);
  if (cold) put(sample, "load_s", load);
  const Time ready = times.loaded ? times.loaded : times.sent;
  if (const Time prefill = times.texts.empty() ? std::nullopt : since(ready, times.texts.front().at); prefill && *prefill > 0 && sample.counts.prompt_tokens && (!cold || times.loaded))
    put(sample, "prefill_tok_per_s", static_cast<double>(*sample.counts.prompt_tokens - sample.counts.cached_tokens.value_or(0)) / seconds(*prefill));
  const double together = client.chunks > 1 ? 100.0 * static_cast<double>(client.zero_gap_chunks) / static_cast<double>(client.chunks - 1) : 0;
  if (together <= kMostTogether) {
    put(sample, "decode_tok_per_s", client.decode_tokens_per_s);
    put(sample, "tpot_s", client.tpot_s);
  }
  if (!sample.times.last_text) return;
  const double e2e = seconds(*sample.times.last_text);
  put(sample, "e2e_s", e2e);
  if (sample.counts.output_tokens && e2e > 0 && !cold) put(sample, "request_tok_per_s", static_cast<double>(*sample.counts.output_tokens) / e2e);
  if (sample.counts.output_tokens && client.chunks > 0) put(sample, "tokens_per_chunk", static_cast<double>(*sample.counts.output_tokens) / static_cast<double>(client.chunks));
  if (client.chunks > 1) put(sample, "zero_gap_percent", together);
}

// llama.cpp in this process counts the time in the model alone; servers count what they count.
void put_server(const engines::Completion& completion, const ServerMetrics& server, Sample& sample) {
  const bool alone = completion.effective.get("engine") == "embedded";
  for (const auto& [key, value] : {std::pair{alone ? "prefill_engine_tok_per_s" : "prefill_server_tok_per_s", server.prefill_tokens_per_s},
                                   std::pair{alone ? "decode_engine_tok_per_s" : "decode_server_tok_per_s", server.decode_tokens_per_s}}) {
    if (value && *value > kImpossibleRate) sample.remarks.push_back(fmt::format("the server's own durations give {:.3g} tok/s, which is left out", *value));
    else put(sample, key, value);
  }
  put(sample, "server_total_s", server.total_s);
  put(sample, "prompt_eval_s", server.prompt_eval_s);
  put(sample, "eval_s", server.eval_s);
}

void judge(Sample& sample) {
  const auto tokens = asked(sample, "output_tokens");
  if (tokens && sample.counts.output_tokens && *sample.counts.output_tokens < *tokens)
    doubt(sample, fmt::format("the text ended after {} of {} tokens", *sample.counts.output_tokens, *tokens));
  const auto prompt = asked(sample, "prompt_tokens");
  const std::uint64_t whole = prompt.value_or(0) + asked(sample, "depth").value_or(0);
  if (prompt && sample.counts.prompt_tokens && *sample.counts.prompt_tokens != std::max<std::uint64_t>(whole, 1)) {
    std::string remark = fmt::format("the prompt had {} tokens, not {}", *sample.counts.prompt_tokens, whole);
    const double off = std::abs(static_cast<double>(*sample.counts.prompt_tokens) - static_cast<double>(whole));
    if (off > 0.05 * static_cast<double>(whole)) doubt(sample, std::move(remark));
    else sample.remarks.push_back(std::move(remark));
  }
  if (sample.counts.cached_tokens.value_or(0) > 0)
    doubt(sample, fmt::format("{} of the prompt's tokens came from a cache", *sample.counts.cached_tokens));
  if (const auto together = sample.metric("zero_gap_percent"); together && *together > kManyTogether)
    doubt(sample, fmt::format("{:.0f} % of the chunks came within 50 µs of the one before: {}", *together,
                              *together > kMostTogether ? "there is no decode rate" : "gaps are not times of tokens"));
}

// One series' part in a metric; of several GPUs the busiest says how fast and how busy, memory and power are added up.
enum class Across { first, highest, sum };
struct SeriesMetric {
  std::string_view key;
  std::string_view series;
  std::string_view source;  // its beginning
  bool most = false;        // the largest sample, else their mean
  Across across = Across::first;
};
constexpr SeriesMetric kSeriesMetrics[] = {
    {"peak_rss_bytes", "memory_used", "process", true, Across::first},      {"mean_rss_bytes", "memory_used", "process", false, Across::first},
    {"server_peak_rss_bytes", "memory_used", "server", true, Across::first}, {"server_mean_rss_bytes", "memory_used", "server", false, Across::first},
    {"cpu_percent", "cpu_utilization", "system", false, Across::first},     {"cpu_clock_mhz", "cpu_clock", "cpu", false, Across::highest},
    {"gpu_percent", "gpu_utilization", "gpu", false, Across::highest},      {"gpu_memory_bytes", "gpu_memory_used", "gpu", true, Across::sum},
    {"gpu_clock_mhz", "gpu_clock", "gpu", false, Across::highest},          {"gpu_temperature_c", "gpu_temperature", "gpu", true, Across::highest},
    {"power_w", "power", "gpu", false, Across::sum},
};

std::optional<double> value_of(const SeriesMetric& metric, const core::Telemetry& telemetry, base::Nanoseconds begin, base::Nanoseconds end) {
  std::optional<double> value;
  for (const core::Series& series : telemetry.series) {
    if (series.name != metric.series || series.source.rfind(metric.source, 0) != 0 || (value && metric.across == Across::first)) continue;
    const auto summary = core::summarise(series, begin, end);
    const core::UnitPtr unit = core::find_unit(series.unit);
    if (!summary || unit == nullptr) continue;
    const auto one = core::convert(metric.most ? summary->most : summary->mean, unit, core::unit_of(core::find_trial_metric(metric.key)->unit));
    if (one) value = !value ? *one : metric.across == Across::sum ? *value + *one : std::max(*value, *one);
  }
  return value;
}

}  // namespace

void put_metric(Sample& sample, std::string_view key, double value) {
  const core::MetricInfo* metric = core::find_trial_metric(key);
  CHECK(metric != nullptr, "every metric that is measured is in trial_metrics.def");
  const auto at = std::find_if(sample.metrics.begin(), sample.metrics.end(), [&](const core::MetricValue& other) { return other.metric >= metric; });
  if (at != sample.metrics.end() && at->metric == metric) at->value = value;
  else sample.metrics.insert(at, {metric, value});
}

void fill_sample(const CallTimes& times, const engines::Outcome& outcome, Sample& sample) {
  const engines::Completion& completion = outcome.completion;
  fill_times(times, sample);
  sample.counts = {completion.counts.prompt_tokens, completion.counts.cached_tokens, completion.counts.completion_tokens};
  if (outcome.failure) {
    sample.failure = core::SampleFailure{std::string(to_string(outcome.failure->kind)), outcome.failure->error.message};
    sample.validity = Validity::invalid;
    return;
  }
  const CallMetrics metrics = call_metrics(times, completion);
  put_client(times, completion, metrics.client, sample);
  put_server(completion, metrics.server, sample);
  judge(sample);
}

void add_telemetry(const core::Telemetry& telemetry, base::Nanoseconds begin, base::Nanoseconds end, Sample& sample) {
  for (const SeriesMetric& metric : kSeriesMetrics) put(sample, metric.key, value_of(metric, telemetry, begin, end));
  const std::vector<core::Energy> energies = core::energy_between(telemetry, begin, end);
  for (const core::Energy& energy : energies)
    for (const std::string& reason : energy.doubts) sample.remarks.push_back(fmt::format("energy of {}: {}", energy.source, reason));
  const std::optional<double> joules = core::total_joules(energies);
  if (!joules) return;
  put_metric(sample, "energy_j", *joules);
  if (sample.counts.output_tokens.value_or(0) > 0) put_metric(sample, "energy_per_token_j", *joules / static_cast<double>(*sample.counts.output_tokens));
}

}  // namespace chimera::measure
