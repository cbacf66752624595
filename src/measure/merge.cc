#include "measure/merge.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "core/machine.h"

namespace chimera::measure {
namespace {

using core::StopReason;
using core::TrialRole;

// The weaker of two reasons, of which the whole is to be told.
StopReason weaker(StopReason a, StopReason b) {
  static constexpr std::array<StopReason, 8> kWeakestFirst = {StopReason::interrupted,    StopReason::time_up, StopReason::most_blocks,   StopReason::blocks_done,
                                                              StopReason::target_reached, StopReason::failed,  StopReason::same_as_other, StopReason::eliminated};
  return *std::find_if(kWeakestFirst.begin(), kWeakestFirst.end(), [&](StopReason reason) { return reason == a || reason == b; });
}

void add_new(std::vector<std::string>& into, const std::vector<std::string>& texts) {
  for (const std::string& text : texts)
    if (std::find(into.begin(), into.end(), text) == into.end()) into.push_back(text);
}

bool same_rules(const core::SessionStart& a, const core::SessionStart& b) {
  if (a.engine.kind != b.engine.kind || a.model.digest != b.model.digest || a.protocol.has_value() != b.protocol.has_value()) return false;
  return !a.protocol || (a.protocol->seed == b.protocol->seed && a.protocol->repetitions == b.protocol->repetitions && a.protocol->fresh_loads == b.protocol->fresh_loads &&
                         a.protocol->most_blocks == b.protocol->most_blocks);
}

// One session out of parts that were measured on machines of one kind.
class KindMerge {
 public:
  KindMerge(const PartLog& first, std::size_t parts, std::string machine_setting) : start_(std::get<core::SessionStart>(first.records.front())), parts_(parts), machine_(std::move(machine_setting)) {
    start_.remarks.clear();
  }

  void add(PartLog part) {
    const auto& start = std::get<core::SessionStart>(part.records.front());
    start_.started = std::min(start_.started, start.started);
    std::vector<std::string> remarks;
    if (parts_ == 1) start_.remarks = start.remarks;
    else remarks = start.remarks;
    for (const core::TrialPlan& plan : start.plan) {
      trials_.insert(plan.trial);
      if (plan.role != TrialRole::plain) anchors_.insert(plan.trial);
    }
    const std::uint32_t blocks_before = blocks_;
    const std::uint32_t loads_before = loads_;
    for (std::size_t i = 1; i < part.records.size(); ++i) std::visit([&](auto& record) { take(std::move(record), blocks_before, loads_before); }, part.records[i]);
    if (!part.node.empty() || parts_ > 1) records_.push_back(core::SessionPart{part.part, blocks_before + 1, std::max(blocks_, blocks_before + 1), part.node, part.job, std::move(remarks)});
    is_first_ = false;
  }

  // Its records, with the trials of the whole plan that were measured here or, where they are missing, nowhere.
  std::vector<core::TrialRecord> finish(const MergePlan& plan, bool with_missing) {
    core::SessionEnd end = end_.value_or(core::SessionEnd{});
    std::set<std::string> planned = trials_;
    if (with_missing) {
      for (const MissingPart& missing : plan.missing) {
        planned.insert(missing.trials.begin(), missing.trials.end());
        end.remarks.push_back(fmt::format("part {} is missing ({}): {}", missing.part, fmt::join(missing.trials, ", "), missing.why));
        end.reason = StopReason::interrupted;
      }
    }
    start_.command = plan.command;
    start_.plan.clear();
    for (core::TrialPlan trial : plan.trials) {
      if (planned.count(trial.trial) == 0) continue;
      if (!start_.model.weights.empty()) trial.config.set("weights", start_.model.weights);
      name_machine(trial.config);
      start_.plan.push_back(std::move(trial));
    }
    std::vector<core::TrialRecord> out = {start_};
    std::move(records_.begin(), records_.end(), std::back_inserter(out));
    for (auto& [trial, stop] : anchor_stops_) out.emplace_back(std::move(stop));
    out.emplace_back(std::move(end));
    return out;
  }

 private:
  void name_machine(core::RunConfig& config) const {
    if (!machine_.empty()) config.set("machine", machine_);
  }

