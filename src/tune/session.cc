#include "tune/session.h"

namespace chimera::tune {

Session::Session(const Space& space, Measurer& measurer, const TuneOptions& options, const TuneProgress& progress)
    : space_(&space), measurer_(&measurer), options_(&options), progress_(&progress), observations_(options.known), costs_(space, measurer.hint()) {}

bool Session::visit(ConfigId config, unsigned repetitions, std::string_view phase) {
  ++visits_;
  if (phase == kFinal) measurer_->load_anew();
  return ask(config, repetitions, phase);
}

bool Session::repeat(unsigned repetitions, std::string_view phase) { return ask(*loaded_, repetitions, phase); }

bool Session::ask(ConfigId config, unsigned repetitions, std::string_view phase) {
  const Measurement got = measurer_->measure(config, repetitions);
  using State = Measurement::State;
  if (got.state == State::over_budget || got.state == State::stopped) {
    stop_reason_ = got.state == State::stopped ? "interrupted" : "budget spent";
    return false;
  }
  const bool loads = !loaded_ || space_->group(*loaded_) != space_->group(config);
  if (loads || got.state == State::failed) {
    costs_.saw_load(config, got.switch_seconds);
  } else if (*loaded_ != config) {
    costs_.saw_switch(got.switch_seconds);
  }
  costs_.saw_repetitions(got.repetition_seconds, got.values.size());
  if (got.state == State::failed) {
    observations_.add_failure(config, got.reason);
  } else {
    observations_.add(config, got.values, visits_);
  }
  loaded_ = config;
  const Observed* best = leader(observations_);
  steps_.push_back({config, got.values, got.reason, measurer_->spent(), phase, best == nullptr ? std::nullopt : std::optional(best->config)});
  if (progress_->step) progress_->step(steps_.back());
  return true;
}

const std::vector<Standing>& Session::tied() {
  // Anew where a twentieth more is known: with a surrogate this is the dearest computation of all.
  if (steps_.size() >= tied_at_ + std::max<std::size_t>(1, tied_at_ / 20) || tied_.empty()) {
    tied_ = tied_for_best(beliefs_ ? beliefs_() : standings(observations_), options_->confidence);
    tied_at_ = steps_.size();
  }
  return tied_;
}

TuneResult Session::finish(std::string_view reason, double suggestion_seconds) {
  TuneResult result;
  tied_.clear();
  result.tied = tied();
  result.measured = observations_.measured();
  result.failed = observations_.failures();
  result.exhausted = exhausted();
  result.charged_seconds = measurer_->spent();
  result.suggestion_seconds = suggestion_seconds;
  result.stop_reason = stop_reason_.empty() ? std::string(reason) : stop_reason_;
  for (const PriorPoint& point : options_->prior.ranking()) result.passed_over += options_->prior.is_behind(point.config) && observations_.find(point.config) == nullptr ? 1 : 0;
  note_smallest_difference(result, options_->confidence);
  result.steps = std::move(steps_);
  result.observations = std::move(observations_);
  return result;
}

}  // namespace chimera::tune
