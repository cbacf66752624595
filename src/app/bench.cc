#include "app/bench.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "app/bench_engine.h"
#include "app/bench_output.h"
#include "app/bench_plan.h"
#include "app/bench_start.h"
#include "app/bench_view.h"
#include "app/console.h"
#include "app/interrupt.h"
#include "app/version.h"
#include "base/files.h"
#include "base/log.h"
#include "core/hash.h"
#include "measure/machine.h"
#include "measure/session.h"
#include "measure/telemetry.h"
#include "measure/trial_log.h"

namespace chimera::app {
namespace {

bool same_plan(const std::vector<core::TrialPlan>& a, const std::vector<core::TrialPlan>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const core::TrialPlan& x, const core::TrialPlan& y) { return x.trial == y.trial && x.role == y.role && x.config == y.config; });
}

bool same_protocol(const core::Protocol& a, const core::Protocol& b) {
  return a.seed == b.seed && a.repetitions == b.repetitions && a.warmup_least == b.warmup_least && a.fresh_loads == b.fresh_loads && a.fixed_work == b.fixed_work;
}

// What is there already, checked against what is asked for now; how many blocks and how narrow may differ.
base::Result<measure::TrialSession> resumed(const measure::TrialLog& log, const core::SessionStart& now) {
  measure::TrialSession before = log.content().sessions.back();
  const std::string told = fmt::format("it was begun with: {}", fmt::join(before.start.command, " "));
  if (!before.start.protocol) return base::fail(base::ErrorKind::input, fmt::format("{} holds no bench session to resume", log.path()));
  if (before.start.engine.kind != now.engine.kind || !same_plan(before.start.plan, now.plan) || !same_protocol(*before.start.protocol, *now.protocol))
    return base::fail(base::ErrorKind::input, fmt::format("{} holds a session with other configurations or rules", log.path()), told);
  if (core::fingerprint(before.start.machine) != core::fingerprint(now.machine))
    return base::fail(base::ErrorKind::input, fmt::format("{} was begun on another machine: {}", log.path(), core::describe(before.start.machine)), "measurements of two machines do not make one session");
  if (before.start.model.digest != now.model.digest)
    return base::fail(base::ErrorKind::input, fmt::format("{} was begun with another model file of that name", log.path()), told);
  return before;
}

base::Result<void> write_results(const BenchCommand& command, const measure::TrialSession& session, const measure::SessionSummary& summary) {
  if (!command.markdown.empty()) TRY_VOID(base::write_file(command.markdown, result_table(session, summary, TableStyle::markdown)));
  if (!command.csv.empty()) TRY_VOID(base::write_file(command.csv, result_csv(session, summary)));
  return {};
}

// The result of a session that ended in whatever way, as far as it was measured.
base::Result<void> show_results(const BenchCommand& command, const CommonOptions& common, const measure::TrialSession& session, const std::string& log) {
  const measure::SessionSummary summary = measure::summarise(session);
  print(common.form == OutputForm::json ? result_json(session, summary, log) : result_table(session, summary, TableStyle::text));
  return write_results(command, session, summary);
}

measure::SessionOptions options_of(const BenchCommand& command, const core::Protocol& protocol) {
  measure::SessionOptions options;
  options.protocol = protocol;
  options.form = command.chat ? measure::PromptForm::chat : measure::PromptForm::raw;
  if (command.longest_minutes > 0) options.longest_s = 60 * command.longest_minutes;
  return options;
}

struct Prepared {
  BenchEngine bench;
  measure::TrialSession session;
  bool goes_on = false;
};

// Reads the engine, the model and the machine, and begins or resumes the session in the log.
base::Result<Prepared> prepare(const BenchCommand& command, const base::Clock& clock, engines::Pacer& pacer, measure::TrialLog& log, std::vector<core::TrialPlan> plan, const core::Protocol& protocol) {
  Prepared prepared;
  TRY(prepared.bench, BenchEngine::create(command, log.path(), pacer, clock));
  TRY(core::SessionStart start, start_of(command, prepared.bench, clock, std::move(plan), protocol));
  for (const std::string& note : log.content().notes) base::log_warning(fmt::format("{}: {}", log.path(), note));
  if (log.content().sessions.empty()) {
    TRY_VOID(log.append(start));
    prepared.session.start = std::move(start);
    return prepared;
  }
  TRY(prepared.session, resumed(log, start));
  prepared.goes_on = true;
  return prepared;
}

}  // namespace

int bench_command(const BenchCommand& command, const CommonOptions& common) {
  auto plan = plan_trials(command);
  if (!plan) return report_error(plan.error());
  const auto protocol = protocol_of(command);
  if (!protocol) return report_error(protocol.error());
  const Interrupt interrupt;
  const base::SystemClock clock;
  engines::RealPacer pacer;
  auto log = measure::TrialLog::open(command.log.empty() ? default_log(clock.wall()) : command.log, command.resume ? measure::LogMode::resume : measure::LogMode::create);
  if (!log) return report_error(log.error());
  auto prepared = prepare(command, clock, pacer, *log, std::move(*plan), *protocol);
  if (!prepared) return log->drop_if_empty(), report_error(prepared.error());

  const bool complete = prepared->goes_on && prepared->session.end && prepared->session.end->reason != core::StopReason::interrupted;
  if (complete) {
    base::log_info(fmt::format("{} is complete; nothing is left to measure", log->path()));
    const auto shown = show_results(command, common, prepared->session, log->path());
    return shown ? 0 : report_error(shown.error());
  }
  if (prepared->goes_on) {
    const auto written = log->append(core::SessionResumed{clock.wall(), core::fingerprint(prepared->session.start.machine), doubts_about(prepared->session.start.machine)});
    if (!written) return report_error(written.error());
  }
  std::unique_ptr<measure::Sampler> sampler;
  if (!command.no_telemetry) sampler = measure::start_sampler({}, {}, clock);
  LogRecorder recorder(*log);
  measure::SessionOptions options = options_of(command, *protocol);
  options.files = [&] { return prepared->bench.files(); };
  measure::Session session(std::move(prepared->session), std::move(options), prepared->bench.engine(), clock, recorder, sampler.get());
  const std::unique_ptr<BenchView> view = make_bench_view(common);
  const auto reason = session.run({interrupt.token(), interrupt.second()}, *view);
  view->finish();
  const auto shown = show_results(command, common, session.so_far(), log->path());
  base::log_info(fmt::format("every repetition is in {}", log->path()));
  if (!reason) return report_error(reason.error());
  if (!shown) return report_error(shown.error());
  if (*reason == core::StopReason::interrupted) {
    base::log_warning("stopped; --resume goes on where it was");
    return static_cast<int>(base::ErrorKind::interrupted);
  }
  if (*reason == core::StopReason::failed) return report_error({base::ErrorKind::engine, "no configuration could be measured", "the log has the reason of each"});
  return 0;
}

}  // namespace chimera::app
