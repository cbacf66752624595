#include "measure/call_metrics.h"

#include <algorithm>

namespace chimera::measure {
namespace {

using Time = std::optional<base::Nanoseconds>;

constexpr base::Nanoseconds kTogether = 50'000;

std::optional<double> seconds(Time duration) {
  return duration ? std::optional(static_cast<double>(*duration) / 1e9) : std::nullopt;
}

std::optional<double> span(Time from, Time to) { return from && to ? seconds(*to - *from) : std::nullopt; }

std::optional<double> divided(std::optional<double> a, std::optional<double> b) {
  return a && b && *b > 0 ? std::optional(*a / *b) : std::nullopt;
}

std::optional<double> difference(std::optional<double> a, std::optional<double> b) {
  return a && b ? std::optional(*a - *b) : std::nullopt;
}

std::optional<double> number(std::optional<std::uint64_t> count) {
  return count ? std::optional(static_cast<double>(*count)) : std::nullopt;
}

ClientMetrics client_metrics(const CallTimes& times, const engines::Completion& completion) {
  ClientMetrics client;
  client.total_s = span(times.sent, times.ended);
  client.with_retries_s = span(times.first_sent, times.ended);
  client.load_s = span(times.sent, times.loaded);
  client.prefill_s = span(times.loaded, times.prefilled);
  client.chunks = times.texts.size();
  const auto content = std::find_if(times.texts.begin(), times.texts.end(), [](const TextStamp& text) { return text.channel == engines::Channel::content; });
  if (content != times.texts.end()) client.ttft_s = span(times.sent, content->at);
  if (times.texts.empty()) return client;
  if (times.texts.front().channel == engines::Channel::reasoning) client.time_to_reasoning_s = span(times.sent, times.texts.front().at);
  for (std::size_t i = 1; i < times.texts.size(); ++i)
    if (times.texts[i].at - times.texts[i - 1].at < kTogether) ++client.zero_gap_chunks;
  client.decode_s = span(times.texts.front().at, times.texts.back().at);
  const std::optional<std::uint64_t> tokens = completion.counts.completion_tokens;
  if (tokens && *tokens > 1) {
    const auto steps = number(*tokens - 1);
    client.decode_tokens_per_s = divided(steps, client.decode_s);
    client.tpot_s = divided(client.decode_s, steps);
  }
  return client;
}

ServerMetrics server_metrics(const engines::Completion& completion) {
  const engines::ServerDurations& told = completion.server;
  const engines::Counts& counts = completion.counts;
  ServerMetrics server;
  server.total_s = seconds(told.total);
  server.load_s = seconds(told.load);
  server.prompt_eval_s = seconds(told.prompt_eval);
  server.eval_s = seconds(told.eval);
  if (counts.prompt_tokens && counts.cached_tokens.value_or(0) < *counts.prompt_tokens)
    server.prefill_tokens_per_s = divided(number(*counts.prompt_tokens - counts.cached_tokens.value_or(0)), server.prompt_eval_s);
  server.decode_tokens_per_s = divided(number(told.eval_steps ? told.eval_steps : counts.completion_tokens), server.eval_s);
  return server;
}

}  // namespace

CallMetrics call_metrics(const CallTimes& times, const engines::Completion& completion) {
  CallMetrics metrics{client_metrics(times, completion), server_metrics(completion), {}};
  metrics.difference.total_s = difference(metrics.client.total_s, metrics.server.total_s);
  if (metrics.server.prompt_eval_s) metrics.difference.ttft_s = difference(metrics.client.ttft_s, *metrics.server.prompt_eval_s + metrics.server.load_s.value_or(0));
  return metrics;
}

}  // namespace chimera::measure
