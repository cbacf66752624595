// A completion over HTTP: attempts, waits between them, and what a refusal means. The protocols differ in what they
// send and how they read the answer (AnswerReader).
#pragma once

#include <functional>
#include <memory>

#include "engines/delivery.h"
#include "engines/http.h"

namespace chimera::engines {

// Reads one answer into the delivery it was made with.
class AnswerReader : public BodyReader {
 public:
  // After the last byte of an answer with status 200: what is wrong with it, or nothing.
  [[nodiscard]] virtual std::optional<Failure> end() = 0;
};

struct HttpCall {
  HttpRequest http;
  std::string server;  // "Ollama": who speaks, for messages
  std::string secret;  // never to be shown; may be empty
  std::function<std::unique_ptr<AnswerReader>(Delivery&)> reader;
  std::vector<std::string> notes;  // known before the first attempt
};

[[nodiscard]] Outcome run_http_call(HttpClient& client, const HttpCall& call, const Request& request, Sink& sink, const std::stop_token& stop);

// What a server meant by a message with this status; 0: it came within an answer.
[[nodiscard]] FailureKind classify(int status, std::string_view message);
// The message in a body {"error":"…"} or {"error":{"message":"…"}} or {"detail":"…"}, else the beginning of the body.
[[nodiscard]] std::string error_message(std::string_view body);
[[nodiscard]] Failure server_failure(const HttpCall& call, int status, std::string_view body);
// For readers: an answer that is not in the protocol, with its beginning.
[[nodiscard]] Failure malformed(std::string_view what, std::string_view found);

}  // namespace chimera::engines
