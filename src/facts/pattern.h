// Patterns of keys and values in recipes.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chimera::facts {

using Captures = std::map<std::string, std::string, std::less<>>;

// Ordinary text with '*' for any run of characters and "{name}" for a run that is kept under that name. A placeholder
// takes as little as it can, at least one character. "{name:a|b}" takes one of these texts alone, "{:a|b}" keeps none.
// `accepts` is asked whether a placeholder may hold a text; null accepts everything.
using Accepts = std::function<bool(std::string_view name, std::string_view text)>;
[[nodiscard]] std::optional<Captures> match_text(std::string_view pattern, std::string_view text, const Accepts& accepts = nullptr);

// A key's path: pieces separated by '/', each matched by match_text. Without a leading '/' the pattern may match the
// last pieces alone: "eval_duration" is found in "response/eval_duration". A piece "**" stands for any number of pieces.
[[nodiscard]] std::optional<Captures> match_path(std::string_view pattern, const std::vector<std::string>& path, const Accepts& accepts = nullptr);

// "throughput:{group}" with the captures put in.
[[nodiscard]] std::string fill_in(std::string_view text, const Captures& captures);

}  // namespace chimera::facts
