// Rows of stored.configs, written column by column: a map that is appended value by value costs ten microseconds, and files exist in
// which every record has a configuration of its own.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "base/result.h"
#include "core/config.h"
#include "store/duck.h"

namespace chimera::store {

// By id. An input error where DuckDB cannot take them: a full disk.
[[nodiscard]] base::Result<void> append_config_rows(const Connection& connection, const std::vector<std::pair<std::uint32_t, core::RunConfig>>& rows);

}  // namespace chimera::store
