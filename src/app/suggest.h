// "Did you mean": the known name nearest to what was typed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace chimera::app {

// By Levenshtein's distance (1966), at most a third of the length off; empty where none is near. The first of equals.
[[nodiscard]] std::string nearest(std::string_view typed, const std::vector<std::string>& names);

}  // namespace chimera::app
