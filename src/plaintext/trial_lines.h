// Lines in which a program writes out a whole record: how a trial of an optimiser ended and what it had tried, an object of Python.
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

// "BenchResult(model='m', num_gpu=33, tps=52.3)": what a class of Python prints of an object, its fields under the name of the class. None where
// the line is anything else, or says nothing in numbers.
struct WrittenObject {
  core::Span name;
  std::vector<NamedValue> fields;
};
[[nodiscard]] std::optional<WrittenObject> object_line(std::string_view text, core::Span line);

}  // namespace chimera::plaintext
