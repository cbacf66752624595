// What chimera tune --prior knows: trial logs of earlier sessions on this machine, read as differences between configurations of
// the space that is searched now (tune/prior.h).
#pragma once

#include <string>
#include <vector>

#include "app/tune_objective.h"
#include "app/tune_space.h"
#include "base/files.h"
#include "base/result.h"
#include "measure/trial_json.h"
#include "tune/prior.h"

namespace chimera::app {

class PriorLogs {
 public:
  // Every trial log below the paths. Kept are sessions of `now`'s machine and kind of engine; a note says how many others were
  // left out. The log that is written now is none of them. Input errors: a path that cannot be read, no session that can be used.
  [[nodiscard]] static base::Result<PriorLogs> read(const std::vector<std::string>& paths, const std::string& own_log, const core::SessionStart& now);

  // By these objectives to the power of these weights. Sessions of the same model under the same other settings say more
  // than others.
  [[nodiscard]] tune::Prior prior(const LiveSpace& live, const std::vector<VisitMetric>& objectives, const std::vector<double>& weights) const;

  [[nodiscard]] std::size_t sessions() const { return sessions_.size(); }
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }

 private:
  std::vector<measure::TrialSession> sessions_;
  std::string model_;  // digest of the one tuned now
  std::vector<std::string> notes_;
};

}  // namespace chimera::app
