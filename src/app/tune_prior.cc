#include "app/tune_prior.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "app/inputs.h"
#include "core/machine.h"

namespace chimera::app {
namespace {

using base::ErrorKind;

// How far a difference between two configurations may be another one in another session: of the same work about what A/A sessions
// on shared machines show, of other work or another model three times that.
constexpr double kSameWork = 0.05;
constexpr double kOtherWork = 0.15;

const core::TrialPlan* plan_of(const measure::TrialSession& session, const std::string& trial) {
  const auto found = std::find_if(session.start.plan.begin(), session.start.plan.end(), [&](const core::TrialPlan& plan) { return plan.trial == trial; });
  return found == session.start.plan.end() ? nullptr : &*found;
}

// The configuration of the space that the sample was measured under; nothing where the space has no such value.
std::optional<tune::ConfigId> config_of(const tune::Space& space, const core::TrialPlan* plan, const core::Sample& sample) {
  tune::Levels levels;
  for (const tune::Parameter& parameter : space.parameters()) {
    const auto asked = plan == nullptr ? std::nullopt : plan->config.get(parameter.name);
    const auto value = asked ? asked : sample.config.get(parameter.name);
    const auto level = value ? std::find(parameter.levels.begin(), parameter.levels.end(), *value) : parameter.levels.end();
    if (level != parameter.levels.end()) levels.push_back(static_cast<std::uint16_t>(level - parameter.levels.begin()));
    else if (!asked && plan != nullptr) levels.push_back(0);  // another parameter switches it off: it stands at its first value
    else return std::nullopt;
  }
  return space.find(levels);
}

std::string work_of(const core::RunConfig& config) {
  return fmt::format("{} {} {}", config.get("prompt_tokens").value_or("-"), config.get("output_tokens").value_or("-"), config.get("depth").value_or("0"));
}

// The settings that are not tuned now, as one text: a group of comparable trials.
std::string others(const tune::Space& space, const core::Sample& sample) {
  std::string text;
  for (const core::Setting& setting : sample.config.settings()) {
    const bool tuned = std::any_of(space.parameters().begin(), space.parameters().end(), [&](const tune::Parameter& p) { return p.name == setting.key; });
    if (!tuned && setting.key != "threads_batch") text += setting.key + "=" + setting.value + "\n";
  }
  return text;
}

}  // namespace

base::Result<PriorLogs> PriorLogs::read(const std::vector<std::string>& paths, const std::string& own_log, const core::SessionStart& now) {
  PriorLogs logs;
  logs.model_ = now.model.digest;
  std::size_t elsewhere = 0;
  TRY(const Inputs inputs, open_inputs(paths));
  for (const std::string& root : inputs.roots) {
    TRY(const base::Listing listing, inputs.files->walk(root));
    for (const base::FileInfo& file : listing.files) {
      const std::string path = inputs.files->is_file(root) ? root : root + "/" + file.path;
      std::error_code none;
      if (std::filesystem::path(path).extension() != ".jsonl" || std::filesystem::equivalent(path, own_log, none)) continue;
      const auto bytes = inputs.files->read(path);
      if (!bytes || !measure::looks_like_trial_log(*bytes)) continue;
      auto content = measure::parse_trial_log(*bytes);
      if (!content) {
        logs.notes_.push_back(fmt::format("{} is not used: {}", path, content.error().message));
        continue;
      }
      for (measure::TrialSession& session : content->sessions) {
        const bool here = core::fingerprint(session.start.machine) == core::fingerprint(now.machine) && session.start.engine.kind == now.engine.kind;
        if (here) logs.sessions_.push_back(std::move(session));
        else ++elsewhere;
      }
    }
  }
  if (elsewhere > 0) logs.notes_.push_back(fmt::format("{} earlier sessions of another machine or engine are not used", elsewhere));
  if (logs.sessions_.empty())
    return base::fail(ErrorKind::input, "--prior: no trial log of this machine and engine is there", elsewhere > 0 ? "what another machine measured says nothing of this one" : "give the folder of earlier logs of chimera bench or tune");
  return logs;
}

tune::Prior PriorLogs::prior(const LiveSpace& live, const std::vector<VisitMetric>& objectives, const std::vector<double>& weights) const {
  std::vector<tune::PriorSession> out;
  const std::string wanted = work_of(live.plans.front().config);
  for (const measure::TrialSession& session : sessions_) {
    std::map<std::string, std::pair<tune::Observations, double>> groups;
    for (const core::Sample& sample : session.samples) {
      if (sample.phase != core::Phase::measured || sample.validity == core::Validity::invalid || sample.failure) continue;
      const auto config = config_of(live.space, plan_of(session, sample.trial), sample);
      const auto values = config ? values_of(objectives, sample) : std::nullopt;
      if (!values) continue;
      auto& [observations, doubt] = groups[others(live.space, sample)];
      doubt = session.start.model.digest == model_ && work_of(sample.config) == wanted ? kSameWork : kOtherWork;
      observations.add(*config, {weighted(*values, weights)}, sample.block);
    }
    for (const auto& [settings, group] : groups) {
      tune::PriorSession prior{.points = {}, .doubt = group.second};
      for (const tune::Observed& observed : group.first.all()) prior.points.push_back({observed.config, observed.centre, group.first.error(observed)});
      if (prior.points.size() > 1) out.push_back(std::move(prior));
    }
  }
  return tune::Prior(std::move(out));
}

}  // namespace chimera::app
