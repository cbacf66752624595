#include "cluster/job_json.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace chimera::cluster {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kJobSchema = "chimera-job/1";
constexpr const char* kResultSchema = "chimera-task/1";

template <class T>
T get_or(const Json& object, const char* key, T otherwise) {
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? otherwise : found->template get<T>();
}

Json slurm_json(const SlurmOptions& options) {
  return {{"nodes", options.nodes}, {"partition", options.partition}, {"gres", options.gres}, {"time", options.time}, {"account", options.account}, {"extra", options.extra}};
}

SlurmOptions parse_slurm(const Json& object) {
  return {get_or<std::uint32_t>(object, "nodes", 0), get_or<std::string>(object, "partition", ""), get_or<std::string>(object, "gres", ""),
          get_or<std::string>(object, "time", ""), get_or<std::string>(object, "account", ""), get_or<std::vector<std::string>>(object, "extra", {})};
}

// Runs `parse` over the object of that schema; what it throws becomes an error.
template <class T, class Parse>
base::Result<T> parsed(std::string_view text, const char* schema, Parse parse) {
  const Json object = Json::parse(text, nullptr, false);
  if (!object.is_object()) return base::fail(base::ErrorKind::input, "not a JSON object");
  try {
    if (const auto found = get_or<std::string>(object, "schema", ""); found != schema) return base::fail(base::ErrorKind::input, fmt::format("the schema is \"{}\", expected \"{}\"", found, schema));
    return parse(object);
  } catch (const Json::exception& wrong) {
    return base::fail(base::ErrorKind::input, wrong.what());
  }
}

std::string dumped(const Json& object, int indent) { return object.dump(indent, ' ', false, Json::error_handler_t::replace) + "\n"; }

}  // namespace

std::string to_json(const JobSpec& spec) {
  return dumped({{"schema", kJobSchema},        {"name", spec.name},       {"executor", spec.executor}, {"kind", spec.kind},       {"program", spec.program},         {"executable", spec.executable},
                 {"folder", spec.folder},       {"result", spec.result},   {"command", spec.command}, {"created_ns", spec.created},      {"group", spec.group},
                 {"shape", spec.shape},         {"slurm", slurm_json(spec.slurm)},                    {"tasks", spec.tasks}}, 1);
}

base::Result<JobSpec> parse_spec(std::string_view json) {
  return parsed<JobSpec>(json, kJobSchema, [](const Json& object) -> base::Result<JobSpec> {
    JobSpec spec;
    spec.name = object.at("name").get<std::string>();
    spec.executor = object.at("executor").get<std::string>();
    spec.kind = object.at("kind").get<std::string>();
    spec.program = object.at("program").get<std::string>();
    spec.executable = object.at("executable").get<std::string>();
    spec.folder = object.at("folder").get<std::string>();
    spec.result = object.at("result").get<std::string>();
    spec.command = object.at("command").get<std::vector<std::string>>();
    spec.created = object.at("created_ns").get<base::Nanoseconds>();
    spec.group = object.at("group").get<std::uint32_t>();
    spec.shape = get_or<std::vector<std::string>>(object, "shape", {});
    spec.slurm = parse_slurm(object.at("slurm"));
    spec.tasks = object.at("tasks").get<std::vector<std::vector<std::string>>>();
    if (spec.tasks.empty() || spec.group == 0) return base::fail(base::ErrorKind::input, "there are no tasks in it");
    return spec;
  });
}

std::string to_json(const TaskResult& result) {
  return dumped({{"schema", kResultSchema}, {"task", result.task}, {"attempt", result.attempt}, {"job", result.job}, {"node", result.node}, {"machine", result.machine}, {"started_ns", result.started},
                 {"ended_ns", result.ended}, {"exit_code", result.exit_code}, {"complete", result.complete}, {"file", result.file}, {"reason", result.reason}}, 1);
}

base::Result<TaskResult> parse_result(std::string_view json) {
  return parsed<TaskResult>(json, kResultSchema, [](const Json& object) -> base::Result<TaskResult> {
    TaskResult result;
    result.task = object.at("task").get<std::uint32_t>();
    result.attempt = object.at("attempt").get<std::string>();
    result.job = get_or<std::uint64_t>(object, "job", 0);
    result.node = get_or<std::string>(object, "node", "");
    result.machine = get_or<std::string>(object, "machine", "");
    result.started = get_or<base::Nanoseconds>(object, "started_ns", 0);
    result.ended = get_or<base::Nanoseconds>(object, "ended_ns", 0);
    result.exit_code = object.at("exit_code").get<int>();
    result.complete = object.at("complete").get<bool>();
    result.file = get_or<std::string>(object, "file", "");
    result.reason = get_or<std::string>(object, "reason", "");
    if (result.file.find('/') != std::string::npos) return base::fail(base::ErrorKind::input, fmt::format("its file \"{}\" is not in the folder of tasks", result.file));
    return result;
  });
}

std::string to_line(const SubmittedArray& array) { return dumped({{"job", array.job}, {"group", array.group}, {"tasks", array.tasks}, {"at_ns", array.at}}, -1); }

base::Result<std::vector<SubmittedArray>> parse_submissions(std::string_view lines) {
  std::vector<SubmittedArray> arrays;
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    if (end == std::string_view::npos) break;
    const Json object = Json::parse(lines.substr(0, end), nullptr, false);
    lines.remove_prefix(end + 1);
    if (!object.is_object()) continue;  // of two processes on one file, or a full disk: Slurm knows the names all the same
    try {
      arrays.push_back({object.at("job").get<std::uint64_t>(), object.at("group").get<std::uint32_t>(), object.at("tasks").get<std::vector<std::uint32_t>>(), get_or<base::Nanoseconds>(object, "at_ns", 0)});
    } catch (const Json::exception& wrong) {
      return base::fail(base::ErrorKind::input, wrong.what());
    }
  }
  return arrays;
}

}  // namespace chimera::cluster
