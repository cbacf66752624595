// What an agent's sentence may cite, and what fills a placeholder: taken from findings and from the run's own record.
//
// Pure functions of what they are given, so that the same exhibits can be made again over another record of the run.
#pragma once

#include <string>
#include <vector>

#include "agents/task.h"
#include "analysis/ledger.h"
#include "core/finding.h"
#include "core/vocabulary.h"
#include "writing/run_record.h"

namespace chimera::writing {

enum class ExhibitKind {
  quantity,       // a measured or derived value with its unit
  configuration,  // settings, or a name that tells rows apart
  artifact,
  relation,       // a whole clause that the analysis tested: "A is faster than B in bandwidth (difference 12 %)"
  phrase          // words with a value from the run's record, or a passage: "44 JSON files"
};

struct Exhibit {
  ExhibitKind kind = ExhibitKind::phrase;
  core::Statement fill;     // of a quantity the value alone: what else it is depends on what the sentence says
  std::string reads;        // for the model
  std::string shown;        // as it stands in the text, and as a model that was not held to placeholders may write it
  core::FactId fact;        // of a quantity; of a relation the one that is compared
  std::string metric;       // canonical name; of quantity and relation
  std::string term;         // what the metric is called in reports: "decode throughput"
  std::string qualifier;    // the statistic: "median"; empty of a sample
  std::string state;        // "with model load": of what kind of rows, where a reader must know
  int owner = 0;            // of a quantity: the configuration it was measured under, where that is an exhibit too
  std::string path;         // of an artifact; of a quantity the artifact that all of it comes from
  std::string rank;         // "highest": the superlative that the analysis tested of this quantity
  core::FactId rank_over;   // against which it was tested
};

struct Assignment {
  agents::SentenceTask task;
  std::vector<Exhibit> exhibits;  // parallel to task.exhibits
  core::FindingKind about = core::FindingKind::gap;
  bool endorses = false;          // whether a configuration in it may be recommended: the data tell it from the others
};

// The exhibits of a finding, numbered from 1 in the order in which its statement has them; at most `most`.
[[nodiscard]] std::vector<Exhibit> exhibits_of(const core::Finding& finding, const analysis::Ledger& ledger, const core::Vocabulary& vocabulary, std::size_t most);

// A count or another number of the record with the words around it: "", "/inventory/files", " files".
[[nodiscard]] Exhibit record_phrase(const RunRecord& record, const std::string& pointer, const std::string& before, const std::string& behind);

// Numbers, orders, terms and descriptions of a task from its exhibits.
[[nodiscard]] Assignment assign(std::string section, std::string topic, agents::Tone tone, std::vector<Exhibit> exhibits);

}  // namespace chimera::writing
