// A repetition as it is kept: from what the probe stamped and what the engine told. Pure functions.
#pragma once

#include "core/telemetry.h"
#include "core/trial.h"
#include "engines/completion.h"
#include "measure/probe.h"

namespace chimera::measure {

// Fills times, counts, metrics, failure, and the remarks and validity that these alone decide: fewer tokens than asked for, a
// prompt from a cache or of another length, chunks that came together. `sample` says which repetition it is and under which
// configuration, with prompt_tokens and output_tokens as asked. A cold sample's TTFT includes the loading.
void fill_sample(const CallTimes& times, const engines::Outcome& outcome, core::Sample& sample);

// Adds what sensors said between two steady times.
void add_telemetry(const core::Telemetry& telemetry, base::Nanoseconds begin, base::Nanoseconds end, core::Sample& sample);

// Adds a metric in its place among those of core::trial_metrics().
void put_metric(core::Sample& sample, std::string_view key, double value);

}  // namespace chimera::measure
