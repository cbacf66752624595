// What a column is by the form of all its values, of which its name says too little.
#pragma once

#include <string_view>

#include "core/document.h"
#include "facts/profile.h"

namespace chimera::facts {

// "2048/128" and "8k/1k" below "Input/Output": how long prompts and answers were.
[[nodiscard]] bool pairs_lengths(const core::Document& document, const core::Column& column, std::string_view leaf);

// "[52.31, 52.44]" in every cell: what was measured, where "[8, 32]" is a shape.
[[nodiscard]] bool holds_lists(const core::Document& document, const core::Column& column);

// "enable_prefix_caching": true, "all2all_backend": "naive".
[[nodiscard]] bool names_switch(std::string_view leaf, const Profile& profile);

// Names of templates are as long as their arguments: "void gemm<…>(…)" below "Kernel Name" in a table.
[[nodiscard]] bool names_what_ran(const core::Document& document, const core::Table& table, const core::Column& column, std::string_view leaf, const Profile& profile);

// "3/100", "2nd".
[[nodiscard]] bool begin_with_digits(const core::Document& document, const core::Column& column);

// 0.85 and 0.9, in whole steps: how much an engine may take, where what was measured has a unit or more digits.
[[nodiscard]] bool holds_given_shares(const core::Column& column);

// "short_1", "short_2", "arithmetic": what cases are called, and no identifiers, of which all begin alike or hold digits elsewhere.
[[nodiscard]] bool names_cases(const core::Document& document, const core::Column& column);

// "0.1.1.6" in every cell.
[[nodiscard]] bool holds_versions(const core::Document& document, const core::Column& column);

// "-" or "n/a" in every cell.
[[nodiscard]] bool says_none(const core::Document& document, const core::Column& column);

}  // namespace chimera::facts
