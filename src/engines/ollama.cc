#include "engines/ollama.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "engines/ollama_reader.h"
#include "engines/settings.h"

namespace chimera::engines {
namespace {

using Json = nlohmann::json;

// core's name of a setting -> Ollama's, among `options`.
struct Option {
  std::string_view key;
  std::string_view name;
  enum class Type { integer, number, toggle } type;
};
constexpr std::array kOptions = {
    Option{"num_gpu", "num_gpu", Option::Type::integer},
    Option{"num_ctx", "num_ctx", Option::Type::integer},
    Option{"batch", "num_batch", Option::Type::integer},
    Option{"threads", "num_thread", Option::Type::integer},
    Option{"output_tokens", "num_predict", Option::Type::integer},
    Option{"num_predict", "num_predict", Option::Type::integer},
    Option{"temperature", "temperature", Option::Type::number},
    Option{"top_p", "top_p", Option::Type::number},
    Option{"top_k", "top_k", Option::Type::integer},
    Option{"min_p", "min_p", Option::Type::number},
    Option{"typical_p", "typical_p", Option::Type::number},
    Option{"repeat_penalty", "repeat_penalty", Option::Type::number},
    Option{"repeat_last_n", "repeat_last_n", Option::Type::integer},
    Option{"presence_penalty", "presence_penalty", Option::Type::number},
    Option{"frequency_penalty", "frequency_penalty", Option::Type::number},
    Option{"seed", "seed", Option::Type::integer},
    Option{"num_keep", "num_keep", Option::Type::integer},
    Option{"main_gpu", "main_gpu", Option::Type::integer},
    Option{"mmap", "use_mmap", Option::Type::toggle},
};

base::Result<Json> option_value(const core::RunConfig& config, const Option& option) {
  if (option.type == Option::Type::integer) {
    TRY(const auto value, integer_setting(config, option.key));
    return Json(*value);
  }
  if (option.type == Option::Type::number) {
    TRY(const auto value, number_setting(config, option.key));
    return Json(*value);
  }
  TRY(const auto value, switch_setting(config, option.key));
  return Json(*value);
}

struct Body {
  std::string path;
  Json json = Json::object();
  std::vector<std::string> notes;
};

base::Result<void> put_settings(const core::RunConfig& config, Body& body) {
  Json options = Json::object();
  for (const core::Setting& setting : config.settings()) {
    const auto option = std::find_if(kOptions.begin(), kOptions.end(), [&](const Option& known) { return known.key == setting.key; });
    if (option != kOptions.end()) {
      TRY(Json value, option_value(config, *option));
      options[std::string(option->name)] = std::move(value);
    } else if (setting.key == "keep_alive" || setting.key == "think") {
      const Json value = Json::parse(setting.value, nullptr, false);
      body.json[setting.key] = value.is_boolean() || value.is_number() ? value : Json(setting.value);
    } else if (!describes_only(setting.key)) {
      body.notes.push_back(fmt::format("the setting {} is not one of Ollama's options and was not sent", setting.key));
    }
  }
  if (!options.empty()) body.json["options"] = std::move(options);
  return {};
}

base::Result<Body> body_of(const Request& request) {
  Body body;
  const auto model = request.config.get("model");
  if (!model || model->empty()) return base::fail(base::ErrorKind::usage, "Ollama needs the name of a model", "set model, for example gemma3:latest");
  body.json["model"] = *model;
  body.json["stream"] = true;
  body.json["truncate"] = false;
  TRY_VOID(put_settings(request.config, body));
  if (!request.stop.empty()) body.json["options"]["stop"] = request.stop;
  if (request.messages.empty()) {
    body.path = "/api/generate";
    body.json["prompt"] = request.prompt;
    body.json["raw"] = true;
  } else {
    body.path = "/api/chat";
    body.json["messages"] = Json::array();
    for (const Message& message : request.messages) body.json["messages"].push_back({{"role", to_string(message.role)}, {"content", message.content}});
  }
  if (request.constraint.kind == Constraint::Kind::gbnf) return base::fail(base::ErrorKind::engine, "Ollama takes a JSON schema, no grammar");
  if (request.constraint.kind == Constraint::Kind::json_schema) {
    body.json["format"] = Json::parse(request.constraint.text, nullptr, false);
    if (body.json["format"].is_discarded()) return base::fail(base::ErrorKind::usage, "the JSON schema is no JSON");
  }
  return body;
}

template <class T>
std::optional<T> field(const Json& json, const char* key) {
  const auto found = json.find(key);
  if (found == json.end()) return std::nullopt;
  if constexpr (std::is_same_v<T, std::string>) return found->is_string() ? std::optional<T>(found->get<T>()) : std::nullopt;
  else return found->is_number_unsigned() ? std::optional<T>(found->get<T>()) : std::nullopt;
}

ModelInfo model_of(const Json& json) {
  ModelInfo model;
  model.name = field<std::string>(json, "name").value_or("");
  model.digest = field<std::string>(json, "digest").value_or("");
  model.bytes = field<std::uint64_t>(json, "size");
  model.bytes_in_vram = field<std::uint64_t>(json, "size_vram");
  if (const auto details = json.find("details"); details != json.end() && details->is_object()) {
    model.family = field<std::string>(*details, "family").value_or("");
    model.quantization = field<std::string>(*details, "quantization_level").value_or("");
  }
  return model;
}

// What /api/show says beyond the list.
void add_shown(const Json& json, ModelInfo& model) {
  const std::string licence = field<std::string>(json, "license").value_or("");
  model.licence = licence.substr(0, licence.find('\n'));
  model.chat_template = !field<std::string>(json, "template").value_or("").empty();
  const auto info = json.find("model_info");
  if (info == json.end() || !info->is_object()) return;
  model.parameters = field<std::uint64_t>(*info, "general.parameter_count");
  const std::string architecture = field<std::string>(*info, "general.architecture").value_or("");
  model.context_length = field<std::uint64_t>(*info, (architecture + ".context_length").c_str());
}

// A model without a tag means its tag `latest`.
bool same_name(std::string_view a, std::string_view b) {
  const auto tagged = [](std::string_view name) { return name.find(':') == std::string_view::npos ? std::string(name) + ":latest" : std::string(name); };
  return tagged(a) == tagged(b);
}

std::string_view trim(std::string_view text, std::string_view unwanted) {
  while (!text.empty() && unwanted.find(text.front()) != std::string_view::npos) text.remove_prefix(1);
  while (!text.empty() && unwanted.find(text.back()) != std::string_view::npos) text.remove_suffix(1);
  return text;
}

struct Address {
  std::string host;
  std::string port;
};

// Go's net.SplitHostPort and what envconfig.Host makes of its errors.
Address split(std::string_view text, std::string_view default_port) {
  const std::size_t colon = text.rfind(':');
  const bool bracketed = !text.empty() && text.front() == '[';
  const std::size_t closing = text.find(']');
  const bool has_port = colon != std::string_view::npos && (bracketed ? closing != std::string_view::npos && colon == closing + 1 : text.find(':') == colon);
  Address address{std::string(trim(has_port ? text.substr(0, colon) : text, "[]")), std::string(has_port ? text.substr(colon + 1) : default_port)};
  int port = -1;
  const auto [end, error] = std::from_chars(address.port.data(), address.port.data() + address.port.size(), port);
  if (error != std::errc() || end != address.port.data() + address.port.size() || port < 0 || port > 65535) address.port = default_port;
  if (address.host.empty() || address.host == "0.0.0.0") address.host = "127.0.0.1";
  if (address.host == "::") address.host = "::1";
  return address;
}

}  // namespace

std::string ollama_url(std::string_view host) {
  std::string_view text = trim(trim(trim(host, " \t\r\n"), "\"'"), " \t\r\n");
  std::string_view scheme = "http";
  std::string_view default_port = "11434";
  if (const std::size_t end = text.find("://"); end != std::string_view::npos) {
    scheme = text.substr(0, end);
    text.remove_prefix(end + 3);
    if (scheme == "http") default_port = "80";
    if (scheme == "https") default_port = "443";
  }
  const std::size_t slash = text.find('/');
  const std::string_view path = slash == std::string_view::npos ? std::string_view() : trim(text.substr(slash), "/");
  const Address address = split(text.substr(0, slash), default_port);
  const bool v6 = address.host.find(':') != std::string::npos;
  return fmt::format("{}://{}{}{}:{}{}{}", scheme, v6 ? "[" : "", address.host, v6 ? "]" : "", address.port, path.empty() ? "" : "/", path);
}

struct OllamaEngine::Parts {
  std::string url;
  HttpClient client;

