// What chimera tune prints: schema/tune.schema.json, and a text for people.
#pragma once

#include <string>

#include "app/tune.h"
#include "app/tune_live.h"
#include "app/tuning_table.h"
#include "tune/tuner.h"

namespace chimera::app {

[[nodiscard]] std::string replay_json(const tune::TuneResult& result, const TuningTable& table, std::uint64_t seed);
[[nodiscard]] std::string replay_text(const tune::TuneResult& result, const TuningTable& table);

// References only.
struct LiveResult {
  const TuneCommand& command;
  const LiveSpace& live;
  const LiveMeasurer& measurer;
  const tune::TuneResult& result;
  const std::string& log;
};
[[nodiscard]] std::string live_json(const LiveResult& shown);
[[nodiscard]] std::string live_text(const LiveResult& shown);

}  // namespace chimera::app
