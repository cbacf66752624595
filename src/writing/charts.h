// Which charts a report shows: chosen from its studies, made from their facts.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/ledger.h"
#include "analysis/study.h"
#include "core/finding.h"
#include "core/vocabulary.h"
#include "report/chart.h"
#include "writing/run_record.h"

namespace chimera::writing {

inline constexpr std::size_t kOfTheRun = static_cast<std::size_t>(-1);

struct StudyChart {
  std::size_t study = 0;  // position among the studies; kOfTheRun: about this run itself
  report::Chart chart;
};

// In order of the studies; ids count from "chart-1". Of sweeps: configurations, effects, two settings at once, runs in order,
// the parts of TTFT, what is traded for speed. Of repeated runs: in order, and as a distribution. Of telemetry: the series.
// Studies that restate others have none, and no more than some dozens are made, sweeps first.
[[nodiscard]] std::vector<StudyChart> make_charts(const std::vector<analysis::Study>& studies, const std::vector<core::Finding>& findings,
                                                  const core::Vocabulary& vocabulary, analysis::Ledger& ledger);

// The calls of the agents one after the other, each in the parts that the engine tells of. Nothing where no model was called,
// or times are left out. `number`: of the chart.
[[nodiscard]] std::optional<StudyChart> make_calls_chart(const RunRecord& record, const struct Written* written, std::size_t number);

}  // namespace chimera::writing
