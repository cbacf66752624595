// What a measuring session planned, did and found beside its samples: the records of a trial log, of which each is a line
// (schema/trial.schema.json).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "core/config.h"
#include "core/kernel_trace.h"
#include "core/machine.h"
#include "core/telemetry.h"
#include "core/trial.h"

namespace chimera::core {

inline constexpr std::string_view kTrialSchema = "chimera-trial/1";

// duplicate: the baseline under a second label (A/A); reference: what the machine can do at most, to which the others are related.
enum class TrialRole { plain, baseline, duplicate, reference };
enum class StopReason {
  target_reached,  // every watched interval is narrow enough
  blocks_done,     // as many blocks as were asked for
  most_blocks,     // the limit came before the target
  time_up,
  failed,          // the configuration cannot be measured: see the samples' failures
  same_as_other,   // its effective configuration is another trial's: see `remarks`
  eliminated,      // proven worse than another
  interrupted
};

struct TrialPlan {
  std::string trial;  // label: t1, t2, …
  TrialRole role = TrialRole::plain;
  RunConfig config;   // as asked
};

// The rules that a session keeps, so that a reader need not guess and a resumed session goes on alike.
struct Protocol {
  std::uint64_t seed = 0;
  std::uint32_t repetitions = 0;   // of a visit
  std::uint32_t least_blocks = 0;
  std::uint32_t most_blocks = 0;   // equal to the least: fixed
  std::uint32_t warmup_least = 0;
  std::uint32_t warmup_most = 0;
  double warmup_tolerance = 0;     // steady: the last ones lie within this part of their median
  double target_half_width = 0;    // of the decode rate, as a part of its median; prefill twice, TTFT five times that
  bool fresh_loads = false;        // every visit loads anew
  bool fixed_work = false;         // end-of-text is ignored
};

struct EngineFacts {
  std::string kind;  // embedded, ollama, openai, replay; command: a program of the user's
  std::string version;
  std::string where;  // address without secrets, or a command
  std::vector<std::string> devices;
};

struct ModelFacts {
  std::string name;
  std::string family;
  std::string quantization;
  std::string digest;
  std::string weights;  // "synthetic"; empty: real, or not known
  std::optional<std::uint64_t> parameters;
  std::optional<std::uint64_t> bytes;  // of the file
  std::optional<std::uint64_t> context_length;
};

struct SessionStart {
  std::string id;
  std::string name;     // that the user gave
  std::string program;  // "chimera 0.1.0"
  std::vector<std::string> command;
  base::Nanoseconds started = 0;  // wall clock
  Machine machine;
  EngineFacts engine;
  ModelFacts model;
  std::optional<Protocol> protocol;  // absent: a command was run once
  std::vector<TrialPlan> plan;
  std::vector<std::string> remarks;
};

// A session that was broken off goes on in another process. `machine` is the fingerprint of the machine then.
struct SessionResumed {
  base::Nanoseconds started = 0;
  std::string machine;
  std::vector<std::string> remarks;
};

// Sensors during one visit or run. `trial` and `block` are empty and 0 where it is about the whole session. Times are
// nanoseconds since `started`.
struct TelemetryRecord {
  std::string trial;
  std::uint32_t block = 0;
  base::Nanoseconds started = 0;  // wall clock
  Telemetry telemetry;
};

struct TrialStop {
  std::string trial;
  StopReason reason = StopReason::interrupted;
  std::uint32_t blocks = 0;
  std::vector<std::string> remarks;
};

// How well a trial's model predicts a text, beside how fast it writes: read once, outside the timed repetitions. Raw values of
// each token are kept, so that everything can be computed again.
struct QualityRecord {
  std::string trial;
  std::string against;  // the trial with whose predictions these were compared; empty: with none
  base::Nanoseconds started = 0;  // wall clock
  RunConfig config;     // as it took effect, with quality_text (its name and digest) and quality_window (tokens)
  std::vector<MetricValue> metrics;
  std::vector<double> nats;        // negative log-likelihood of each token
  std::vector<double> divergence;  // Kullback-Leibler, of each token that was compared, the first ones
  std::uint64_t same_top = 0;      // of those compared, how many have the same most likely token
  std::vector<std::string> remarks;
  std::optional<SampleFailure> failure;
};

// Blocks of a session that were measured in one go on one node of a cluster (docs/cluster.md).
struct SessionPart {
  std::uint32_t part = 0;  // from 1
  std::uint32_t first_block = 0;
  std::uint32_t last_block = 0;
  std::string node;
  std::string job;  // of Slurm: "12_3"
  std::vector<std::string> remarks;
};

struct SessionEnd {
  base::Nanoseconds ended = 0;  // wall clock
  StopReason reason = StopReason::interrupted;
  std::vector<std::string> files;  // that the session wrote beside the log
  std::vector<std::string> remarks;
};

using TrialRecord = std::variant<SessionStart, SessionResumed, Sample, TelemetryRecord, KernelRecord, TrialStop, QualityRecord, SessionPart, SessionEnd>;

[[nodiscard]] std::string_view to_string(TrialRole role);
[[nodiscard]] std::string_view to_string(StopReason reason);
[[nodiscard]] std::optional<TrialRole> find_trial_role(std::string_view name);
[[nodiscard]] std::optional<StopReason> find_stop_reason(std::string_view name);

}  // namespace chimera::core
