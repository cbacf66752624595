#include "app/bench.h"

#include "app/bench_engine.h"
#include "app/bench_job.h"
#include "app/bench_kernels.h"
#include "app/bench_plan.h"
#include "app/bench_run.h"
#include "app/bench_start.h"
#include "app/console.h"
#include "app/interrupt.h"
#include "app/quality.h"
#include "measure/engine_subject.h"

namespace chimera::app {
namespace {

struct Prepared {
  BenchEngine bench;
  BegunSession begun;
};

// Reads the engine, the model and the machine, and begins or resumes the session in the log.
base::Result<Prepared> prepare(const BenchCommand& command, const base::Clock& clock, engines::Pacer& pacer, measure::TrialLog& log, std::vector<core::TrialPlan> plan, const core::Protocol& protocol) {
  Prepared prepared;
  TRY(prepared.bench, BenchEngine::create(command, log.path(), pacer, clock));
  TRY(core::SessionStart start, start_of(command, prepared.bench, clock, std::move(plan), protocol));
  TRY(prepared.begun, begin_session(log, std::move(start)));
  return prepared;
}

}  // namespace

int bench_command(const BenchCommand& typed, const CommonOptions& common) {
  auto plan = plan_trials(typed);
  if (!plan) return report_error(plan.error());
  if (typed.executor.makes_job()) return bench_as_job(typed, common, *plan);
  return bench_trials(typed, common, std::move(*plan));
}

int bench_trials(const BenchCommand& typed, const CommonOptions& common, std::vector<core::TrialPlan> plan) {
  const auto mine = typed.executor.is_task() ? bench_task(typed, plan) : typed;
  if (!mine) return report_error(mine.error());
  const BenchCommand& command = *mine;
  const auto protocol = protocol_of(command);
  if (!protocol) return report_error(protocol.error());
  if (const auto possible = check_kernels(command); !possible) return report_error(possible.error());
  auto text = quality_text(command);
  if (!text) return report_error(text.error());
  const Interrupt interrupt;
  const base::SystemClock clock;
  engines::RealPacer pacer;
  auto log = measure::TrialLog::open(command.log.empty() ? default_log(clock.wall()) : command.log, command.resume ? measure::LogMode::resume : measure::LogMode::create);
  if (!log) return report_error(log.error());
  auto prepared = prepare(command, clock, pacer, *log, std::move(plan), *protocol);
  if (!prepared) return log->drop_if_empty(), report_error(prepared.error());
  measure::SessionOptions options = session_options(command, *protocol);
  std::unique_ptr<measure::QualityPass> quality;
  if (wants_quality(command) && prepared->bench.engine().capabilities().logits) quality = std::make_unique<measure::QualityPass>(prepared->bench.engine(), clock, std::move(*text));
  options.quality = quality.get();
  options.files = [&] { return prepared->bench.files(); };
  measure::EngineSubject subject(prepared->bench.engine(), clock, protocol->seed);
  return run_session(command, common, *log, std::move(prepared->begun), std::move(options), subject, prepared->bench.watched(), clock, interrupt);
}

}  // namespace chimera::app
