#include "app/bench_start.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "app/quality.h"
#include "base/files.h"
#include "base/version.h"
#include "core/hash.h"
#include "measure/machine.h"

namespace chimera::app {
namespace {

std::string new_id(base::Nanoseconds now) { return fmt::format("{:016x}", core::Hash().number(static_cast<std::uint64_t>(now)).number(static_cast<std::uint64_t>(::getpid())).value()); }

// A server that is started for it is asked under the first configuration with which it starts.
base::Result<engines::ModelInfo> ask_for_model(const BenchEngine& bench, const BenchCommand& command, const std::vector<core::TrialPlan>& plan) {
  core::RunConfig config;
  if (!command.model.empty()) config.set("model", command.model);
  if (!bench.starts_server()) return bench.engine().model(config);
  base::Result<engines::ModelInfo> info;
  for (const core::TrialPlan& trial : plan) {
    info = bench.engine().model(trial.config);
    if (info || bench.server_runs() || info.error().kind == base::ErrorKind::usage) break;
  }
  return info;
}

base::Result<core::ModelFacts> model_facts(const BenchEngine& bench, const BenchCommand& command, const std::vector<core::TrialPlan>& plan) {
  const engines::Engine& engine = bench.engine();
  const auto info = ask_for_model(bench, command, plan);
  core::ModelFacts facts;
  facts.name = command.model;
  if (!info) {
    const bool told = engine.kind() == "embedded" || (bench.starts_server() && !bench.server_runs()) || (engine.kind() == "ollama" && !command.model.empty()) || info.error().kind == base::ErrorKind::usage;
    if (told) return tl::make_unexpected(info.error());
    return facts;  // such a server need not know its models' names, nor a transcript
  }
  facts.name = info->name.empty() || engine.kind() == "embedded" ? command.model.substr(command.model.find_last_of('/') + 1) : info->name;
  facts.family = info->family;
  facts.quantization = info->quantization;
  facts.digest = info->digest;
  facts.parameters = info->parameters;
  facts.bytes = info->bytes;
  facts.context_length = info->context_length;
  facts.weights = info->weights;
  return facts;
}

}  // namespace

std::string default_log(base::Nanoseconds now) {
  std::string time = base::format_utc(now);  // "2025-11-14 18:53:30 UTC"
  std::string name;
  for (const char c : time.substr(0, 19)) name += c == ' ' ? "-" : c == ':' || c == '-' ? "" : std::string(1, c);
  return "chimera-runs/" + name + ".jsonl";
}

std::vector<std::string> doubts_about(const core::Machine& machine) {
  std::vector<std::string> doubts;
  const auto text = base::RealFileSystem().read("/proc/loadavg");
  const double load = text ? std::strtod(text->c_str(), nullptr) : 0;
  if (load > 0.3 * std::max(1U, machine.threads)) doubts.push_back(fmt::format("the machine was busy before the session began: load {:.2f} on {} processors", load, machine.threads));
  if (machine.governor == "powersave" || machine.governor == "ondemand") doubts.push_back(fmt::format("the processors' governor is {}: clocks follow the load", machine.governor));
  return doubts;
}

core::SessionStart start_on_machine(const BenchCommand& command, const base::Clock& clock, std::vector<core::TrialPlan> plan, const core::Protocol& protocol) {
  core::SessionStart start;
  start.id = new_id(clock.wall());
  start.name = command.name;
  start.program = fmt::format("chimera {}", base::version());
  start.command = command.command_line;
  start.started = clock.wall();
  start.machine = measure::read_machine();
  start.protocol = protocol;
  start.plan = std::move(plan);
  start.remarks = doubts_about(start.machine);
  return start;
}

base::Result<core::SessionStart> start_of(const BenchCommand& command, const BenchEngine& bench, const base::Clock& clock, std::vector<core::TrialPlan> plan, const core::Protocol& protocol) {
  engines::Engine& engine = bench.engine();
  TRY(core::ModelFacts model, model_facts(bench, command, plan));  // before info(): a server to ask may have to be started
  TRY(const engines::EngineInfo info, engine.info());
  core::SessionStart start = start_on_machine(command, clock, std::move(plan), protocol);
  start.model = std::move(model);
  start.engine = {std::string(engine.kind()), info.version, info.where, info.devices};
  if (!start.model.weights.empty())  // in every record: what a model of random weights does is not what the real one does
    for (core::TrialPlan& trial : start.plan) trial.config.set("weights", start.model.weights);
  if (engine.kind() == "ollama" && !command.let_it_end) start.remarks.emplace_back("Ollama cannot be told to go on after the end of a text: repetitions that ended early are marked");
  if (protocol.fresh_loads && !engine.capabilities().unload) start.remarks.emplace_back("this engine cannot be made to load anew: its loads are not measured, and blocks share one");
  if (wants_quality(command))
    if (std::string why = no_quality(engine); !why.empty()) start.remarks.push_back(std::move(why));
  return start;
}

}  // namespace chimera::app
