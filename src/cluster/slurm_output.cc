#include "cluster/slurm_output.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/one_of.h"

namespace chimera::cluster {
namespace {

constexpr std::size_t kMostTasks = 1'000'000;

template <class T>
std::optional<T> whole_number(std::string_view text) {
  T value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

// What stands between the separators; one at the end begins no further field.
std::vector<std::string_view> split(std::string_view line, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t at = line.find(separator);
    parts.push_back(trimmed(line.substr(0, at)));
    if (at == std::string_view::npos) return parts;
    line.remove_prefix(at + 1);
    if (line.empty()) return parts;
  }
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (const std::string_view line : split(text, '\n'))
    if (!line.empty()) lines.push_back(line);
  return lines;
}

tl::unexpected<base::Error> strange(const char* program, std::string_view line, std::string_view expected) {
  return base::fail(base::ErrorKind::engine, fmt::format("{} wrote \"{}\", expected {}", program, line.substr(0, 200), expected), "Slurm 21.08 or later is needed: sbatch --version");
}

// Slurm writes "(null)", "None", "n/a" and "" for nothing.
std::string text_or_nothing(std::string_view text) {
  return text == "(null)" || text == "None" || text == "N/A" || text == "n/a" || text == "None assigned" ? std::string() : std::string(text);
}

// squeue writes the raw wait status, in later releases like sacct "exit:signal".
bool parse_exit(std::string_view text, SlurmTask& task) {
  if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    const auto code = whole_number<int>(text.substr(0, colon));
    const auto signal = whole_number<int>(text.substr(colon + 1));
    if (code && signal) task.exit_code = *code, task.signal = *signal;
    return code && signal;
  }
  const auto status = whole_number<std::uint32_t>(text);
  if (status) task.exit_code = static_cast<int>((*status >> 8) & 0xff), task.signal = static_cast<int>(*status & 0x7f);
  return status.has_value();
}

struct ArrayId {
  std::uint64_t job = 0;
  std::vector<std::uint32_t> indices;
};

// "12_3", "12_[4-8%2]"; "12" alone is task 0 of a job that is no array.
std::optional<ArrayId> array_id(std::string_view text) {
  const std::size_t line = text.find('_');
  const auto job = whole_number<std::uint64_t>(text.substr(0, line));
  if (!job || *job == 0) return std::nullopt;
  if (line == std::string_view::npos) return ArrayId{*job, {0}};
  std::string_view rest = text.substr(line + 1);
  if (rest.size() > 2 && rest.front() == '[' && rest.back() == ']') rest = rest.substr(1, rest.size() - 2);
  auto indices = parse_index_list(rest);
  if (!indices) return std::nullopt;
  return ArrayId{*job, std::move(*indices)};
}

base::Result<void> add_tasks(const char* program, std::string_view line, std::string_view id, const SlurmTask& like, std::vector<SlurmTask>& tasks) {
  const auto array = array_id(id);
  if (!array) return strange(program, line, "a job such as 12_3");
  if (tasks.size() + array->indices.size() > kMostTasks) return strange(program, line, "fewer than a million tasks");
  for (const std::uint32_t index : array->indices) {
    tasks.push_back(like);
    tasks.back().job = array->job;
    tasks.back().index = index;
  }
  return {};
}

}  // namespace

SlurmState state_of(std::string_view written) {
  static constexpr std::array<std::pair<std::string_view, SlurmState>, 22> kStates = {{
      {"PENDING", SlurmState::pending},      {"CONFIGURING", SlurmState::pending},  {"REQUEUED", SlurmState::pending},     {"REQUEUE_HOLD", SlurmState::pending},
      {"REQUEUE_FED", SlurmState::pending},  {"SPECIAL_EXIT", SlurmState::pending}, {"RESV_DEL_HOLD", SlurmState::pending},{"RUNNING", SlurmState::running},
      {"COMPLETING", SlurmState::running},   {"SUSPENDED", SlurmState::running},    {"RESIZING", SlurmState::running},     {"SIGNALING", SlurmState::running},
      {"STAGE_OUT", SlurmState::running},    {"STOPPED", SlurmState::running},      {"COMPLETED", SlurmState::completed},  {"FAILED", SlurmState::failed},
      {"CANCELLED", SlurmState::cancelled},  {"TIMEOUT", SlurmState::timed_out},    {"OUT_OF_MEMORY", SlurmState::out_of_memory}, {"PREEMPTED", SlurmState::preempted},
      {"NODE_FAIL", SlurmState::node_failed},{"BOOT_FAIL", SlurmState::node_failed}}};
  const std::string_view word = written.substr(0, written.find_first_of(" +"));
  if (word == "DEADLINE") return SlurmState::timed_out;
  for (const auto& [name, state] : kStates)
    if (name == word) return state;
  return SlurmState::other;
}

bool is_over(SlurmState state) { return state != SlurmState::pending && state != SlurmState::running && state != SlurmState::other; }

base::Result<std::vector<SlurmTask>> parse_queue(std::string_view text) {
  std::vector<SlurmTask> tasks;
  for (const std::string_view line : lines_of(text)) {
    const std::vector<std::string_view> fields = split(line, '|');
    if (fields.size() != 7) return strange("squeue", line, "seven fields");
    SlurmTask task;
    task.name = fields[1];
    task.state = state_of(fields[2]);
    task.written = fields[2];
    const auto restarts = whole_number<unsigned>(fields[4]);
    if (!parse_exit(fields[3], task) || !restarts) return strange("squeue", line, "an exit code and a number of restarts");
    task.restarts = *restarts;
    task.node = text_or_nothing(fields[5]);
    task.reason = text_or_nothing(fields[6]);
    TRY_VOID(add_tasks("squeue", line, fields[0], task, tasks));
  }
  return tasks;
}

