// One repetition of a measurement as a value, and the metrics that it may hold.
//
// A session measures trials. A trial is one configuration under one label; it is visited once in every block of the session.
// A visit begins with a fresh load where the engine can be made to load, warms up, and takes repetitions; each repetition is
// a Sample. Everything that happened is kept: summaries are computed from samples and never take their place. What else a
// session writes down is in trial_records.h.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "core/config.h"

namespace chimera::core {

struct MetricInfo {
  std::string_view key;  // in the log: decode_tok_per_s
  std::string_view definition;
  std::string_view unit;
  int direction = 0;
  std::string_view title;
};
[[nodiscard]] std::span<const MetricInfo> trial_metrics();
[[nodiscard]] const MetricInfo* find_trial_metric(std::string_view key);  // null where there is none

struct MetricValue {
  const MetricInfo* metric = nullptr;  // never null
  double value = 0;
};

enum class Phase { cold, warmup, measured };  // cold: the first after a load, which it includes
enum class Validity { valid, doubtful, invalid };  // doubtful: used, and its remarks say why it may be wrong

// Nanoseconds since the request was sent, by the steady clock; absent: did not happen, or was not told.
struct SampleTimes {
  std::optional<base::Nanoseconds> loaded;
  std::optional<base::Nanoseconds> prefilled;
  std::optional<base::Nanoseconds> first_text;
  std::optional<base::Nanoseconds> last_text;
  std::optional<base::Nanoseconds> ended;
  std::vector<base::Nanoseconds> gaps;       // between one text and the next
  std::vector<std::uint32_t> chunk_tokens;   // of each text; empty: one each, or not told
};

struct SampleCounts {
  std::optional<std::uint64_t> prompt_tokens;
  std::optional<std::uint64_t> cached_tokens;  // of the prompt, not evaluated
  std::optional<std::uint64_t> output_tokens;
};

struct SampleFailure {
  std::string kind;  // out_of_memory, refused, timed_out, …
  std::string message;
};

struct Sample {
  std::string trial;             // label
  std::uint32_t block = 0;       // from 1
  std::uint32_t position = 0;    // of the visit in its block, from 1
  std::uint32_t load = 0;        // in the session, from 1: equal numbers share a loaded model
  std::uint32_t repetition = 0;  // in its phase of its visit, from 1
  Phase phase = Phase::measured;
  base::Nanoseconds started = 0;  // wall clock
  RunConfig config;               // as it took effect, with the work: prompt_tokens, output_tokens
  SampleTimes times;
  SampleCounts counts;
  std::vector<MetricValue> metrics;  // in the order of trial_metrics()
  std::optional<int> exit_code;      // of a process
  Validity validity = Validity::valid;
  std::vector<std::string> remarks;
  std::optional<SampleFailure> failure;
  [[nodiscard]] std::optional<double> metric(std::string_view key) const;
};

[[nodiscard]] std::string_view to_string(Phase phase);
[[nodiscard]] std::string_view to_string(Validity validity);
[[nodiscard]] std::optional<Phase> find_phase(std::string_view name);
[[nodiscard]] std::optional<Validity> find_validity(std::string_view name);

}  // namespace chimera::core
