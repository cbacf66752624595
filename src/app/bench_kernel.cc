#include "app/bench_kernel.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "app/bench_job.h"
#include "app/bench_plan.h"
#include "app/bench_run.h"
#include "app/bench_start.h"
#include "app/console.h"
#include "app/suggest.h"
#include "engines/embedded.h"
#include "engines/kernels.h"
#include "measure/kernel_subject.h"

namespace chimera::app {
namespace {

using base::ErrorKind;

// "did you mean", else what there is.
std::string hint_of(const std::string& typed, const std::vector<std::string>& known) {
  const std::string guess = nearest(typed, known);
  return guess.empty() ? fmt::format("one of {}", fmt::join(known, ", ")) : fmt::format("did you mean {}?", guess);
}

base::Result<engines::KernelKind> kind_of(const std::string& name) {
  if (const auto kind = engines::find_kernel(name)) return *kind;
  return base::fail(ErrorKind::usage, fmt::format("no kernel called \"{}\"", name), hint_of(name, engines::kernel_names()));
}

base::Result<Factor> kernel_factor(engines::KernelKind kind, const std::string& text) {
  TRY(Factor factor, factor_of_setting(text));
  const std::vector<std::string> known = engines::kernel_settings(kind);
  if (std::find(known.begin(), known.end(), factor.key) == known.end())
    return base::fail(ErrorKind::usage, fmt::format("the {} kernel has no setting \"{}\"", to_string(kind), factor.key), hint_of(factor.key, known));
  const std::vector<std::string> names = factor.key == "type" ? engines::kernel_types(kind) : factor.key == "route" ? engines::kernel_routes(kind) : std::vector<std::string>();
  for (const std::string& value : factor.values)
    if (!names.empty() && std::find(names.begin(), names.end(), value) == names.end())
      return base::fail(ErrorKind::usage, fmt::format("the {} kernel has no {} \"{}\"", to_string(kind), factor.key, value), hint_of(value, names));
  return factor;
}

// A copy for each number of threads, since more of them move more.
void add_copies(const KernelCommand& command, const std::vector<Factor>& factors, std::vector<core::TrialPlan>& plans) {
  core::TrialPlan copy{"copy", core::TrialRole::reference, {}};
  copy.config.set("kernel", "copy");
  copy.config.set("mib", std::to_string(command.copy_mib));
  const auto threads = std::find_if(factors.begin(), factors.end(), [](const Factor& factor) { return factor.key == "threads"; });
  if (threads == factors.end()) {
    plans.push_back(std::move(copy));
    return;
  }
  for (const std::string& value : threads->values) {
    copy.trial = "copy-" + value;
    copy.config.set("threads", value);
    plans.push_back(copy);
  }
}

base::Result<std::vector<core::TrialPlan>> plan_kernels(const KernelCommand& command) {
  if (!command.foreign.empty()) return base::fail(ErrorKind::usage, fmt::format("{} is of engines, not of kernels", command.foreign.front()), "sizes of a kernel are settings: --set n=1024,2048");
  TRY(const engines::KernelKind kind, kind_of(command.kernel));
  std::vector<Factor> factors;
  for (const std::string& text : command.bench.settings) {
    TRY(Factor factor, kernel_factor(kind, text));
    if (std::any_of(factors.begin(), factors.end(), [&](const Factor& other) { return other.key == factor.key; }))
      return base::fail(ErrorKind::usage, fmt::format("{} is set twice", factor.key), fmt::format("--set {}=A,B measures both", factor.key));
    factors.push_back(std::move(factor));
  }
  core::RunConfig common;
  common.set("kernel", command.kernel);
  TRY(std::vector<core::TrialPlan> plans, combine(factors, common));
  for (const core::TrialPlan& plan : plans) TRY_VOID(engines::kernel_spec(plan.config));
  if (!command.bench.no_duplicate) plans.push_back({"t1-again", core::TrialRole::duplicate, plans.front().config});
  if (kind != engines::KernelKind::copy && command.copy_mib > 0) {
    add_copies(command, factors, plans);
    TRY_VOID(engines::kernel_spec(plans.back().config));
  }
  return plans;
}

core::SessionStart start_of_kernels(const KernelCommand& command, const engines::Kernels& kernels, const base::Clock& clock, std::vector<core::TrialPlan> plan, const core::Protocol& protocol) {
  core::SessionStart start = start_on_machine(command.bench, clock, std::move(plan), protocol);
  const engines::EngineInfo info = kernels.info();
  start.engine = {"ggml", info.version, info.where, info.devices};
  return start;
}

}  // namespace

int bench_kernel_command(const KernelCommand& typed, const CommonOptions& common) {
  auto plan = plan_kernels(typed);
  if (!plan) return report_error(plan.error());
  if (typed.bench.executor.makes_job()) return bench_as_job(typed.bench, common, *plan);
  KernelCommand command = typed;
  if (typed.bench.executor.is_task()) {
    auto mine = bench_task(typed.bench, *plan);
    if (!mine) return report_error(mine.error());
    command.bench = std::move(*mine);
  }
  const auto protocol = protocol_of(command.bench);
  if (!protocol) return report_error(protocol.error());
  const Interrupt interrupt;
  const base::SystemClock clock;
  const auto kernels = engines::make_kernels(engines::find_llama_libraries(), command.backend);
  if (!kernels) return report_error(kernels.error());
  auto log = measure::TrialLog::open(command.bench.log.empty() ? default_log(clock.wall()) : command.bench.log, command.bench.resume ? measure::LogMode::resume : measure::LogMode::create);
  if (!log) return report_error(log.error());
  auto begun = begin_session(*log, start_of_kernels(command, **kernels, clock, std::move(*plan), *protocol));
  if (!begun) return log->drop_if_empty(), report_error(begun.error());
  measure::KernelSubject subject(**kernels, clock, static_cast<base::Nanoseconds>(command.run_ms * 1e6));
  return run_session(command.bench, common, *log, std::move(*begun), session_options(command.bench, *protocol), subject, {}, clock, interrupt);
}

}  // namespace chimera::app