base::Result<std::vector<SlurmTask>> parse_accounts(std::string_view text) {
  std::vector<SlurmTask> tasks;
  for (const std::string_view line : lines_of(text)) {
    const std::vector<std::string_view> fields = split(line, '|');
    if (fields.size() != 5) return strange("sacct", line, "five fields");
    SlurmTask task;
    task.name = fields[1];
    task.state = state_of(fields[2]);
    task.written = fields[2];
    if (!parse_exit(fields[3], task)) return strange("sacct", line, "an exit code such as 0:0");
    task.node = text_or_nothing(fields[4]);
    TRY_VOID(add_tasks("sacct", line, fields[0], task, tasks));
  }
  return tasks;
}

base::Result<std::uint64_t> parse_job_id(std::string_view text) {
  const std::vector<std::string_view> lines = lines_of(text);
  // A site's submission plugin may say things before it.
  const std::string_view last = lines.empty() ? std::string_view() : lines.back();
  const auto id = whole_number<std::uint64_t>(last.substr(0, last.find(';')));
  if (!id || *id == 0) return strange("sbatch", last, "the number of a job");
  return *id;
}

std::optional<std::string> config_value(std::string_view text, std::string_view key) {
  for (const std::string_view line : lines_of(text)) {
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos || trimmed(line.substr(0, equals)) != key) continue;
    return std::string(trimmed(line.substr(equals + 1)));
  }
  return std::nullopt;
}

bool Node::usable() const {
  const std::string_view word = std::string_view(state).substr(0, state.find_first_of("*~#!%$@^-+"));
  const bool answers = state.find('*') == std::string::npos;
  static constexpr std::array<std::string_view, 8> kUp = {"idle", "allocated", "mixed", "completing", "planned", "reserved", "powering_up", "power_up"};
  return answers && base::is_one_of(word, kUp);
}

base::Result<std::vector<Node>> parse_nodes(std::string_view text) {
  std::vector<Node> nodes;
  for (const std::string_view line : lines_of(text)) {
    const std::vector<std::string_view> fields = split(line, '|');
    if (fields.size() != 6) return strange("sinfo", line, "six fields");
    const auto cpus = whole_number<std::uint32_t>(fields[3]);
    const auto memory = whole_number<std::uint64_t>(fields[4]);
    if (!cpus || !memory || fields[0].empty()) return strange("sinfo", line, "a node with its processors and memory");
    nodes.push_back({std::string(fields[0]), std::string(fields[1]), std::string(fields[2]), *cpus, *memory, text_or_nothing(fields[5])});
  }
  return nodes;
}

std::string index_list(const std::vector<std::uint32_t>& indices) {
  std::string list;
  for (std::size_t i = 0; i < indices.size();) {
    std::size_t last = i;
    while (last + 1 < indices.size() && indices[last + 1] == indices[last] + 1) ++last;
    if (!list.empty()) list += ',';
    list += last == i ? fmt::format("{}", indices[i]) : fmt::format("{}-{}", indices[i], indices[last]);
    i = last + 1;
  }
  return list;
}

base::Result<std::vector<std::uint32_t>> parse_index_list(std::string_view text) {
  const auto wrong = [&] { return strange("Slurm", text, "a list of tasks such as 0-2,5"); };
  std::vector<std::uint32_t> indices;
  for (const std::string_view part : split(text.substr(0, text.find('%')), ',')) {
    const std::string_view range = part.substr(0, part.find(':'));
    const std::size_t dash = range.find('-');
    const auto first = whole_number<std::uint32_t>(range.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : whole_number<std::uint32_t>(range.substr(dash + 1));
    const auto step = range.size() == part.size() ? std::optional<std::uint32_t>(1) : whole_number<std::uint32_t>(part.substr(range.size() + 1));
    if (!first || !last || *last < *first || !step || *step == 0 || indices.size() + (*last - *first) / *step >= kMostTasks) return wrong();
    for (std::uint64_t i = *first; i <= *last; i += *step) indices.push_back(static_cast<std::uint32_t>(i));
  }
  return indices;
}

std::string complaint(std::string_view err) {
  std::string text;
  for (std::string_view line : lines_of(err)) {
    for (const std::string_view program : {"sbatch: ", "squeue: ", "scontrol: ", "scancel: ", "sacct: ", "sinfo: ", "error: ", "fatal: "})
      if (line.substr(0, program.size()) == program) line.remove_prefix(program.size());
    if (line.empty() || text.find(line) != std::string::npos) continue;
    text += (text.empty() ? "" : "; ") + std::string(line.substr(0, 400));
    if (text.size() > 1000) break;
  }
  return text;
}

bool says_unreachable(std::string_view err) {
  for (const std::string_view words : {"Unable to contact slurm controller", "Socket timed out", "Connection refused", "Connection reset", "Broken pipe", "Unable to establish controller machine", "connect failure", "Zero Bytes were transmitted", "Transport endpoint", "temporarily unable",
                                       "Resource temporarily unavailable", "Unexpected message received", "controller in standby", "Communication connection failure", "Slurm temporarily"})
    if (err.find(words) != std::string_view::npos) return true;
  return false;
}

}  // namespace chimera::cluster
