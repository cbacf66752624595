#include "app/bench_job.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <numeric>

#include "app/bench_output.h"
#include "app/bench_plan.h"
#include "app/bench_start.h"
#include "app/console.h"
#include "app/job_registry.h"
#include "app/job_run.h"
#include "base/files.h"
#include "base/log.h"
#include "base/random.h"
#include "core/machine.h"
#include "measure/machine.h"
#include "measure/merge.h"
#include "measure/summary.h"

namespace chimera::app {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;

// Fewer beside a baseline that is measured twice are not worth it; more make a task long.
constexpr std::size_t kLeastPack = 8;
constexpr std::size_t kMostPack = 24;

std::size_t pack_size(std::size_t others, std::uint32_t pack, std::uint32_t nodes) {
  if (pack > 0) return pack;
  const std::size_t each = std::max<std::size_t>(1, nodes);
  return std::clamp((others + each - 1) / each, kLeastPack, kMostPack);
}

base::Result<std::vector<measure::PartLog>> part_logs(const cluster::JobFolder& folder, const JobOutcome& outcome) {
  std::vector<measure::PartLog> parts;
  for (const auto& [task, result] : outcome.results) {
    const std::string path = folder.path() + "/tasks/" + result.file;
    TRY(const std::string bytes, base::RealFileSystem().read(path));
    auto parsed = measure::parse_trial_records(bytes);
    if (!parsed) return base::fail(ErrorKind::input, fmt::format("{}: {}", path, parsed.error().message));
    parts.push_back({task + 1, std::move(parsed->records), result.node, result.job == 0 ? std::string() : fmt::format("{}_{}", result.job, task % folder.spec().group)});
  }
  return parts;
}

std::string text_of(const std::vector<measure::TrialSession>& sessions, const std::vector<measure::SessionSummary>& summaries, TableStyle style) {
  std::string text;
  for (std::size_t i = 0; i < sessions.size(); ++i) text += (i > 0 ? "\n" : "") + result_table(sessions[i], summaries[i], style);
  if (sessions.size() > 1) text += fmt::format("\nMeasured on {} unlike kinds of machines: what stands in different tables is not compared.\n", sessions.size());
  return text;
}

base::Result<void> show(const BenchCommand& command, const CommonOptions& common, const std::vector<measure::TrialSession>& sessions, const std::string& log) {
  std::vector<measure::SessionSummary> summaries;
  for (const measure::TrialSession& session : sessions) summaries.push_back(measure::summarise(session));
  print(common.form == OutputForm::json ? results_json(sessions, summaries, log) : text_of(sessions, summaries, TableStyle::text));
  if (!command.markdown.empty()) TRY_VOID(base::write_file(command.markdown, text_of(sessions, summaries, TableStyle::markdown)));
  if (command.csv.empty()) return {};
  std::string csv;
  for (std::size_t i = 0; i < sessions.size(); ++i) csv += result_csv(sessions[i], summaries[i]);
  return base::write_file(command.csv, csv);
}

// The records of the attempt at this task that came furthest on a machine such as this one, without the block that may be broken off.
std::vector<core::TrialRecord> earlier_attempt(const cluster::JobFolder& folder, std::uint32_t task) {
  const std::string here = core::fingerprint(measure::read_machine());
  std::vector<core::TrialRecord> best;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder.path() + "/tasks", error)) {
    const std::string name = entry.path().filename().string();
    if (name.rfind(fmt::format("{}.", task), 0) != 0 || entry.path().extension() != ".jsonl") continue;
    const auto bytes = base::RealFileSystem().read(entry.path().string());
    auto parsed = bytes ? measure::parse_trial_records(*bytes) : tl::make_unexpected(bytes.error());
    if (!parsed || parsed->records.empty()) continue;  // nothing to take over
    std::vector<core::TrialRecord> whole = measure::whole_blocks(std::move(parsed->records));
    if (whole.size() > best.size() && whole.size() > 1 && core::fingerprint(std::get<core::SessionStart>(whole.front()).machine) == here) best = std::move(whole);
  }
  return best;
}

bool failed_throughout(const std::vector<measure::TrialSession>& sessions) {
  return std::all_of(sessions.begin(), sessions.end(), [](const measure::TrialSession& session) { return session.end && session.end->reason == core::StopReason::failed; });
}

}  // namespace

std::vector<std::vector<std::string>> pack_trials(const std::vector<core::TrialPlan>& plan, std::uint32_t pack, std::uint32_t nodes, std::uint64_t seed) {
  std::vector<std::size_t> others;
  for (std::size_t i = 0; i < plan.size(); ++i)
    if (plan[i].role == core::TrialRole::plain) others.push_back(i);
  const std::size_t size = pack_size(others.size(), pack, nodes);
  const std::size_t count = std::max<std::size_t>(1, (others.size() + size - 1) / size);
  base::SplitMix random(seed);
  for (std::size_t i = others.size(); i > 1; --i) std::swap(others[i - 1], others[random.below(i)]);
  std::vector<std::size_t> task_of(plan.size(), count);  // `count`: of every task
  for (std::size_t i = 0; i < others.size(); ++i) task_of[others[i]] = i % count;
  std::vector<std::vector<std::string>> tasks(count);
  for (std::size_t i = 0; i < plan.size(); ++i)
    for (std::size_t task = 0; task < count; ++task)
      if (task_of[i] == task || task_of[i] == count) tasks[task].push_back(plan[i].trial);
  return tasks;
}

