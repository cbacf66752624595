// The part of a session that traces kernels, when everything is measured.
#include <fmt/format.h>

#include <algorithm>

#include "measure/session.h"

namespace chimera::measure {

std::vector<const core::TrialPlan*> untraced(const TrialSession& session) {
  std::vector<const core::TrialPlan*> trials;
  for (const core::TrialPlan& plan : session.start.plan) {
    const bool out = std::any_of(session.stops.begin(), session.stops.end(), [&](const core::TrialStop& stop) {
      return stop.trial == plan.trial && (stop.reason == core::StopReason::failed || stop.reason == core::StopReason::same_as_other);
    });
    const bool traced = std::any_of(session.kernels.begin(), session.kernels.end(), [&](const core::KernelRecord& record) { return record.trial == plan.trial; });
    if (!out && !traced && plan.role != core::TrialRole::duplicate) trials.push_back(&plan);
  }
  return trials;
}

// False where the user stopped it. What CUPTI refuses is a remark: the session was measured without it.
base::Result<bool> Session::trace_kernels(const Stops& stops) {
  std::vector<core::TrialPlan> plans;
  for (const core::TrialPlan* plan : untraced(so_far_)) plans.push_back(*plan);
  if (plans.empty()) return true;
  if (const auto attached = options_.kernels->attach(); !attached) {
    options_.kernels->detach();
    const base::Error& error = attached.error();
    end_remarks_.push_back(fmt::format("kernels were not traced: {}{}", error.message, error.hint.empty() ? "" : fmt::format(" ({})", error.hint)));
    return true;
  }
  base::Result<bool> on = true;
  for (std::size_t i = 0; i < plans.size() && on && *on; ++i) {
    watcher_->on_visit({0, 0, static_cast<std::uint32_t>(i + 1), static_cast<std::uint32_t>(plans.size()), plans[i].trial, std::nullopt, true}, so_far_);
    on = trace_kernels_of(plans[i], stops);
  }
  options_.kernels->detach();
  return on;
}

base::Result<bool> Session::trace_kernels_of(const core::TrialPlan& plan, const Stops& stops) {
  core::KernelRecord record;
  record.trial = plan.trial;
  record.tracer = options_.kernels->version();
  base::Result<void> begun;
  const Aside aside = visitor_.aside(visit_plan(plan, 0, 0), stops, [&] { begun = options_.kernels->begin(); });
  if (aside.stopped) return false;
  record.started = aside.started;
  record.duration = aside.duration;
  record.config = aside.effective.empty() ? plan.config : aside.effective;
  record.failure = aside.failure;
  if (!record.failure) {
    const auto trace = begun ? options_.kernels->end() : tl::make_unexpected(begun.error());
    if (trace) record.trace = summarise_launches(*trace, so_far_.start.machine.gpus);
    else record.failure = core::SampleFailure{"not_traced", trace.error().message};
  }
  if (record.trace.lost > 0) record.remarks.push_back(fmt::format("{} launches were lost: counts and times are too small", record.trace.lost));
  if (!record.failure && record.trace.launches == 0) record.remarks.emplace_back("no kernel was launched: there was nothing to do but copies, nothing ran on a GPU of NVIDIA's, or it was in another process");
  TRY_VOID(this->record(record));
  return true;
}

}  // namespace chimera::measure
