#include "measure/trial_json.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "measure/kernel_json.h"
#include "measure/machine_json.h"

namespace chimera::measure {
namespace {

using Json = nlohmann::ordered_json;
using core::Sample;

template <class T>
void put(Json& object, const char* key, const std::optional<T>& value) {
  if (value) object[key] = *value;
}

void put_text(Json& object, const char* key, const std::string& value) {
  if (!value.empty()) object[key] = value;
}

// Settings are kept as text; those that are written as JSON writes a number become one.
Json config_json(const core::RunConfig& config) {
  Json object = Json::object();
  for (const core::Setting& setting : config.settings()) {
    const Json number = Json::parse(setting.value, nullptr, false);
    if (number.is_number() && number.dump() == setting.value) object[setting.key] = number;
    else object[setting.key] = setting.value;
  }
  return object;
}

Json head(std::string_view kind) { return {{"schema", core::kTrialSchema}, {"record", kind}}; }

// Nine significant digits, so that a quotient is not written with seventeen.
Json rounded(double value) {
  const double short_value = std::strtod(fmt::format("{:.9g}", value).c_str(), nullptr);
  if (std::abs(short_value) < 1e15 && short_value == std::floor(short_value)) return static_cast<std::int64_t>(short_value);
  return short_value;
}

Json times_json(const core::SampleTimes& times) {
  Json object = Json::object();
  put(object, "loaded", times.loaded);
  put(object, "prefilled", times.prefilled);
  put(object, "first_text", times.first_text);
  put(object, "last_text", times.last_text);
  put(object, "ended", times.ended);
  return object;
}

Json json_of(const Sample& sample) {
  Json object = head("sample");
  object["trial"] = sample.trial;
  object["block"] = sample.block;
  object["position"] = sample.position;
  object["load"] = sample.load;
  object["repetition"] = sample.repetition;
  object["phase"] = to_string(sample.phase);
  object["started_ns"] = sample.started;
  object["config"] = config_json(sample.config);
  object["metrics"] = Json::object();
  for (const core::MetricValue& value : sample.metrics) object["metrics"][std::string(value.metric->key)] = rounded(value.value);
  object["counts"] = Json::object();
  put(object["counts"], "prompt_tokens", sample.counts.prompt_tokens);
  put(object["counts"], "cached_tokens", sample.counts.cached_tokens);
  put(object["counts"], "output_tokens", sample.counts.output_tokens);
  object["times_ns"] = times_json(sample.times);
  if (!sample.times.gaps.empty()) object["gaps_ns"] = sample.times.gaps;
  if (!sample.times.chunk_tokens.empty()) object["chunk_tokens"] = sample.times.chunk_tokens;
  put(object, "exit_code", sample.exit_code);
  object["validity"] = to_string(sample.validity);
  if (!sample.remarks.empty()) object["remarks"] = sample.remarks;
  if (sample.failure) object["failure"] = {{"kind", sample.failure->kind}, {"message", sample.failure->message}};
  return object;
}

Json protocol_json(const core::Protocol& protocol) {
  return {{"seed", protocol.seed},
          {"repetitions", protocol.repetitions},
          {"least_blocks", protocol.least_blocks},
          {"most_blocks", protocol.most_blocks},
          {"warmup_least", protocol.warmup_least},
          {"warmup_most", protocol.warmup_most},
          {"warmup_tolerance", rounded(protocol.warmup_tolerance)},
          {"target_half_width", rounded(protocol.target_half_width)},
          {"fresh_loads", protocol.fresh_loads},
          {"fixed_work", protocol.fixed_work}};
}

Json engine_json(const core::EngineFacts& engine) {
  Json object = {{"kind", engine.kind}};
  put_text(object, "version", engine.version);
  put_text(object, "where", engine.where);
  if (!engine.devices.empty()) object["devices"] = engine.devices;
  return object;
}

Json model_json(const core::ModelFacts& model) {
  Json object = {{"name", model.name}};
  put_text(object, "family", model.family);
  put_text(object, "quantization", model.quantization);
  put_text(object, "digest", model.digest);
  put_text(object, "weights", model.weights);
  put(object, "parameters", model.parameters);
  put(object, "bytes", model.bytes);
  put(object, "context_length", model.context_length);
  return object;
}

Json json_of(const core::SessionStart& session) {
  Json object = head("session");
  object["id"] = session.id;
  put_text(object, "name", session.name);
  object["program"] = session.program;
  if (!session.command.empty()) object["command"] = session.command;
  object["started_ns"] = session.started;
  object["machine"] = Json::parse(machine_json(session.machine));
  object["engine"] = engine_json(session.engine);
  if (!session.model.name.empty()) object["model"] = model_json(session.model);
  if (session.protocol) object["protocol"] = protocol_json(*session.protocol);
  object["plan"] = Json::array();
  for (const core::TrialPlan& plan : session.plan) object["plan"].push_back({{"trial", plan.trial}, {"role", to_string(plan.role)}, {"asked", config_json(plan.config)}});
  if (!session.remarks.empty()) object["remarks"] = session.remarks;
  return object;
}

Json json_of(const core::KernelRecord& record) {
  Json object = head("kernels");
  object["trial"] = record.trial;
  object["started_ns"] = record.started;
  object["config"] = config_json(record.config);
  object["tracer"] = record.tracer;
  object["duration_s"] = rounded(static_cast<double>(record.duration) * 1e-9);
  if (record.failure) object["failure"] = {{"kind", record.failure->kind}, {"message", record.failure->message}};
  else object["trace"] = Json::parse(kernel_trace_json(record.trace, record.busy_part()));
  if (!record.remarks.empty()) object["remarks"] = record.remarks;
  return object;
}

Json json_of(const core::SessionResumed& resumed) {
  Json object = head("resumed");
  object["started_ns"] = resumed.started;
  object["machine"] = resumed.machine;
  if (!resumed.remarks.empty()) object["remarks"] = resumed.remarks;
  return object;
}

Json json_of(const core::TelemetryRecord& record) {
  Json object = head("telemetry");
  put_text(object, "trial", record.trial);
  if (record.block > 0) object["block"] = record.block;
  object["started_ns"] = record.started;
  object["telemetry"] = Json::parse(telemetry_json(record.telemetry));
  return object;
}

Json json_of(const core::TrialStop& stop) {
  Json object = head("stop");
  object["trial"] = stop.trial;
  object["reason"] = to_string(stop.reason);
  object["blocks"] = stop.blocks;
  if (!stop.remarks.empty()) object["remarks"] = stop.remarks;
  return object;
}

// Tokens' values by the thousand: six digits say more than any of them knows.
Json short_numbers(const std::vector<double>& values) {
  Json list = Json::array();
  for (const double value : values) list.push_back(std::strtod(fmt::format("{:.6g}", value).c_str(), nullptr));
  return list;
}

Json json_of(const core::QualityRecord& quality) {
  Json object = head("quality");
  object["trial"] = quality.trial;
  put_text(object, "against", quality.against);
  object["started_ns"] = quality.started;
  object["config"] = config_json(quality.config);
  object["metrics"] = Json::object();
  for (const core::MetricValue& value : quality.metrics) object["metrics"][std::string(value.metric->key)] = rounded(value.value);
  if (!quality.nats.empty()) object["nats"] = short_numbers(quality.nats);
  if (!quality.divergence.empty()) object["divergence"] = short_numbers(quality.divergence), object["same_top"] = quality.same_top;
  if (!quality.remarks.empty()) object["remarks"] = quality.remarks;
  if (quality.failure) object["failure"] = {{"kind", quality.failure->kind}, {"message", quality.failure->message}};
  return object;
}

Json json_of(const core::SessionPart& part) {
  Json object = head("part");
  object["part"] = part.part;
  object["first_block"] = part.first_block;
  object["last_block"] = part.last_block;
  put_text(object, "node", part.node);
  put_text(object, "job", part.job);
  if (!part.remarks.empty()) object["remarks"] = part.remarks;
  return object;
}

Json json_of(const core::SessionEnd& end) {
  Json object = head("end");
  object["ended_ns"] = end.ended;
  object["reason"] = to_string(end.reason);
  if (!end.files.empty()) object["files"] = end.files;
  if (!end.remarks.empty()) object["remarks"] = end.remarks;
  return object;
}

// What a record does not say in the form the schema wants.
struct Wrong {
  std::string what;
};

template <class T>
std::optional<T> get(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? std::nullopt : std::optional<T>(found->template get<T>());
}

std::vector<std::string> texts(const Json& object, const char* key) {
  return get<std::vector<std::string>>(object, key).value_or(std::vector<std::string>());
}

template <class T>
T sound(base::Result<T> result) {
  if (!result) throw Wrong{result.error().message};
  return std::move(*result);
}

template <class Enum>
Enum named(const Json& object, const char* key, std::optional<Enum> (*find)(std::string_view)) {
  const auto name = object.at(key).get<std::string>();
  const std::optional<Enum> value = find(name);
  if (!value) throw Wrong{fmt::format("{} is \"{}\", which is not known", key, name)};
  return *value;
}

core::RunConfig parse_config(const Json& object) {
  core::RunConfig config;
  for (const auto& [key, value] : object.items()) config.set(key, value.is_string() ? value.get<std::string>() : value.dump());
  return config;
}

std::optional<core::SampleFailure> parse_failure(const Json& object) {
  const auto failure = object.find("failure");
  if (failure == object.end()) return std::nullopt;
  return core::SampleFailure{failure->at("kind").get<std::string>(), failure->at("message").get<std::string>()};
}

Sample parse_sample(const Json& object) {
  Sample sample;
  sample.trial = object.at("trial").get<std::string>();
  sample.block = get<std::uint32_t>(object, "block").value_or(0);
  sample.position = get<std::uint32_t>(object, "position").value_or(0);
  sample.load = get<std::uint32_t>(object, "load").value_or(0);
  sample.repetition = get<std::uint32_t>(object, "repetition").value_or(0);
  sample.phase = named(object, "phase", core::find_phase);
  sample.started = object.at("started_ns").get<base::Nanoseconds>();
  sample.config = parse_config(object.at("config"));
  for (const auto& [key, value] : object.at("metrics").items())
    if (const core::MetricInfo* metric = core::find_trial_metric(key)) sample.metrics.push_back({metric, value.get<double>()});
  const Json& counts = object.at("counts");
  sample.counts = {get<std::uint64_t>(counts, "prompt_tokens"), get<std::uint64_t>(counts, "cached_tokens"), get<std::uint64_t>(counts, "output_tokens")};
  const Json& times = object.at("times_ns");
  sample.times.loaded = get<base::Nanoseconds>(times, "loaded");
  sample.times.prefilled = get<base::Nanoseconds>(times, "prefilled");
  sample.times.first_text = get<base::Nanoseconds>(times, "first_text");
  sample.times.last_text = get<base::Nanoseconds>(times, "last_text");
  sample.times.ended = get<base::Nanoseconds>(times, "ended");
  sample.times.gaps = get<std::vector<base::Nanoseconds>>(object, "gaps_ns").value_or(std::vector<base::Nanoseconds>());
  sample.times.chunk_tokens = get<std::vector<std::uint32_t>>(object, "chunk_tokens").value_or(std::vector<std::uint32_t>());
  sample.exit_code = get<int>(object, "exit_code");
  sample.validity = named(object, "validity", core::find_validity);
  sample.remarks = texts(object, "remarks");
  sample.failure = parse_failure(object);
  return sample;
}

core::QualityRecord parse_quality(const Json& object) {
  core::QualityRecord quality;
  quality.trial = object.at("trial").get<std::string>();
  quality.against = get<std::string>(object, "against").value_or("");
  quality.started = object.at("started_ns").get<base::Nanoseconds>();
  quality.config = parse_config(object.at("config"));
  for (const auto& [key, value] : object.at("metrics").items())
    if (const core::MetricInfo* metric = core::find_trial_metric(key)) quality.metrics.push_back({metric, value.get<double>()});
  quality.nats = get<std::vector<double>>(object, "nats").value_or(std::vector<double>());
  quality.divergence = get<std::vector<double>>(object, "divergence").value_or(std::vector<double>());
  quality.same_top = get<std::uint64_t>(object, "same_top").value_or(0);
  quality.remarks = texts(object, "remarks");
  if (const auto failure = object.find("failure"); failure != object.end())
    quality.failure = core::SampleFailure{failure->at("kind").get<std::string>(), failure->at("message").get<std::string>()};
  return quality;
}

core::Protocol parse_protocol(const Json& object) {
  core::Protocol protocol;
  protocol.seed = object.at("seed").get<std::uint64_t>();
  protocol.repetitions = object.at("repetitions").get<std::uint32_t>();
  protocol.least_blocks = object.at("least_blocks").get<std::uint32_t>();
  protocol.most_blocks = object.at("most_blocks").get<std::uint32_t>();
  protocol.warmup_least = object.at("warmup_least").get<std::uint32_t>();
  protocol.warmup_most = object.at("warmup_most").get<std::uint32_t>();
  protocol.warmup_tolerance = object.at("warmup_tolerance").get<double>();
  protocol.target_half_width = object.at("target_half_width").get<double>();
  protocol.fresh_loads = object.at("fresh_loads").get<bool>();
  protocol.fixed_work = object.at("fixed_work").get<bool>();
  return protocol;
}

core::ModelFacts parse_model(const Json& object) {
  core::ModelFacts model;
  model.name = object.at("name").get<std::string>();
  model.family = get<std::string>(object, "family").value_or("");
  model.quantization = get<std::string>(object, "quantization").value_or("");
  model.digest = get<std::string>(object, "digest").value_or("");
  model.weights = get<std::string>(object, "weights").value_or("");
  model.parameters = get<std::uint64_t>(object, "parameters");
  model.bytes = get<std::uint64_t>(object, "bytes");
  model.context_length = get<std::uint64_t>(object, "context_length");
  return model;
}

core::KernelRecord parse_kernels(const Json& object) {
  core::KernelRecord record;
  record.trial = object.at("trial").get<std::string>();
  record.started = object.at("started_ns").get<base::Nanoseconds>();
  record.config = parse_config(object.at("config"));
  record.tracer = object.at("tracer").get<std::string>();
  record.duration = static_cast<base::Nanoseconds>(std::llround(object.at("duration_s").get<double>() * 1e9));
  record.failure = parse_failure(object);
  if (!record.failure) record.trace = sound(parse_kernel_trace(object.at("trace").dump()));
  record.remarks = texts(object, "remarks");
  return record;
}

core::SessionStart parse_start(const Json& object) {
  core::SessionStart session;
  session.id = object.at("id").get<std::string>();
  session.name = get<std::string>(object, "name").value_or("");
  session.program = get<std::string>(object, "program").value_or("");
  session.command = texts(object, "command");
  session.started = object.at("started_ns").get<base::Nanoseconds>();
  session.machine = sound(parse_machine(object.at("machine").dump()));
  const Json& engine = object.at("engine");
  session.engine = {engine.at("kind").get<std::string>(), get<std::string>(engine, "version").value_or(""), get<std::string>(engine, "where").value_or(""),
                    texts(engine, "devices")};
  if (const auto model = object.find("model"); model != object.end()) session.model = parse_model(*model);
  if (const auto protocol = object.find("protocol"); protocol != object.end()) session.protocol = parse_protocol(*protocol);
  for (const Json& plan : object.at("plan"))
    session.plan.push_back({plan.at("trial").get<std::string>(), named(plan, "role", core::find_trial_role), parse_config(plan.at("asked"))});
  session.remarks = texts(object, "remarks");
  return session;
}

core::TelemetryRecord parse_telemetry_record(const Json& object) {
  return {get<std::string>(object, "trial").value_or(""), get<std::uint32_t>(object, "block").value_or(0), object.at("started_ns").get<base::Nanoseconds>(),
          sound(parse_telemetry(object.at("telemetry").dump()))};
}

core::SessionPart parse_part(const Json& object) {
  return {object.at("part").get<std::uint32_t>(), object.at("first_block").get<std::uint32_t>(), object.at("last_block").get<std::uint32_t>(), get<std::string>(object, "node").value_or(""),
          get<std::string>(object, "job").value_or(""), texts(object, "remarks")};
}

// Absent: of a kind that is not known.
std::optional<core::TrialRecord> parse_record(const Json& object, const std::string& kind) {
  if (kind == "session") return parse_start(object);
  if (kind == "sample") return parse_sample(object);
  if (kind == "kernels") return parse_kernels(object);
  if (kind == "resumed") return core::SessionResumed{object.at("started_ns").get<base::Nanoseconds>(), object.at("machine").get<std::string>(), texts(object, "remarks")};
  if (kind == "telemetry") return parse_telemetry_record(object);
  if (kind == "stop")
    return core::TrialStop{object.at("trial").get<std::string>(), named(object, "reason", core::find_stop_reason), object.at("blocks").get<std::uint32_t>(), texts(object, "remarks")};
  if (kind == "quality") return parse_quality(object);
  if (kind == "part") return parse_part(object);
  if (kind == "end") return core::SessionEnd{object.at("ended_ns").get<base::Nanoseconds>(), named(object, "reason", core::find_stop_reason), texts(object, "files"), texts(object, "remarks")};
  return std::nullopt;
}

void parse_line(const Json& object, std::size_t line, TrialRecords& into) {
  const auto schema = get<std::string>(object, "schema").value_or("");
  if (schema != core::kTrialSchema) throw Wrong{fmt::format("the schema is \"{}\", expected \"{}\"", schema, core::kTrialSchema)};
  const auto kind = object.at("record").get<std::string>();
  if (into.records.empty() && kind != "session") throw Wrong{"there is no session record before it"};
  if (auto record = parse_record(object, kind)) into.records.push_back(std::move(*record));
  else into.notes.push_back(fmt::format("line {}: a record of the unknown kind \"{}\" was passed over", line, kind));
}

tl::unexpected<base::Error> not_a_log(std::size_t line, const std::string& why) {
  return base::fail(base::ErrorKind::input, fmt::format("not a trial log: line {}: {}", line, why), "schema/trial.schema.json says what a line holds");
}

}  // namespace

std::string to_line(const core::TrialRecord& record) {
  const Json object = std::visit([](const auto& one) { return json_of(one); }, record);
  return object.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

void add_record(TrialSession& session, core::TrialRecord record) {
  if (auto* sample = std::get_if<core::Sample>(&record)) session.samples.push_back(std::move(*sample));
  else if (auto* resumed = std::get_if<core::SessionResumed>(&record)) session.resumed.push_back(std::move(*resumed));
  else if (auto* kernels = std::get_if<core::KernelRecord>(&record)) session.kernels.push_back(std::move(*kernels));
  else if (auto* telemetry = std::get_if<core::TelemetryRecord>(&record)) session.telemetry.push_back(std::move(*telemetry));
  else if (auto* stop = std::get_if<core::TrialStop>(&record)) session.stops.push_back(std::move(*stop));
  else if (auto* quality = std::get_if<core::QualityRecord>(&record)) session.quality.push_back(std::move(*quality));
  else if (auto* part = std::get_if<core::SessionPart>(&record)) session.parts.push_back(std::move(*part));
  else if (auto* end = std::get_if<core::SessionEnd>(&record)) session.end = std::move(*end);
}

base::Result<TrialRecords> parse_trial_records(std::string_view bytes) {
  TrialRecords content;
  std::size_t at = 0;
  for (std::size_t number = 1; at < bytes.size(); ++number) {
    const std::size_t end = bytes.find('\n', at);
    const std::string_view line = bytes.substr(at, end == std::string_view::npos ? end : end - at);
    const bool last = end == std::string_view::npos || end + 1 == bytes.size();
    at = end == std::string_view::npos ? bytes.size() : end + 1;
    const Json object = Json::parse(line, nullptr, false);
    if ((object.is_discarded() && last) || end == std::string_view::npos) {
      content.notes.push_back(fmt::format("line {} breaks off and was left out", number));
      break;
    }
    if (!object.is_object()) return not_a_log(number, "not a JSON object");
    try {
      parse_line(object, number, content);
    } catch (const Wrong& wrong) {
      return not_a_log(number, wrong.what);
    } catch (const Json::exception& wrong) {
      return not_a_log(number, wrong.what());
    }
    content.good_bytes = at;
  }
  return content;
}

base::Result<TrialLogContent> parse_trial_log(std::string_view bytes) {
  TRY(TrialRecords parsed, parse_trial_records(bytes));
  TrialLogContent content{{}, std::move(parsed.notes), parsed.good_bytes};
  for (core::TrialRecord& record : parsed.records) {
    auto* start = std::get_if<core::SessionStart>(&record);
    if (start != nullptr) content.sessions.push_back({std::move(*start), {}, {}, {}, {}, {}, {}, {}, {}});
    else add_record(content.sessions.back(), std::move(record));
  }
  return content;
}

bool looks_like_trial_log(std::string_view bytes) {
  const std::string begin = head("").dump().substr(0, 26);
  return bytes.substr(0, begin.size()) == begin.substr(0, bytes.size());
}

}  // namespace chimera::measure
