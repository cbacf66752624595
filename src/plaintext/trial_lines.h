// Lines in which an optimiser tells how a trial ended and what it had tried.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/document.h"
#include "plaintext/text_pairs.h"

namespace chimera::plaintext {

// "Trial 3 finished with value: 0.26 and parameters: {'lr': 0.01, 'kind': 'a'}. Best is trial 0 with value: 0.2." as Optuna's log has it: the
// keys of its data frame, number, state, value or values_0 and so on, params_lr; "pruned" and "failed" trials lack a value. None where the
// line is anything else.
[[nodiscard]] std::optional<std::vector<NamedValue>> trial_line(std::string_view text, core::Span line);

}  // namespace chimera::plaintext
