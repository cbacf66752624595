// llama.cpp in this process, from its shared libraries, which are loaded when first needed: the program runs without.
//
// Owns the model, which stays loaded until a call needs other settings for it, or unload(). Calls run one after the
// other. A call evaluates its whole prompt, but where cache_prompt=on: then not what it begins with in common with the
// prompt before, in whole steps of ubatch tokens, which changes no bit of the answer. Text of prompts and messages never makes
// control tokens; only the model's own template does.
#pragma once

#include <memory>

#include "engines/engine.h"

namespace chimera::engines {

struct EmbeddedOptions {
  std::string library_folder;  // holds libllama*.so and libggml*.so
};

class EmbeddedEngine final : public Engine {
 public:
  // Fails (kind engine) where the libraries are missing or of another version than this program was built for, and
  // where it was built without llama.cpp's headers.
  [[nodiscard]] static base::Result<std::unique_ptr<EmbeddedEngine>> create(const EmbeddedOptions& options);
  ~EmbeddedEngine() override;

  [[nodiscard]] Outcome complete(const Request& request, Sink& sink, std::stop_token stop) override;
  [[nodiscard]] std::string_view kind() const override { return "embedded"; }
  [[nodiscard]] Capabilities capabilities() const override;
  [[nodiscard]] base::Result<EngineInfo> info() override;
  [[nodiscard]] base::Result<std::vector<ModelInfo>> models() override;
  [[nodiscard]] base::Result<ModelInfo> model(const core::RunConfig& config) override;
  [[nodiscard]] base::Result<std::vector<std::int32_t>> tokenise(const core::RunConfig& config,
                                                                 std::string_view text) override;
  [[nodiscard]] tl::expected<WasRead, Failure> read(const Reading& reading, LogitsSink& sink, std::stop_token stop) override;
  [[nodiscard]] base::Result<void> unload(const core::RunConfig& config) override;

 private:
  struct Parts;
  explicit EmbeddedEngine(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

// Where the libraries are: CHIMERA_LLAMA, else beside the program in ../lib/chimera/llama; empty where in neither.
[[nodiscard]] std::string find_llama_libraries();

}  // namespace chimera::engines
