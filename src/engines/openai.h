// Servers that speak OpenAI's protocol over HTTP, with server-sent events: llama-server, vLLM, SGLang, LM Studio, …
//
// A prompt goes to /completions, messages to /chat/completions. Owns its connections, which stay open between calls.
// The token is sent to the given host only, and never stands in a message, a note or a transcript.
#pragma once

#include <memory>

#include "engines/engine.h"

namespace chimera::engines {

struct OpenAiOptions {
  std::string url;    // "http://127.0.0.1:8080" or with a path; /v1 is added where there is none
  std::string token;  // empty: no Authorization
};

class OpenAiEngine final : public Engine {
 public:
  explicit OpenAiEngine(OpenAiOptions options);
  ~OpenAiEngine() override;

  [[nodiscard]] Outcome complete(const Request& request, Sink& sink, std::stop_token stop) override;
  [[nodiscard]] std::string_view kind() const override { return "openai"; }
  // gbnf and tokenise are llama-server's own; other servers refuse them.
  [[nodiscard]] Capabilities capabilities() const override;
  [[nodiscard]] base::Result<EngineInfo> info() override;
  [[nodiscard]] base::Result<std::vector<ModelInfo>> models() override;
  [[nodiscard]] base::Result<ModelInfo> model(const core::RunConfig& config) override;
  [[nodiscard]] base::Result<std::vector<std::int32_t>> tokenise(const core::RunConfig& config,
                                                                 std::string_view text) override;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace chimera::engines
