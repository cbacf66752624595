// What chimera tune prints.
#pragma once

#include <string>

#include "app/tuning_table.h"
#include "tune/tuner.h"

namespace chimera::app {

// schema/tune.schema.json
[[nodiscard]] std::string replay_json(const tune::TuneResult& result, const TuningTable& table, std::uint64_t seed);
[[nodiscard]] std::string replay_text(const tune::TuneResult& result, const TuningTable& table);

}  // namespace chimera::app
