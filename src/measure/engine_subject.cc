#include "measure/engine_subject.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "measure/prompt.h"
#include "measure/sample.h"

namespace chimera::measure {
namespace {

// A server's load duration below it is what finding a loaded model costs.
constexpr base::Nanoseconds kLoads = 200'000'000;

std::uint64_t number(const core::RunConfig& config, std::string_view key) {
  const auto text = config.get(key);
  std::uint64_t value = 0;
  if (text) std::from_chars(text->data(), text->data() + text->size(), value);
  return value;
}

// What cannot get better by trying again under the same configuration.
bool is_lasting(engines::FailureKind kind) {
  using engines::FailureKind;
  switch (kind) {
    case FailureKind::no_such_model:
    case FailureKind::context_overflow:
    case FailureKind::out_of_memory:
    case FailureKind::bad_model:
    case FailureKind::unsupported:
    case FailureKind::not_recorded:
    case FailureKind::redirected: return true;
    default: return false;
  }
}

// What took effect, as the engine reports it, over what was asked for.
core::RunConfig effective_of(const core::RunConfig& asked, const core::RunConfig& reported) {
  core::RunConfig config = asked;
  for (const core::Setting& setting : reported.settings()) config.set(setting.key, setting.value);
  return config;
}

std::uint64_t tokens_of(const VisitPlan& plan) { return number(plan.config, "prompt_tokens") + number(plan.config, "depth"); }

std::string calibration_key(const VisitPlan& plan) { return fmt::format("{} {} {}", plan.config.get("model").value_or(""), tokens_of(plan), plan.form == PromptForm::chat); }

}  // namespace

engines::Request EngineSubject::request(const VisitPlan& plan, std::uint32_t variation, std::int64_t extra_tokens) const {
  engines::Request request;
  std::string prompt = prompt_of(static_cast<std::size_t>(std::max<std::int64_t>(0, static_cast<std::int64_t>(tokens_of(plan)) - extra_tokens)), seed_, variation);
  if (plan.form == PromptForm::chat) request.messages.push_back({engines::Role::user, std::move(prompt)});
  else request.prompt = std::move(prompt);
  request.config = plan.config;
  request.timeouts = plan.timeouts;
  request.retries.attempts = 1;  // a repetition that failed is a sample of its own
  return request;
}

void EngineSubject::get_ready(const VisitPlan& plan, const std::stop_token& stop) {
  const std::string key = calibration_key(plan);
  if (extra_.find(key) != extra_.end()) return;
  std::int64_t& offset = extra_[key];
  offset = plan.form == PromptForm::raw ? 1 : 0;  // the token that begins a sequence
  const auto target = static_cast<std::int64_t>(tokens_of(plan));
  if (engine_.kind() == "replay" || target < 2) return;
  for (std::uint32_t attempt = 0; attempt < 3; ++attempt) {
    engines::Request asked = request(plan, 0x40000000U + attempt, offset);
    asked.config.set("output_tokens", "1");
    Probe probe(clock_, 16);
    const engines::Outcome outcome = engine_.complete(asked, probe, stop);
    if (outcome.failure || !outcome.completion.counts.prompt_tokens) return;
    const std::int64_t off = static_cast<std::int64_t>(*outcome.completion.counts.prompt_tokens) - target;
    if (off == 0) return;
    offset += off;
  }
}

bool EngineSubject::forget(const core::RunConfig& config) { return engine_.capabilities().unload && engine_.unload(config).has_value(); }

Work EngineSubject::work(const VisitPlan& plan, std::uint32_t variation, bool fresh, const std::stop_token& stop) {
  const engines::Request asked = request(plan, variation, extra_[calibration_key(plan)]);
  asked_ = plan.config;
  probe_ = Probe(clock_, number(plan.config, "output_tokens") + 16);
  outcome_ = engine_.complete(asked, probe_, stop);
  probe_.end();
  Work work;
  const auto loading = outcome_.completion.server.load;
  const CallTimes& times = probe_.times();
  work.anew = is_in_process() ? loading.has_value() : fresh || (loading && *loading > kLoads);
  work.loading = loading.value_or(times.loaded && times.sent ? *times.loaded - *times.sent : 0);
  if (!outcome_.failure) return work;
  work.cancelled = outcome_.failure->kind == engines::FailureKind::cancelled;
  work.lasting = is_lasting(outcome_.failure->kind);
  return work;
}

void EngineSubject::describe(core::Sample& sample) const {
  sample.config = effective_of(asked_, outcome_.completion.effective);
  fill_sample(probe_.times(), outcome_, sample);
}

base::Result<void> EngineSubject::check_presence() {
  if (engine_.kind() == "replay") return {};
  TRY_VOID(engine_.info());
  return {};
}

}  // namespace chimera::measure
