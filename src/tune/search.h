// Chooses the next configuration to measure: the one whose expected improvement per second is largest, the seconds
// including the load or switch that it needs from where the engine stands now.
//
// Threads: one at a time.
#pragma once

#include <memory>
#include <optional>
#include <unordered_set>

#include "tune/costs.h"
#include "tune/feasibility.h"
#include "tune/gaussian_process.h"
#include "tune/observations.h"
#include "tune/prior.h"
#include "tune/race.h"
#include "tune/random.h"

namespace chimera::tune {

// Parts of the method that an evaluation can leave out.
struct Ingredients {
  bool surrogate = true;     // else configurations are drawn at random
  bool racing = true;        // else every configuration gets seven repetitions at once
  bool switch_cost = true;   // else every measurement is taken to cost the same
  bool feasibility = true;   // else a failure says nothing about its neighbours
  bool final_stage = true;   // else no repetitions are kept for those that may be the best
};

class Search {
 public:
  Search(const Space& space, const Observations& observations, const Costs& costs, const Prior& prior, const Ingredients& ingredients, std::uint64_t seed);
  // Nothing where every configuration was measured (or failed). `loaded`: where the engine stands; `seconds`: what a
  // proposal may cost at most.
  [[nodiscard]] std::optional<ConfigId> next(std::optional<ConfigId> loaded, double seconds);
  // Tells what became of a proposal, after it went into the observations.
  void learn(ConfigId config);

  // Every measured configuration as its own repetitions and the surrogate together see it; before there is a surrogate,
  // by its repetitions alone.
  [[nodiscard]] std::vector<Standing> beliefs() const;

  // The largest chance that one more configuration improves on the best by what matters (1 %), at the last proposal; 1
  // before there is a surrogate.
  [[nodiscard]] double promise() const { return promise_; }

  static constexpr std::size_t kMostCandidates = 1500;

 private:
  struct Scored {
    double value = 0;  // expected improvement times the chance that it works
    std::size_t place = 0;
  };
  [[nodiscard]] std::optional<ConfigId> promised(std::optional<ConfigId> loaded, double seconds) const;
  [[nodiscard]] std::optional<ConfigId> initial(std::optional<ConfigId> loaded, double seconds);
  [[nodiscard]] std::size_t initial_points() const;
  void refit(std::optional<ConfigId> loaded);
  void choose_pool(std::optional<ConfigId> loaded);
  void add_to_pool(const std::vector<ConfigId>& configs);
  [[nodiscard]] std::vector<ConfigId> members_here(std::optional<ConfigId> loaded);
  [[nodiscard]] std::vector<Scored> score();
  [[nodiscard]] std::optional<ConfigId> best_per_second(const std::vector<Scored>& scored, std::optional<ConfigId> loaded, double seconds) const;
  [[nodiscard]] std::optional<ConfigId> random_unmeasured(std::optional<ConfigId> loaded, double seconds);
  [[nodiscard]] bool fits(std::optional<ConfigId> loaded, ConfigId config, double seconds) const;
  [[nodiscard]] double distance(ConfigId a, ConfigId b) const;

  const Space* space_;
  const Observations* observations_;
  const Costs* costs_;
  const Prior* prior_;
  Ingredients ingredients_;
  Random random_;
  Feasibility feasibility_;
  std::unique_ptr<GaussianProcess> process_;
  std::vector<ConfigId> shuffled_;  // every configuration, for random draws
  std::size_t drawn_ = 0;
  std::vector<ConfigId> plan_;      // of the initial design, in order
  std::size_t planned_ = 0;
  std::size_t fitted_at_ = 0;       // number of points at the last fit
  std::unordered_set<ConfigId> pooled_;
  std::optional<std::uint32_t> pool_group_;
  double best_ = 0;                 // log value that a candidate has to improve on
  double promise_ = 1;
  double clip_ = 0;                 // worse values are taken for this one
  std::vector<double> works_;       // of the pool
};

}  // namespace chimera::tune
