// Studies: the facts of one origin and shape, told apart into factors, responses and the rest. Every format becomes
// studies, so each question about data is asked once, here, for all of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/corpus.h"

namespace chimera::analysis {

struct Factor {
  std::string key;                  // canonical setting name, or the header of a column
  std::vector<std::string> levels;  // distinct values in natural order (numbers by value, then text)
  std::vector<std::uint32_t> level; // per row: index into levels
  bool numeric = false;
  bool setting = false;             // of the configuration; else a column of names
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
  summary,   // rows restate measurements or statistics of rows elsewhere
  series     // rows follow time (telemetry)
};
[[nodiscard]] std::string_view to_string(StudyKind kind);

// How the order of the rows in time is known.
enum class RunOrder {
  timestamps,  // a time column; the rows of the study are sorted by it
  rows,        // rows are taken to stand in the order in which they ran
  unknown      // the rows are sorted by a response, so their order says nothing about time
};

struct Study {
  core::DocumentId document;
  std::uint32_t table = 0;
  StudyKind kind = StudyKind::samples;
  RunOrder order = RunOrder::rows;
  std::string subject;                  // what was measured: the model or engine of the configuration; may be empty
  std::vector<std::uint32_t> rows;      // table rows in run order; failed rows are not among them
  std::vector<std::uint32_t> failed;    // table rows that record failures
  std::vector<core::RowState> state;    // per study row: ok, cold, warmup
  std::vector<Factor> factors;          // two levels or more
  std::vector<Factor> blocks;           // what rows of different configurations share: prompt, repetition, seed
  std::vector<Response> responses;
  std::vector<std::string> consequences;  // settings that a grouping factor decides: "opset" of the one backend that has it
  std::vector<std::string> constants;   // "model=llama3.1:8b": settings all rows share
  std::vector<std::uint32_t> configuration;  // per study row: its configuration, counted in order of appearance
  std::uint32_t configurations = 0;     // distinct ones
  bool replicated = false;              // some configuration occurs more than once
  std::string restates;                 // of a summary: the path that holds the measurements
  std::vector<std::string> reasons;     // why each column is what it is, for explain()
};

// Every study of the corpus, in order of document and table. Exact copies of a document (same digest) yield studies
// once, for the first path. A table of failures alone is a study without rows. Markdown yields none: its tables are
// what people wrote about measurements.
[[nodiscard]] std::vector<Study> find_studies(const core::Corpus& corpus);

// "data/csv/x.csv: sweep, 36 rows; factors num_gpu (40, 60, 80, 999), …; responses throughput [tok/s] …; why".
[[nodiscard]] std::string explain(const Study& study, const core::Corpus& corpus);

// The study of some of the rows (positions in Study::rows, ascending); factors that no longer vary become constants.
[[nodiscard]] Study subset(const Study& study, const std::vector<std::size_t>& positions);

// The subject, else the file's name without its extension.
[[nodiscard]] std::string name_of(const Study& study, const core::Corpus& corpus);

// The same between backticks, as a title shows it: names of models and files hold numbers that are no claims.
[[nodiscard]] std::string title_of(const Study& study, const core::Corpus& corpus);

// "num_ctx=2048, num_gpu=60": the settings that vary, at one row of the study.
[[nodiscard]] std::string configuration_text(const Study& study, std::size_t row);

}  // namespace chimera::analysis