  [[nodiscard]] base::Result<Json> ask(const std::string& path, const Json& body = {}) {
    TRY(const std::string text, client.get({url + path, body.is_null() ? "" : body.dump(), {}}));
    Json json = Json::parse(text, nullptr, false);
    if (!json.is_object()) return base::fail(base::ErrorKind::engine, fmt::format("{}{} did not answer with a JSON object", url, path), "is this the address of Ollama?");
    return json;
  }
  [[nodiscard]] base::Result<std::vector<Json>> list(const std::string& path) {
    TRY(const Json json, ask(path));
    const auto models = json.find("models");
    if (models == json.end() || !models->is_array()) return std::vector<Json>();
    std::vector<Json> objects;
    for (const Json& model : *models)
      if (model.is_object()) objects.push_back(model);
    return objects;
  }
};

OllamaEngine::OllamaEngine(std::string url) : parts_(std::make_unique<Parts>()) { parts_->url = std::move(url); }
OllamaEngine::~OllamaEngine() = default;

Outcome OllamaEngine::complete(const Request& request, Sink& sink, std::stop_token stop) {
  auto body = body_of(request);
  if (!body) {
    Outcome outcome;
    outcome.failure = Failure{FailureKind::unsupported, std::nullopt, std::move(body.error())};
    return outcome;
  }
  HttpCall call;
  call.http = {parts_->url + body->path, body->json.dump(-1, ' ', false, Json::error_handler_t::replace), {}};
  call.server = "Ollama";
  call.notes = std::move(body->notes);
  call.reader = [&call](Delivery& delivery) { return make_ollama_reader(delivery, call); };
  return run_http_call(parts_->client, call, request, sink, stop);
}

Capabilities OllamaEngine::capabilities() const {
  Capabilities capabilities;
  capabilities.json_schema = true;
  capabilities.unload = true;
  return capabilities;
}

base::Result<EngineInfo> OllamaEngine::info() {
  EngineInfo info;
  info.where = origin_of(parts_->url);
  TRY(const Json json, parts_->ask("/api/version"));
  info.version = field<std::string>(json, "version").value_or("");
  return info;
}

base::Result<std::vector<ModelInfo>> OllamaEngine::models() {
  TRY(const std::vector<Json> listed, parts_->list("/api/tags"));
  std::vector<ModelInfo> models;
  for (const Json& json : listed) models.push_back(model_of(json));
  std::sort(models.begin(), models.end(), [](const ModelInfo& a, const ModelInfo& b) { return a.name < b.name; });
  return models;
}

base::Result<ModelInfo> OllamaEngine::model(const core::RunConfig& config) {
  const std::string name(config.get("model").value_or(""));
  TRY(const std::vector<ModelInfo> all, models());
  const auto found = std::find_if(all.begin(), all.end(), [&](const ModelInfo& model) { return same_name(model.name, name); });
  if (found == all.end()) return base::fail(base::ErrorKind::engine, fmt::format("Ollama has no model \"{}\"", name), fmt::format("ollama pull {}", name));
  ModelInfo model = *found;
  if (const auto shown = parts_->ask("/api/show", {{"model", name}})) add_shown(*shown, model);
  TRY(const std::vector<Json> loaded, parts_->list("/api/ps"));
  for (const Json& json : loaded)
    if (same_name(field<std::string>(json, "name").value_or(""), name)) model.bytes_in_vram = field<std::uint64_t>(json, "size_vram");
  return model;
}

base::Result<void> OllamaEngine::unload(const core::RunConfig& config) {
  TRY(const Json answer, parts_->ask("/api/generate", {{"model", config.get("model").value_or("")}, {"keep_alive", 0}, {"stream", false}}));
  static_cast<void>(answer);
  return {};
}

}  // namespace chimera::engines