// A task measures with the node to itself, and may have all of its memory.
std::vector<std::string> shape_of_measuring(const ExecutorOptions& options) {
  const auto said = [&](std::string_view begin) { return std::any_of(options.slurm.extra.begin(), options.slurm.extra.end(), [&](const std::string& option) { return option.rfind(begin, 0) == 0; }); };
  std::vector<std::string> shape = {"--exclusive"};
  if (!said("--mem")) shape.emplace_back("--mem=0");
  return shape;
}

base::Result<MergedLog> merge_job(const cluster::JobFolder& folder, const JobOutcome& outcome, const std::vector<core::TrialPlan>& plan) {
  measure::MergePlan wanted;
  wanted.trials = plan;
  wanted.command = {"chimera"};
  wanted.command.insert(wanted.command.end(), folder.spec().command.begin(), folder.spec().command.end());
  for (const auto& [task, reason] : outcome.failures) wanted.missing.push_back({task + 1, folder.spec().tasks[task], reason});
  TRY(std::vector<measure::PartLog> parts, part_logs(folder, outcome));
  TRY(const std::vector<core::TrialRecord> records, measure::merge_parts(std::move(parts), wanted));
  MergedLog merged;
  for (const core::TrialRecord& record : records) {
    merged.text += measure::to_line(record);
    if (const auto* start = std::get_if<core::SessionStart>(&record)) merged.sessions.emplace_back().start = *start;
    else measure::add_record(merged.sessions.back(), record);
  }
  return merged;
}

int bench_as_job(const BenchCommand& command, const CommonOptions& common, const std::vector<core::TrialPlan>& plan) {
  const base::SystemClock clock;
  JobWish wish;
  wish.kind = "bench";
  wish.result = command.log.empty() ? default_log(clock.wall()) : command.log;
  wish.command = command.command_line;
  wish.shape = shape_of_measuring(command.executor);
  wish.tasks = pack_trials(plan, command.executor.pack, command.executor.executor == "slurm" ? command.executor.slurm.nodes : 1, command.seed);
  std::error_code error;
  if (command.executor.job.empty() && !command.resume && fs::exists(wish.result, error)) return report_error({ErrorKind::usage, fmt::format("{} is there already", wish.result), "--resume goes on with its job; -o names another"});
  const auto folder = begin_job(std::move(wish), command.executor, command.resume);
  if (!folder) return report_error(folder.error());
  ExecutorOptions options = command.executor;
  options.retry = options.retry || command.resume;
  const auto outcome = run_job(*folder, options, common);
  if (!outcome) return report_error(outcome.error());
  if (outcome->left) return static_cast<int>(ErrorKind::interrupted);
  if (outcome->results.empty()) return report_error(tell_failures(*folder, *outcome));
  const auto merged = merge_job(*folder, *outcome, plan);
  if (!merged) return report_error(merged.error());
  if (const auto written = base::write_file(folder->spec().result, merged->text); !written) return report_error(written.error());
  const auto shown = show(command, common, merged->sessions, folder->spec().result);
  base::log_info(fmt::format("every repetition is in {}", folder->spec().result));
  if (!shown) return report_error(shown.error());
  if (!outcome->failures.empty()) return report_error(tell_failures(*folder, *outcome));
  if (failed_throughout(merged->sessions)) return report_error({ErrorKind::engine, "no configuration could be measured", "the log has the reason of each"});
  return 0;
}

base::Result<BenchCommand> bench_task(const BenchCommand& command, std::vector<core::TrialPlan>& plan) {
  const std::uint32_t task = *command.executor.task;
  TRY(const cluster::JobFolder folder, cluster::JobFolder::open(command.executor.job));
  if (task >= folder.spec().tasks.size()) return base::fail(ErrorKind::usage, fmt::format("{} has no task {}", folder.path(), task));
  const std::vector<std::string>& labels = folder.spec().tasks[task];
  std::erase_if(plan, [&](const core::TrialPlan& trial) { return std::find(labels.begin(), labels.end(), trial.trial) == labels.end(); });
  if (plan.size() != labels.size()) return base::fail(ErrorKind::input, fmt::format("task {} names trials that its command does not plan", task));
  BenchCommand mine = command;
  mine.log = folder.task_file(task, command.executor.attempt, "jsonl");
  mine.markdown.clear(), mine.csv.clear();
  mine.command_line = {"chimera"};
  mine.command_line.insert(mine.command_line.end(), folder.spec().command.begin(), folder.spec().command.end());
  mine.resume = false;
  if (const std::vector<core::TrialRecord> before = earlier_attempt(folder, task); !before.empty()) {
    std::string text;
    for (const core::TrialRecord& record : before) text += measure::to_line(record);
    TRY_VOID(cluster::publish(mine.log, text));
    mine.resume = true;
  }
  return mine;
}

}  // namespace chimera::app
