#include "app/run.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/console.h"
#include "app/ncu.h"
#include "base/files.h"
#include "base/log.h"
#include "base/version.h"
#include "core/hash.h"
#include "facts/interpret.h"
#include "ingest/into_corpus.h"
#include "measure/command_run.h"
#include "measure/machine.h"
#include "measure/machine_json.h"
#include "measure/sample.h"
#include "measure/trial_log.h"

namespace chimera::app {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using measure::CommandRun;

constexpr base::Nanoseconds kStandstill = 1'000'000'000;

// Where a run is kept: its log, and beside it files that begin with the log's name.
struct Places {
  std::string log;
  std::string out;
  std::string err;
  std::string ncu;
};

Places places_of(const std::string& log, std::size_t earlier_sessions) {
  fs::path stem = log;
  stem.replace_extension();
  const std::string base = earlier_sessions == 0 ? stem.string() : fmt::format("{}.{}", stem.string(), earlier_sessions + 1);
  return {log, base + ".stdout.txt", base + ".stderr.txt", base + ".ncu.csv"};
}

std::string default_log(base::Nanoseconds wall) {
  std::string time = base::format_utc(wall).substr(0, 19);  // 2025-11-14 18:53:30
  std::erase_if(time, [](char c) { return c == '-' || c == ':'; });
  std::replace(time.begin(), time.end(), ' ', '-');
  std::string path = fmt::format("chimera-runs/{}.jsonl", time);
  for (int i = 2; fs::exists(path); ++i) path = fmt::format("chimera-runs/{}-{}.jsonl", time, i);
  return path;
}

core::SessionStart session_of(const RunCommand& command, const std::vector<std::string>& started, base::Nanoseconds wall) {
  core::SessionStart session;
  core::Hash id;
  id.number(static_cast<std::uint64_t>(wall)).number(static_cast<std::uint64_t>(::getpid()));
  session.id = fmt::format("{:016x}", id.value());
  session.name = command.name;
  session.program = fmt::format("chimera {}", base::version());
  session.command = {"chimera", "run"};
  if (command.ncu) session.command.emplace_back("--ncu");
  session.command.emplace_back("--");
  session.command.insert(session.command.end(), command.command.begin(), command.command.end());
  session.started = wall;
  session.machine = measure::read_machine();
  session.engine.kind = "command";
  session.engine.where = measure::quoted(started);
  core::TrialPlan plan;
  plan.trial = "t1";
  plan.config.set("command", measure::quoted(command.command));
  if (!command.name.empty()) plan.config.set("name", command.name);
  if (command.ncu) plan.config.set("profiler", "ncu");
  session.plan.push_back(plan);
  return session;
}

std::string signal_name(int signal) {
  const char* name = ::sigabbrev_np(signal);
  return name == nullptr ? std::to_string(signal) : fmt::format("SIG{}", name);
}

std::optional<core::SeriesSummary> memory_of(const CommandRun& run) {
  const core::Series* series = run.telemetry.find("memory_used", "process");
  return series == nullptr ? std::nullopt : core::summarise(*series, run.began, run.ended);
}

// Samples of the whole tree miss what lies between them, the kernel's own figure is of one process alone: the larger of both.
void put_metrics(core::Sample& sample, const CommandRun& run) {
  measure::add_telemetry(run.telemetry, run.began, run.ended, sample);
  measure::put_metric(sample, "wall_s", static_cast<double>(run.ended - run.began) * 1e-9);
  measure::put_metric(sample, "cpu_user_s", run.user_s);
  measure::put_metric(sample, "cpu_system_s", run.system_s);
  if (run.peak_rss_bytes) measure::put_metric(sample, "peak_rss_bytes", std::max(sample.metric("peak_rss_bytes").value_or(0), static_cast<double>(*run.peak_rss_bytes)));
}

// The kernel counts from before the exec, so its figure says nothing of a program smaller than this one.
std::string peak_remark(const CommandRun& run) {
  const auto sampled = memory_of(run);
  if (!sampled) return "its peak of memory is not known: it ended before it was sampled, and was smaller than chimera itself";
  return fmt::format("its peak of memory is the largest of {} samples: it was smaller than chimera itself, so the kernel's figure says nothing", sampled->n);
}

void put_remarks(core::Sample& sample, const CommandRun& run) {
  for (const int signal : run.passed_on) sample.remarks.push_back(fmt::format("{} came and was passed on", signal_name(signal)));
  if (run.core_dumped) sample.remarks.emplace_back("it dumped its memory (core)");
  if (!run.out.problem.empty()) sample.remarks.push_back("standard output: " + run.out.problem);
  if (!run.err.problem.empty()) sample.remarks.push_back("standard error: " + run.err.problem);
  for (const std::string& left : run.left_behind) sample.remarks.push_back("left running: process " + left);
  if (!run.peak_rss_bytes) sample.remarks.push_back(peak_remark(run));
  if (run.telemetry.lag.longest > kStandstill) sample.remarks.push_back(fmt::format("everything stood still for {:.1f} s: stopped, suspended, or a machine out of breath", static_cast<double>(run.telemetry.lag.longest) * 1e-9));
  for (const core::TelemetryEvent& event : run.telemetry.events) sample.remarks.push_back(fmt::format("{}: {} after {:.1f} s", event.source, event.what, static_cast<double>(event.at - run.began) * 1e-9));
}

core::Sample sample_of(const CommandRun& run, const core::RunConfig& config) {
  core::Sample sample;
  sample.trial = "t1";
  sample.block = sample.position = sample.load = sample.repetition = 1;
  sample.started = run.started;
  sample.config = config;
  sample.times.ended = run.ended - run.began;
  sample.exit_code = run.exit_code;
  put_metrics(sample, run);
  put_remarks(sample, run);
  if (run.signal) sample.failure = core::SampleFailure{"signal", fmt::format("ended by {}", signal_name(*run.signal))};
  else if (run.exit_code.value_or(0) != 0) sample.failure = core::SampleFailure{"exit_code", fmt::format("it ended with exit code {}", *run.exit_code)};
  if (sample.failure) sample.validity = core::Validity::invalid;
  else if (!run.passed_on.empty() || run.telemetry.lag.longest > kStandstill) sample.validity = core::Validity::doubtful;
  return sample;
}

core::StopReason stop_reason(const CommandRun& run, const core::Sample& sample) {
  if (!run.passed_on.empty()) return core::StopReason::interrupted;
  return sample.failure ? core::StopReason::failed : core::StopReason::blocks_done;
}

// Everything that is known once the program has ended.
std::vector<core::TrialRecord> records_of(const CommandRun& run, const core::Sample& sample, const std::vector<std::string>& files, base::Nanoseconds wall) {
  const core::StopReason reason = stop_reason(run, sample);
  std::vector<std::string> names;
  for (const std::string& file : files) names.push_back(fs::path(file).filename().string());
  return {sample, core::TelemetryRecord{"t1", 1, run.started, run.telemetry}, core::TrialStop{"t1", reason, 1, {}}, core::SessionEnd{wall, reason, names, {}}};
}

// A record that could not be written is not lost: it goes to standard error.
base::Result<void> write_records(measure::TrialLog& log, const std::vector<core::TrialRecord>& records) {
  for (std::size_t i = 0; i < records.size(); ++i) {
    auto written = log.append(records[i]);
    if (written) continue;
    for (; i < records.size(); ++i)
      if (!std::holds_alternative<core::TelemetryRecord>(records[i])) base::log_error(measure::to_line(records[i]));
    written.error().hint = "its records, but for the telemetry, are above: add them to the log by hand";
    return written;
  }
  return {};
}

// How many numbers of what the program wrote are understood.
std::size_t facts_in(const std::vector<std::string>& files) {
  const auto interpreter = facts::Interpreter::create();
  if (!interpreter) return 0;
  ingest::Options options;
  options.roots = files;
  const base::RealFileSystem disk;
  const auto ingested = ingest::into_corpus(options, disk, *interpreter);
  std::size_t facts = 0;
  if (ingested) ingested->corpus.for_each({}, [&](const core::Fact&) { return ++facts, true; });
  return facts;
}

int exit_code_of(const CommandRun& run) { return run.signal ? 128 + *run.signal : run.exit_code.value_or(0); }

std::string bytes_text(std::optional<double> bytes) { return bytes ? fmt::format("{:.1f} MiB", *bytes / (1024.0 * 1024.0)) : "not known"; }

void say(const core::Sample& sample, const Places& places, std::size_t facts) {
  const double wall = sample.metric("wall_s").value_or(0);
  const std::string end = sample.exit_code ? fmt::format("exit code {}", *sample.exit_code) : sample.failure->message;
  base::log_info(fmt::format("{:.3f} s, processor {:.3f} s, peak memory {}, {}", wall, sample.metric("cpu_user_s").value_or(0) + sample.metric("cpu_system_s").value_or(0), bytes_text(sample.metric("peak_rss_bytes")), end));
  for (const std::string& remark : sample.remarks) base::log_warning(remark);
  base::log_info(fmt::format("record in {}; its output holds {} facts: chimera report {}", places.log, facts, fs::path(places.log).has_parent_path() ? fs::path(places.log).parent_path().string() : "."));
}

Json result_json(const core::SessionStart& session, const core::Sample& sample, const CommandRun& run, const Places& places, const std::vector<std::string>& files, std::size_t facts) {
  Json object = {{"log", places.log}, {"session", session.id}, {"exit_code", exit_code_of(run)}, {"signal", nullptr}};
  if (run.signal) object["signal"] = signal_name(*run.signal);
  object["validity"] = to_string(sample.validity);
  object["metrics"] = Json::object();
  for (const core::MetricValue& metric : sample.metrics) object["metrics"][std::string(metric.metric->key)] = metric.value;
  object["machine"] = Json::parse(measure::machine_json(session.machine));
  object["output"] = {{"stdout_bytes", run.out.bytes}, {"stderr_bytes", run.err.bytes}, {"facts", facts}};
  object["files"] = files;
  object["remarks"] = sample.remarks;
  return object;
}

// Kept files; empty ones are taken away.
std::vector<std::string> kept_files(const Places& places, bool ncu) {
  std::vector<std::string> files;
  for (const std::string& file : {places.out, places.err, places.ncu}) {
    std::error_code error;
    if (file == places.ncu && !ncu) continue;
    if (!fs::exists(file, error)) continue;
    if (fs::file_size(file, error) == 0 && !error) fs::remove(file, error);
    else files.push_back(file);
  }
  return files;
}

}  // namespace

