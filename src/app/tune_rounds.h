// What tasks on the nodes of a cluster measured for the tuner, round after round, on machines of one kind (docs/cluster.md).
//
// Nodes of one kind still differ, and so do their days. Every block was measured in one go on one node and holds the baseline twice, so
// a configuration is known by its ratio to the baseline in the same block; what is shown is that ratio times the baseline's usual value.
#pragma once

#include <string>
#include <vector>

#include "app/tune_measured.h"
#include "app/tune_space.h"
#include "measure/trial_json.h"
#include "tune/front.h"
#include "tune/observations.h"

namespace chimera::app {

inline constexpr std::string_view kDuplicateSuffix = "-again";  // the baseline's second label

class RoundResults final : public Measured {
 public:
  // Keeps a reference to the space.
  RoundResults(const LiveSpace& space, std::vector<VisitMetric> objectives, std::vector<Limit> limits);
  // One round's session on machines of this kind.
  void add(const measure::TrialSession& session);

  // By one objective: a block is one repetition. Configurations that failed, or that break a limit, say why.
  [[nodiscard]] tune::Observations observations(std::size_t objective) const;
  [[nodiscard]] std::vector<tune::FrontMember> front(double confidence) const;  // empty for one objective
  [[nodiscard]] const std::vector<core::Sample>& samples(tune::ConfigId config) const override { return samples_[config]; }
  [[nodiscard]] const std::vector<VisitMetric>& objectives() const override { return objectives_; }

 private:
  // The log values of a trial in one block, what is smaller being better; and those of the baseline there.
  struct Row {
    tune::ConfigId config = 0;
    std::vector<double> values;
    std::vector<double> baseline;
  };
  const LiveSpace& space_;
  std::vector<VisitMetric> objectives_;
  std::vector<Limit> limits_;
  std::vector<Row> rows_;
  std::vector<std::string> failures_;  // by ConfigId
  std::vector<std::vector<core::Sample>> samples_;
};

}  // namespace chimera::app
