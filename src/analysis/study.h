// Studies: the facts of one origin and shape, told apart into factors, responses and the rest. Every format becomes
// studies, so each question about data is asked once, here, for all of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/corpus.h"

namespace chimera::analysis {

struct Factor {
  std::string key;                  // canonical setting name
  std::vector<std::string> levels;  // distinct values in natural order (numbers by value, then text)
  std::vector<std::uint32_t> level; // per row: index into levels
  bool numeric = false;
};

struct Response {
  std::string metric;
  std::string definition;
  core::UnitPtr unit = core::no_unit();
  core::Statistic statistic;
  int direction = 0;
  std::uint32_t column = 0;                 // of the table
  std::vector<std::optional<double>> value; // per row of the study; absent where the row has none
  std::vector<core::CellRef> cell;          // per row; meaningful where value is present
};

enum class StudyKind {
  sweep,     // rows are configurations
  samples,   // rows repeat one or few configurations (prompts, repetitions)
  summary,   // rows state statistics of rows elsewhere
  series     // rows follow time (telemetry)
};

struct Study {
  core::DocumentId document;
  std::uint32_t table = 0;
  StudyKind kind = StudyKind::samples;
  std::string subject;                  // what was measured: the model or tool, from the configuration or the path
  std::vector<std::uint32_t> rows;      // table rows in run order; failed rows are not among them
  std::vector<std::uint32_t> failed;    // table rows that record failures
  std::vector<core::RowState> state;    // per study row: ok, cold, warmup
  std::vector<Factor> factors;          // two levels or more
  std::vector<Response> responses;
  std::vector<std::string> constants;   // "model=llama3.1:8b": settings all rows share
  bool replicated = false;              // some configuration occurs more than once
};

// Every study of the corpus, in order of document and table. Exact copies of a document (same digest) yield studies
// once, for the first path.
[[nodiscard]] std::vector<Study> find_studies(const core::Corpus& corpus);

// "data/csv/x.csv: sweep, 36 rows; factors num_gpu (40, 60, 80, 999), …; responses throughput [tok/s] …; why".
[[nodiscard]] std::string explain(const Study& study, const core::Corpus& corpus);

}  // namespace chimera::analysis
