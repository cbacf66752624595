// Distinct values of a column and which row has which: the raw material of factors.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/study.h"

namespace chimera::analysis {

// Levels in natural order: by value where all are numbers, else as text. An empty value (the setting is absent) is
// the level "default".
[[nodiscard]] Factor make_factor(std::string key, const std::vector<std::string>& values);

// Whether rows share a level of `a` exactly where they share one of `b`.
[[nodiscard]] bool same_grouping(const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b);

// Whether rows that share a level of `a` also share one of `b`.
[[nodiscard]] bool decides(const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b);

// Numbers the combinations of levels in order of appearance; `count` receives how many there are.
[[nodiscard]] std::vector<std::uint32_t> combine(const std::vector<const Factor*>& factors, std::size_t rows, std::uint32_t& count);

// A setting that names what was measured rather than how it was tuned: model, quantization, backend, device, …
[[nodiscard]] bool is_group_key(std::string_view key);
// A name of rows that repeat a configuration, or of the work that was given to each: seed, run, prompt, test, …
[[nodiscard]] bool is_block_key(std::string_view key);
// How much or what kind of work was measured, rather than how it was done: n_prompt, output_tokens, size, test, …
// Configurations compare only where they were given the same work.
[[nodiscard]] bool is_work_key(std::string_view key);

// The block that a row, or the row around it, was measured in, as a column `block` counts them; nothing where none does.
[[nodiscard]] std::optional<std::int64_t> block_of(const core::Corpus& corpus, const core::CellRef& cell);

}  // namespace chimera::analysis
