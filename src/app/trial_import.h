// Anybody's measurements as a session: each row, or each element of a list of samples, is a repetition.
#pragma once

#include <string>
#include <vector>

#include "core/corpus.h"
#include "measure/trial_json.h"

namespace chimera::app {

struct Imported {
  measure::TrialSession session;      // without samples where nothing could be taken
  std::vector<std::string> left_out;  // definitions that a trial log has no metric for, with how many numbers; sorted
};

// Metrics are taken by definition, never by name. Means are taken where their samples were not kept, and say so. Equal
// configurations make one trial; all is one block, because nothing is known of when it was measured.
[[nodiscard]] Imported import_trials(const core::Corpus& corpus, const std::string& from);

}  // namespace chimera::app
