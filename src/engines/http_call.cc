#include "engines/http_call.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/one_of.h"

namespace chimera::engines {
namespace {

constexpr std::size_t kShown = 200;

std::string excerpt(std::string_view text) {
  std::string out = Utf8Gate().pass(text.substr(0, kShown));
  if (text.size() > kShown) out += "…";
  return out;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); });
  return out;
}

bool holds(std::string_view text, std::initializer_list<std::string_view> parts) {
  return std::any_of(parts.begin(), parts.end(), [&](std::string_view part) { return text.find(part) != std::string_view::npos; });
}

std::string without(std::string text, const std::string& secret) {
  if (secret.empty()) return text;
  for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) text.replace(at, secret.size(), "***");
  return text;
}

std::string hint_for(FailureKind kind, int status, const HttpCall& call) {
  switch (kind) {
    case FailureKind::no_such_model: return call.server == "Ollama" ? "`ollama list` shows what is there, `ollama pull MODEL` brings one" : "the server names its models at /v1/models";
    case FailureKind::context_overflow: return "shorten the prompt or raise num_ctx";
    case FailureKind::out_of_memory: return "take a smaller model, fewer layers (num_gpu) or a smaller num_ctx";
    default: break;
  }
  if (status == 401 || status == 403) return "the server wants a token: set OPENAI_API_KEY";
  return {};
}

// Whether the same call can go well a little later.
bool passes_by_itself(const HttpAnswer& answer, const Failure& failure) {
  if (failure.kind == FailureKind::unreachable || failure.kind == FailureKind::cut) return failure.error.kind == base::ErrorKind::engine;
  constexpr std::array kStatuses = {429, 500, 502, 503, 504};
  return failure.kind == FailureKind::refused && base::is_one_of(answer.status, kStatuses);
}

struct Attempt {
  Outcome outcome;
  HttpAnswer answer;
  bool any_text = false;
};

Attempt attempt(HttpClient& client, const HttpCall& call, const Request& request, Sink& sink, const std::stop_token& stop) {
  Attempt result;
  Completion& completion = result.outcome.completion;
  completion.notes = call.notes;
  Delivery delivery(sink, completion);
  const std::unique_ptr<AnswerReader> reader = call.reader(delivery);
  delivery.event(Event::sent);
  result.answer = client.exchange(call.http, *reader, request.timeouts, stop);
  std::optional<Failure> failure = result.answer.failure;
  if (!failure && result.answer.status != 200) failure = server_failure(call, result.answer.status, result.answer.error_body);
  else if (!failure || failure->kind == FailureKind::cut)
    if (auto found = reader->end(); found && !failure) failure = std::move(found);
  delivery.end();
  result.any_text = delivery.texts() > 0;
  if (failure) {
    completion.finish = Finish::broken;
    failure->error.message = without(std::move(failure->error.message), call.secret);
  }
  result.outcome.failure = std::move(failure);
  return result;
}

}  // namespace

Outcome run_http_call(HttpClient& client, const HttpCall& call, const Request& request, Sink& sink, const std::stop_token& stop) {
  base::Nanoseconds wait = request.retries.first_wait;
  for (unsigned number = 1;; ++number) {
    Attempt result = attempt(client, call, request, sink, stop);
    result.outcome.completion.attempts = number;
    if (!result.outcome.failure || result.any_text || number >= request.retries.attempts || !passes_by_itself(result.answer, *result.outcome.failure)) return std::move(result.outcome);
    const base::Nanoseconds pause = result.answer.retry_after.value_or(wait);
    if (pause > request.retries.longest_wait) {
      result.outcome.failure->error.message += fmt::format("; it asks to wait {} s, longer than the limit of {} s", pause / 1'000'000'000, request.retries.longest_wait / 1'000'000'000);
      return std::move(result.outcome);
    }
    if (!wait_for(pause, stop)) {
      result.outcome.failure = Failure{FailureKind::cancelled, std::nullopt, {base::ErrorKind::interrupted, "the call was cancelled", {}}};
      return std::move(result.outcome);
    }
    wait = std::min(wait * 2, request.retries.longest_wait);
  }
}

FailureKind classify(int status, std::string_view message) {
  const std::string text = lower(message);
  if (holds(text, {"out of memory", "requires more system memory", "insufficient memory", "failed to allocate", "unable to allocate"})) return FailureKind::out_of_memory;
  if (holds(text, {"context length", "context size", "context window", "exceed_context", "exceeds the available context", "input length exceeds", "prompt is too long"})) return FailureKind::context_overflow;
  if (holds(text, {"model"}) && (status == 404 || status == 0) && holds(text, {"not found", "does not exist", "no such", "not exist"})) return FailureKind::no_such_model;
  return FailureKind::refused;
}

std::string error_message(std::string_view body) {
  const auto json = nlohmann::json::parse(body, nullptr, false);
  if (json.is_object()) {
    for (const char* key : {"error", "detail", "message"}) {
      const auto found = json.find(key);
      if (found == json.end()) continue;
      if (found->is_string()) return found->get<std::string>();
      if (found->is_object() && found->contains("message") && (*found)["message"].is_string()) return (*found)["message"].get<std::string>();
      return excerpt(found->dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    }
  }
  return excerpt(body);
}

Failure server_failure(const HttpCall& call, int status, std::string_view body) {
  const std::string message = error_message(body);
  const FailureKind kind = classify(status, message);
  std::string text = status == 0 ? fmt::format("{} says: {}", call.server, message) : fmt::format("{} answered {}: {}", call.server, status, message);
  if (message.empty()) text = fmt::format("{} answered {} and nothing else", call.server, status);
  return {kind, status == 0 ? std::nullopt : std::optional(status), {base::ErrorKind::engine, without(std::move(text), call.secret), hint_for(kind, status, call)}};
}

Failure malformed(std::string_view what, std::string_view found) {
  return {FailureKind::malformed, std::nullopt, {base::ErrorKind::engine, fmt::format("{}: \"{}\"", what, excerpt(found)), "is this the address of such a server?"}};
}

}  // namespace chimera::engines