  void take(core::SessionStart, std::uint32_t, std::uint32_t) {}
  void take(core::Sample sample, std::uint32_t blocks, std::uint32_t loads) {
    sample.block += blocks;
    if (sample.load > 0) sample.load += loads;
    blocks_ = std::max(blocks_, sample.block);
    loads_ = std::max(loads_, sample.load);
    name_machine(sample.config);
    records_.emplace_back(std::move(sample));
  }
  void take(core::TelemetryRecord telemetry, std::uint32_t blocks, std::uint32_t) {
    if (telemetry.block > 0) telemetry.block += blocks;
    records_.emplace_back(std::move(telemetry));
  }
  void take(core::TrialStop stop, std::uint32_t, std::uint32_t) {
    if (parts_ == 1 || anchors_.count(stop.trial) == 0) {
      records_.emplace_back(std::move(stop));
      return;
    }
    const auto [known, fresh] = anchor_stops_.emplace(stop.trial, stop);
    if (fresh) return;
    known->second.reason = weaker(known->second.reason, stop.reason);
    known->second.blocks += stop.blocks;
    add_new(known->second.remarks, stop.remarks);
  }
  // Of what every part measured the first one's stays.
  void take(core::KernelRecord kernels, std::uint32_t, std::uint32_t) {
    if (!is_first_ && anchors_.count(kernels.trial) > 0) return;
    name_machine(kernels.config);
    records_.emplace_back(std::move(kernels));
  }
  void take(core::QualityRecord quality, std::uint32_t, std::uint32_t) {
    if (!is_first_ && anchors_.count(quality.trial) > 0) return;
    name_machine(quality.config);
    records_.emplace_back(std::move(quality));
  }
  void take(core::SessionResumed resumed, std::uint32_t, std::uint32_t) { records_.emplace_back(std::move(resumed)); }
  void take(core::SessionPart, std::uint32_t, std::uint32_t) {}
  void take(core::SessionEnd end, std::uint32_t, std::uint32_t) {
    if (!end_) {
      end_ = std::move(end);
      return;
    }
    end_->ended = std::max(end_->ended, end.ended);
    end_->reason = weaker(end_->reason, end.reason);
    add_new(end_->files, end.files);
    add_new(end_->remarks, end.remarks);
  }

  core::SessionStart start_;
  std::size_t parts_;
  std::string machine_;  // fingerprint, where configurations are to name it
  bool is_first_ = true;
  std::uint32_t blocks_ = 0;
  std::uint32_t loads_ = 0;
  std::set<std::string> trials_;
  std::set<std::string> anchors_;
  std::vector<core::TrialRecord> records_;
  std::map<std::string, core::TrialStop> anchor_stops_;
  std::optional<core::SessionEnd> end_;
};

}  // namespace

base::Result<std::vector<core::TrialRecord>> merge_parts(std::vector<PartLog> parts, const MergePlan& plan) {
  std::sort(parts.begin(), parts.end(), [](const PartLog& a, const PartLog& b) { return a.part < b.part; });
  std::vector<std::string> kinds;  // fingerprints, in the order of their first part
  std::map<std::string, std::vector<PartLog*>> by_kind;
  const core::SessionStart* first = nullptr;
  for (PartLog& part : parts) {
    const auto* start = part.records.empty() ? nullptr : std::get_if<core::SessionStart>(&part.records.front());
    if (start == nullptr) return base::fail(base::ErrorKind::input, fmt::format("the log of part {} holds no session", part.part));
    if (first != nullptr && !same_rules(*first, *start))
      return base::fail(base::ErrorKind::input, fmt::format("part {} was measured with another engine, model or other rules than part {}", part.part, parts.front().part), "is the model file the same on every node?");
    if (first == nullptr) first = start;
    const std::string kind = core::fingerprint(start->machine);
    if (by_kind[kind].empty()) kinds.push_back(kind);
    by_kind[kind].push_back(&part);
  }
  std::vector<core::TrialRecord> out;
  for (const std::string& kind : kinds) {
    KindMerge merge(*by_kind[kind].front(), by_kind[kind].size(), kinds.size() > 1 ? kind : std::string());
    for (PartLog* part : by_kind[kind]) merge.add(std::move(*part));
    std::vector<core::TrialRecord> records = merge.finish(plan, kind == kinds.front());
    std::move(records.begin(), records.end(), std::back_inserter(out));
  }
  return out;
}

std::vector<core::TrialRecord> whole_blocks(std::vector<core::TrialRecord> records) {
  std::uint32_t last = 0;
  for (const core::TrialRecord& record : records)
    if (const auto* sample = std::get_if<core::Sample>(&record)) last = std::max(last, sample->block);
  const auto broken = std::find_if(records.begin(), records.end(), [&](const core::TrialRecord& record) {
    const auto* sample = std::get_if<core::Sample>(&record);
    return (sample != nullptr && sample->block == last) || std::holds_alternative<core::SessionEnd>(record);
  });
  records.erase(broken, records.end());
  return records;
}

}  // namespace chimera::measure
