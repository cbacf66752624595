// What chimera tune prints: schema/tune.schema.json, and a text for people.
#pragma once

#include <string>

#include "app/tune.h"
#include "app/tune_live.h"
#include "app/tune_quality.h"
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
  const QualityCheck& quality;
};
// Of those that may be the best, the one that needs least memory; the leader where memory does not tell them apart. Null and
// empty where none was measured.
struct Recommended {
  const tune::Standing* standing = nullptr;
  std::string why;
};
[[nodiscard]] Recommended recommend(const tune::TuneResult& result, const LiveMeasurer& measurer);
[[nodiscard]] std::string live_json(const LiveResult& shown);
[[nodiscard]] std::string live_text(const LiveResult& shown);

}  // namespace chimera::app
