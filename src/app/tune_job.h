// chimera tune on the nodes of a cluster (docs/cluster.md): rounds of tasks, each of which measures some configurations beside the
// baseline. After each what is shown to be behind is retired, and new configurations are proposed, as many as the nodes can take. From the
// second round on the next one is proposed and queued while a round runs, so that no node waits for the last task of another.
//
// Everything is in the folders of the rounds' jobs, and each round follows from those before it: whoever runs the command again comes to
// the same rounds, finds what is done, and goes on.
#pragma once

#include "app/tune.h"
#include "base/result.h"

namespace chimera::app {

// Runs the rounds until the budget is spent or nothing is left to tell apart, writes the log and shows the answer. The exit code.
[[nodiscard]] base::Result<int> tune_as_job(const TuneCommand& command, const CommonOptions& common);

// One task of a round.
[[nodiscard]] base::Result<int> tune_task(const TuneCommand& command, const CommonOptions& common);

}  // namespace chimera::app
