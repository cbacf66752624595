#include "engines/openai.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "engines/openai_reader.h"
#include "engines/settings.h"

namespace chimera::engines {
namespace {

using Json = nlohmann::json;

// core's name of a setting -> its names in the request. Those after temperature, top_p, seed and the penalties are
// extensions that llama-server and vLLM know; they are sent only where they are set.
struct Parameter {
  std::string_view key;
  std::array<std::string_view, 2> names;
  bool integer = false;
};
constexpr std::array kParameters = {
    Parameter{"output_tokens", {"max_tokens", ""}, true},
    Parameter{"num_predict", {"max_tokens", ""}, true},
    Parameter{"temperature", {"temperature", ""}},
    Parameter{"top_p", {"top_p", ""}},
    Parameter{"seed", {"seed", ""}, true},
    Parameter{"presence_penalty", {"presence_penalty", ""}},
    Parameter{"frequency_penalty", {"frequency_penalty", ""}},
    Parameter{"top_k", {"top_k", ""}, true},
    Parameter{"min_p", {"min_p", ""}},
    Parameter{"repeat_penalty", {"repeat_penalty", "repetition_penalty"}},
};

struct Body {
  std::string path;
  Json json = Json::object();
  std::vector<std::string> notes;
};

base::Result<void> put_settings(const core::RunConfig& config, Body& body) {
  for (const core::Setting& setting : config.settings()) {
    const auto known = std::find_if(kParameters.begin(), kParameters.end(), [&](const Parameter& parameter) { return parameter.key == setting.key; });
    if (known == kParameters.end()) {
      if (setting.key == "cache_prompt" || setting.key == "ignore_eos") {  // extensions of llama-server and vLLM
        TRY(const auto value, switch_setting(config, setting.key));
        body.json[setting.key] = *value;
      } else if (!describes_only(setting.key)) {
        body.notes.push_back(fmt::format("the setting {} is none of this protocol and was not sent; the server decides it", setting.key));
      }
      continue;
    }
    Json value;
    if (known->integer) {
      TRY(const auto number, integer_setting(config, setting.key));
      value = *number;
    } else {
      TRY(const auto number, number_setting(config, setting.key));
      value = *number;
    }
    for (const std::string_view name : known->names)
      if (!name.empty()) body.json[std::string(name)] = value;
  }
  return {};
}

base::Result<void> put_constraint(const Constraint& constraint, Body& body) {
  if (constraint.kind == Constraint::Kind::gbnf) body.json["grammar"] = constraint.text;
  if (constraint.kind != Constraint::Kind::json_schema) return {};
  Json schema = Json::parse(constraint.text, nullptr, false);
  if (schema.is_discarded()) return base::fail(base::ErrorKind::usage, "the JSON schema is no JSON");
  body.json["response_format"] = {{"type", "json_schema"}, {"json_schema", {{"name", "answer"}, {"strict", true}, {"schema", std::move(schema)}}}};
  return {};
}

base::Result<Body> body_of(const Request& request) {
  Body body;
  if (const auto model = request.config.get("model")) body.json["model"] = *model;
  body.json["stream"] = true;
  body.json["stream_options"] = {{"include_usage", true}};
  TRY_VOID(put_settings(request.config, body));
  TRY_VOID(put_constraint(request.constraint, body));
  if (!request.stop.empty()) body.json["stop"] = request.stop;
  if (request.messages.empty()) {
    body.path = "/completions";
    body.json["prompt"] = request.prompt;
  } else {
    body.path = "/chat/completions";
    body.json["messages"] = Json::array();
    for (const Message& message : request.messages) body.json["messages"].push_back({{"role", to_string(message.role)}, {"content", message.content}});
  }
  return body;
}

// With a scheme and /v1, without a slash at the end.
std::string with_version(std::string url) {
  if (url.find("://") == std::string::npos) url = "http://" + url;
  while (!url.empty() && url.back() == '/') url.pop_back();
  const std::string_view path = std::string_view(url).substr(origin_of(url).size());
  if (path.find("/v1") == std::string_view::npos) url += "/v1";
  return url;
}

std::string text_of(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

struct OpenAiEngine::Parts {
  std::string url;  // ends in /v1
  std::string token;
  HttpClient client;

  [[nodiscard]] std::vector<std::string> headers() const {
    if (token.empty()) return {};
    return {"Authorization: Bearer " + token};
  }
  [[nodiscard]] base::Result<Json> ask(const std::string& address, const Json& body = {}) {
    TRY(const std::string text, client.get({address, body.is_null() ? "" : body.dump(-1, ' ', false, Json::error_handler_t::replace), headers()}));
    Json json = Json::parse(text, nullptr, false);
    if (!json.is_object()) return base::fail(base::ErrorKind::engine, fmt::format("{} did not answer with a JSON object", address), "is this the address of such a server?");
    return json;
  }
  // llama-server's own endpoints lie beside /v1.
  [[nodiscard]] std::string beside(std::string_view path) const { return url.substr(0, url.size() - 3) + std::string(path); }
};

OpenAiEngine::OpenAiEngine(OpenAiOptions options) : parts_(std::make_unique<Parts>()) {
  parts_->url = with_version(std::move(options.url));
  parts_->token = std::move(options.token);
}
OpenAiEngine::~OpenAiEngine() = default;

Outcome OpenAiEngine::complete(const Request& request, Sink& sink, std::stop_token stop) {
  auto body = body_of(request);
  if (!body) {
    Outcome outcome;
    outcome.failure = Failure{FailureKind::unsupported, std::nullopt, std::move(body.error())};
    return outcome;
  }
  HttpCall call;
  call.http = {parts_->url + body->path, body->json.dump(-1, ' ', false, Json::error_handler_t::replace), parts_->headers()};
  call.server = "the server";
  call.secret = parts_->token;
  call.notes = std::move(body->notes);
  call.reader = [&call](Delivery& delivery) { return make_openai_reader(delivery, call); };
  return run_http_call(parts_->client, call, request, sink, stop);
}

Capabilities OpenAiEngine::capabilities() const {
  Capabilities capabilities;
  capabilities.gbnf = true;
  capabilities.json_schema = true;
  capabilities.tokenise = true;
  return capabilities;
}

base::Result<EngineInfo> OpenAiEngine::info() {
  EngineInfo info;
  info.where = origin_of(parts_->url);
  TRY(const Json models, parts_->ask(parts_->url + "/models"));
  static_cast<void>(models);  // that it answers
  if (const auto props = parts_->ask(parts_->beside("/props"))) info.version = text_of(*props, "build_info");
  if (const auto version = parts_->ask(parts_->beside("/version")); version && info.version.empty()) info.version = text_of(*version, "version");
  return info;
}

base::Result<std::vector<ModelInfo>> OpenAiEngine::models() {
  TRY(const Json json, parts_->ask(parts_->url + "/models"));
  std::vector<ModelInfo> models;
  const auto data = json.find("data");
  if (data == json.end() || !data->is_array()) return models;
  for (const Json& entry : *data) {
    if (!entry.is_object()) continue;
    ModelInfo model;
    model.name = text_of(entry, "id");
    const auto number = [](const Json& object, const char* key) {
      const auto found = object.find(key);
      return found != object.end() && found->is_number_unsigned() ? std::optional(found->get<std::uint64_t>()) : std::nullopt;
    };
    model.context_length = number(entry, "max_model_len");  // vLLM's
    if (const auto meta = entry.find("meta"); meta != entry.end() && meta->is_object()) {  // llama-server's
      model.parameters = number(*meta, "n_params");
      model.bytes = number(*meta, "size");
      model.context_length = number(*meta, "n_ctx_train");
      model.quantization = text_of(*meta, "ftype");
    }
    models.push_back(std::move(model));
  }
  std::sort(models.begin(), models.end(), [](const ModelInfo& a, const ModelInfo& b) { return a.name < b.name; });
  return models;
}

base::Result<ModelInfo> OpenAiEngine::model(const core::RunConfig& config) {
  const std::string name(config.get("model").value_or(""));
  TRY(const std::vector<ModelInfo> all, models());
  for (const ModelInfo& model : all)
    if (model.name == name || (name.empty() && all.size() == 1)) return model;
  return base::fail(base::ErrorKind::engine, fmt::format("the server has no model \"{}\"", name));
}

base::Result<std::vector<std::int32_t>> OpenAiEngine::tokenise(const core::RunConfig&, std::string_view text) {
  TRY(const Json json, parts_->ask(parts_->beside("/tokenize"), {{"content", text}, {"add_special", false}}));
  const auto tokens = json.find("tokens");
  std::vector<std::int32_t> out;
  if (tokens != json.end() && tokens->is_array())
    for (const Json& token : *tokens)
      if (token.is_number_integer()) out.push_back(token.get<std::int32_t>());
  if (out.empty() != text.empty()) return base::fail(base::ErrorKind::engine, "the server does not tell tokens as llama-server does");
  return out;
}

}  // namespace chimera::engines
