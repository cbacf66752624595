// A measuring session in its log, from where it begins or is resumed to its result: what bench of engines and of kernels share.
#pragma once

#include <string>

#include "app/bench.h"
#include "app/interrupt.h"
#include "base/clock.h"
#include "measure/session.h"
#include "measure/trial_log.h"

namespace chimera::app {

struct BegunSession {
  measure::TrialSession session;
  bool goes_on = false;  // it was in the log already
};

// Writes the start to an empty log; else takes up the session that is there, where it is the same: configurations, rules,
// machine and model.
[[nodiscard]] base::Result<BegunSession> begin_session(measure::TrialLog& log, core::SessionStart start);

// Of the session's length and prompts, as the command says.
[[nodiscard]] measure::SessionOptions session_options(const BenchCommand& command, const core::Protocol& protocol);

// Measures until the session is done or the user stops it, and shows what came of it; shows alone where it is complete.
// `watched`: whose memory and processor time is sampled. Returns the exit code.
[[nodiscard]] int run_session(const BenchCommand& command, const CommonOptions& common, measure::TrialLog& log, BegunSession begun, measure::SessionOptions options,
                              measure::Subject& subject, const measure::Watched& watched, const base::Clock& clock, const Interrupt& interrupt);

}  // namespace chimera::app
