// What the analysis found: a statement, the facts it rests on, and the doubts about it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/statement.h"

namespace chimera::core {

enum class FindingKind {
  best_configuration,   // which configuration leads, and whether it can be told apart
  factor_effect,        // what a factor does, with an interval
  confounded_factor,    // a factor that cannot be told from time or model load
  cold_start,           // rows that include loading a model
  failed_rows,          // rows that are failures, files that hold nothing else
  summary_mismatch,     // a summary that its raw rows do not give
  contradiction,        // two artifacts that disagree about one thing
  mislabelled,          // a value presented as another metric
  agreement,            // summaries and renderings that were recomputed and hold
  duplicate_artifacts,  // the same bytes in two places
  content_mismatch,     // a file that is something else inside
  comparison,           // groups compared within one study (models, backends, quantisations)
  outlier,
  drift,
  gap                   // what is missing for a sound evaluation
};
[[nodiscard]] std::string_view to_string(FindingKind kind);

struct Interval {
  double low = 0;
  double high = 0;
  double confidence = 0.95;
};

// Two artifacts that give different numbers for one thing.
struct Disagreement {
  SourceRef weaker;     // prose, or a summary
  std::string says;
  SourceRef stronger;   // raw data; of several values that give a statistic the first one's place, without bytes
  std::string instead;
};

struct Finding {
  FindingKind kind = FindingKind::gap;
  std::string id;         // stable: kind and subject, "best_configuration:data/csv/ollama_param_tuning.csv:throughput"
  std::string title;      // a few words, no number
  Statement statement;    // the finding in one to three sentences
  std::vector<Statement> doubts;  // what limits it
  Statement action;       // what to do about it; may be empty
  int weight = 0;         // larger comes first in the report: 0-100
  std::vector<FactId> facts;      // every fact the statements quote
  std::vector<std::string> paths; // artifacts it is about, sorted
  std::vector<Disagreement> disagreements;  // of a contradiction or a summary's mismatch, each one
};

}  // namespace chimera::core
