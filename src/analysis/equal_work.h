// Which rows of a study were given the same work: only these compare.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/prose.h"
#include "analysis/sweep_view.h"

namespace chimera::analysis {

struct Part {
  std::string work;               // "n_gen=128"; empty where the study has one kind of work
  std::vector<std::size_t> rows;  // of the study
};

// Whether a factor says how much or what was done: by its name, or because the primary response is a time that rises
// with every one of its levels at least as their square root does.
[[nodiscard]] bool sizes_work(const Study& study, const Factor& factor);

// The rows by the levels of all such factors, most rows first; at most eight parts.
[[nodiscard]] std::vector<Part> parts_of_equal_work(const Study& study);

// Says that the response of the used rows (`ids`) goes with the number of output tokens, where it does.
[[nodiscard]] std::optional<core::Statement> unequal_work(const SweepView& view, const std::vector<core::FactId>& ids, Prose prose);

}  // namespace chimera::analysis
