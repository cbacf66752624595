// Any engine, with a line in a transcript for every call.
//
// Keeps references to the engine, the writer and the clock, which must outlive it.
#pragma once

#include "base/clock.h"
#include "engines/engine.h"
#include "engines/transcript.h"

namespace chimera::engines {

class RecordingEngine final : public Engine {
 public:
  RecordingEngine(Engine& engine, TranscriptWriter& writer, const base::Clock& clock)
      : engine_(engine), writer_(writer), clock_(clock) {}

  // As the engine's own. Where the line cannot be written, the outcome keeps its completion and fails as `transcript`,
  // unless it has failed before.
  [[nodiscard]] Outcome complete(const Request& request, Sink& sink, std::stop_token stop) override;

  [[nodiscard]] std::string_view kind() const override { return engine_.kind(); }
  [[nodiscard]] Capabilities capabilities() const override { return engine_.capabilities(); }
  [[nodiscard]] base::Result<EngineInfo> info() override { return engine_.info(); }
  [[nodiscard]] base::Result<std::vector<ModelInfo>> models() override { return engine_.models(); }
  [[nodiscard]] base::Result<ModelInfo> model(const core::RunConfig& config) override { return engine_.model(config); }
  [[nodiscard]] base::Result<std::vector<std::int32_t>> tokenise(const core::RunConfig& config,
                                                                 std::string_view text) override {
    return engine_.tokenise(config, text);
  }
  [[nodiscard]] tl::expected<WasRead, Failure> read(const Reading& reading, LogitsSink& sink, std::stop_token stop) override {
    return engine_.read(reading, sink, stop);
  }
  [[nodiscard]] base::Result<void> unload(const core::RunConfig& config) override { return engine_.unload(config); }

 private:
  Engine& engine_;
  TranscriptWriter& writer_;
  const base::Clock& clock_;
};

}  // namespace chimera::engines