int run_command(const RunCommand& command, const CommonOptions& common) {
  const base::SystemClock clock;
  // What cannot be run at all leaves no log behind.
  if (const auto ready = measure::PreparedCommand::prepare({command.command, {}}); !ready) return report_error(ready.error().error), ready.error().exit_code;
  if (command.ncu)
    if (const auto there = under_ncu(command.command, ""); !there) return report_error(there.error());
  auto log = measure::TrialLog::open(command.log.empty() ? default_log(clock.wall()) : command.log, measure::LogMode::append);
  if (!log) return report_error(log.error());
  const Places places = places_of(log->path(), log->content().sessions.size());
  measure::CommandRunOptions options;
  options.command.arguments = command.command;
  if (command.ncu) {
    auto wrapped = under_ncu(command.command, places.ncu);
    if (!wrapped) return report_error(wrapped.error());
    options.command.arguments = std::move(*wrapped);
  }
  options.stdout_file = places.out;
  options.stderr_file = places.err;
  if (common.form == OutputForm::json) options.stdout_to = STDERR_FILENO;
  options.sampler.interval = static_cast<base::Nanoseconds>(1e9 / command.hz);
  const core::SessionStart session = session_of(command, options.command.arguments, clock.wall());
  if (const auto written = log->append(session); !written) return report_error(written.error());

  auto run = measure::run_command(options, clock);
  if (!run) {
    (void)log->append(core::SessionEnd{clock.wall(), core::StopReason::failed, {}, {run.error().error.message}});
    return report_error(run.error().error), run.error().exit_code;
  }
  const core::Sample sample = sample_of(*run, session.plan.front().config);
  const std::vector<std::string> files = kept_files(places, command.ncu);
  const auto written = write_records(*log, records_of(*run, sample, files, clock.wall()));
  const std::size_t facts = facts_in(files);
  if (common.form == OutputForm::json) print(result_json(session, sample, *run, places, files, facts).dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
  say(sample, places, facts);
  if (!written) return report_error(written.error());
  return exit_code_of(*run);
}

}  // namespace chimera::app
