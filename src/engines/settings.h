// Settings of a RunConfig as numbers: they are kept as they were written.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "core/config.h"

namespace chimera::engines {

// Absent where the key is; a usage error where the value is no such number.
[[nodiscard]] base::Result<std::optional<std::int64_t>> integer_setting(const core::RunConfig& config, std::string_view key);
[[nodiscard]] base::Result<std::optional<double>> number_setting(const core::RunConfig& config, std::string_view key);
// on, off, true, false, 1, 0.
[[nodiscard]] base::Result<std::optional<bool>> switch_setting(const core::RunConfig& config, std::string_view key);

// Settings that say who computes or what a caller does, and so are nobody's to set: engine, model_digest, concurrency, …
[[nodiscard]] bool describes_only(std::string_view key);

// What an engine of that kind can be told (docs/engines.md), sorted; of replay, everything that any can.
[[nodiscard]] std::vector<std::string_view> known_settings(std::string_view engine);

}  // namespace chimera::engines
