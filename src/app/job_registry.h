// The jobs that this user has begun: links to their folders, below $XDG_STATE_HOME/chimera/jobs (~/.local/state). What they point to
// is the truth; a link to a folder that is gone is passed over.
//
// Fails: input.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cluster/job.h"

namespace chimera::app {

// A warning where it cannot be written: the job can still be named by its folder.
void remember_job(const cluster::JobFolder& folder);
// The oldest first.
[[nodiscard]] std::vector<cluster::JobFolder> known_jobs();
// By name, by the beginning of one that only one has, by its folder, or by the file that it makes.
[[nodiscard]] base::Result<cluster::JobFolder> find_job(const std::string& named);

}  // namespace chimera::app
