// What one call's times and counts come to: the client's clock and the server's own durations apart, and compared.
// Pure functions.
#pragma once

#include <cstdint>
#include <optional>

#include "engines/completion.h"
#include "measure/probe.h"

namespace chimera::measure {

// By the client's clock. Seconds; absent where a part of the formula is.
struct ClientMetrics {
  std::optional<double> ttft_s;             // send of the last attempt to the first non-empty content
  std::optional<double> time_to_reasoning_s;  // send to the first text of any channel, where that was reasoning
  std::optional<double> total_s;            // send of the last attempt to the end
  std::optional<double> with_retries_s;     // send of the first attempt to the end
  std::optional<double> load_s;             // send to loaded
  std::optional<double> prefill_s;          // loaded to prefilled
  std::optional<double> decode_s;           // first text to last text
  std::optional<double> decode_tokens_per_s;  // (completion tokens - 1) / decode_s
  std::optional<double> tpot_s;             // decode_s / (completion tokens - 1)
  std::uint64_t chunks = 0;
  std::uint64_t zero_gap_chunks = 0;        // that came within 50 µs of the one before: together in one packet
};

// From the server's own durations and counts.
struct ServerMetrics {
  std::optional<double> total_s;
  std::optional<double> load_s;
  std::optional<double> prompt_eval_s;
  std::optional<double> eval_s;
  std::optional<double> prefill_tokens_per_s;  // (prompt tokens - cached ones) / prompt_eval_s
  std::optional<double> decode_tokens_per_s;   // steps that eval_s took / eval_s; one for each completion token where it is not told
};

struct Reconciled {
  std::optional<double> total_s;  // client's total - server's total: network, queue before the server's clock, client
  std::optional<double> ttft_s;   // client's TTFT - server's (load + prompt evaluation)
};

struct CallMetrics {
  ClientMetrics client;
  ServerMetrics server;
  Reconciled difference;
};

[[nodiscard]] CallMetrics call_metrics(const CallTimes& times, const engines::Completion& completion);

}  // namespace chimera::measure
