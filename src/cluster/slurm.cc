#include "cluster/slurm.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/one_of.h"

namespace chimera::cluster {
namespace {

using base::ErrorKind;

std::uint32_t number_or(const std::optional<std::string>& text, std::uint32_t otherwise) {
  std::uint32_t value = otherwise;
  if (text) std::from_chars(text->data(), text->data() + text->size(), value);
  return value;
}

base::Error explained(const std::string& program, const CommandOutput& output) {
  std::string said = complaint(output.err);
  if (said.empty()) said = fmt::format("exit code {}", output.exit_code);
  if (says_unreachable(output.err)) return {ErrorKind::engine, fmt::format("Slurm's controller does not answer: {}", said), "scontrol ping says whether it is up"};
  if (output.err.find("unable to process configuration file") != std::string::npos || output.err.find("Unable to process configuration file") != std::string::npos ||
      output.err.find("Could not establish a configuration source") != std::string::npos)
    return {ErrorKind::input, fmt::format("Slurm is not configured here: {}", said), "run it on a login node of the cluster, or set SLURM_CONF"};
  // Whoever only asks is refused nothing: what went wrong may be right the next time.
  if (program != "sbatch") return {ErrorKind::engine, fmt::format("{}: {}", program, said), ""};
  std::string hint;
  if (said.find("partition") != std::string::npos) hint = "sinfo -s lists the partitions";
  else if (said.find("account") != std::string::npos) hint = "sacctmgr show associations user=$USER lists your accounts";
  else if (said.find("gres") != std::string::npos || said.find("generic resource") != std::string::npos) hint = "sinfo -o '%N %G' lists what nodes have";
  return {ErrorKind::usage, fmt::format("{} refuses: {}", program, said), hint};
}

// '%' begins a pattern in the names of output files.
std::string output_pattern(const std::string& file) {
  std::string pattern;
  for (const char c : file) pattern += c == '%' ? std::string("%%") : std::string(1, c);
  const std::string_view mark = "{index}";
  const std::size_t at = pattern.find(mark);
  return at == std::string::npos ? pattern : pattern.replace(at, mark.size(), "%a");
}

std::vector<std::string> arguments_of(const Submission& submission) {
  const SlurmOptions& options = submission.options;
  std::string array = index_list(submission.indices);
  if (options.nodes > 0) array += fmt::format("%{}", options.nodes);
  // Requeued on a lost node; what both attempts write goes to one file.
  std::vector<std::string> arguments = {"sbatch", "--parsable", "--job-name=" + submission.name, "--array=" + array, "--nodes=1", "--requeue", "--open-mode=append",
                                        "--output=" + output_pattern(submission.output), "--chdir=" + submission.folder};
  arguments.insert(arguments.end(), submission.shape.begin(), submission.shape.end());
  for (const auto& [option, value] : {std::pair{"--partition=", &options.partition}, std::pair{"--gres=", &options.gres}, std::pair{"--time=", &options.time}, std::pair{"--account=", &options.account}})
    if (!value->empty()) arguments.push_back(option + *value);
  arguments.insert(arguments.end(), options.extra.begin(), options.extra.end());
  return arguments;
}

}  // namespace

base::Result<void> check_extra(const std::vector<std::string>& extra) {
  static constexpr std::array<std::string_view, 22> kOurs = {"--array", "-a", "--output", "-o", "--error", "-e", "--job-name", "-J", "--parsable", "--wrap", "--test-only",
                                                             "--wait", "-W", "--chdir", "-D", "--open-mode", "--dependency", "-d", "--nodes", "-N", "--help", "-h"};
  for (const std::string& option : extra) {
    if (option.size() < 2 || option.front() != '-' || option == "--") return base::fail(ErrorKind::usage, fmt::format("--sbatch {} is no option of sbatch", option), "one option each: --sbatch=--constraint=epyc");
    const bool is_long = option[1] == '-';
    const std::string name = is_long ? option.substr(0, option.find('=')) : option.substr(0, 2);
    if (base::is_one_of(name, kOurs))
      return base::fail(ErrorKind::usage, fmt::format("--sbatch {} is set by chimera itself", option), "--nodes, --partition, --gres, --time and --account are options of chimera's own");
  }
  return {};
}

base::Result<std::string> Slurm::ask(const std::vector<std::string>& arguments) {
  auto output = runner_.run(arguments);
  if (!output) {
    if (output.error().kind == ErrorKind::engine) return tl::make_unexpected(output.error());
    return base::fail(ErrorKind::input, fmt::format("Slurm is not here: {}", output.error().message), "run it on a machine from which jobs are submitted; --executor local measures here");
  }
  if (output->exit_code != 0) return tl::make_unexpected(explained(arguments.front(), *output));
  return std::move(output->out);
}

base::Result<SlurmLimits> Slurm::limits() {
  TRY(const std::string text, ask({"scontrol", "show", "config"}));
  SlurmLimits limits;
  limits.version = config_value(text, "SLURM_VERSION").value_or("");
  limits.array_size = number_or(config_value(text, "MaxArraySize"), limits.array_size);
  limits.job_count = number_or(config_value(text, "MaxJobCount"), limits.job_count);
  const std::string storage = config_value(text, "AccountingStorageType").value_or("");
  limits.accounting = storage.find("slurmdbd") != std::string::npos || storage.find("mysql") != std::string::npos;
  return limits;
}

base::Result<std::vector<Node>> Slurm::nodes() {
  TRY(const std::string text, ask({"sinfo", "-h", "-N", "-O", kNodeFormat}));
  return parse_nodes(text);
}

base::Result<std::uint64_t> Slurm::submit(const Submission& submission) {
  std::vector<std::string> arguments = arguments_of(submission);
  arguments.insert(arguments.end(), submission.script.begin(), submission.script.end());
  TRY(const std::string text, ask(arguments));
  return parse_job_id(text);
}

base::Result<void> Slurm::test(const Submission& submission) {
  std::vector<std::string> arguments = arguments_of(submission);
  arguments.insert(arguments.end(), {"--test-only", "--wrap=true"});
  TRY(const std::string text, ask(arguments));
  static_cast<void>(text);
  return {};
}

base::Result<std::vector<SlurmTask>> Slurm::queue(const std::vector<std::string>& names) {
  if (names.empty()) return std::vector<SlurmTask>();
  TRY(const std::string text, ask({"squeue", "-h", "-r", "-t", "all", "-n", fmt::format("{}", fmt::join(names, ",")), "-O", kQueueFormat}));
  return parse_queue(text);
}

base::Result<std::vector<SlurmTask>> Slurm::accounts(const std::vector<std::string>& names) {
  if (names.empty()) return std::vector<SlurmTask>();
  TRY(const std::string text, ask({"sacct", "-X", "-n", "-P", "-S", "2000-01-01", fmt::format("--name={}", fmt::join(names, ",")), fmt::format("--format={}", kAccountFormat)}));
  return parse_accounts(text);
}

base::Result<void> Slurm::cancel(const std::vector<std::uint64_t>& jobs) {
  if (jobs.empty()) return {};
  std::vector<std::string> arguments = {"scancel", "--quiet"};
  for (const std::uint64_t job : jobs) arguments.push_back(std::to_string(job));
  TRY(const std::string text, ask(arguments));
  static_cast<void>(text);
  return {};
}

}  // namespace chimera::cluster
