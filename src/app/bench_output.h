// What a session found, for people and for programs: a table, JSON (schema/bench.schema.json), CSV.
#pragma once

#include <string>
#include <vector>

#include "measure/summary.h"

namespace chimera::app {

enum class TableStyle { text, markdown };

// The table with the remarks below it. Settings that differ among the trials have columns; all others stand above.
[[nodiscard]] std::string result_table(const measure::TrialSession& session, const measure::SessionSummary& summary, TableStyle style);
[[nodiscard]] std::string result_json(const measure::TrialSession& session, const measure::SessionSummary& summary, const std::string& log);
// One row for each trial and metric.
// The same of a session whose parts were measured on several kinds of machines: the object of the first kind, and those of the others
// as its "other_machines".
[[nodiscard]] std::string results_json(const std::vector<measure::TrialSession>& sessions, const std::vector<measure::SessionSummary>& summaries, const std::string& log);
[[nodiscard]] std::string result_csv(const measure::TrialSession& session, const measure::SessionSummary& summary);

// Rows with their header first, in columns.
[[nodiscard]] std::string rendered(const std::vector<std::vector<std::string>>& rows, TableStyle style);

// "gemma-3-270m.gguf · embedded b9670 · AMD EPYC, 2 cores".
[[nodiscard]] std::string session_title(const core::SessionStart& start);

}  // namespace chimera::app
