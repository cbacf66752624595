// The engine that chimera bench measures, with the server that it starts for it where --serve-cmd asks for one.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/bench.h"
#include "base/clock.h"
#include "base/result.h"
#include "engines/engine.h"
#include "engines/pacer.h"
#include "engines/recording.h"
#include "engines/transcript.h"
#include "measure/managed_server.h"
#include "measure/sensors.h"
#include "measure/served_engine.h"

namespace chimera::app {

// The kind of engine: of a server to start that of its preset, else openai, unless --engine says ollama.
[[nodiscard]] std::string engine_kind(const BenchCommand& command);
// Settings that the server's command names, beside those of the engine. Usage errors of the command.
[[nodiscard]] base::Result<std::vector<std::string>> served_settings(const BenchCommand& command);

// Owns what it is made of. Keeps references to pacer and clock.
class BenchEngine {
 public:
  // Logs of the server stand beside the log of the session.
  [[nodiscard]] static base::Result<BenchEngine> create(const BenchCommand& command, const std::string& log, engines::Pacer& pacer, const base::Clock& clock);
  [[nodiscard]] engines::Engine& engine() const { return recording_ != nullptr ? *recording_ : asked(); }
  [[nodiscard]] bool starts_server() const { return served_ != nullptr; }
  [[nodiscard]] bool server_runs() const { return server_ != nullptr && server_->pid().has_value(); }
  [[nodiscard]] std::vector<std::string> files() const;  // written by the server
  [[nodiscard]] measure::Watched watched() const;        // this process, and the server that it starts

 private:
  [[nodiscard]] engines::Engine& asked() const { return served_ != nullptr ? *served_ : *engine_; }
  std::unique_ptr<engines::Engine> engine_;
  std::unique_ptr<measure::ManagedServer> server_;
  std::unique_ptr<measure::ServedEngine> served_;
  std::unique_ptr<engines::TranscriptWriter> transcript_;  // where calls are recorded
  std::unique_ptr<engines::RecordingEngine> recording_;
};

}  // namespace chimera::app
