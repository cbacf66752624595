#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "app/bench_engine.h"
#include "app/bench_start.h"
#include "app/console.h"
#include "app/interrupt.h"
#include "app/tune_front.h"
#include "app/tune_live.h"
#include "app/tune_memory.h"
#include "app/tune_options.h"
#include "app/tune_prior.h"
#include "app/quality.h"
#include "app/tune_output.h"
#include "app/tune_quality.h"
#include "base/log.h"
#include "core/machine.h"
#include "core/unit.h"
#include "engines/pacer.h"
#include "measure/engine_subject.h"

namespace chimera::app {
namespace {

using base::ErrorKind;

// Fewer than bench's: a configuration that is far behind is not worth a long warm-up, and contenders are visited again.
std::uint32_t most_warmups(const TuneCommand& command) { return command.bench.warmup == 0 ? 0 : command.bench.warmup + 2; }

// The user's server is what uses the memory, not this process.
VisitMetric of_the_engine(VisitMetric metric, const BenchCommand& command) {
  if (!command.serve_command.empty() && metric.metric->key == "peak_rss_bytes") metric.metric = core::find_trial_metric("server_peak_rss_bytes");
  return metric;
}

core::Protocol protocol_of(const TuneCommand& command) {
  core::Protocol protocol;
  protocol.seed = command.seed;
  protocol.repetitions = 1;
  protocol.least_blocks = 1;
  protocol.most_blocks = 30;
  protocol.warmup_least = command.bench.warmup;
  protocol.warmup_most = most_warmups(command);
  protocol.warmup_tolerance = measure::WarmUp().tolerance;
  protocol.fixed_work = engine_kind(command.bench) != "ollama";
  return protocol;
}

// An earlier session is gone on with only where it asked the same questions of the same things.
base::Result<void> check_resumed(const measure::TrialSession& before, const core::SessionStart& now, const std::string& log) {
  const std::string told = fmt::format("it was begun with: {}", fmt::join(before.start.command, " "));
  const bool same_space = std::equal(before.start.plan.begin(), before.start.plan.end(), now.plan.begin(), now.plan.end(),
                                     [](const core::TrialPlan& a, const core::TrialPlan& b) { return a.trial == b.trial && a.config == b.config; });
  if (!same_space) return base::fail(ErrorKind::input, fmt::format("{} was begun with another space", log), told);
  if (!before.start.protocol || before.start.protocol->seed != now.protocol->seed) return base::fail(ErrorKind::input, fmt::format("{} was begun with another seed", log), told);
  if (before.start.engine.kind != now.engine.kind || before.start.model.digest != now.model.digest) return base::fail(ErrorKind::input, fmt::format("{} was begun with another engine or model", log), told);
  if (core::fingerprint(before.start.machine) != core::fingerprint(now.machine))
    return base::fail(ErrorKind::input, fmt::format("{} was begun on another machine: {}", log, core::describe(before.start.machine)), "measurements of two machines do not make one session");
  return {};
}

// Begins the session in the log, or returns an earlier one.
base::Result<measure::TrialSession> begin(measure::TrialLog& log, core::SessionStart start) {
  for (const std::string& note : log.content().notes) base::log_warning(fmt::format("{}: {}", log.path(), note));
  if (log.content().sessions.empty()) {
    TRY_VOID(log.append(std::move(start)));
    return measure::TrialSession();
  }
  const measure::TrialSession& before = log.content().sessions.back();
  TRY_VOID(check_resumed(before, start, log.path()));
  TRY_VOID(log.append(core::SessionResumed{start.started, core::fingerprint(start.machine), start.remarks}));
  return before;
}

// What is not tried is in the log with its reason, once.
base::Result<void> record_refused(const LiveSpace& live, const std::vector<std::string>& refused, const measure::TrialSession& before, measure::TrialLog& log) {
  std::size_t count = 0;
  for (tune::ConfigId config = 0; config < refused.size(); ++config) {
    if (refused[config].empty()) continue;
    ++count;
    if (before.start.plan.empty()) TRY_VOID(log.append(core::TrialStop{live.plans[config].trial, core::StopReason::failed, 0, {refused[config]}}));
  }
  if (count > 0) base::log_info(fmt::format("{} of {} configurations cannot fit into GPU memory and are not tried", count, refused.size()));
  return {};
}

void say_step(const LiveSpace& live, const LiveMeasurer& measurer, const tune::Step& step, double budget) {
  std::string result = step.failure.substr(0, step.failure.find('\n'));  // a server's last lines are in the log
  if (!measurer.latest().empty())
    for (std::size_t k = 0; k < measurer.objectives().size(); ++k)
      result += fmt::format("{}{}", k > 0 ? ", " : "", shown_objective(measurer.objectives()[k], measurer.objective_of(std::log(measurer.latest().back()[k]), k)));
  base::log_info(fmt::format("{:4.0f} of {:.0f} s  {}  {}", step.seconds, budget, live.space.describe(step.config), result));
}

// What the recommendation costs in quality, after the last timed visit and beside the budget. False where the user stopped it.
base::Result<bool> weigh(QualityCheck& check, const TuneCommand& command, const LiveSpace& live, const tune::TuneResult& result, LiveMeasurer& measurer, engines::Engine& engine,
                         const base::Clock& clock, const std::string& weights, const std::vector<core::QualityRecord>& told, const measure::Stops& stops, measure::Recorder& recorder) {
  if (command.no_quality) check.skipped = "--no-quality";
  else if (result.stop_reason == "interrupted") check.skipped = "interrupted";
  else check.skipped = no_quality(engine);
  if (check.parameters.empty()) return true;
  if (!check.skipped.empty()) {  // what the search saw of the two is told all the same; nothing is measured for it
    if (result.observations.find(0) != nullptr) add_ratios(check, result.observations, measurer);
    return true;
  }
  TRY(measure::QualityText text, quality_text(command.bench));
  base::log_info(fmt::format("reading a text under {} configurations: {} may change what the model says", check.trade_offs.size() + 1, fmt::join(check.parameters, ", ")));
  const base::Nanoseconds begin = clock.steady();
  add_ratios(check, result.observations, measurer);
  check.seconds = static_cast<double>(clock.steady() - begin) * 1e-9;
  measure::QualityPass pass(engine, clock, std::move(text));
  TRY(const bool on, check_quality(check, live, weights, pass, told, stops, recorder, clock));
  if (!on) check.skipped = "interrupted";
  return on;
}

core::StopReason reason_of(const tune::TuneResult& result) {
  if (result.measured == 0 && result.failed > 0) return core::StopReason::failed;
  if (result.stop_reason == "interrupted") return core::StopReason::interrupted;
  return result.stop_reason == "settled" ? core::StopReason::target_reached : core::StopReason::time_up;
}

base::Result<int> conclude(const tune::TuneResult& result, const LiveMeasurer& measurer) {
  if (measurer.broke()) return tl::make_unexpected(*measurer.broke());
  if (result.stop_reason == "interrupted") return static_cast<int>(ErrorKind::interrupted);
  if (!result.tied.empty()) return 0;
  const std::string why = result.observations.all().empty() ? "" : result.observations.all().back().failure;
  if (result.failed > 0) return base::fail(ErrorKind::engine, fmt::format("none of {} configurations could be used; the last: {}", result.failed, why), "the log has the reason of each");
  return base::fail(ErrorKind::undecided, "nothing could be measured within the budget", "give a longer one");
}

}  // namespace

base::Result<LiveOptions> live_options(const TuneCommand& command) {
  LiveOptions options;
  for (const std::string& name : command.objectives) {
    TRY(const VisitMetric objective, parse_metric(name));
    if (objective.percent != 50)
      return base::fail(ErrorKind::usage, fmt::format("--objective {}: an objective is the median of the repetitions", name), "percentiles can be constraints: --constraint 'ttft_p90<500ms'");
    if (std::any_of(options.objectives.begin(), options.objectives.end(), [&](const VisitMetric& other) { return other.metric == objective.metric; }))
      return base::fail(ErrorKind::usage, fmt::format("--objective {} is there twice", name));
    options.objectives.push_back(of_the_engine(objective, command.bench));
  }
  for (const std::string& text : command.constraints) {
    TRY(Limit limit, parse_limit(text));
    limit.metric = of_the_engine(limit.metric, command.bench);
    options.limits.push_back(std::move(limit));
  }
  if (command.budget.empty()) return base::fail(ErrorKind::usage, "no budget", "--budget 20m");
  TRY(options.budget_seconds, duration_of(command.budget));
  options.warmup.least = command.bench.warmup;
  options.warmup.most = most_warmups(command);
  options.form = command.bench.chat ? measure::PromptForm::chat : measure::PromptForm::raw;
  return options;
}

base::Result<int> tune_engine(const TuneCommand& command, const CommonOptions& common) {
  TRY(const tune::TuneOptions options, tune_options(command));
  TRY(LiveOptions live_opts, live_options(command));
  TRY(const LiveSpace live, live_space(command.bench, command.space));
  TRY_VOID(quality_text(command.bench));
  const Interrupt interrupt;
  const base::SystemClock clock;
  engines::RealPacer pacer;
  TRY(measure::TrialLog log, measure::TrialLog::open(command.bench.log.empty() ? default_log(clock.wall()) : command.bench.log, command.bench.resume ? measure::LogMode::resume : measure::LogMode::create));
  auto bench = BenchEngine::create(command.bench, log.path(), pacer, clock);
  if (!bench) return log.drop_if_empty(), tl::make_unexpected(bench.error());
  auto start = start_of(command.bench, *bench, clock, live.plans, protocol_of(command));
  if (!start) return log.drop_if_empty(), tl::make_unexpected(start.error());
  for (const std::string& remark : start->remarks) base::log_warning(remark);
  live_opts.refused = too_large(live, command.bench, live_opts.limits, start->machine);
  const std::string weights = start->model.weights;
  std::optional<PriorLogs> earlier;
  if (!command.prior.empty()) {
    auto read = PriorLogs::read(command.prior, log.path(), *start);
    if (!read) return log.drop_if_empty(), tl::make_unexpected(read.error());
    for (const std::string& note : read->notes()) base::log_warning(note);
    earlier = std::move(*read);
  }
  TRY(const measure::TrialSession before, begin(log, std::move(*start)));

  TRY_VOID(record_refused(live, live_opts.refused, before, log));
  const std::unique_ptr<measure::Sampler> sampler = measure::start_sampler(bench->watched(), {}, clock);
  LogRecorder recorder(log);
  measure::EngineSubject subject(bench->engine(), clock, command.seed);
  measure::Visitor visitor(subject, clock, recorder, sampler.get());
  LiveMeasurer measurer(live, live_opts, visitor, clock, {interrupt.token(), interrupt.second()});
  measurer.play_back(before.samples);
  tune::TuneProgress progress;
  progress.step = [&](const tune::Step& step) { say_step(live, measurer, step, live_opts.budget_seconds); };
  progress.clock = [&] { return static_cast<double>(clock.steady()) * 1e-9; };
  const tune::TuneResult result = search(live, measurer, options, earlier ? &*earlier : nullptr, live_opts.budget_seconds, progress);
  const std::vector<tune::FrontMember> front = front_of(measurer, options.confidence);
  if (measurer.left_over() > 0) base::log_warning(fmt::format("{} visits of the log were not asked for again", measurer.left_over()));
  QualityCheck quality;
  if (const Recommended best = recommend(result, front, measurer); best.config) quality = quality_to_check(live, result, *best.config);
  const auto on = weigh(quality, command, live, result, measurer, bench->engine(), clock, weights, before.quality, {interrupt.token(), interrupt.second()}, recorder);
  if (!on) return tl::make_unexpected(on.error());
  TRY_VOID(log.append(core::SessionEnd{clock.wall(), *on ? reason_of(result) : core::StopReason::interrupted, bench->files(), {}}));
  const LiveResult shown{command, live, measurer, result, front, log.path(), quality};
  print(common.form == OutputForm::json ? live_json(shown) : live_text(shown));
  base::log_info(fmt::format("every repetition is in {}", log.path()));
  TRY(const int code, conclude(result, measurer));
  return *on ? code : static_cast<int>(ErrorKind::interrupted);
}

}  // namespace chimera::app
