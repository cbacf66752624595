#include "app/job_task.h"

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <climits>
#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "app/cli.h"
#include "base/files.h"
#include "base/log.h"
#include "base/version.h"
#include "core/machine.h"
#include "measure/machine.h"
#include "measure/trial_json.h"

namespace chimera::app {
namespace {

std::string from_environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : value;
}

// Names of files are made of it.
std::string as_name(std::string text) {
  for (char& c : text)
    if (std::string_view("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_").find(c) == std::string_view::npos) c = '-';
  return text;
}

// A trial log is complete where its session has ended by itself, whatever came of it.
void judge_log(const std::string& path, cluster::TaskResult& result) {
  const auto bytes = base::RealFileSystem().read(path);
  const auto content = bytes ? measure::parse_trial_log(*bytes) : tl::make_unexpected(bytes.error());
  if (!content || content->sessions.empty()) {
    result.reason = content ? "it measured nothing" : content.error().message;
    return;
  }
  const measure::TrialSession& session = content->sessions.back();
  result.machine = core::fingerprint(session.start.machine);
  result.complete = session.end && session.end->reason != core::StopReason::interrupted;
  if (!result.complete) result.reason = session.end ? "it was asked to stop" : "it broke off";
}

void judge_file(const std::string& path, cluster::TaskResult& result) {
  std::error_code error;
  result.complete = result.exit_code == 0 && std::filesystem::exists(path, error);
}

std::string words_of(int exit_code) {
  switch (exit_code) {
    case 2: return "usage";
    case 3: return "input";
    case 4: return "engine";
    case 70: return "a bug of chimera";
    case 130: return "interrupted";
    default: return "";
  }
}

}  // namespace

Attempt this_attempt() {
  Attempt attempt;
  const std::string array = from_environment("SLURM_ARRAY_JOB_ID");
  const std::string job = array.empty() ? from_environment("SLURM_JOB_ID") : array;
  std::from_chars(job.data(), job.data() + job.size(), attempt.job);
  attempt.node = from_environment("SLURMD_NODENAME");
  char host[HOST_NAME_MAX + 1] = {};
  static_cast<void>(::gethostname(host, sizeof host - 1));
  const std::string restart = from_environment("SLURM_RESTART_COUNT");
  attempt.name = as_name(fmt::format("{}-{}-{}-{}", attempt.job, restart.empty() ? "0" : restart, attempt.node.empty() ? host : attempt.node, ::getpid()));
  return attempt;
}

std::string task_ending(const std::string& kind) { return kind == "ingest" ? "duckdb" : "jsonl"; }

base::Result<cluster::TaskResult> do_task(const cluster::JobFolder& folder, std::uint32_t task, const Attempt& attempt) {
  const cluster::JobSpec& spec = folder.spec();
  TRY(const std::optional<cluster::TaskResult> before, folder.result(task));
  if (before && before->complete) return *before;
  const base::SystemClock clock;
  cluster::TaskResult result;
  result.task = task;
  result.attempt = attempt.name;
  result.job = attempt.job;
  result.node = attempt.node;
  result.started = clock.wall();
  if (const std::string program = fmt::format("chimera {}", base::version()); program != spec.program) {
    result.exit_code = 3;
    result.reason = fmt::format("this node has {}, the job was begun by {}", program, spec.program);
  } else if (spec.kind == "probe") {
    result.machine = core::fingerprint(measure::read_machine());
    result.complete = true;
  } else {
    std::vector<std::string> arguments = spec.command;
    arguments.insert(arguments.end(), {"--job", folder.path(), "--task", std::to_string(task), "--attempt", attempt.name});
    result.exit_code = run_command_line(std::move(arguments));
    const std::string path = folder.task_file(task, attempt.name, task_ending(spec.kind));
    std::error_code error;
    if (std::filesystem::exists(path, error)) {
      result.file = std::filesystem::path(path).filename().string();
      spec.kind == "ingest" ? judge_file(path, result) : judge_log(path, result);
    }
    if (!result.complete && result.reason.empty()) result.reason = fmt::format("exit code {} ({}); its output says more", result.exit_code, words_of(result.exit_code));
  }
  result.ended = clock.wall();
  if (!result.complete) base::log_error(result.reason);
  TRY_VOID(folder.put(result));
  return result;
}

}  // namespace chimera::app
