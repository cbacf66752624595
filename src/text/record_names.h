// Names of objects that repeat what stands beside them: the best of several runs, a run before they began.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace chimera::text {

// "best_config", "winner", "Optimal Settings", "baseline": one of the records beside it, picked out.
[[nodiscard]] bool names_pick(std::string_view name);

// What such a name says besides that: "num gpu" of "Best configuration/num_gpu" and "optimal_num_gpu", nothing of "Recommended settings".
// None where it picks nothing.
[[nodiscard]] std::optional<std::string> behind_pick(std::string_view name);

// "warmup", "warm_up_run": a record of what came before those beside it.
[[nodiscard]] bool names_warm_up(std::string_view name);

}  // namespace chimera::text
