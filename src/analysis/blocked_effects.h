// What the settings of a replicated sweep do: runs compared in pairs that share everything but one setting.
#pragma once

#include <vector>

#include "analysis/prose.h"
#include "analysis/sweep_view.h"
#include "core/finding.h"

namespace chimera::analysis {

// One finding per factor (positions in SweepView::factors): its leading level against each other level, over pairs of
// runs of the same block and the same other settings. The tests of all factors share one Holm correction, and each
// interval has the confidence of its step, so that an interval excludes zero where the corrected test rejects. Where
// the difference depends on another setting, it is given for each level of that.
[[nodiscard]] std::vector<core::Finding> blocked_effects(const SweepView& view, const std::vector<std::size_t>& factors, Prose prose);

}  // namespace chimera::analysis
