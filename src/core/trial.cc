#include "core/trial.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/trial_records.h"

namespace chimera::core {
namespace {

constexpr MetricInfo kMetrics[] = {
#define CHIMERA_TRIAL_METRIC(key, definition, unit, direction, title) {key, definition, unit, direction, title},
#include "core/trial_metrics.def"
#undef CHIMERA_TRIAL_METRIC
};

template <class Enum>
using Name = std::pair<Enum, std::string_view>;

constexpr std::array kPhases = {Name<Phase>{Phase::cold, "cold"}, Name<Phase>{Phase::warmup, "warmup"}, Name<Phase>{Phase::measured, "measured"}};
constexpr std::array kValidities = {Name<Validity>{Validity::valid, "valid"}, Name<Validity>{Validity::doubtful, "doubtful"},
                                    Name<Validity>{Validity::invalid, "invalid"}};
constexpr std::array kRoles = {Name<TrialRole>{TrialRole::plain, "plain"}, Name<TrialRole>{TrialRole::baseline, "baseline"},
                               Name<TrialRole>{TrialRole::duplicate, "duplicate"}, Name<TrialRole>{TrialRole::reference, "reference"}};
constexpr std::array kReasons = {
    Name<StopReason>{StopReason::target_reached, "target_reached"}, Name<StopReason>{StopReason::blocks_done, "blocks_done"},
    Name<StopReason>{StopReason::most_blocks, "most_blocks"},       Name<StopReason>{StopReason::time_up, "time_up"},
    Name<StopReason>{StopReason::failed, "failed"},                 Name<StopReason>{StopReason::same_as_other, "same_as_other"},
    Name<StopReason>{StopReason::eliminated, "eliminated"},         Name<StopReason>{StopReason::interrupted, "interrupted"}};

template <class Enum, std::size_t N>
std::string_view name_of(const std::array<Name<Enum>, N>& names, Enum value) {
  for (const Name<Enum>& name : names)
    if (name.first == value) return name.second;
  return {};
}

template <class Enum, std::size_t N>
std::optional<Enum> value_of(const std::array<Name<Enum>, N>& names, std::string_view text) {
  for (const Name<Enum>& name : names)
    if (name.second == text) return name.first;
  return std::nullopt;
}

}  // namespace

std::span<const MetricInfo> trial_metrics() { return kMetrics; }

const MetricInfo* find_trial_metric(std::string_view key) {
  const auto found = std::find_if(std::begin(kMetrics), std::end(kMetrics), [&](const MetricInfo& metric) { return metric.key == key; });
  return found == std::end(kMetrics) ? nullptr : found;
}

std::optional<double> Sample::metric(std::string_view key) const {
  for (const MetricValue& value : metrics)
    if (value.metric->key == key) return value.value;
  return std::nullopt;
}

std::string_view to_string(Phase phase) { return name_of(kPhases, phase); }
std::string_view to_string(Validity validity) { return name_of(kValidities, validity); }
std::string_view to_string(TrialRole role) { return name_of(kRoles, role); }
std::string_view to_string(StopReason reason) { return name_of(kReasons, reason); }
std::optional<Phase> find_phase(std::string_view name) { return value_of(kPhases, name); }
std::optional<Validity> find_validity(std::string_view name) { return value_of(kValidities, name); }
std::optional<TrialRole> find_trial_role(std::string_view name) { return value_of(kRoles, name); }
std::optional<StopReason> find_stop_reason(std::string_view name) { return value_of(kReasons, name); }

}  // namespace chimera::core
