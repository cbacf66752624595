#include "app/tune.h"

#include <fmt/format.h>

#include <charconv>
#include <ctime>
#include <map>

#include "app/console.h"
#include "app/tune_job.h"
#include "app/tune_options.h"
#include "app/tune_output.h"
#include "app/tuning_table.h"
#include "base/files.h"
#include "base/log.h"
#include "tune/tuner.h"

namespace chimera::app {
namespace {

using base::ErrorKind;

base::Result<tune::Strategy> strategy_of(const std::string& name) {
  static const std::map<std::string, tune::Strategy> kStrategies = {{"auto", tune::Strategy::automatic}, {"grid", tune::Strategy::grid},       {"random", tune::Strategy::random},
                                                                    {"halving", tune::Strategy::halving}, {"racing", tune::Strategy::racing}};
  const auto found = kStrategies.find(name);
  if (found == kStrategies.end()) return base::fail(ErrorKind::usage, fmt::format("no strategy called \"{}\"", name), "auto, grid, random, halving or racing");
  return found->second;
}

base::Result<tune::Ingredients> ingredients_of(const std::vector<std::string>& without) {
  tune::Ingredients ingredients;
  for (const std::string& name : without) {
    bool* part = name == "surrogate"     ? &ingredients.surrogate
                 : name == "racing"      ? &ingredients.racing
                 : name == "switch-cost" ? &ingredients.switch_cost
                 : name == "feasibility" ? &ingredients.feasibility
                 : name == "final-stage" ? &ingredients.final_stage
                                         : nullptr;
    if (part == nullptr) return base::fail(ErrorKind::usage, fmt::format("--without: no part called \"{}\"", name), "surrogate, racing, switch-cost, feasibility or final-stage");
    *part = false;
  }
  return ingredients;
}

base::Result<tune::ReplayCost> cost_of(const TuneCommand& command) {
  if (!(command.budget_seconds > 0)) return base::fail(ErrorKind::usage, "--replay needs --budget-seconds", "--budget-seconds 600");
  if (command.cost == "recorded") return tune::ReplayCost{.recorded = true};
  if (!(command.rep_seconds > 0)) return base::fail(ErrorKind::usage, "--replay needs what a repetition costs", "--rep-seconds 2, or --cost recorded");
  if (command.load_seconds < 0 || command.switch_seconds < 0) return base::fail(ErrorKind::usage, "a load or switch cannot take less than no time");
  return tune::ReplayCost{command.load_seconds, command.switch_seconds, command.rep_seconds, false};
}

double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

base::Result<int> replay(const TuneCommand& command, const CommonOptions& common) {
  TRY(tune::TuneOptions options, tune_options(command));
  TRY(const tune::ReplayCost cost, cost_of(command));
  std::vector<std::string> reload = command.reload_params;
  TRY(TuningTable table, read_tuning_table(base::RealFileSystem(), command.replay, reload));
  if (cost.recorded) {  // every change compiles anew
    for (const tune::Parameter& parameter : table.table.space.parameters()) reload.push_back(parameter.name);
    TRY(table, read_tuning_table(base::RealFileSystem(), command.replay, reload));
  }
  bool any = false;
  for (std::uint64_t seed = command.seed; seed < command.seed + command.seeds; ++seed) {
    TRY(tune::ReplayMeasurer measurer, tune::ReplayMeasurer::create(table.table, cost, command.budget_seconds, seed));
    options.seed = seed;
    tune::TuneProgress progress;
    progress.clock = processor_seconds;
    const tune::TuneResult result = tune::tune(table.table.space, measurer, options, progress);
    any = any || !result.tied.empty();
    base::log_note(fmt::format("{:.3f} s of the processor for {} suggestions", result.suggestion_seconds, result.steps.size()));
    print(common.form == OutputForm::json ? replay_json(result, table, seed) : replay_text(result, table));
  }
  if (!any) return base::fail(ErrorKind::undecided, "nothing could be measured within the budget", "a budget shorter than one load and one repetition measures nothing");
  return 0;
}

}  // namespace

base::Result<tune::TuneOptions> tune_options(const TuneCommand& command) {
  tune::TuneOptions options;
  TRY(options.strategy, strategy_of(command.strategy));
  TRY(options.ingredients, ingredients_of(command.without));
  options.seed = command.seed;
  return options;
}

base::Result<double> duration_of(const std::string& text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  const double factor = unit.empty() || unit == "s" ? 1 : unit == "m" || unit == "min" ? 60 : unit == "h" ? 3600 : 0;
  if (error != std::errc() || factor == 0 || !(number > 0)) return base::fail(ErrorKind::usage, fmt::format("--budget is \"{}\", expected a time", text), "--budget 20m, 90s or 1.5h");
  return number * factor;
}

int tune_command(const TuneCommand& command, const CommonOptions& common) {
  const ExecutorOptions& executor = command.bench.executor;
  const auto run = [&]() -> base::Result<int> {
    if (!command.replay.empty()) {
      if (executor.makes_job()) return base::fail(ErrorKind::usage, "a recorded table is replayed here", "leave out --executor and --pack");
      return replay(command, common);
    }
    if (executor.is_task()) return tune_task(command, common);
    return executor.makes_job() ? tune_as_job(command, common) : tune_engine(command, common);
  };
  const auto outcome = run();
  if (!outcome) return report_error(outcome.error());
  return *outcome;
}

}  // namespace chimera::app
