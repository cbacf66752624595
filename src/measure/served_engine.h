// An engine over HTTP whose server is ours to start: before each call the server runs with the settings that its command
// names, and unload() ends it, so that the next call is a cold one.
//
// Keeps references to both. Threads: one call at a time. Fails: as the engine; where the server has died, the failure says so
// with its last lines.
#pragma once

#include "engines/engine.h"
#include "measure/managed_server.h"

namespace chimera::measure {

class ServedEngine final : public engines::Engine {
 public:
  ServedEngine(engines::Engine& engine, ManagedServer& server) : engine_(engine), server_(server) {}

  // A start of the server is told as ServerDurations::load where the server tells none of its own; settings that went into its command are
  // not sent again, and stand among the effective ones.
  [[nodiscard]] engines::Outcome complete(const engines::Request& request, engines::Sink& sink, std::stop_token stop) override;
  [[nodiscard]] std::string_view kind() const override { return engine_.kind(); }
  [[nodiscard]] engines::Capabilities capabilities() const override;
  [[nodiscard]] base::Result<engines::EngineInfo> info() override;
  [[nodiscard]] base::Result<std::vector<engines::ModelInfo>> models() override { return engine_.models(); }
  // Of a server of one model that one, whatever the server calls it; with the digest of its file where that is on this machine.
  [[nodiscard]] base::Result<engines::ModelInfo> model(const core::RunConfig& config) override;
  [[nodiscard]] base::Result<std::vector<std::int32_t>> tokenise(const core::RunConfig& config, std::string_view text) override;
  [[nodiscard]] base::Result<void> unload(const core::RunConfig& config) override;

 private:
  [[nodiscard]] core::RunConfig for_engine(const core::RunConfig& config) const;
  engines::Engine& engine_;
  ManagedServer& server_;
};

}  // namespace chimera::measure
