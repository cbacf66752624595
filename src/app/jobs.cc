#include "app/jobs.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <system_error>

#include "app/bench_output.h"
#include "app/cli.h"
#include "app/console.h"
#include "app/job_registry.h"
#include "app/job_run.h"
#include "app/job_task.h"
#include "base/log.h"
#include "cluster/supervisor.h"

namespace chimera::app {
namespace {

using Json = nlohmann::ordered_json;
using base::ErrorKind;
using cluster::TaskPhase;

bool is_on_slurm(const cluster::JobSpec& spec) { return spec.executor == "slurm"; }

// Without Slurm what the results say; a queue that cannot be asked is said to be so.
base::Result<cluster::JobState> state_of(const cluster::JobFolder& folder) {
  cluster::SystemRunner runner;
  cluster::Slurm slurm(runner);
  const base::SystemClock clock;
  if (is_on_slurm(folder.spec())) {
    // Nobody waits here: what Slurm does not know now has failed now.
    cluster::Supervisor supervisor(folder, slurm, {}, clock, {0, 0, 1});
    if (auto state = supervisor.look()) return state;
  }
  TRY(auto results, folder.results());
  TRY(auto submitted, folder.submitted());
  return cluster::JobState{cluster::judge(folder, {std::move(results), {}, std::move(submitted), {}}), is_on_slurm(folder.spec()) ? "Slurm cannot be asked" : ""};
}

std::string state_word(const cluster::Tally& tally) {
  if (tally.done == tally.all()) return "done";
  if (tally.running > 0) return "running";
  if (tally.waiting > 0) return "waiting";
  return tally.failed > 0 ? "failed" : "open";
}

Json task_json(const cluster::JobFolder& folder, std::uint32_t index, const cluster::TaskStatus& task, std::size_t lines) {
  Json object = {{"task", index}, {"about", folder.spec().tasks[index]}, {"state", to_string(task.phase)}, {"submissions", task.submissions}};
  if (task.row) object["slurm"] = {{"job", fmt::format("{}_{}", task.row->job, task.row->index)}, {"state", task.row->written}, {"node", task.row->node}, {"restarts", task.row->restarts}};
  if (task.result) object["result"] = {{"attempt", task.result->attempt}, {"node", task.result->node}, {"exit_code", task.result->exit_code}, {"complete", task.result->complete}};
  if (!task.reason.empty()) object["reason"] = task.reason;
  if (task.phase == TaskPhase::failed || task.phase == TaskPhase::running) object["last_lines"] = folder.last_lines(index, lines);
  return object;
}

Json job_json(const cluster::JobFolder& folder, const cluster::JobState& state) {
  const cluster::Tally tally = state.tally();
  Json object = {{"job", folder.spec().name}, {"kind", folder.spec().kind}, {"state", state_word(tally)}, {"created_ns", folder.spec().created}, {"folder", folder.path()}, {"result", folder.spec().result}};
  object["tasks"] = {{"done", tally.done}, {"running", tally.running}, {"waiting", tally.waiting}, {"failed", tally.failed}, {"open", tally.open + tally.unseen}};
  if (!state.trouble.empty()) object["trouble"] = state.trouble;
  return object;
}

int list(const CommonOptions& common) {
  std::vector<std::vector<std::string>> rows = {{"job", "kind", "state", "done", "running", "waiting", "failed", "begun", "result"}};
  Json all = Json::array();
  for (const cluster::JobFolder& folder : known_jobs()) {
    const auto state = state_of(folder);
    if (!state) {
      base::log_warning(state.error().message);
      continue;
    }
    const cluster::Tally tally = state->tally();
    rows.push_back({folder.spec().name, folder.spec().kind, state_word(tally), fmt::format("{}/{}", tally.done, tally.all()), std::to_string(tally.running), std::to_string(tally.waiting),
                    std::to_string(tally.failed), base::format_utc(folder.spec().created), folder.spec().result});
    all.push_back(job_json(folder, *state));
  }
  if (common.form == OutputForm::json) return print(Json{{"jobs", all}}.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"), 0;
  print(rows.size() == 1 ? "no jobs\n" : rendered(rows, TableStyle::text));
  return 0;
}

int show(const cluster::JobFolder& folder, std::size_t lines, const CommonOptions& common) {
  const auto state = state_of(folder);
  if (!state) return report_error(state.error());
  if (common.form == OutputForm::json) {
    Json object = job_json(folder, *state);
    object["details"] = Json::array();
    for (std::uint32_t i = 0; i < state->tasks.size(); ++i) object["details"].push_back(task_json(folder, i, state->tasks[i], lines));
    return print(object.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"), 0;
  }
  const cluster::Tally tally = state->tally();
  std::string text = fmt::format("{}: {}, {} of {} tasks done, {} running, {} waiting, {} failed\nbegun {} with: chimera {}\n", folder.spec().name, state_word(tally), tally.done, tally.all(), tally.running, tally.waiting,
                                 tally.failed, base::format_utc(folder.spec().created), fmt::join(folder.spec().command, " "));
  if (!state->trouble.empty()) text += state->trouble + "\n";
  for (std::uint32_t i = 0; i < state->tasks.size(); ++i) {
    const cluster::TaskStatus& task = state->tasks[i];
    text += fmt::format("  {}: {}", task_title(folder, i), to_string(task.phase));
    if (task.row) text += fmt::format(", job {}_{}{}", task.row->job, task.row->index, task.row->node.empty() ? "" : " on " + task.row->node);
    if (!task.reason.empty()) text += ": " + task.reason;
    text += "\n";
    if (task.phase == TaskPhase::running)
      for (const std::string& line : folder.last_lines(i, 1)) text += "    | " + line + "\n";
    if (task.phase == TaskPhase::failed)
      for (const std::string& line : folder.last_lines(i, lines)) text += "    | " + line + "\n";
  }
  print(text);
  return 0;
}

// The command that began it, gone on with in its folder.
int attach(const cluster::JobFolder& folder, bool retry) {
  if (::chdir(folder.spec().folder.c_str()) != 0)
    return report_error({ErrorKind::input, fmt::format("the job was begun in {}, which cannot be entered: {}", folder.spec().folder, std::system_category().message(errno)), ""});
  std::vector<std::string> arguments = folder.spec().command;
  arguments.insert(arguments.end(), {"--job", folder.path()});
  if (retry) arguments.emplace_back("--retry");
  return run_command_line(std::move(arguments));
}

int cancel(const cluster::JobFolder& folder) {
  if (!is_on_slurm(folder.spec())) return report_error({ErrorKind::usage, fmt::format("{} is not on a cluster", folder.spec().name), "Ctrl-C ends it where it runs"});
  cluster::SystemRunner runner;
  cluster::Slurm slurm(runner);
  const base::SystemClock clock;
  cluster::Supervisor supervisor(folder, slurm, {}, clock);
  const auto state = supervisor.look();
  if (!state) return report_error(state.error());
  if (!state->trouble.empty()) return report_error({ErrorKind::engine, state->trouble, "nothing was cancelled"});
  const auto cancelled = supervisor.cancel(*state);
  if (!cancelled) return report_error(cancelled.error());
  base::log_info(fmt::format("{}: {} tasks were running or waiting; what is done stays", folder.spec().name, state->tally().running + state->tally().waiting));
  return 0;
}

// What an array task runs. Its exit code tells Slurm whether the task is done.
int work(const cluster::JobFolder& folder, std::uint32_t group) {
  const char* text = std::getenv("SLURM_ARRAY_TASK_ID");
  const std::string_view index_text = text == nullptr ? "" : text;
  std::uint32_t index = 0;
  const auto [end, error] = std::from_chars(index_text.data(), index_text.data() + index_text.size(), index);
  const std::uint64_t task = std::uint64_t{group} * folder.spec().group + index;
  if (index_text.empty() || error != std::errc() || end != index_text.data() + index_text.size() || task >= folder.spec().tasks.size())
    return report_error({ErrorKind::usage, fmt::format("SLURM_ARRAY_TASK_ID is \"{}\", which is no task of {}", index_text, folder.spec().name), "chimera jobs work is what Slurm runs; chimera jobs attach is for people"});
  const auto result = do_task(folder, static_cast<std::uint32_t>(task), this_attempt());
  if (!result) return report_error(result.error());
  return result->complete ? 0 : result->exit_code == 0 ? 1 : result->exit_code;
}

}  // namespace

int jobs_command(const JobsCommand& command, const CommonOptions& common) {
  if (command.action == "list") return list(common);
  if (command.job.empty()) return report_error({ErrorKind::usage, fmt::format("chimera jobs {} needs a job", command.action), "chimera jobs lists them"});
  const auto folder = find_job(command.job);
  if (!folder) return report_error(folder.error());
  if (command.action == "show") return show(*folder, command.lines, common);
  if (command.action == "attach") return attach(*folder, command.retry);
  if (command.action == "cancel") return cancel(*folder);
  return work(*folder, command.group);
}

}  // namespace chimera::app
