// The deterministic writer: inventory, studies and findings as a draft. Says nothing that it does not cite.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/inventory.h"
#include "analysis/ledger.h"
#include "analysis/study.h"
#include "core/finding.h"
#include "core/vocabulary.h"
#include "report/draft.h"
#include "writing/charts.h"
#include "writing/run_record.h"

namespace chimera::writing {

struct WriterInput {
  std::vector<std::string> roots;
  const analysis::Inventory& inventory;
  const std::vector<analysis::Study>& studies;
  const std::vector<core::Finding>& findings;  // sorted, most important first
  const std::vector<StudyChart>& charts;
  const core::Vocabulary& vocabulary;
  const RunRecord& record;
  analysis::Ledger& ledger;
  std::optional<base::Nanoseconds> date;
  bool timed = false;  // the record holds stage times
  const struct AgentParts* agents = nullptr;  // what a model wrote; null where none was called
};

// Everything up to and with "Metrics of model calls".
void write_body(const WriterInput& input, report::Draft& draft);
// Verification and the persona: quotes the counts that judging the body gave (in the record).
void write_verification(const WriterInput& input, const std::vector<RunSummary::KindCount>& kinds, report::Draft& draft);

// "CSV", "Markdown".
[[nodiscard]] std::string title_of(core::Format type);
// What agent A is asked to do.
[[nodiscard]] std::string_view collector_persona();

}  // namespace chimera::writing
