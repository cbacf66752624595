#include "app/bench_run.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "app/bench_kernels.h"
#include "app/bench_output.h"
#include "app/bench_start.h"
#include "app/bench_view.h"
#include "app/console.h"
#include "base/files.h"
#include "base/log.h"
#include "measure/telemetry.h"

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
  if (command.executor.is_task()) return {};  // whoever has all tasks shows them
  const measure::SessionSummary summary = measure::summarise(session);
  print(common.form == OutputForm::json ? result_json(session, summary, log) : result_table(session, summary, TableStyle::text));
  return write_results(command, session, summary);
}

bool is_complete(const measure::TrialSession& session, const measure::SessionOptions& options) {
  const bool ended = session.end && session.end->reason != core::StopReason::interrupted;
  const bool traced = options.kernels == nullptr || measure::untraced(session).empty();
  return ended && traced && (options.quality == nullptr || options.quality->complete(session));
}

}  // namespace

base::Result<BegunSession> begin_session(measure::TrialLog& log, core::SessionStart start) {
  BegunSession begun;
  for (const std::string& note : log.content().notes) base::log_warning(fmt::format("{}: {}", log.path(), note));
  if (log.content().sessions.empty()) {
    TRY_VOID(log.append(start));
    begun.session.start = std::move(start);
    return begun;
  }
  TRY(begun.session, resumed(log, start));
  begun.goes_on = true;
  return begun;
}

measure::SessionOptions session_options(const BenchCommand& command, const core::Protocol& protocol) {
  measure::SessionOptions options;
  options.protocol = protocol;
  options.form = command.chat ? measure::PromptForm::chat : measure::PromptForm::raw;
  if (command.longest_minutes > 0) options.longest_s = 60 * command.longest_minutes;
  return options;
}

int run_session(const BenchCommand& command, const CommonOptions& common, measure::TrialLog& log, BegunSession begun, measure::SessionOptions options, measure::Subject& subject,
                const measure::Watched& watched, const base::Clock& clock, const Interrupt& interrupt) {
  std::optional<measure::Cupti> cupti = find_tracer(command, options);
  if (cupti) options.kernels = &*cupti;
  const bool complete = begun.goes_on && is_complete(begun.session, options);
  if (complete) {
    base::log_info(fmt::format("{} is complete; nothing is left to measure", log.path()));
    const auto shown = show_results(command, common, begun.session, log.path());
    return shown ? 0 : report_error(shown.error());
  }
  if (begun.goes_on) {
    const core::Machine& machine = begun.session.start.machine;
    const auto written = log.append(core::SessionResumed{clock.wall(), core::fingerprint(machine), doubts_about(machine)});
    if (!written) return report_error(written.error());
  }
  std::unique_ptr<measure::Sampler> sampler;
  if (!command.no_telemetry) sampler = measure::start_sampler(watched, {}, clock);
  LogRecorder recorder(log);
  measure::Session session(std::move(begun.session), std::move(options), subject, clock, recorder, sampler.get());
  const std::unique_ptr<BenchView> view = make_bench_view(common);
  const auto reason = session.run({interrupt.token(), interrupt.second()}, *view);
  view->finish();
  const auto shown = show_results(command, common, session.so_far(), log.path());
  base::log_info(fmt::format("every repetition is in {}", log.path()));
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
