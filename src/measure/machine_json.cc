#include "measure/machine_json.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>

namespace chimera::measure {
namespace {

using Json = nlohmann::ordered_json;

template <class T>
void put(Json& object, const char* key, const std::optional<T>& value) {
  if (value) object[key] = *value;
}

void put_text(Json& object, const char* key, const std::string& value) {
  if (!value.empty()) object[key] = value;
}

void put_count(Json& object, const char* key, unsigned value) {
  if (value > 0) object[key] = value;
}

// Whole numbers stay whole; others have seven significant digits, more than any sensor.
Json rounded(double value) {
  if (std::abs(value) < 1e15 && value == std::floor(value)) return static_cast<std::int64_t>(value);
  return std::strtod(fmt::format("{:.7g}", value).c_str(), nullptr);
}

Json absent_json(const std::vector<core::AbsentSource>& absent) {
  Json list = Json::array();
  for (const core::AbsentSource& one : absent) list.push_back({{"source", one.source}, {"reason", one.reason}});
  return list;
}

Json gpu_json(const core::Gpu& gpu) {
  Json object = {{"name", gpu.name}};
  put_text(object, "uuid", gpu.uuid);
  put(object, "memory_bytes", gpu.memory_bytes);
  put(object, "power_limit_w", gpu.power_limit_w);
  put(object, "compute_major", gpu.compute_major);
  put(object, "compute_minor", gpu.compute_minor);
  return object;
}

Json limits_json(const core::Limits& limits) {
  Json object = Json::object();
  put_text(object, "container", limits.container);
  put_count(object, "cgroup", limits.cgroup);
  put(object, "cpus", limits.cpus);
  put(object, "memory_bytes", limits.memory_bytes);
  put(object, "allowed_cpus", limits.allowed_cpus);
  return object;
}

// Within the two parse functions alone: nlohmann-json throws where a value is of another type.
template <class T>
std::optional<T> get(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? std::nullopt : std::optional<T>(found->template get<T>());
}

std::string text(const Json& object, const char* key) { return get<std::string>(object, key).value_or(""); }

std::vector<core::AbsentSource> absent_of(const Json& object) {
  std::vector<core::AbsentSource> absent;
  for (const Json& one : object.value("absent", Json::array())) absent.push_back({text(one, "source"), text(one, "reason")});
  return absent;
}

core::Gpu gpu_of(const Json& object) {
  core::Gpu gpu;
  gpu.name = text(object, "name");
  gpu.uuid = text(object, "uuid");
  gpu.memory_bytes = get<std::uint64_t>(object, "memory_bytes");
  gpu.power_limit_w = get<double>(object, "power_limit_w");
  gpu.compute_major = get<unsigned>(object, "compute_major");
  gpu.compute_minor = get<unsigned>(object, "compute_minor");
  return gpu;
}

core::Machine machine_of(const Json& object) {
  core::Machine machine;
  machine.cpu = text(object, "cpu");
  machine.vendor = text(object, "vendor");
  machine.arch = text(object, "arch");
  machine.sockets = get<unsigned>(object, "sockets").value_or(0);
  machine.cores = get<unsigned>(object, "cores").value_or(0);
  machine.threads = get<unsigned>(object, "threads").value_or(0);
  machine.governor = text(object, "governor");
  machine.scaling_driver = text(object, "scaling_driver");
  machine.boost = get<bool>(object, "boost");
  machine.max_mhz = get<double>(object, "max_mhz");
  machine.memory_bytes = get<std::uint64_t>(object, "memory_bytes");
  machine.swap_bytes = get<std::uint64_t>(object, "swap_bytes");
  for (const Json& gpu : object.value("gpus", Json::array())) machine.gpus.push_back(gpu_of(gpu));
  machine.driver = text(object, "driver");
  machine.cuda_version = text(object, "cuda_version");
  machine.kernel = text(object, "kernel");
  machine.os = text(object, "os");
  machine.hypervisor = text(object, "hypervisor");
  const Json limits = object.value("limits", Json::object());
  machine.limits.container = text(limits, "container");
  machine.limits.cgroup = get<unsigned>(limits, "cgroup").value_or(0);
  machine.limits.cpus = get<double>(limits, "cpus");
  machine.limits.memory_bytes = get<std::uint64_t>(limits, "memory_bytes");
  machine.limits.allowed_cpus = get<unsigned>(limits, "allowed_cpus");
  machine.absent = absent_of(object);
  return machine;
}

core::Telemetry telemetry_of(const Json& object) {
  core::Telemetry telemetry;
  telemetry.ended = object.value("ended_ns", base::Nanoseconds{0});
  telemetry.interval = object.value("interval_ns", base::Nanoseconds{0});
  for (const Json& one : object.value("series", Json::array()))
    telemetry.series.push_back({text(one, "name"), text(one, "unit"), text(one, "source"), one.at("at_ns").get<std::vector<base::Nanoseconds>>(), one.at("values").get<std::vector<double>>()});
  for (const Json& one : object.value("events", Json::array())) telemetry.events.push_back({one.at("at_ns").get<base::Nanoseconds>(), text(one, "source"), text(one, "what")});
  telemetry.absent = absent_of(object);
  const Json lag = object.value("lag", Json::object());
  telemetry.lag.samples = lag.value("samples", std::uint64_t{0});
  telemetry.lag.longest = lag.value("longest_ns", base::Nanoseconds{0});
  const auto buckets = lag.value("buckets", std::vector<std::uint64_t>());
  for (std::size_t i = 0; i < std::min(buckets.size(), telemetry.lag.buckets.size()); ++i) telemetry.lag.buckets[i] = buckets[i];
  return telemetry;
}

template <class T>
base::Result<T> parsed(std::string_view json, const char* what, T (*read)(const Json&)) {
  const Json object = Json::parse(json, nullptr, false);
  if (!object.is_object()) return base::fail(base::ErrorKind::input, fmt::format("the {} is not a JSON object", what));
  try {
    return read(object);
  } catch (const Json::exception& wrong) {
    return base::fail(base::ErrorKind::input, fmt::format("the {} cannot be read: {}", what, wrong.what()));
  }
}

std::string written(const Json& object) { return object.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

std::string machine_json(const core::Machine& machine) {
  Json object = {{"fingerprint", core::fingerprint(machine)}};
  put_text(object, "cpu", machine.cpu);
  put_text(object, "vendor", machine.vendor);
  put_text(object, "arch", machine.arch);
  put_count(object, "sockets", machine.sockets);
  put_count(object, "cores", machine.cores);
  put_count(object, "threads", machine.threads);
  put_text(object, "governor", machine.governor);
  put_text(object, "scaling_driver", machine.scaling_driver);
  put(object, "boost", machine.boost);
  put(object, "max_mhz", machine.max_mhz);
  put(object, "memory_bytes", machine.memory_bytes);
  put(object, "swap_bytes", machine.swap_bytes);
  if (!machine.gpus.empty()) object["gpus"] = Json::array();
  for (const core::Gpu& gpu : machine.gpus) object["gpus"].push_back(gpu_json(gpu));
  put_text(object, "driver", machine.driver);
  put_text(object, "cuda_version", machine.cuda_version);
  put_text(object, "kernel", machine.kernel);
  put_text(object, "os", machine.os);
  put_text(object, "hypervisor", machine.hypervisor);
  object["limits"] = limits_json(machine.limits);
  if (!machine.absent.empty()) object["absent"] = absent_json(machine.absent);
  return written(object);
}

base::Result<core::Machine> parse_machine(std::string_view json) { return parsed(json, "machine", machine_of); }

std::string telemetry_json(const core::Telemetry& telemetry) {
  Json object = {{"ended_ns", telemetry.ended - telemetry.started}, {"interval_ns", telemetry.interval}, {"series", Json::array()}};
  for (const core::Series& series : telemetry.series) {
    Json one = {{"name", series.name}, {"source", series.source}, {"unit", series.unit}, {"at_ns", Json::array()}, {"values", Json::array()}};
    for (const base::Nanoseconds at : series.at) one["at_ns"].push_back(at - telemetry.started);
    for (const double value : series.values) one["values"].push_back(rounded(value));
    object["series"].push_back(std::move(one));
  }
  if (!telemetry.events.empty()) object["events"] = Json::array();
  for (const core::TelemetryEvent& event : telemetry.events) object["events"].push_back({{"at_ns", event.at - telemetry.started}, {"source", event.source}, {"what", event.what}});
  if (!telemetry.absent.empty()) object["absent"] = absent_json(telemetry.absent);
  object["lag"] = {{"samples", telemetry.lag.samples}, {"longest_ns", telemetry.lag.longest}, {"buckets", telemetry.lag.buckets}};
  return written(object);
}

base::Result<core::Telemetry> parse_telemetry(std::string_view json) { return parsed(json, "telemetry", telemetry_of); }

}  // namespace chimera::measure
