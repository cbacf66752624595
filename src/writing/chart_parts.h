// What the makers of charts share: names, marks, thinning. Only for chart*.cc.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "analysis/ledger.h"
#include "analysis/prose.h"
#include "analysis/study.h"
#include "core/vocabulary.h"
#include "report/chart.h"

namespace chimera::writing {

// One study on its way to charts.
struct ChartSource {
  const analysis::Study& study;
  analysis::Ledger& ledger;
  const core::Vocabulary& vocabulary;
  const std::set<core::FactId>& outliers;  // as findings name them
  [[nodiscard]] const core::Corpus& corpus() const { return ledger.corpus(); }
  [[nodiscard]] analysis::Prose prose() const { return {ledger, vocabulary}; }
  [[nodiscard]] std::string path() const { return corpus().document(study.document).artifact.path; }
};

// How many points a chart draws at most.
inline constexpr std::size_t kMostPoints = 400;

[[nodiscard]] report::Mark mark_of(const ChartSource& source, core::FactId fact);
[[nodiscard]] report::Measure measure_of(const ChartSource& source, const analysis::Response& response);
[[nodiscard]] const analysis::Response* find_response(const analysis::Study& study, std::string_view metric);
// Every position of `n` where that is few, else evenly spread ones that hold the first and the last.
[[nodiscard]] std::vector<std::size_t> thinned(std::size_t n, std::size_t most);

// Charts of sweeps (chart_sweep.cc) and of runs (chart_runs.cc), appended; ids are given out later.
void add_sweep_charts(const ChartSource& source, std::vector<report::Chart>& out);
void add_run_charts(const ChartSource& source, std::vector<report::Chart>& out);
void add_telemetry_charts(const ChartSource& source, std::vector<report::Chart>& out);
void add_parts_chart(const ChartSource& source, std::vector<report::Chart>& out);
void add_tradeoff_charts(const ChartSource& source, std::vector<report::Chart>& out);

// "num_ctx · num_gpu", and "1024 · 40" of a row.
[[nodiscard]] std::string factor_names(const analysis::Study& study);
[[nodiscard]] std::string levels_of(const analysis::Study& study, std::size_t row);

}  // namespace chimera::writing
