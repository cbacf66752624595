// Ollama over HTTP (github.com/ollama/ollama, docs/api.md): /api/generate and /api/chat with streamed lines of JSON.
//
// Owns its connections, which stay open between calls. A prompt goes to /api/generate with `raw`, so that it is
// continued as it stands; messages go to /api/chat. `truncate` is off: a prompt that does not fit is an error, not cut.
#pragma once

#include <memory>

#include "engines/engine.h"

namespace chimera::engines {

// Base address from what OLLAMA_HOST may hold, by Ollama's own rules (envconfig.Host): "", host, host:port, :port,
// [IPv6]:port, scheme://host:port/path, quotes around. Port 11434, with a scheme 80 or 443; a bad port is the default.
// The addresses that only a server can bind to, 0.0.0.0 and ::, become the loopback.
[[nodiscard]] std::string ollama_url(std::string_view host);

class OllamaEngine final : public Engine {
 public:
  explicit OllamaEngine(std::string url);  // as ollama_url() gives it
  ~OllamaEngine() override;

  [[nodiscard]] Outcome complete(const Request& request, Sink& sink, std::stop_token stop) override;
  [[nodiscard]] std::string_view kind() const override { return "ollama"; }
  [[nodiscard]] Capabilities capabilities() const override;
  [[nodiscard]] base::Result<EngineInfo> info() override;
  [[nodiscard]] base::Result<std::vector<ModelInfo>> models() override;
  [[nodiscard]] base::Result<ModelInfo> model(const core::RunConfig& config) override;
  [[nodiscard]] base::Result<void> unload(const core::RunConfig& config) override;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace chimera::engines
