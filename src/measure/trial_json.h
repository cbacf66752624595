// The records of a trial log as lines of JSON and back: schema/trial.schema.json. Metrics are written with nine significant
// digits, times as whole nanoseconds.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "core/trial_records.h"

namespace chimera::measure {

// One line with its line feed.
[[nodiscard]] std::string to_line(const core::TrialRecord& record);

// One session with what was written after it, in the order of the file.
struct TrialSession {
  core::SessionStart start;
  std::vector<core::SessionResumed> resumed;
  std::vector<core::Sample> samples;
  std::vector<core::KernelRecord> kernels;
  std::vector<core::TelemetryRecord> telemetry;
  std::vector<core::TrialStop> stops;
  std::vector<core::QualityRecord> quality;
  std::optional<core::SessionEnd> end;
  std::vector<core::SessionPart> parts;
};
// Takes a record that is no start into the session.
void add_record(TrialSession& session, core::TrialRecord record);

struct TrialLogContent {
  std::vector<TrialSession> sessions;
  std::vector<std::string> notes;
  std::size_t good_bytes = 0;  // up to the end of the last line that is whole
};

// The records one after another, as they stand.
struct TrialRecords {
  std::vector<core::TrialRecord> records;
  std::vector<std::string> notes;
  std::size_t good_bytes = 0;
};
[[nodiscard]] base::Result<TrialRecords> parse_trial_records(std::string_view bytes);

// Input errors name the line. A last line that breaks off is left out with a note; so are records of unknown kinds. A log
// without a single whole line has no session.
[[nodiscard]] base::Result<TrialLogContent> parse_trial_log(std::string_view bytes);

// Whether the bytes begin like a trial log.
[[nodiscard]] bool looks_like_trial_log(std::string_view bytes);

}  // namespace chimera::measure
