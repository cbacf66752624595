// One tuning session: asks the Measurer, books what came of it, and knows what time is left. What the strategies share.
#pragma once

#include <optional>

#include "tune/costs.h"
#include "tune/tuner.h"

namespace chimera::tune {

inline constexpr std::string_view kFinal = "final";  // the phase in which every visit begins with a fresh load

class Session {
 public:
  Session(const Space& space, Measurer& measurer, const TuneOptions& options, const TuneProgress& progress);

  // One visit to a configuration: brings the engine there and measures. False where nothing more may be asked: the
  // budget is spent or the user stopped (finish() says which); a failure is an answer like any other.
  [[nodiscard]] bool visit(ConfigId config, unsigned repetitions, std::string_view phase);
  // More repetitions where the engine stands.
  [[nodiscard]] bool repeat(unsigned repetitions, std::string_view phase);

  [[nodiscard]] const Space& space() const { return *space_; }
  [[nodiscard]] const Observations& observations() const { return observations_; }
  [[nodiscard]] const Costs& costs() const { return costs_; }
  [[nodiscard]] Costs& costs() { return costs_; }
  [[nodiscard]] const TuneOptions& options() const { return *options_; }
  [[nodiscard]] const TuneProgress& progress() const { return *progress_; }
  [[nodiscard]] std::optional<ConfigId> loaded() const { return loaded_; }
  [[nodiscard]] double remaining() const { return measurer_->budget() - measurer_->spent(); }
  [[nodiscard]] double budget() const { return measurer_->budget(); }
  [[nodiscard]] unsigned most_repetitions() const { return measurer_->most_repetitions(); }
  [[nodiscard]] bool exhausted() const { return observations_.all().size() == space_->size(); }
  [[nodiscard]] bool stopped() const { return !stop_reason_.empty(); }

  // Those that may be the best: by what was measured of each, and by `believe` where the strategy knows better.
  [[nodiscard]] const std::vector<Standing>& tied();
  void believe(std::function<std::vector<Standing>()> beliefs) { beliefs_ = std::move(beliefs); }

  [[nodiscard]] TuneResult finish(std::string_view reason, double suggestion_seconds);

 private:
  [[nodiscard]] bool ask(ConfigId config, unsigned repetitions, std::string_view phase);

  const Space* space_;
  Measurer* measurer_;
  const TuneOptions* options_;
  const TuneProgress* progress_;
  Observations observations_;
  Costs costs_;
  std::function<std::vector<Standing>()> beliefs_;
  std::optional<ConfigId> loaded_;
  std::uint32_t visits_ = 0;
  std::vector<Step> steps_;
  std::vector<Standing> tied_;
  std::size_t tied_at_ = 0;  // number of steps
  std::string stop_reason_;
};

// How small a difference between two of the tied could have been seen.
void note_smallest_difference(TuneResult& result, double confidence);

// The strategies; each returns why it stopped.
[[nodiscard]] std::string run_sweep(Session& session);      // grid and random
[[nodiscard]] std::string run_halving(Session& session);
[[nodiscard]] std::string run_racing(Session& session);
[[nodiscard]] std::string run_search(Session& session, Search& search, double& suggestion_seconds);

// One block: every one that may be the best and has not been measured `enough` times is visited once.
enum class Block { done, nothing_to_do, over };
[[nodiscard]] Block run_final_block(Session& session, std::size_t number, std::size_t enough);
// Seconds until each of those that may be the best now has been measured often enough.
[[nodiscard]] double final_seconds(Session& session);

}  // namespace chimera::tune
