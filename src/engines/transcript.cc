#include "engines/transcript.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <mutex>
#include <nlohmann/json.hpp>
#include <system_error>

namespace chimera::engines {
namespace {

using Json = nlohmann::ordered_json;

template <class T>
void put(Json& object, const char* key, const std::optional<T>& value) {
  if (value) object[key] = *value;
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

Json request_json(const Request& request) {
  Json object = Json::object();
  if (request.messages.empty()) {
    object["prompt"] = request.prompt;
  } else {
    object["messages"] = Json::array();
    for (const Message& message : request.messages) object["messages"].push_back({{"role", to_string(message.role)}, {"content", message.content}});
  }
  object["config"] = config_json(request.config);
  if (request.constraint.kind == Constraint::Kind::gbnf) object["gbnf"] = request.constraint.text;
  if (request.constraint.kind == Constraint::Kind::json_schema) object["json_schema"] = request.constraint.text;
  if (!request.stop.empty()) object["stop"] = request.stop;
  return object;
}

Json event_json(const RecordedEvent& event) {
  Json object = {{"at_ns", event.at}};
  if (event.event) {
    object["event"] = to_string(*event.event);
    return object;
  }
  object["text"] = event.text;
  if (event.channel == Channel::reasoning) object["channel"] = "reasoning";
  put(object, "tokens", event.tokens);
  return object;
}

Json completion_json(const Completion& completion) {
  Json object = {{"text", completion.text}};
  if (!completion.reasoning.empty()) object["reasoning"] = completion.reasoning;
  object["finish"] = to_string(completion.finish);
  if (!completion.finish_as_reported.empty()) object["finish_as_reported"] = completion.finish_as_reported;
  put(object, "prompt_tokens", completion.counts.prompt_tokens);
  put(object, "cached_tokens", completion.counts.cached_tokens);
  put(object, "completion_tokens", completion.counts.completion_tokens);
  put(object, "reasoning_tokens", completion.counts.reasoning_tokens);
  put(object, "server_total_ns", completion.server.total);
  put(object, "server_load_ns", completion.server.load);
  put(object, "server_prompt_eval_ns", completion.server.prompt_eval);
  put(object, "server_eval_ns", completion.server.eval);
  put(object, "server_eval_steps", completion.server.eval_steps);
  if (!completion.effective.empty()) object["effective"] = config_json(completion.effective);
  if (!completion.usage.empty()) object["usage"] = completion.usage;
  if (!completion.notes.empty()) object["notes"] = completion.notes;
  object["attempts"] = completion.attempts;
  return object;
}

Json failure_json(const Failure& failure) {
  Json object = {{"kind", to_string(failure.kind)}};
  put(object, "status", failure.status);
  object["message"] = failure.error.message;
  if (!failure.error.hint.empty()) object["hint"] = failure.error.hint;
  return object;
}

// What a transcript does not say in the form the schema wants.
struct Wrong {
  std::string what;
};

// Within parse_call() alone: nlohmann-json throws where a value is of another type.
template <class T>
std::optional<T> get(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? std::nullopt : std::optional<T>(found->template get<T>());
}

template <class Enum, std::size_t N>
Enum named(const std::string& name, const std::array<Enum, N>& all) {
  for (const Enum value : all)
    if (to_string(value) == name) return value;
  throw Wrong{fmt::format("\"{}\" is not known", name)};
}

constexpr std::array kRoles = {Role::system, Role::user, Role::assistant};
constexpr std::array kEvents = {Event::sent, Event::loaded, Event::prefilled};
constexpr std::array kFinishes = {Finish::stop, Finish::length, Finish::other, Finish::broken};
constexpr std::array kFailures = {
    FailureKind::unreachable, FailureKind::timed_out,  FailureKind::cut,              FailureKind::refused,
    FailureKind::no_such_model, FailureKind::malformed, FailureKind::redirected,      FailureKind::context_overflow,
    FailureKind::out_of_memory, FailureKind::bad_model, FailureKind::unsupported,     FailureKind::not_recorded,
    FailureKind::transcript,  FailureKind::cancelled};

core::RunConfig parse_config(const Json& object) {
  core::RunConfig config;
  for (const auto& [key, value] : object.items()) config.set(key, value.is_string() ? value.get<std::string>() : value.dump());
  return config;
}

Request parse_request(const Json& object) {
  Request request;
  request.prompt = get<std::string>(object, "prompt").value_or("");
  if (const auto messages = object.find("messages"); messages != object.end())
    for (const Json& message : *messages) request.messages.push_back({named(message.at("role").get<std::string>(), kRoles), message.at("content").get<std::string>()});
  if (const auto config = object.find("config"); config != object.end()) request.config = parse_config(*config);
  if (const auto text = get<std::string>(object, "gbnf")) request.constraint = {Constraint::Kind::gbnf, *text};
  if (const auto text = get<std::string>(object, "json_schema")) request.constraint = {Constraint::Kind::json_schema, *text};
  request.stop = get<std::vector<std::string>>(object, "stop").value_or(std::vector<std::string>());
  return request;
}

RecordedEvent parse_event(const Json& object) {
  RecordedEvent event;
  event.at = object.at("at_ns").get<base::Nanoseconds>();
  if (const auto name = get<std::string>(object, "event")) event.event = named(*name, kEvents);
  else event.text = object.at("text").get<std::string>();
  if (get<std::string>(object, "channel") == "reasoning") event.channel = Channel::reasoning;
  event.tokens = get<std::uint32_t>(object, "tokens");
  return event;
}

Completion parse_completion(const Json& object) {
  Completion completion;
  completion.text = get<std::string>(object, "text").value_or("");
  completion.reasoning = get<std::string>(object, "reasoning").value_or("");
  completion.finish = named(get<std::string>(object, "finish").value_or("stop"), kFinishes);
  completion.finish_as_reported = get<std::string>(object, "finish_as_reported").value_or("");
  completion.counts = {get<std::uint64_t>(object, "prompt_tokens"), get<std::uint64_t>(object, "cached_tokens"),
                       get<std::uint64_t>(object, "completion_tokens"), get<std::uint64_t>(object, "reasoning_tokens")};
  completion.server = {get<base::Nanoseconds>(object, "server_total_ns"), get<base::Nanoseconds>(object, "server_load_ns"),
                       get<base::Nanoseconds>(object, "server_prompt_eval_ns"), get<base::Nanoseconds>(object, "server_eval_ns"),
                       get<std::uint64_t>(object, "server_eval_steps")};
  if (const auto effective = object.find("effective"); effective != object.end()) completion.effective = parse_config(*effective);
  completion.usage = get<std::string>(object, "usage").value_or("");
  completion.notes = get<std::vector<std::string>>(object, "notes").value_or(std::vector<std::string>());
  completion.attempts = get<unsigned>(object, "attempts").value_or(1);
  return completion;
}

Failure parse_failure(const Json& object) {
  Failure failure;
  failure.kind = named(object.at("kind").get<std::string>(), kFailures);
  failure.status = get<int>(object, "status");
  failure.error = {failure.kind == FailureKind::cancelled ? base::ErrorKind::interrupted : base::ErrorKind::engine,
                   get<std::string>(object, "message").value_or(""), get<std::string>(object, "hint").value_or("")};
  return failure;
}

RecordedCall parse_call(const Json& object) {
  const std::string schema = get<std::string>(object, "schema").value_or("");
  if (schema != kTranscriptSchema) throw Wrong{fmt::format("the schema is \"{}\", expected \"{}\"", schema, kTranscriptSchema)};
  RecordedCall call;
  call.engine = get<std::string>(object, "engine").value_or("");
  call.started = get<base::Nanoseconds>(object, "started_ns");
  call.request = parse_request(object.at("request"));
  if (const auto events = object.find("events"); events != object.end())
    for (const Json& event : *events) call.events.push_back(parse_event(event));
  for (std::size_t i = 1; i < call.events.size(); ++i)
    if (call.events[i].at < call.events[i - 1].at) throw Wrong{"events are not in the order of their times"};
  call.duration = get<base::Nanoseconds>(object, "duration_ns");
  call.outcome.completion = parse_completion(object.at("completion"));
  if (const auto failure = object.find("failure"); failure != object.end()) call.outcome.failure = parse_failure(*failure);
  return call;
}

// The record of a run of the older program: prompts and answers without times. It used Ollama's /api/generate, which puts a
// prompt into the model's template as one message.
Transcript parse_run(const Json& run) {
  Transcript transcript;
  core::RunConfig config = run.contains("config") ? parse_config(run.at("config")) : core::RunConfig();
  if (const auto model = get<std::string>(run, "model")) config.set("model", *model);
  for (const Json& object : run.at("calls")) {
    RecordedCall call;
    call.engine = "ollama";
    call.request.messages.push_back({Role::user, object.at("prompt").get<std::string>()});
    call.request.config = config;
    call.outcome.completion.text = object.at("response").get<std::string>();
    call.outcome.completion.finish = Finish::stop;
    call.outcome.completion.attempts = 1;
    transcript.calls.push_back(std::move(call));
  }
  return transcript;
}

tl::unexpected<base::Error> not_a_transcript(std::size_t line, const std::string& why) {
  return base::fail(base::ErrorKind::input, fmt::format("not a transcript: line {}: {}", line, why), "schema/transcript.schema.json says what a line holds");
}

base::Result<Transcript> parse_lines(std::string_view bytes) {
  Transcript transcript;
  for (std::size_t number = 1; !bytes.empty(); ++number) {
    const std::size_t end = bytes.find('\n');
    const std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const Json object = Json::parse(line, nullptr, false);
    if (object.is_discarded() && end == std::string_view::npos && !transcript.calls.empty()) {
      transcript.notes.push_back(fmt::format("line {} breaks off and was left out", number));
      break;
    }
    if (!object.is_object()) return not_a_transcript(number, "not a JSON object");
    try {
      transcript.calls.push_back(parse_call(object));
    } catch (const Wrong& wrong) {
      return not_a_transcript(number, wrong.what);
    } catch (const Json::exception& wrong) {
      return not_a_transcript(number, wrong.what());
    }
  }
  if (transcript.calls.empty()) return base::fail(base::ErrorKind::input, "not a transcript: it holds no call");
  return transcript;
}

std::string reason_of(int error) { return std::system_category().message(error); }

}  // namespace

std::string to_line(const RecordedCall& call) {
  Json object = {{"schema", kTranscriptSchema}, {"engine", call.engine}};
  put(object, "started_ns", call.started);
  object["request"] = request_json(call.request);
  object["events"] = Json::array();
  for (const RecordedEvent& event : call.events) object["events"].push_back(event_json(event));
  put(object, "duration_ns", call.duration);
  object["completion"] = completion_json(call.outcome.completion);
  if (call.outcome.failure) object["failure"] = failure_json(*call.outcome.failure);
  return object.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

base::Result<Transcript> parse_transcript(std::string_view bytes) {
  const Json whole = Json::parse(bytes, nullptr, false);
  if (!whole.is_object() || !whole.contains("calls")) return parse_lines(bytes);
  try {
    return parse_run(whole);
  } catch (const Json::exception& wrong) {
    return base::fail(base::ErrorKind::input, fmt::format("not the record of a run: {}", wrong.what()));
  }
}

struct TranscriptWriter::File {
  std::string path;
  int descriptor = -1;
  std::mutex mutex;
  ~File() {
    if (descriptor >= 0) ::close(descriptor);
  }
};

TranscriptWriter::TranscriptWriter(std::unique_ptr<File> file) : file_(std::move(file)) {}
TranscriptWriter::TranscriptWriter(TranscriptWriter&&) noexcept = default;
TranscriptWriter& TranscriptWriter::operator=(TranscriptWriter&&) noexcept = default;
TranscriptWriter::~TranscriptWriter() = default;

base::Result<TranscriptWriter> TranscriptWriter::open(const std::string& path) {
  std::error_code error;
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  if (!parent.empty()) std::filesystem::create_directories(parent, error);
  if (error) return base::fail(base::ErrorKind::input, fmt::format("cannot create the folder of {}: {}", path, error.message()));
  auto file = std::make_unique<File>();
  file->path = path;
  file->descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (file->descriptor < 0) return base::fail(base::ErrorKind::input, fmt::format("cannot write {}: {}", path, reason_of(errno)));
  return TranscriptWriter(std::move(file));
}

base::Result<void> TranscriptWriter::append(const RecordedCall& call) {
  const std::string line = to_line(call);
  const std::lock_guard lock(file_->mutex);
  const off_t before = ::lseek(file_->descriptor, 0, SEEK_END);
  for (std::string_view rest = line; !rest.empty();) {
    const ssize_t written = ::write(file_->descriptor, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      const int reason = errno;
      const bool whole = before < 0 || rest.size() == line.size() || ::ftruncate(file_->descriptor, before) == 0;
      return base::fail(base::ErrorKind::engine,
                        fmt::format("the record of the call cannot be written to {}: {}{}", file_->path, reason_of(reason), whole ? "" : "; its last line is broken off"),
                        reason == ENOSPC ? "free some space, or record to another folder" : "");
    }
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace chimera::engines
