// Keys of what may be set without a limit, where infinity is a level and no loss: "request_rate": Infinity of a load generator.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "text/words.h"

namespace chimera::sources {

// Whether infinity is a value of it: of a requested rate, a limit; not of what was achieved.
[[nodiscard]] inline bool may_have_no_limit(std::string_view key) {
  const std::vector<std::string> words = text::split_identifier(key.substr(key.rfind('/') + 1));
  const auto says = [&](std::string_view word) { return std::find(words.begin(), words.end(), word) != words.end(); };
  const bool rate = says("qps") || says("rps") || (says("rate") && says("request"));
  return (rate || says("limit")) && !says("achieved") && !says("actual") && !says("measured");
}

}  // namespace chimera::sources
