// What chimera tune prints: schema/tune.schema.json, and a text for people.
#pragma once

#include <string>

#include "app/tune.h"
#include "app/tune_live.h"
#include "app/tune_quality.h"
#include "app/tuning_table.h"
#include "tune/front.h"
#include "tune/tuner.h"

namespace chimera::app {

[[nodiscard]] std::string replay_json(const tune::TuneResult& result, const TuningTable& table, std::uint64_t seed);
[[nodiscard]] std::string replay_text(const tune::TuneResult& result, const TuningTable& table);

// References only.
struct LiveResult {
  const TuneCommand& command;
  const LiveSpace& live;
  const Measured& measurer;
  const tune::TuneResult& result;                // by the first objective
  const std::vector<tune::FrontMember>& front;   // empty for one objective
  const std::string& log;
  const QualityCheck& quality;
  std::string machine = {};  // on a cluster: which kind of node this is about
};
// Of those that may be the best, the one that needs least memory; the leader where memory does not tell them apart. Of a front the
// one whose objectives multiply to the best. Nothing where none was measured.
struct Recommended {
  std::optional<tune::ConfigId> config;
  std::string why;
};
[[nodiscard]] Recommended recommend(const tune::TuneResult& result, const std::vector<tune::FrontMember>& front, const Measured& measured);
// "52.8 tok/s", "347 MiB": with four digits, in a unit that reads well.
[[nodiscard]] std::string shown_objective(const VisitMetric& objective, double value);
// `others`: of other kinds of machines, as its "other_machines".
[[nodiscard]] std::string live_json(const LiveResult& shown, const std::vector<LiveResult>& others = {});
[[nodiscard]] std::string live_text(const LiveResult& shown);

}  // namespace chimera::app
